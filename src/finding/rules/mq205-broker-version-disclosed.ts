/** MQ205: the broker says which software it is. */
import { type WireText, wireString, wireText } from "../../octets/text.ts";
import type { Property } from "../../protocol/mqtt/packet.ts";
import { SYS_VERSION } from "../../session/marks.ts";
import { defineRule, type Sighting } from "../rule.ts";

export const rule = defineRule({
  id: "MQ205",
  name: "broker-version-disclosed",
  title: "Broker names its software and version",
  severity: "low",
  cwe: [200],
  why: "Who knows the version looks up its weaknesses instead of trying them.",
  fix: "Keep $SYS/broker/version from clients, and let the broker leave its name out of reason strings and properties.",
  falseAlarm: "The text names the version of something else.",
  references: ["MQTT 5.0 §3.2.2.3", "MQTT 5.0 §4.7.2"],
  wireshark: 'mqtt.topic == "$SYS/broker/version"',
  fires: "sys-topic",
  quiet: ["wildcard", "mqtt5", "tls12"],
  on: ["session.topic", "mqtt.connack", "mqtt.disconnect"],
  check(event) {
    if (event.direction !== "server") return undefined;
    if (event.type !== "session.topic")
      return inProperties(event.packet.type.toUpperCase(), event.packet.properties);
    if ((event.marks & SYS_VERSION) === 0 || event.publish.payload.length === 0) return undefined;
    const shown = wireText(event.publish.payload.subarray(0, SHOWN));
    return { field: "PUBLISH.Payload", shown, ofBroker: true };
  },
});

/** A text or a pair in which a broker's name comes with a number. */
function inProperties(unit: string, properties: readonly Property[] | undefined): Sighting | undefined {
  for (const { id, value } of properties ?? []) {
    const text = textOf(value);
    if (text !== undefined && NAMED_VERSION.test(text))
      return {
        field: `${unit}.${FIELDS.get(id) ?? "Properties"}`,
        shown: text.slice(0, SHOWN),
        ofBroker: true,
      };
  }
  return undefined;
}

function textOf(value: Property["value"]): string | undefined {
  if (typeof value === "number") return undefined;
  return isPair(value) ? `${wireString(value[0])} ${wireString(value[1])}` : wireString(value);
}

const isPair = (value: Property["value"]): value is readonly [WireText, WireText] => Array.isArray(value);

const FIELDS: ReadonlyMap<number, string> = new Map([
  [0x1a, "Response Information"],
  [0x1c, "Server Reference"],
  [0x1f, "Reason String"],
  [0x26, "User Property"],
]);

const NAMED_VERSION =
  /\b(?:mosquitto|emqx|hivemq|vernemq|rabbitmq|activemq|artemis|nanomq|bifromq|flashmq|mochi|aedes|mosca|solace|version)\b[^0-9]{0,24}\d{1,4}\.\d/i;

/** Code units of a text that are shown. */
const SHOWN = 128;
