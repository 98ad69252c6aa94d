/** MQ609: the same handshake, captured twice. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ609",
  name: "duplicates",
  title: "The capture holds connections twice",
  severity: "info",
  cwe: [],
  why: "Both randoms of a handshake come again on another connection: it was captured on two interfaces, or on both sides of a gateway. Numbers are too high by that.",
  fix: "Capture on one interface, or filter one side away.",
  falseAlarm: "Somebody played a recording to the network.",
  references: ["RFC 8446 §C.1"],
  wireshark: "tls.handshake.random",
  fires: "seen-twice",
  quiet: ["tls12", "same-random", "resumed"],
  on: ["session.seen_twice"],
  check: () => ({ field: "server_hello.random", ofCapture: true }),
});
