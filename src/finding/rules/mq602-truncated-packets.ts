/** MQ602: frames of which the capture holds the beginning only. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ602",
  name: "truncated-packets",
  title: "Packets were cut short by the capture",
  severity: "low",
  cwe: [],
  why: "What was cut off is not judged: a password may have been in it.",
  fix: "Capture with a snap length that holds whole packets (tcpdump -s 0).",
  falseAlarm: "The capture was cut on purpose, to share it without its content.",
  references: ["draft-ietf-opsawg-pcap §5"],
  wireshark: "frame.cap_len < frame.len",
  affects: "coverage",
  fires: "truncated",
  quiet: ["plaintext-password", "tls12", "gap"],
  on: ["session.capture"],
  check: ({ coverage }) =>
    coverage.truncatedFrames > 0
      ? { field: "Captured Packet Length", shown: `${coverage.truncatedFrames} of ${coverage.frames} frames` }
      : undefined,
});
