/** MQ615: octets that are no TLS although they stand where TLS was. */
import { faultText } from "../../octets/decode.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ615",
  name: "undecodable-bytes",
  title: "Part of a TLS conversation cannot be decoded",
  severity: "low",
  cwe: [],
  why: "A message is not what its header said: what it meant, and perhaps what follows it, is not judged.",
  fix: "Look at the octets: a damaged capture, a broken stack, or somebody who tries how much is checked.",
  falseAlarm: "An extension of the protocol that is newer than this program.",
  references: ["RFC 8446 §6.2", "RFC 5280 §4.1"],
  wireshark: "_ws.malformed or _ws.expert.severity == error",
  affects: "coverage",
  fires: "malformed-hello",
  quiet: ["tls12", "tls13", "plaintext-password"],
  on: ["tls.malformed", "x509.malformed"],
  check: ({ fault }) => ({
    field: `${fault.unit}.${fault.field}`,
    shown: faultText(fault),
    subject: fault.unit,
  }),
});
