/** MQ204: the broker tells a client about itself. */
import { wireString } from "../../octets/text.ts";
import { SYS } from "../../session/marks.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ204",
  name: "sys-topic-readable",
  title: "Broker publishes its own state to a client",
  severity: "medium",
  cwe: [497, 200],
  why: "Topics below $SYS name the broker's software and version and count its clients and messages: what an attacker asks first, and how he sees that it works.",
  fix: "Grant $SYS/# to operators alone (mosquitto: acl_file), or switch it off (sys_interval 0).",
  falseAlarm: "The client is the operator's own monitor.",
  references: ["MQTT 5.0 §4.7.2", "MQTT 5.0 §5.4.2"],
  wireshark: 'mqtt.msgtype == 3 and mqtt.topic contains "$SYS/"',
  fires: "sys-topic",
  quiet: ["wildcard", "subscribe-one-topic", "tls12"],
  on: ["session.topic"],
  check({ marks, direction, publish, mqtt }) {
    if ((marks & SYS) === 0 || direction !== "server") return undefined;
    const username = mqtt.credentials.at(-1)?.username;
    if (username !== undefined && OPERATOR.test(wireString(username))) return undefined;
    return { field: "PUBLISH.Topic Name", shown: publish.resolvedTopic };
  },
});

/** Who is called so is meant to see it. */
const OPERATOR = /(?:^|[^a-z])(?:admin|administrator|operator|root)(?:$|[^a-z])/i;
