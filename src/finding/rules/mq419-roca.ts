/** MQ419: keys of a library that knew too few primes. */
import { rsaModulus } from "../../protocol/x509/path.ts";
import { hex } from "../../octets/text.ts";
import { isRoca } from "../../session/moduli.ts";
import { defineRule } from "../rule.ts";
import { chainField, each } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ419",
  name: "roca",
  title: "RSA key can be computed (ROCA)",
  severity: "critical",
  cwe: [331],
  why: "Infineon's RSALib, in TPMs and smart cards until 2017, made primes of a form that lets the private key be computed (CVE-2017-15361).",
  fix: "Update the firmware of the chip and make a new key, or make it outside of the chip.",
  proof: "The modulus modulo small primes has the form that only the flawed library gives it.",
  falseAlarm: "One in 2^27 other keys looks so.",
  references: ["CVE-2017-15361", "Nemec et al., The Return of Coppersmith's Attack, 2017"],
  wireshark: "pkcs1.modulus",
  affects: "weak",
  fires: "roca",
  quiet: ["tls12", "weak-key", "exponent-3"],
  on: ["session.chain"],
  check: ({ chain, direction }) =>
    each(chain, ({ der, fields, sha256 }, index) => {
      const bits = fields?.publicKey.bits ?? 0;
      const modulus = bits > 0 && bits <= LARGEST ? rsaModulus(der) : undefined;
      return modulus !== undefined && isRoca(BigInt(`0x${hex(modulus)}`))
        ? {
            field: chainField(direction, index, "modulus"),
            shown: `RSA ${bits} bits`,
            subject: sha256,
            ofBroker: direction === "server",
          }
        : undefined;
    }),
});

/** Bits of the largest key that the library made. */
const LARGEST = 4_096;
