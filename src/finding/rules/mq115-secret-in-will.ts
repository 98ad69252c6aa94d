/** MQ115: a secret in a last will. */
import { defineRule } from "../rule.ts";
import { isPlainSecret, sightings, surely, titled } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ115",
  name: "secret-in-will",
  title: "Secret in a last will sent without TLS",
  severity: "high",
  onThePath: true,
  cwe: [319],
  why: "The will is sent with every login, kept by the broker, and given to all subscribers of its topic when the device is gone.",
  fix: "Take the secret out of the will: a state is all it has to say. Replace the secret: it is known.",
  falseAlarm: "An example value, or a token that is public by design.",
  references: ["MQTT 5.0 §3.1.3.4", "MQTT 5.0 §5.4.5"],
  wireshark: "mqtt.willmsg",
  affects: "exposed",
  fires: "secret-in-will",
  quiet: ["mqtt5", "harmless-lookalikes", "secret-in-payload"],
  on: ["finding.secrets"],
  check: found =>
    found.place !== "will" || !found.clear
      ? undefined
      : sightings(found, match =>
          isPlainSecret(match.kind)
            ? { title: titled(match, "in a last will sent without TLS"), confidence: surely(match) }
            : undefined,
        ),
});
