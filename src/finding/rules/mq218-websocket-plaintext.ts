/** MQ218: MQTT over WebSocket without TLS. */
import type { Conversation } from "../../session/conversation.ts";
import { isSealed } from "../../session/readable.ts";
import { defineRule, type Sighting } from "../rule.ts";

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
  wireshark: "websocket or http.upgrade",
  affects: "exposed",
  fires: "websocket",
  quiet: ["plaintext-password", "tls12"],
  on: ["session.login", "session.midstream", "session.closed"],
  check(event) {
    if (event.type === "session.closed") return grantedAlone(event.conversation);
    return event.transport === "ws"
      ? {
          field: event.type === "session.login" ? "CONNECT" : "Control Packet",
          shown: "MQTT in WebSocket frames",
        }
      : undefined;
  },
});

/** The broker speaks it in clear, and nothing was said after that. */
const grantedAlone = ({ upgraded, mqtt, transport }: Conversation): Sighting | undefined =>
  upgraded === undefined || mqtt !== undefined || isSealed(transport) || isSealed(upgraded.transport)
    ? undefined
    : { field: "GET.sec-websocket-protocol", shown: "mqtt, granted", seen: upgraded };
