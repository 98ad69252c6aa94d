/** MQ114: a secret or somebody's address in the name of a topic. */
import { defineRule } from "../rule.ts";
import { sightings, titled } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ114",
  name: "secret-in-topic",
  title: "Secret in a topic",
  severity: "medium",
  cwe: [200],
  why: "Brokers write topics into their logs, bridges and dashboards copy them, and a subscriber with a wildcard reads them all: a topic is the least private part of a message.",
  fix: "Name topics after things; put what is secret or personal into the payload, encrypted, or leave it out.",
  falseAlarm: "An identifier that only looks like a token or an address.",
  references: ["MQTT 5.0 §5.4.5", "ETSI EN 303 645 5.8"],
  wireshark: 'mqtt.topic matches "@|eyJ|AKIA|ASIA|AIza|gh[pousr]_|xox[a-z]-|[0-9]{4}[- ][0-9]{4}[- ]"',
  fires: "secret-in-topic",
  quiet: ["harmless-lookalikes", "plaintext-password", "secret-in-payload"],
  on: ["finding.secrets"],
  check: found =>
    found.place !== "topic"
      ? undefined
      : sightings(found, match =>
          match.kind === "location" ? undefined : { title: titled(match, "in a topic"), confidence: "firm" },
        ),
});
