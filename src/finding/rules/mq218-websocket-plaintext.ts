/** MQ218: MQTT over WebSocket without TLS. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ218",
  name: "websocket-plaintext",
  title: "MQTT over WebSocket without TLS",
  severity: "high",
  onThePath: true,
  cwe: [319],
  why: "The masking of WebSocket is no encryption: anyone on the path reads topics, payloads and credentials.",
  fix: "Use wss:// and close the plain WebSocket listener.",
  falseAlarm: "The path is protected outside the capture, or a proxy on the same machine adds TLS.",
  references: ["RFC 6455 §10.6", "MQTT 5.0 §6"],
  wireshark: "websocket",
  affects: "exposed",
  fires: "websocket",
  quiet: ["plaintext-password", "tls12"],
  on: ["session.login", "session.midstream"],
  check: event =>
    event.transport === "ws"
      ? {
          field: event.type === "session.login" ? "CONNECT" : "Control Packet",
          shown: "MQTT in WebSocket frames",
        }
      : undefined,
});
