/** MQ224: connections that only hold a place. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ224",
  name: "idle-connections",
  title: "One address holds many connections without a CONNECT",
  severity: "low",
  cwe: [400],
  why: "A broker has room for so many connections: who holds them open without a word keeps others out (SlowITe).",
  fix: "Let the broker close connections that send no CONNECT within seconds, and limit connections by address.",
  falseAlarm: "A load balancer or a monitor that keeps connections in reserve.",
  references: ["MQTT 5.0 §3.1.4", "MQTT 5.0 §5.4.8"],
  wireshark: "tcp.port == 1883 and tcp.flags.syn == 1",
  fires: "idle",
  quiet: ["nothing", "plaintext-password", "tls12"],
  on: ["session.idle_connections"],
  check: ({ connections, more }) => ({
    field: "tcp.stream",
    shown: `${connections} connections at once, 30 s and longer`,
    more,
    confidence: "tentative",
  }),
});
