/** What the Control Packets of one conversation say together: logins, grants, topics, counters. */
import { Secret, type WireText, wireKey, wireString } from "../octets/text.ts";
import { ownRange } from "../octets/view.ts";
import type { ProtocolEvent, ProtocolEventOf } from "../protocol/event.ts";
import type { Connect, Property } from "../protocol/mqtt/packet.ts";
import { findProperty } from "../protocol/mqtt/properties.ts";
import type { GrantedSubscription, MqttConversation } from "./conversation.ts";
import type { Login, SessionEvent } from "./event.ts";
import { sharedFilter } from "./filters.ts";
import { LIMITS } from "./limits.ts";
import {
  continuesRun,
  enterRun,
  followPublish,
  tellEarly,
  watchDeliveries,
  weighProperties,
} from "./publish.ts";
import { noteInside } from "./steps.ts";
import { keepSeen, newMqtt, type Talk } from "./talk.ts";
import type { Topics } from "./topics.ts";

type Emit = (event: SessionEvent) => void;
type MqttEvent = Extract<ProtocolEvent, { readonly type: `mqtt.${string}` }>;

/** Fold one MQTT event into its conversation; what several packets say together goes to `emit`. */
export function followMqtt(talk: Talk, event: MqttEvent, topics: Topics, emit: Emit): void {
  if (event.type === "mqtt.publish" && talk.login === undefined && continuesRun(talk, event)) return;
  const mqtt = mqttOf(talk, event, emit);
  // A CONNACK answers however late it comes.
  const waited = talk.login === undefined ? 0 : event.at - talk.login.seen.at;
  if (waited > LIMITS.loginWait && event.type !== "mqtt.connack") tellLogin(talk, undefined, emit);
  switch (event.type) {
    case "mqtt.publish":
      return publish(talk, mqtt, event, topics, emit);
    case "mqtt.connect":
      noteInside(talk.conversation, event, "CONNECT");
      return connect(talk, mqtt, event, emit);
    case "mqtt.connack":
      noteInside(talk.conversation, event, event.packet.code === 0 ? "CONNACK" : "CONNACK, refused");
      if (mqtt.connackCodes.length < LIMITS.listed) mqtt.connackCodes.push(event.packet.code);
      talk.publishing.longest = 0;
      talk.publishing.largest.client =
        numberProperty(event.packet.properties, MAXIMUM_PACKET_SIZE) ?? Infinity;
      return tellLogin(talk, event.packet.code, emit);
    case "mqtt.subscribe":
      return subscribe(talk, mqtt, event, topics);
    case "mqtt.suback":
      return suback(talk, mqtt, event, emit);
    case "mqtt.auth":
      return addText(mqtt.authMethods, textProperty(event.packet.properties, AUTHENTICATION_METHOD));
    case "mqtt.disconnect":
      noteInside(talk.conversation, event, "DISCONNECT");
      disconnect(mqtt, event);
      return tellLogin(talk, undefined, emit);
    default:
      return;
  }
}

/** No CONNACK can come any more: the login is told as it stands. */
export function finishMqtt(talk: Talk, topics: Topics, emit: Emit): void {
  enterRun(talk, topics);
  tellLogin(talk, undefined, emit);
  talk.pendingSubscribes = undefined;
}

function mqttOf(talk: Talk, event: MqttEvent, emit: Emit): MqttConversation {
  const { conversation } = talk;
  if (conversation.mqtt !== undefined) return conversation.mqtt;
  const mqtt = newMqtt();
  conversation.mqtt = mqtt;
  conversation.protocol = "mqtt";
  conversation.transport = event.transport;
  // Without a CONNECT before it, even an orderly packet says that the login was missed.
  if (event.type !== "mqtt.connect" && event.type !== "mqtt.malformed")
    emit({ type: "session.midstream", ...keepSeen(event), conversation, mqtt });
  return mqtt;
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
  addText(mqtt.responseTopics, textProperty(properties, RESPONSE_TOPIC));
  weighProperties(talk, event, properties, emit);
}

function connect(
  talk: Talk,
  mqtt: MqttConversation,
  event: ProtocolEventOf<"mqtt.connect">,
  emit: Emit,
): void {
  tellLogin(talk, undefined, emit);
  const { packet } = event;
  talk.publishing.longest = 0;
  talk.publishing.largest.server = numberProperty(packet.properties, MAXIMUM_PACKET_SIZE) ?? Infinity;
  weighProperties(talk, event, packet.properties, emit);
  weighProperties(talk, event, packet.will?.properties, emit);
  mqtt.version ??= packet.protocolVersion;
  addText(mqtt.clientIds, packet.clientId);
  addText(mqtt.authMethods, textProperty(packet.properties, AUTHENTICATION_METHOD));
  if (packet.will !== undefined && mqtt.wills.length < LIMITS.listed) {
    const { topic, payload, qos, retain, properties } = packet.will;
    mqtt.wills.push({ topic, payload: ownRange(payload, 0, LIMITS.willPayload), qos, retain });
    addText(mqtt.responseTopics, textProperty(properties, RESPONSE_TOPIC));
  }
  if (
    (packet.username !== undefined || packet.password !== undefined) &&
    mqtt.credentials.length < LIMITS.listed
  ) {
    mqtt.credentials.push({
      clientId: packet.clientId,
      accepted: undefined,
      frame: event.frame,
      ...(packet.username !== undefined && { username: packet.username }),
      ...(packet.password !== undefined && { password: new Secret(packet.password) }),
    });
  }
  talk.login = { seen: keepSeen(event), event };
}

/** `code` is the CONNACK's, or undefined where none was seen. */
function tellLogin(talk: Talk, code: number | undefined, emit: Emit): void {
  const { login, conversation } = talk;
  const mqtt = conversation.mqtt;
  if (login === undefined || mqtt === undefined) return;
  talk.login = undefined;
  const accepted = code === undefined ? undefined : code === 0;
  if (accepted === undefined) mqtt.unanswered++;
  const told = loginOf(login.event.packet, accepted, code);
  const credential = mqtt.credentials.at(-1);
  if (!told.anonymous && credential?.frame === login.seen.frame) credential.accepted = accepted;
  if (told.anonymous && accepted === true) mqtt.anonymous = true;
  emit({ type: "session.login", ...login.seen, conversation, mqtt, login: told });
  tellEarly(talk, emit);
}

function loginOf(connect: Connect, accepted: boolean | undefined, code: number | undefined): Login {
  const method = textProperty(connect.properties, AUTHENTICATION_METHOD);
  return {
    version: connect.protocolVersion,
    clientId: connect.clientId,
    ...(connect.username !== undefined && { username: connect.username }),
    ...(connect.password !== undefined && { password: new Secret(connect.password) }),
    ...(method !== undefined && { authenticationMethod: method }),
    anonymous: connect.username === undefined && connect.password === undefined && method === undefined,
    accepted,
    code,
    connect,
  };
}

function subscribe(
  talk: Talk,
  mqtt: MqttConversation,
  event: ProtocolEventOf<"mqtt.subscribe">,
  topics: Topics,
): void {
  const { packet } = event;
  for (const { filter, qos } of packet.subscriptions) {
    if (mqtt.subscriptions.length < LIMITS.listed) {
      const { group } = sharedFilter(wireString(filter));
      mqtt.subscriptions.push({ filter, ...(group !== undefined && { group }), qos, granted: undefined });
    }
    const name = wireKey(filter);
    const isNew = mqtt.topics.size < LIMITS.topicsOfAConversation && !mqtt.topics.has(name);
    if (isNew && topics.mayList(name)) mqtt.topics.add(name);
  }
  const pending = (talk.pendingSubscribes ??= new Map());
  if (pending.size < LIMITS.pendingSubscribes)
    pending.set(`p${packet.packetId}`, { seen: keepSeen(event), subscribe: packet });
}

/** MQTT 5.0 §3.9.3: the codes answer the Topic Filters by index. */
function suback(talk: Talk, mqtt: MqttConversation, event: ProtocolEventOf<"mqtt.suback">, emit: Emit): void {
  const key = `p${event.packet.packetId}`;
  const pending = talk.pendingSubscribes?.get(key);
  if (pending === undefined) return;
  talk.pendingSubscribes?.delete(key);
  const open = new Map<string, GrantedSubscription>();
  for (const listed of mqtt.subscriptions.toReversed())
    if (listed.granted === undefined) open.set(wireString(listed.filter), listed);
  for (const [index, { filter }] of pending.subscribe.subscriptions.entries()) {
    const code = event.packet.codes[index];
    if (code === undefined) return;
    const asked = wireString(filter);
    const listed = open.get(asked);
    if (listed !== undefined) listed.granted ??= code;
    if (code < REFUSED) watchDeliveries(talk.publishing, filter);
    emit({
      type: "session.subscription",
      ...pending.seen,
      conversation: talk.conversation,
      mqtt,
      filter,
      code,
      subscribe: pending.subscribe,
    });
  }
}

function disconnect(
  mqtt: MqttConversation,
  { direction: from, packet }: ProtocolEventOf<"mqtt.disconnect">,
): void {
  const { code } = packet;
  if (mqtt.disconnects.length < LIMITS.listed)
    mqtt.disconnects.push({ from, ...(code !== undefined && { code }) });
}

function numberProperty(properties: readonly Property[] | undefined, id: number): number | undefined {
  const value = findProperty(properties, id);
  return typeof value === "number" ? value : undefined;
}

/** The first property of that identifier, where it is a text. */
function textProperty(properties: readonly Property[] | undefined, id: number): WireText | undefined {
  const value = findProperty(properties, id);
  return typeof value === "string" || value instanceof Uint8Array ? (value as WireText) : undefined;
}

function addText(list: WireText[], text: WireText | undefined): void {
  if (text === undefined || list.length >= LIMITS.listed || text.length === 0) return;
  if (!list.some(known => isSameText(known, text))) list.push(text);
}

/** Without decoding: a text that was well-formed is never one that was not. */
function isSameText(a: WireText, b: WireText): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** MQTT 5.0 §2.2.2.2. */
const RESPONSE_TOPIC = 0x08;
const AUTHENTICATION_METHOD = 0x15;
const MAXIMUM_PACKET_SIZE = 0x27;

/** MQTT 5.0 §3.9.3, 3.1.1 §3.9.3: from here on the codes are failures. */
const REFUSED = 0x80;
