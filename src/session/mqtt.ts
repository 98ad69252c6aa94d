/** What the Control Packets of one conversation say together: logins, grants, topics, counters. */
import type { ProtocolEvent, ProtocolEventOf } from "../protocol/event.ts";
import { isWrongWay } from "../protocol/mqtt/direction.ts";
import type { MqttConversation } from "./conversation.ts";
import type { SessionEvent } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { addText } from "./listed.ts";
import { connack, connect, isOverdue, tellLogin } from "./logins.ts";
import { finishUnopened, noteUnopened } from "./midstream.ts";
import { AUTHENTICATION_METHOD } from "../protocol/mqtt/properties.ts";
import { textProperty } from "./properties.ts";
import { continuesRun, enterRun, followPublish, weighProperties } from "./publish.ts";
import { noteInside } from "./steps.ts";
import { suback, subscribe } from "./subscriptions.ts";
import { newMqtt, type Talk } from "./talk.ts";
import type { Topics } from "./topics.ts";

type Emit = (event: SessionEvent) => void;
type MqttEvent = Extract<ProtocolEvent, { readonly type: `mqtt.${string}` }>;

/** Fold one MQTT event into its conversation; what several packets say together goes to `emit`. */
export function followMqtt(talk: Talk, event: MqttEvent, topics: Topics, emit: Emit): void {
  if (event.type === "mqtt.publish" && talk.login === undefined && continuesRun(talk, event)) return;
  const mqtt = mqttOf(talk, event);
  if (mqtt.version === undefined) noteUnopened(talk, mqtt, event, emit);
  if (isOverdue(talk, event)) tellLogin(talk, undefined, topics, emit);
  if (event.type === "mqtt.publish") return publish(talk, mqtt, event, topics, emit);
  // Whoever sends what only the other side may send does not say how things stand.
  if ("packet" in event && isWrongWay(event.packet.type, event.direction, event.connection.roles)) return;
  switch (event.type) {
    case "mqtt.connect":
      noteInside(talk.conversation, event, "CONNECT");
      return connect(talk, mqtt, event, topics, emit);
    case "mqtt.torn":
      return connect(
        talk,
        mqtt,
        { ...event, type: "mqtt.connect", packet: event.connect, guessed: true },
        topics,
        emit,
      );
    case "mqtt.connack":
      noteInside(talk.conversation, event, event.packet.code === 0 ? "CONNACK" : "CONNACK, refused");
      return connack(talk, mqtt, event, topics, emit);
    case "mqtt.subscribe":
      return subscribe(talk, mqtt, event, topics, emit);
    case "mqtt.suback":
      return suback(talk, mqtt, event, emit);
    case "mqtt.auth":
      return addText(topics, mqtt.authMethods, textProperty(event.packet.properties, AUTHENTICATION_METHOD));
    case "mqtt.disconnect":
      noteInside(talk.conversation, event, "DISCONNECT");
      disconnect(mqtt, event);
      return tellLogin(talk, undefined, topics, emit);
    default:
      return;
  }
}

/** No CONNACK can come any more: the login is told as it stands. */
export function finishMqtt(talk: Talk, topics: Topics, emit: Emit): void {
  enterRun(talk, topics);
  finishUnopened(talk, emit);
  tellLogin(talk, undefined, topics, emit);
  talk.pairing = undefined;
}

function mqttOf(talk: Talk, event: MqttEvent): MqttConversation {
  const { conversation } = talk;
  if (conversation.mqtt !== undefined) return conversation.mqtt;
  conversation.mqtt = newMqtt();
  conversation.protocol = "mqtt";
  conversation.transport = event.transport;
  return conversation.mqtt;
}

function publish(
  talk: Talk,
  mqtt: MqttConversation,
  event: ProtocolEventOf<"mqtt.publish">,
  topics: Topics,
  emit: Emit,
): void {
  followPublish(talk, mqtt, event, topics, emit);
  const { properties } = event.packet;
  if (properties === undefined) return;
  addText(topics, mqtt.responseTopics, textProperty(properties, RESPONSE_TOPIC));
  weighProperties(talk, event, properties, emit);
}

function disconnect(
  mqtt: MqttConversation,
  { direction: from, packet }: ProtocolEventOf<"mqtt.disconnect">,
): void {
  const { code } = packet;
  if (mqtt.disconnects.length < LIMITS.listed)
    mqtt.disconnects.push({ from, ...(code !== undefined && { code }) });
}

/** MQTT 5.0 §2.2.2.2. */
const RESPONSE_TOPIC = 0x08;
