/** MQ610: the same octets of a stream, sent twice and not alike. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ610",
  name: "overlap-conflict",
  title: "Octets were sent twice with different content",
  severity: "medium",
  cwe: [345],
  why: "A receiver keeps one of the two, and nobody but it knows which: so packets are slipped past whoever watches, or into a connection from beside.",
  fix: "Find out which machine sent the second copy (its MAC address and TTL tell); a broken middlebox does so too.",
  falseAlarm: "Two captures were joined, or a sanitiser changed one copy and not the other.",
  references: ["RFC 9293 §3.10.7.4", "RFC 9293 §3.4"],
  wireshark: "tcp.segment.overlap.conflict or tcp.analysis.retransmission",
  affects: "coverage",
  fires: "overlap",
  quiet: ["plaintext-password", "tls12", "gap"],
  on: ["stream.overlap"],
  check: ({ octets }) => ({ field: "tcp.payload", shown: `${octets} octets` }),
});
