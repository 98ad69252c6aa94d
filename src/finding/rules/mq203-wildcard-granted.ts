/** MQ203: the broker grants a subscription to everything. */
import { wireString } from "../../octets/text.ts";
import { asksForEverything } from "../../session/filters.ts";
import { isSealed } from "../../session/readable.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ203",
  name: "wildcard-granted",
  title: "Broker grants a subscription to every topic",
  severity: "high",
  also: { critical: "the client showed no credential" },
  cwe: [732, 862],
  why: "This client may read what every other client publishes: one stolen credential opens everything.",
  fix: "Grant each client the topics it needs (mosquitto: acl_file), and none a bare #.",
  falseAlarm:
    "The client is a monitor, a bridge or a recorder that is meant to see everything, or, as long as nothing was delivered, the broker filters what it sends.",
  references: ["MQTT 5.0 §5.4.2", "MQTT 5.0 §4.7.1"],
  wireshark:
    'mqtt.topic matches "^([$]share[/:][^/:]*[/:]|[$]queue/)?([+]/)*#$" or (mqtt.msgtype == 3 and tcp.srcport == 1883)',
  fires: "wildcard",
  quiet: ["subscribe-one-topic", "wildcard-refused", "plaintext-password", "tls12"],
  on: ["session.subscription", "session.delivery"],
  check(event) {
    const { filter, mqtt } = event;
    const subject = filter;
    // Behind TLS a client certificate may have said who it is.
    const isUnknown = mqtt.anonymous && !isSealed(event.transport);
    const to = isUnknown ? " to a client without credentials" : "";
    const severity = isUnknown ? "critical" : "high";
    if (event.type === "session.delivery") {
      const title = `Broker grants a subscription to every topic${to}, and delivers on it`;
      // The grant is counted already.
      return { field: "PUBLISH.Topic Name", shown: event.topic, subject, severity, title, more: 0 };
    }
    if (event.code >= FAILURE || !asksForEverything(wireString(filter))) return undefined;
    const title = `Broker grants a subscription to every topic${to}`;
    // It may still filter what it delivers.
    return { field: "SUBSCRIBE.Topic Filter", shown: filter, subject, severity, confidence: "firm", title };
  },
});

/** MQTT 5.0 §3.9.3, 3.1.1 §3.9.3: from here on the codes are failures. */
const FAILURE = 0x80;
