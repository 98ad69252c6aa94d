/** MQ203: the broker grants a subscription to everything. */
import { wireString } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ203",
  name: "wildcard-granted",
  title: "Broker grants a subscription to every topic",
  severity: "high",
  cwe: [732, 862],
  why: "This client may read what every other client publishes: one stolen credential opens everything.",
  fix: "Grant each client the topics it needs (mosquitto: acl_file), and none a bare #.",
  falseAlarm: "The client is a monitor, a bridge or a recorder that is meant to see everything, or the broker filters what it delivers.",
  references: ["MQTT 5.0 §5.4.2", "MQTT 5.0 §4.7.1"],
  wireshark: 'mqtt.msgtype == 8 and mqtt.topic == "#"',
  fires: "wildcard",
  quiet: ["subscribe-one-topic", "plaintext-password", "tls12"],
  on: ["session.subscription"],
  check: ({ filter, code, mqtt }) => {
    const text = wireString(filter);
    if (code >= FAILURE || !EVERYTHING.test(sharedFilter(text))) return undefined;
    return {
      field: "SUBSCRIBE.Topic Filter",
      shown: filter,
      subject: text,
      severity: mqtt.anonymous ? "critical" : "high",
      ...(mqtt.anonymous && { title: "Broker grants a subscription to every topic to a client without credentials" }),
    };
  },
});

/** MQTT 5.0 §4.8.2: `$share/group/filter`. */
const sharedFilter = (filter: string): string => filter.replace(/^\$share\/[^/]*\//, "");

/** `#`, `+/#`, `+/+/#` …: nothing in it but wildcards. */
const EVERYTHING = /^(?:\+\/)*#$/;

/** MQTT 5.0 §3.9.3, 3.1.1 §3.9.3: from here on the codes are failures. */
const FAILURE = 0x80;
