/** MQ420: a number that was given twice. */
import { printable } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ420",
  name: "serial-poor",
  title: "Two certificates of one issuer have the same serial number",
  severity: "low",
  cwe: [331],
  why: "Issuer and serial number are a certificate's name: revoking one revokes both, and some verifiers refuse the second.",
  fix: "Let the authority draw serial numbers at random (openssl ca: rand_serial = yes; x509: -CAcreateserial).",
  proof: "One issuer's serial number in two certificates, or one that is short.",
  falseAlarm: "Two authorities that took the same name.",
  references: ["RFC 5280 §4.1.2.2", "CA/Browser Forum BR §7.1"],
  wireshark: "x509af.serialNumber",
  fires: "same-serial",
  quiet: ["tls12", "chain", "incomplete-chain"],
  on: ["session.same_serial"],
  check: ({ issuer, serialNumber, direction }) => ({
    field: chainField(direction, 0, "serialNumber"),
    shown: `${serialNumber} of ${printable(issuer)}`,
    subject: `${issuer} ${serialNumber}`,
    ofCapture: true,
  }),
});
