/** MQ510: a client that has learnt to verify. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ510",
  name: "insecure-then-secure",
  title: "Client verifies now, and did not before",
  severity: "info",
  cwe: [],
  why: "In an earlier capture it took a certificate that nobody takes; in this it refuses one. What it sent before may be known to others.",
  fix: "Replace the passwords that it sent while it did not verify.",
  proof: "Data after a bad certificate in the earlier capture, a refusal by the same client in this one.",
  falseAlarm: "Another client has the address now.",
  references: ["RFC 9325 §7.1"],
  wireshark: "tls.alert_message.desc in {42, 43, 44, 45, 46, 48}",
  fires: "mended",
  quiet: ["expired", "expired-refused", "inconsistent"],
  on: ["session.mended"],
  check: ({ tls: { clientVerifies } }) => ({
    field: "alert.description",
    shown: clientVerifies.text,
    confidence: "firm",
  }),
});
