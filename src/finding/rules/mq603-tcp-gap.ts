/** MQ603: octets that the capture does not hold. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ603",
  name: "tcp-gap",
  title: "Octets of the stream are missing from the capture",
  severity: "low",
  cwe: [],
  why: "What was in the gap is not judged: a password may have been in it.",
  fix: "Capture with a larger buffer and snap length, or closer to the broker, and judge again.",
  falseAlarm: "The octets are missing on purpose (a capture cut by a filter or a sanitiser).",
  references: ["RFC 9293 §3.4"],
  wireshark: "tcp.analysis.lost_segment or tcp.analysis.ack_lost_segment",
  affects: "coverage",
  fires: "gap",
  quiet: ["plaintext-password", "tls12"],
  on: ["stream.gap"],
  check: ({ octets }) => ({ field: "tcp.seq", shown: `${octets} octets` }),
});
