/** MQ112: a secret in the payload of a message. */
import { defineRule } from "../rule.ts";
import { isPlainSecret, sightings, surely, titled } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ112",
  name: "secret-in-payload",
  title: "Secret in a message sent without TLS",
  severity: "high",
  also: { medium: "tentative: no name but `pass` or `pw` beside a user's says that it is a password" },
  onThePath: true,
  cwe: [319, 200],
  why: "Anyone on the path reads the message, and so does every subscriber: what the secret opens, it opens for them.",
  fix: "Do not publish secrets; where a device must be given one, encrypt the message for it and use TLS. Replace this one: it is known.",
  falseAlarm: "An example value, or a token that is public by design.",
  references: ["ETSI EN 303 645 5.5", "MQTT 5.0 §5.4.5"],
  wireshark:
    'mqtt.msg matches "(?i)passw|passphrase|psk|secret|token|key|credential|eyJ|SharedAccess|gh[pousr]_|xox[a-z]-|ya29|AKIA|ASIA|AIza|70617373"',
  affects: "exposed",
  fires: "secret-in-payload",
  quiet: ["harmless-lookalikes", "plaintext-password", "wifi-credentials", "personal-data"],
  on: ["finding.secrets"],
  check: found =>
    found.place !== "payload" || !found.clear
      ? undefined
      : sightings<"medium">(found, match =>
          isPlainSecret(match.kind)
            ? {
                title: titled(match, "in a message sent without TLS"),
                confidence: surely(match),
                ...(match.beside === true && { severity: "medium" }),
              }
            : undefined,
        ),
});
