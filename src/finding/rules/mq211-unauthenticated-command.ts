/** MQ211: a client that showed no credential tells devices what to do. */
import { isSealed } from "../../session/readable.ts";
import { COMMAND } from "../../session/marks.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ211",
  name: "unauthenticated-command",
  title: "Client without credentials publishes to a command topic",
  severity: "high",
  cwe: [306, 862],
  why: "If devices obey this topic, whoever reaches the broker switches, resets or updates them.",
  fix: "Switch anonymous access off, and grant command topics to those who may give commands (mosquitto: acl_file).",
  falseAlarm:
    "The topic is a word that only looks like a command, or the broker keeps the message to itself.",
  references: ["MQTT 5.0 §5.4.1", "MQTT 5.0 §5.4.2"],
  wireshark:
    'mqtt.msgtype == 3 and mqtt.topic matches "(^|/)(cmd|cmnd|command|set|control|reset|ota|update)(/|$)"',
  fires: "commands",
  quiet: ["innocent", "anonymous", "mqtt5"],
  on: ["session.topic"],
  check({ marks, direction, publish, mqtt, transport }) {
    // Inside TLS a client certificate may have authenticated.
    if ((marks & COMMAND) === 0 || direction !== "client" || !mqtt.anonymous || isSealed(transport))
      return undefined;
    const { resolvedTopic } = publish;
    return {
      field: "PUBLISH.Topic Name",
      shown: resolvedTopic,
      subject: resolvedTopic,
      // What a topic means to a device is not on the wire.
      confidence: "tentative",
    };
  },
});
