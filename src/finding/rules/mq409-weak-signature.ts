/** MQ409: a certificate signed over a hash that can be forged. */
import { defineRule } from "../rule.ts";
import { chainField, eachCounted } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ409",
  name: "weak-signature",
  title: "Certificate is signed over SHA-1",
  severity: "medium",
  also: { high: "the hash is MD5 or older" },
  cwe: [328],
  why: "Two certificates with the same hash can be made: a harmless one is signed, and the signature counts for the other (it was done with MD5 in 2008).",
  fix: "Sign again with SHA-256; OpenSSL and Node refuse this one already.",
  proof: "signatureAlgorithm of a certificate that is no root.",
  falseAlarm: "None known: a root's signature over itself is not looked at.",
  references: ["RFC 9155 §1", "NIST SP 800-131Ar2 §9", "CA/Browser Forum BR §7.1.3.2"],
  wireshark: "x509af.algorithm.id == 1.2.840.113549.1.1.5 or x509af.algorithm.id == 1.2.840.113549.1.1.4",
  affects: "weak",
  fires: "sha1-certificate",
  quiet: ["tls12", "self-signed", "weak-key"],
  on: ["session.chain"],
  check: event =>
    eachCounted<"high">(event, ({ fields: { signatureAlgorithm, selfSigned }, index }) => {
      if (selfSigned || !/sha-?1(?!\d)|md[245]/i.test(signatureAlgorithm)) return undefined;
      const broken = /md[245]/i.test(signatureAlgorithm);
      return {
        field: chainField(event.direction, index, "signatureAlgorithm"),
        shown: signatureAlgorithm,
        ...(broken && { severity: "high", title: "Certificate is signed over MD5" }),
      };
    }),
});
