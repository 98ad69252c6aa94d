/** MQ214: a secret that the broker keeps for whoever comes. */
import { defineRule } from "../rule.ts";
import { sightings, surely, titled } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ214",
  name: "retained-secret",
  title: "Secret in a retained message",
  severity: "high",
  cwe: [200],
  why: "The broker keeps the message and gives it to everybody who subscribes from now on, however long ago it was sent, and also over TLS.",
  fix: "Delete it with an empty retained message, replace the secret, and let the broker refuse retained messages where nobody needs them.",
  falseAlarm: "The topic may be read by those alone for whom the secret is, or the value is an example.",
  references: ["MQTT 5.0 §3.3.1.3", "MQTT 5.0 §5.4.5", "ETSI EN 303 645 5.4"],
  wireshark: "mqtt.msgtype == 3 and mqtt.retain == 1",
  fires: "retained-secret",
  quiet: ["innocent", "mqtt5", "plaintext-password"],
  on: ["finding.secrets"],
  check: found =>
    found.retained !== true || !KEPT.has(found.place)
      ? undefined
      : sightings(found, match => ({
          title: titled(match, "in a retained message"),
          confidence: surely(match),
        })),
});

/** Of a message or a will; what is in its topic is MQ114's. */
const KEPT: ReadonlySet<string> = new Set(["payload", "will", "user-property"]);
