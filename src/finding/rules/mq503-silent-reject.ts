/** MQ503: a client that leaves without a word after it was shown the certificate. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ503",
  name: "silent-reject",
  title: "Client left without data after the certificate",
  severity: "info",
  cwe: [],
  why: "Node's TLS, and clients that compare a pin, refuse in this way: the handshake ends in order and nothing is sent. It is a good sign, and no proof.",
  fix: "Nothing to mend on the client; look at what the broker shows it.",
  proof: "The client's Finished, or in TLS 1.3 none, then its FIN, and no application data.",
  falseAlarm: "A look at the port, a client that had nothing to say, or one that crashed.",
  references: ["RFC 8446 §6.1", "nodejs/node#20737"],
  wireshark: "tcp.flags.fin == 1 and not tls.app_data",
  fires: "expired-left",
  quiet: ["expired", "expired-refused", "tls12", "tls13"],
  on: ["session.left"],
  check: ({ after, seen }) => ({
    field: "application_data",
    shown: `none after ${after}`,
    seen: seen.closed,
    confidence: "tentative",
  }),
});
