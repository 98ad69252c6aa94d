/** MQ217: a client that gives up TLS instead of giving up the connection. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ217",
  name: "tls-failed-then-plaintext",
  title: "Client falls back to plain MQTT after TLS failed",
  severity: "critical",
  cwe: [757, 319],
  why: "Whoever stands on the path needs only to break the handshake, and the client sends everything in clear of its own accord.",
  fix: "Let the client use TLS or nothing: remove the fallback, and close the broker's plain listener.",
  falseAlarm: "Several clients share the address: one failed with TLS, another has always spoken plain MQTT.",
  references: ["RFC 7457 §2.1", "RFC 9325 §3.2"],
  wireshark: "tls.alert_message or mqtt.msgtype == 1",
  fires: "tls-then-plain",
  quiet: ["unknown-ca", "plaintext-password", "plaintext-refused-8883"],
  on: ["session.fallback"],
  check: ({ port, seconds, others }) => ({
    field: "CONNECT",
    shown: `TLS failed on port ${port} ${seconds.toFixed(1)} s before`,
    confidence: others ? "tentative" : "firm",
  }),
});
