/** MQ421: a certificate from before extensions. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ421",
  name: "x509-v1",
  title: "Certificate of X.509 version 1",
  severity: "medium",
  cwe: [295],
  why: "It cannot say what it is for, which names it stands for, or that it is no authority: some verifiers take it for one.",
  fix: "Make it again with extensions (openssl x509 -req -extfile …; without them it becomes version 1).",
  proof: "No version field, or 0, in the certificate.",
  falseAlarm: "None known.",
  references: ["RFC 5280 §4.1.2.1", "CA/Browser Forum BR §7.1.1"],
  wireshark: "tls.handshake.type == 11 and x509af.signedCertificate_element and not x509ce.id",
  fires: "x509-v1",
  quiet: ["tls12", "self-signed", "no-san"],
  on: ["session.chain"],
  check: ({ chain, direction }) => {
    const leaf = chain[0];
    return leaf?.fields?.version === 1
      ? { field: chainField(direction, 0, "version"), subject: leaf.sha256, ofBroker: direction === "server" }
      : undefined;
  },
});
