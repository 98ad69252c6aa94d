/** MQ116: a secret in a user property. */
import { defineRule } from "../rule.ts";
import { isPlainSecret, sightings, surely, titled } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ116",
  name: "secret-in-user-property",
  title: "Secret in a user property sent without TLS",
  severity: "high",
  onThePath: true,
  cwe: [319],
  why: "User properties look like the headers of HTTP and are used like them, but they go to every subscriber along with the message, and to anyone on the path.",
  fix: "Authenticate the connection and not the message; where a message must carry a proof, sign it. Replace the secret: it is known.",
  falseAlarm: "A name that ends like that of a secret: the token of a trace or of a page.",
  references: ["MQTT 5.0 §3.3.2.3.7", "MQTT 5.0 §5.4.5"],
  wireshark: "mqtt.prop_key",
  affects: "exposed",
  fires: "secret-in-user-property",
  quiet: ["mqtt5", "harmless-lookalikes", "secret-in-payload"],
  on: ["finding.secrets"],
  check: found =>
    found.place !== "user-property" || !found.clear
      ? undefined
      : sightings(found, match =>
          isPlainSecret(match.kind)
            ? {
                title: titled(match, "in a user property sent without TLS"),
                confidence: surely(match),
                subject: found.field,
              }
            : undefined,
        ),
});
