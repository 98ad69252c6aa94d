/** Whether a datagram is MQTT-SN: no port is registered for it, so its octets must say so, and say it strictly. */
import { replaceHarmful, type WireText } from "../../octets/text.ts";
import type { SnMessage, SnPublish } from "./message.ts";

/** The port that gateways use most; there, messages are believed without their CONNECT. */
export const MQTTSN_PORT = 1884;

/**
 * Whether a sound message proves that its sender and its receiver speak MQTT-SN. A CONNECT does on every port: four
 * octets of it are fixed, and its Client Identifier is a name of 1 to 23 characters (§5.3.1), which gateways do not all
 * insist on: on the usual port it may be longer. There a message that names a topic proves it, too, and a PUBLISH whose
 * numbers are in range; two octets prove nothing anywhere.
 */
export function proves(message: SnMessage, onPort: boolean): boolean {
  switch (message.type) {
    case "connect":
      return isName(message.clientId) && (onPort || [...message.clientId].length <= LONGEST_ID);
    case "register":
      return onPort && isName(message.topic);
    case "subscribe":
      return onPort && message.topic.kind === "name" && isName(message.topic.name);
    case "publish":
      return onPort && isPlausible(message);
    default:
      return false;
  }
}

/** Something is written in it, and nothing that cannot be seen. */
const isName = (text: WireText): text is string =>
  typeof text === "string" && text.length > 0 && replaceHarmful(text, () => "") === text;

/** §5.3.11: the numbers 0x0000 and 0xFFFF are reserved; §5.3.7: only QoS 1 and 2 have a MsgId, and may be sent again. */
const isPlausible = ({ topic, qos, dup, messageId }: SnPublish): boolean =>
  ("name" in topic ? isName(topic.name) : topic.id > 0 && topic.id < 0xffff) &&
  (qos > 0 ? messageId > 0 : messageId === 0 && !dup);

const LONGEST_ID = 23;
