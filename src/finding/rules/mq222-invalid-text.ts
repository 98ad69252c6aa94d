/** MQ222: names with characters that are not seen but act. */
import type { WireText } from "../../octets/text.ts";
import { ODD_TEXT, oddText } from "../../session/marks.ts";
import { defineRule, type Sighting } from "../rule.ts";

export const rule = defineRule({
  id: "MQ222",
  name: "invalid-text",
  title: "Name holds characters that MQTT forbids or advises against",
  severity: "medium",
  cwe: [116, 150],
  why: "Ill-formed UTF-8 and control characters break logs, terminals and databases behind the broker; bidirectional controls and tags make one name look like another.",
  fix: "Let the broker refuse such names, and mend or look into the client that sends them.",
  falseAlarm:
    "A client that writes its own encoding (Latin-1, Shift JIS) where UTF-8 belongs: a fault, but no attack.",
  references: ["MQTT 5.0 §1.5.4", "MQTT 5.0 §5.4.9", "MQTT 3.1.1 §1.5.3"],
  wireshark:
    'mqtt.topic matches "[\\\\x01-\\\\x1f\\\\x7f]" or mqtt.clientid matches "\\\\xe2\\\\x80[\\\\x8e\\\\x8f\\\\xaa-\\\\xae]"',
  fires: "odd-text",
  quiet: ["innocent", "plaintext-password", "mqtt5"],
  on: ["session.login", "session.topic", "mqtt.subscribe"],
  check(event) {
    if (event.type === "session.topic")
      return (event.marks & ODD_TEXT) === 0
        ? undefined
        : odd("PUBLISH.Topic Name", event.publish.resolvedTopic);
    if (event.type === "mqtt.subscribe")
      return event.packet.subscriptions.flatMap(({ filter }) => odd("SUBSCRIBE.Topic Filter", filter) ?? []);
    const { clientId, username, connect } = event.login;
    return [
      odd("CONNECT.Client Identifier", clientId),
      odd("CONNECT.User Name", username),
      odd("CONNECT.Will Topic", connect.will?.topic),
    ].filter(seen => seen !== undefined);
  },
});

function odd(field: string, text: WireText | undefined): Sighting | undefined {
  const what = text === undefined ? undefined : oddText(text);
  return text === undefined || what === undefined
    ? undefined
    : { field, shown: text, subject: `${field} ${what}`, title: `Name holds ${what}` };
}
