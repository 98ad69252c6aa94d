/** MQ225: a client that nobody misses. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ225",
  name: "keepalive-disabled",
  title: "Clients switch keep alive off",
  severity: "info",
  cwe: [400],
  why: "The broker never notices that such a client is gone: its connection stays, and its will is not published.",
  fix: "Set a keep alive of a minute or some.",
  falseAlarm: "The device runs on mains and the broker watches TCP itself.",
  references: ["MQTT 5.0 §3.1.2.10"],
  wireshark: "mqtt.msgtype == 1 and mqtt.kalive == 0",
  fires: "careless",
  quiet: ["plaintext-password", "mqtt5", "tls12"],
  on: ["session.login"],
  check: ({ login }) =>
    login.connect.keepAlive === 0 && login.accepted !== false
      ? { field: "CONNECT.Keep Alive", shown: 0, ofCapture: true }
      : undefined,
});
