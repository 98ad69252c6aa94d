/** MQ601: there was nothing to judge. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ601",
  name: "nothing-analysed",
  title: "No MQTT and no judged TLS in the capture",
  severity: "info",
  cwe: [],
  why: "A capture without the traffic that was meant to be judged proves nothing: it must not pass for a clean one.",
  fix: "Capture where the traffic passes (the broker, the gateway, a mirror port), name other ports with --ports, and look at the capture filter.",
  falseAlarm: "The capture is meant to hold none.",
  references: ["NIST SP 800-115"],
  wireshark: "mqtt or tls",
  affects: "coverage",
  fires: "nothing",
  quiet: ["plaintext-password", "tls12", "tls13"],
  on: ["session.capture"],
  check: ({ coverage }) =>
    coverage.judged === 0
      ? { field: "conversations", shown: `0 of ${coverage.connections} connections` }
      : undefined,
});
