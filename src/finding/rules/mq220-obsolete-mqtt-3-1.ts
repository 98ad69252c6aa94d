/** MQ220: MQTT 3.1, the version before the standard. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ220",
  name: "obsolete-mqtt-3-1",
  title: "Client speaks MQTT 3.1",
  severity: "low",
  cwe: [477],
  why: "MQTT 3.1 was never an OASIS standard: it leaves open what later versions forbid, and brokers drop it. Who speaks it has not been updated for years.",
  fix: "Update the client to MQTT 3.1.1 or 5.0.",
  falseAlarm: "A bridge that announces itself with level 3 and is configured so.",
  references: ["MQTT 3.1.1 §3.1.2.2"],
  wireshark: "mqtt.ver == 3",
  fires: "mqtt31",
  quiet: ["plaintext-password", "mqtt5", "tls12"],
  on: ["session.login"],
  check: ({ login }) =>
    login.version === "3.1"
      ? { field: "CONNECT.Protocol Name", shown: login.connect.protocolName }
      : undefined,
});
