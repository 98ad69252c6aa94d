/** MQ120: name and password of a wireless network in one message. */
import { defineRule } from "../rule.ts";
import { sightings } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ120",
  name: "wifi-credentials",
  title: "Wi-Fi credentials in a message sent without TLS",
  severity: "critical",
  also: {
    high: "tentative: no name but `pass`, `pw` or `key` beside the network's says that it is a password",
  },
  cwe: [319],
  why: "With the name and the password of the network somebody outside the house is inside of it, and reads and reaches everything that is there.",
  fix: "Provision devices over a channel of their own that is encrypted (BLE with pairing, Wi-Fi Easy Connect), never over the broker; change the network's password: it is known.",
  falseAlarm: "A demonstration, or a network that exists for the minutes of the installation.",
  references: ["ETSI EN 303 645 5.5", "MQTT 5.0 §5.4.5"],
  wireshark: 'mqtt.msg matches "(?i)ssid|WIFI:"',
  affects: "exposed",
  fires: "wifi-credentials",
  quiet: ["harmless-lookalikes", "secret-in-payload", "plaintext-password"],
  on: ["finding.secrets"],
  check: found =>
    IN.has(found.place) && found.clear
      ? sightings<"high">(found, ({ kind, beside }) =>
          kind !== "wifi" ? undefined : beside === true ? { severity: "high", confidence: "tentative" } : {},
        )
      : undefined,
});

const IN: ReadonlySet<string> = new Set(["payload", "will", "user-property"]);
