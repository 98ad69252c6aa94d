/** MQ605: half of a conversation. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ605",
  name: "one-sided",
  title: "Only one direction was captured",
  severity: "low",
  cwe: [],
  why: "Without the other side nobody can say what was accepted: whether a login worked, a filter was granted, a handshake finished.",
  fix: "Capture where both directions pass: on one of the two machines, or on a mirror port set to both.",
  falseAlarm: "The other side never answered.",
  references: ["RFC 9293 §3.4"],
  wireshark: "tcp.stream and ip.src",
  affects: "coverage",
  fires: "one-sided",
  quiet: ["plaintext-password", "tls12", "gap"],
  on: ["session.capture"],
  check: ({ coverage }) =>
    coverage.oneSidedConnections > 0
      ? { field: "tcp", shown: `${coverage.oneSidedConnections} of ${coverage.judged} conversations` }
      : undefined,
});
