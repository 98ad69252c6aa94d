/** MQ417: an RSA exponent that was chosen for speed. */
import { defineRule } from "../rule.ts";
import { chainField, each } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ417",
  name: "weak-exponent",
  title: "RSA key with a small exponent",
  severity: "medium",
  also: { critical: "the exponent is 1" },
  cwe: [326],
  why: "With exponent 3 a sloppy check of padding lets signatures be forged with pencil and paper (Bleichenbacher 2006); with 1 there is no secret at all.",
  fix: "Make a new key with the usual exponent 65537.",
  proof: "The public exponent of the RSA key in the certificate.",
  falseAlarm: "All clients check padding as they should.",
  references: ["NIST SP 800-56Br2 §6.2", "RFC 8017 §3.1"],
  wireshark: "pkcs1.publicExponent in {1, 3}",
  affects: "weak",
  fires: "exponent-3",
  quiet: ["tls12", "weak-key", "self-signed"],
  on: ["session.chain"],
  check: ({ chain, direction }) =>
    each<"critical">(chain, ({ fields, sha256 }, index) => {
      const exponent = fields?.publicKey.exponent;
      if (exponent !== "3" && exponent !== "1") return undefined;
      return {
        field: chainField(direction, index, "publicExponent"),
        shown: exponent,
        ...(exponent === "1" && { severity: "critical", title: "RSA key with exponent 1: no secret" }),
        subject: sha256,
        ofBroker: direction === "server",
      };
    }),
});
