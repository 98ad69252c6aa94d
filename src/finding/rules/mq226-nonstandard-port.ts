/** MQ226: MQTT where nobody looks for it. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ226",
  name: "nonstandard-port",
  title: "MQTT on another port than 1883",
  severity: "info",
  cwe: [],
  why: "Firewalls and filters go by ports: what is not where it belongs is easily overlooked. It hides nothing.",
  fix: "Use the registered ports, or tell whoever watches the network.",
  falseAlarm: "A port that was agreed on.",
  references: ["IANA: mqtt is 1883, secure-mqtt is 8883"],
  wireshark: "mqtt and not tcp.port == 1883",
  fires: "careless",
  quiet: ["plaintext-password", "plaintext-on-8883", "websocket", "tls12"],
  on: ["session.login", "session.midstream"],
  check({ transport, connection }) {
    const { port } = connection.server;
    // WebSocket has no port of its own, and plain MQTT on 8883 is MQ216.
    if (transport !== "tcp" || port === MQTT_PORT || port === SECURE_MQTT_PORT) return undefined;
    return { field: "tcp.port", shown: String(port), ofCapture: true };
  },
});

const MQTT_PORT = 1883;
const SECURE_MQTT_PORT = 8883;
