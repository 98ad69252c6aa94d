/** MQ418: two keys that open one another. */
import { printable } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ418",
  name: "rsa-shared-factor",
  title: "RSA key shares a prime with another",
  severity: "critical",
  cwe: [331, 338],
  why: "The greatest common divisor of both public keys is a secret prime of both: anybody computes the private keys in a moment.",
  fix: "Make new keys on a machine with a sound generator, and look where else such devices made keys.",
  proof: "The greatest common divisor of two RSA moduli in the captures is more than 1.",
  falseAlarm: "None known: the common factor is there.",
  references: ["Heninger et al., Mining Your Ps and Qs, 2012", "RFC 8446 §C.1"],
  wireshark: "pkcs1.modulus",
  affects: "weak",
  fires: "shared-factor",
  quiet: ["tls12", "shared-key", "incomplete-chain"],
  on: ["session.shared_factor"],
  check: ({ other, spkiSha256, direction }) => ({
    field: chainField(direction, 0, "modulus"),
    shown: `a prime in common with ${printable(other)}`,
    subject: spkiSha256,
    ofBroker: direction === "server",
  }),
});
