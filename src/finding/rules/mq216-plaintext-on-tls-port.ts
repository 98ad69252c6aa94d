/** MQ216: a CONNECT in clear on a port that is for TLS. */
import { isSealed } from "../../session/readable.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ216",
  name: "plaintext-on-tls-port",
  title: "MQTT in clear on a TLS port",
  severity: "high",
  also: { critical: "the login holds a password" },
  onThePath: true,
  cwe: [319],
  why: "The client believes that it speaks TLS, and sends everything in clear. Even where the broker refuses it, what it sent is out.",
  fix: "Use mqtts:// (or the client library's TLS options) instead of the port number alone, and replace a password that was sent.",
  falseAlarm: "The broker offers plain MQTT on this port on purpose.",
  references: ["MQTT 5.0 §5.4.5", "IANA: secure-mqtt is 8883"],
  wireshark: "tcp.port == 8883 and (mqtt or tcp.payload[0] == 10)",
  affects: "exposed",
  fires: "plaintext-on-8883",
  quiet: ["plaintext-password", "tls12"],
  on: ["session.login"],
  check: ({ login, transport, connection }, { isTlsPort }) => {
    if (isSealed(transport) || !isTlsPort(connection.server.port)) return undefined;
    const { port } = connection.server;
    const withPassword = login.password !== undefined;
    return {
      field: "CONNECT",
      // Of any other port only this capture says what is spoken there.
      confidence: port === SECURE_MQTT ? "certain" : "firm",
      severity: withPassword ? "critical" : "high",
      ...(withPassword && { title: "MQTT with a password in clear on a TLS port", secret: login.password }),
    };
  },
});

/** IANA: `secure-mqtt`. */
const SECURE_MQTT = 8883;
