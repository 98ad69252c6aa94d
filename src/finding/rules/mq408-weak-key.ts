/** MQ408: a key that can be broken. */
import type { PublicKey } from "../../protocol/x509/certificate.ts";
import type { Severity } from "../finding.ts";
import { defineRule } from "../rule.ts";
import { chainField, each } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ408",
  name: "weak-key",
  title: "Certificate with a weak key",
  severity: "high",
  cwe: [326],
  why: "Whoever computes the private key can be this broker, and reads recorded sessions that used RSA key exchange.",
  fix: "Make a new key: RSA of 2048 bits or more, or P-256.",
  falseAlarm: "None known: the size is the one of the key in the certificate.",
  references: ["RFC 9325 §4.5"],
  wireshark: "x509af.subjectPublicKeyInfo_element",
  affects: "weak",
  fires: "weak-key",
  quiet: ["tls12", "tls13"],
  on: ["session.chain"],
  check: ({ chain, direction }) =>
    each(chain, ({ fields, sha256 }, index) => {
      const severity = fields === undefined ? undefined : weakness(fields.publicKey);
      if (fields === undefined || severity === undefined) return undefined;
      return {
        field: chainField(direction, index, "subjectPublicKeyInfo"),
        shown: `${fields.publicKey.algorithm} ${fields.publicKey.bits} bits`,
        severity,
        subject: sha256,
        ofBroker: direction === "server",
      };
    }),
});

/** RSA and DSA below 2048 bits, elliptic curves below 224 (about 112 bits of security, RFC 9325 §4.5). */
function weakness({ algorithm, bits }: PublicKey): Severity | undefined {
  if (bits === undefined) return undefined;
  if (algorithm === "RSA" || algorithm === "RSA-PSS" || algorithm === "DSA")
    return bits <= 1024 ? "critical" : bits < 2048 ? "high" : undefined;
  return algorithm === "ECDSA" && bits < 224 ? "high" : undefined;
}
