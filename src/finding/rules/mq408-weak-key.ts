/** MQ408: a key that can be broken. */
import type { PublicKey } from "../../protocol/x509/certificate.ts";
import { defineRule } from "../rule.ts";
import { chainField, eachCounted, RAW_KEY, rawKey } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ408",
  name: "weak-key",
  title: "Certificate with a weak key",
  severity: "high",
  also: { critical: "an RSA or DSA key has 1024 bits or less" },
  cwe: [326],
  why: "Whoever computes the private key can be this broker, and reads recorded sessions that used RSA key exchange.",
  fix: "Make a new key: RSA of 2048 bits or more, or P-256.",
  proof: "Kind and size of the key in the certificate.",
  falseAlarm:
    "In TLS 1.3 the size is inferred from the length of a signature, and said to be tentative; in a certificate it is the key's own.",
  references: ["RFC 9325 §4.5"],
  wireshark: "x509af.subjectPublicKeyInfo_element",
  affects: "weak",
  fires: "weak-key",
  quiet: ["tls12", "tls13"],
  on: ["session.chain", "session.closed"],
  check: event => {
    if (event.type === "session.closed") {
      const octets = event.conversation.tls?.sizes?.server?.signatureOctets ?? 0;
      const bits = RSA_SIGNATURES.get(octets);
      return bits === undefined
        ? undefined
        : {
            field: "CertificateVerify",
            shown: `a signature of ${octets} octets, as RSA of ${bits} bits makes`,
            severity: bits <= 1024 ? "critical" : "high",
            confidence: "tentative",
            ofBroker: true,
          };
    }
    const raw = rawKey(event);
    const weak = raw && weakness(raw);
    if (raw !== undefined && weak !== undefined)
      return {
        field: RAW_KEY,
        shown: shownOf(raw),
        severity: weak,
        title: "Raw public key that is weak",
        subject: raw.spkiSha256,
        ofBroker: true,
      };
    return eachCounted<"high" | "critical">(event, ({ fields: { publicKey }, index }) => {
      const severity = weakness(publicKey);
      if (severity === undefined) return undefined;
      return {
        field: chainField(event.direction, index, "subjectPublicKeyInfo"),
        shown: shownOf(publicKey),
        severity,
      };
    });
  },
});

const shownOf = ({ algorithm, bits }: PublicKey): string => `${algorithm} ${bits} bits`;

/** RSA and DSA below 2048 bits, elliptic curves below 224 (about 112 bits of security, RFC 9325 §4.5). */
function weakness({ algorithm, bits }: PublicKey): "high" | "critical" | undefined {
  if (bits === undefined) return undefined;
  if (algorithm === "RSA" || algorithm === "RSA-PSS" || algorithm === "DSA")
    return bits <= 1024 ? "critical" : bits < 2048 ? "high" : undefined;
  return algorithm === "ECDSA" && bits < 224 ? "high" : undefined;
}

/** RFC 8017 §8.1.1: a signature is as long as the modulus; no curve's signature has these lengths. */
const RSA_SIGNATURES: ReadonlyMap<number, number> = new Map([
  [96, 768],
  [128, 1024],
  [192, 1536],
]);
