/** MQ208: a client looks for what there is to read. */
import { ENOUGH_REFUSED } from "../../session/probing.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ208",
  name: "topic-scanning",
  title: "Client tries out topics",
  severity: "medium",
  cwe: [200],
  why: "A device knows its topics. Who asks for many, one by one or in vain, is looking for what others publish.",
  fix: "Grant each client the topics it needs, and let the broker report or close clients that keep asking for others.",
  falseAlarm:
    "A dashboard or a bridge that subscribes to each topic in a packet of its own, or whose rights were just taken away.",
  references: ["MQTT 5.0 §5.4.8", "MQTT 5.0 §3.9.3"],
  wireshark: "mqtt.msgtype == 8 or mqtt.suback.qos == 128",
  fires: "topic-scan",
  quiet: ["dashboard", "wildcard-refused", "subscribe-one-topic"],
  on: ["session.probing"],
  check: ({ filters, more, refused, seconds }) => ({
    field: "SUBSCRIBE.Topic Filter",
    shown: `${filters} filters within ${seconds.toFixed(0)} s, ${refused} of them refused`,
    more,
    confidence: refused >= ENOUGH_REFUSED ? "firm" : "tentative",
  }),
});
