/** MQ118: personal data in a message. */
import { defineRule, type Sighting } from "../rule.ts";
import type { SecretMatch } from "../secrets/match.ts";
import { sightings, titled } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ118",
  name: "personal-data",
  title: "Personal data in a message sent without TLS",
  severity: "medium",
  onThePath: true,
  cwe: [359],
  why: "Who somebody is, where they are, or what they pay with is read by anyone on the path and by every subscriber.",
  fix: "Publish what the application needs and no more, over TLS; a number stands for a person as well as an address does.",
  falseAlarm:
    "A place that never moves (a weather station), an address of a machine, a number that only looks like a card's.",
  references: ["ETSI EN 303 645 5.8", "MQTT 5.0 §5.4.5", "ISO/IEC 7812-1"],
  wireshark: 'mqtt.msg matches "(?i)@|lat|card|pan|[0-9]{4}[- ][0-9]{4}[- ]"',
  affects: "exposed",
  fires: "personal-data",
  quiet: ["harmless-lookalikes", "secret-in-payload", "plaintext-password"],
  on: ["finding.secrets"],
  check: found =>
    (found.place !== "payload" && found.place !== "will") || !found.clear
      ? undefined
      : sightings(found, match =>
          PERSONAL.has(match.kind)
            ? { title: titled(match, "in a message sent without TLS"), confidence: surelyPersonal(match) }
            : undefined,
        ),
});

const PERSONAL: ReadonlySet<string> = new Set(["email", "pan", "location"]);

/** OwnTracks says itself that a person is there; a position alone may be a thing's. */
const surelyPersonal = ({ kind, declared }: SecretMatch): NonNullable<Sighting["confidence"]> =>
  kind === "location" && declared === true ? "certain" : "firm";
