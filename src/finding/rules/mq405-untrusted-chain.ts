/** MQ405: a chain that leads to none of the roots that the user named. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ405",
  name: "untrusted-chain",
  title: "Broker's certificate leads to none of the roots given",
  severity: "high",
  cwe: [296],
  why: "This is not the certificate authority that the clients ought to trust: another broker, a wrong installation, or somebody in between.",
  fix: "Install a certificate that the given authority signed, with the intermediates it needs.",
  falseAlarm: "The root that was given (--ca) is not the one that these clients trust.",
  references: ["RFC 5280 §6.1"],
  wireshark: "tls.handshake.type == 11",
  fires: "unknown-ca",
  quiet: ["tls12", "self-signed", "expired"],
  on: ["session.chain"],
  check: ({ tls, chain, direction }) =>
    direction === "server" && tls.trust.status === "untrusted" && chain[0] !== undefined
      ? {
          field: chainField("server", 0, "issuer"),
          shown: chain[0].sha256,
          subject: chain[0].sha256,
          ofBroker: true,
        }
      : undefined,
});
