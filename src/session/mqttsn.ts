/** What the messages of one MQTT-SN association say together, as a conversation of MQTT: it is told and judged like one. */
import { type WireText, wireKey, wireOctets } from "../octets/text.ts";
import { ownRange } from "../octets/view.ts";
import type { ProtocolEvent, ProtocolEventOf } from "../protocol/event.ts";
import type { SnQoS } from "../protocol/mqttsn/message.ts";
import type { QoS } from "../protocol/mqtt/packet.ts";
import type { GrantedSubscription, MqttConversation } from "./conversation.ts";
import type { SessionEvent } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { addClientId, isSameText } from "./listed.ts";
import { ask, keepEarly, newPairing, takeAsked, takeEarly, waiting } from "./pairing.ts";
import { keepSeen, newMqtt, type PendingSensor, type Talk } from "./talk.ts";
import type { Topics } from "./topics.ts";

type Emit = (event: SessionEvent) => void;
type MqttSnEvent = Extract<ProtocolEvent, { readonly type: `mqttsn.${string}` }>;

/** Fold one MQTT-SN message into its conversation. */
export function followMqttSn(talk: Talk, event: MqttSnEvent, topics: Topics, emit: Emit): void {
  const { conversation } = talk;
  const isNew = conversation.mqtt === undefined;
  const mqtt = (conversation.mqtt ??= newMqtt());
  const sensor = (talk.sensor ??= { will: undefined, subscribes: newPairing() });
  if (event.type === "mqttsn.connect") addClientId(topics, mqtt.clientIds, event.message.clientId);
  if (isNew || event.type === "mqttsn.connect")
    emit({
      type: "session.mqttsn",
      ...keepSeen(event),
      conversation,
      mqtt,
      connected: event.type === "mqttsn.connect",
    });
  fold(mqtt, sensor, event, topics);
}

function fold(mqtt: MqttConversation, sensor: PendingSensor, event: MqttSnEvent, topics: Topics): void {
  switch (event.type) {
    case "mqttsn.connack":
      if (mqtt.connackCodes.length < LIMITS.listed) mqtt.connackCodes.push(event.message.code);
      return;
    case "mqttsn.pingreq":
      if (event.message.clientId !== undefined) addClientId(topics, mqtt.clientIds, event.message.clientId);
      return;
    case "mqttsn.willtopic":
    case "mqttsn.willtopicupd": {
      const { topic, qos, retain } = event.message;
      sensor.will = wireOctets(topic).length === 0 ? undefined : { topic, qos: qosOf(qos), retain };
      return;
    }
    case "mqttsn.willmsg":
    case "mqttsn.willmsgupd":
      if (sensor.will !== undefined && mqtt.wills.length < LIMITS.listed) {
        const payload = ownRange(event.message.payload, 0, LIMITS.willPayload);
        if (topics.mayKeep([sensor.will.topic, payload])) mqtt.wills.push({ ...sensor.will, payload });
      }
      return;
    case "mqttsn.register":
      return listTopic(mqtt, event.message.topic, topics);
    case "mqttsn.publish":
      return publish(mqtt, event, topics);
    case "mqttsn.subscribe":
      return subscribe(mqtt, sensor, event, topics);
    case "mqttsn.suback":
      return suback(sensor, event);
    case "mqttsn.disconnect":
      if (mqtt.disconnects.length < LIMITS.listed) mqtt.disconnects.push({ from: event.direction });
      return;
    default:
      return;
  }
}

function publish(mqtt: MqttConversation, event: ProtocolEventOf<"mqttsn.publish">, topics: Topics): void {
  const { message, topic, direction } = event;
  mqtt.publishes[direction]++;
  if (message.retain) mqtt.retained[direction]++;
  // A number that nobody has named is no topic.
  if (topic === undefined) return;
  topics.count(topic, 1, message.payload.length);
  listTopic(mqtt, topic, topics);
}

function subscribe(
  mqtt: MqttConversation,
  sensor: PendingSensor,
  event: ProtocolEventOf<"mqttsn.subscribe">,
  topics: Topics,
): void {
  const { message, topic } = event;
  if (topic === undefined || mqtt.subscriptions.length >= LIMITS.listed) return;
  listTopic(mqtt, topic, topics);
  const { subscribes } = sensor;
  const { messageId, qos } = message;
  const before = waiting(subscribes, messageId);
  // Sent again, since no answer came.
  if (before !== undefined && isSameText(before.filter, topic)) return;
  const granted = takeEarly(subscribes, messageId, event);
  const asked: GrantedSubscription = { filter: topic, qos: qosOf(qos), granted };
  if (topics.mayKeep([topic])) mqtt.subscriptions.push(asked);
  if (granted === undefined && subscribes.asked.size < LIMITS.pendingSubscribes)
    ask(subscribes, messageId, asked);
}

function suback({ subscribes }: PendingSensor, event: ProtocolEventOf<"mqttsn.suback">): void {
  const { messageId, code, qos } = event.message;
  // As MQTT says it: the QoS, or a failure.
  const granted = code === 0 ? qosOf(qos) : REFUSED;
  const asked = takeAsked(subscribes, messageId, () => true);
  if (asked === undefined) keepEarly(subscribes, messageId, granted, event);
  else asked.granted = granted;
}

function listTopic(mqtt: MqttConversation, topic: WireText, topics: Topics): void {
  const name = wireKey(topic);
  const isNew = mqtt.topics.size < LIMITS.topicsOfAConversation && !mqtt.topics.has(name);
  if (isNew && topics.mayList(name)) mqtt.topics.add(name);
}

/** -1 promises no more than 0. */
const qosOf = (qos: SnQoS): QoS => (qos === -1 ? 0 : qos);

const REFUSED = 0x80;
