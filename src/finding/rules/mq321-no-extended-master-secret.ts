/** MQ321: a master secret that does not hold the whole handshake. */
import { defineRule } from "../rule.ts";
import { EXTENDED_MASTER_SECRET, hasExtension, TLS_1_2 } from "./versions.ts";

export const rule = defineRule({
  id: "MQ321",
  name: "no-extended-master-secret",
  title: "No extended master secret",
  severity: "low",
  cwe: [300],
  why: "Without it two sessions can be given the same secret (Triple Handshake): who authenticates in one may find himself in another.",
  fix: "Update the TLS library of the end that does not offer it; no setting is needed.",
  proof: "A ServerHello of TLS 1.2 or older without extended_master_secret.",
  falseAlarm: "Neither client certificates nor renegotiation are used, which is what the attack needs.",
  references: ["RFC 7627 §1", "RFC 7627 §5.2"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.version == 0x0303 and not tls.handshake.extension.type == 23",
  fires: "no-extended-master-secret",
  quiet: ["tls12", "tls13"],
  on: ["session.negotiated"],
  check: ({ tls: { clientHello, serverHello } }) => {
    if (serverHello?.version !== TLS_1_2 || hasExtension(serverHello, EXTENDED_MASTER_SECRET))
      return undefined;
    const offered = clientHello !== undefined && hasExtension(clientHello, EXTENDED_MASTER_SECRET);
    return {
      field: "server_hello.extensions",
      shown: offered ? "offered, not taken" : "not offered",
      ofBroker: offered,
    };
  },
});
