/** MQ333: a handshake that came to nothing, who ended it, and why as far as he said. */
import { alertDescriptions } from "../../protocol/tls/registry.ts";
import type { BrokenOff } from "../../session/tls-event.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ333",
  name: "handshake-failed",
  title: "TLS handshake failed",
  severity: "info",
  cwe: [],
  why: "The connection was never used. What the alert says is the shortest way to the fault, and often it is a client that does the right thing.",
  fix: "Read the alert together with who sent it; the other end's log says more.",
  proof: "The alert and who sent it, or who closed the connection before the handshake was over.",
  falseAlarm: "A scanner or a health check that wants no more than a look.",
  references: ["RFC 8446 §6.2", "RFC 5246 §7.2.2"],
  wireshark: "tls.alert_message.level == 2 or (tls.handshake.type == 1 and tcp.flags.reset == 1)",
  fires: "expired-refused",
  quiet: ["tls12", "tls13", "expired", "expired-left"],
  on: ["session.broken_off"],
  check: ({ broken }) => ({
    field: broken.alert === undefined ? "connection" : "alert.description",
    shown: textOf(broken),
    // A hidden alert is told by its length alone.
    confidence: broken.hidden === true ? "tentative" : "certain",
    subject: `${broken.by} ${broken.alert ?? ""}`,
  }),
});

function textOf({ by, alert, hidden, unanswered }: BrokenOff): string {
  const who = by === "client" ? "the client" : "the broker";
  if (alert !== undefined) {
    const meaning = MEANINGS.get(alert);
    return `${alertDescriptions.nameOf(alert)} from ${who}${meaning === undefined ? "" : `: ${meaning}`}`;
  }
  if (hidden === true) return `${who} refused something; TLS 1.3 hides what`;
  return unanswered === true
    ? `no answer in TLS; ${who} closed the connection`
    : `${who} closed the connection in the middle of the handshake`;
}

/** RFC 8446 §6.2, RFC 5246 §7.2.2, RFC 6066, RFC 7301, RFC 7507: what the sender complains of. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [40, "no suite, group or certificate that both have"],
  [42, "the other's certificate does not stand, or its signature does not"],
  [43, "the other's certificate is of a kind that is not accepted here"],
  [44, "the other's certificate was revoked"],
  [45, "the other's certificate is out of its time"],
  [46, "the other's certificate is not accepted, for a reason that is not said"],
  [47, "a field of the other's message cannot be"],
  [48, "the authority that signed the other's certificate is not known here"],
  [49, "the other's certificate is good and gives no access"],
  [50, "a message could not be decoded"],
  [51, "a signature, or a Finished, does not verify"],
  [70, "the version is not spoken here"],
  [71, "the offer is weaker than what is asked for here"],
  [80, "something of its own went wrong; libmosquitto says so of a name that does not match"],
  [86, "the client came down from a newer version although this end speaks it"],
  [109, "an extension is missing that must be there"],
  [110, "an extension came that was not asked for"],
  [112, "no host of that name is here"],
  [116, "a client certificate is asked for"],
  [120, "no application protocol (ALPN) that both have"],
]);
