/** MQ335: TLS on the port that is registered for MQTT in clear. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ335",
  name: "tls-on-plaintext-port",
  title: "TLS on the port for MQTT in clear",
  severity: "info",
  cwe: [],
  why: "Nothing is wrong with it: what passes is protected. Filters and people that go by the port take it for plain MQTT.",
  fix: "Nothing to mend. Port 8883 would tell what it is.",
  proof: "A ClientHello on the port that is registered for MQTT without TLS.",
  falseAlarm: "None known: the octets are TLS.",
  references: ["IANA: mqtt is 1883, secure-mqtt is 8883"],
  wireshark: "tcp.port == 1883 and tcp.payload[0] == 0x16",
  fires: "tls-on-1883",
  quiet: ["tls12", "tls13", "plaintext-password"],
  on: ["session.negotiated"],
  check: ({ connection: { server } }) =>
    server.port === 1883 ? { field: "tcp.port", shown: String(server.port), ofCapture: true } : undefined,
});
