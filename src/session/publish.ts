/** What the PUBLISH packets of a conversation say: traffic, remarkable topics, deliveries that give a broker away. */
import { type WireText, wireKey, wireString } from "../octets/text.ts";
import { NO_OCTETS } from "../octets/view.ts";
import type { ProtocolEventOf } from "../protocol/event.ts";
import type { Property } from "../protocol/mqtt/packet.ts";
import { USER_PROPERTY } from "../protocol/mqtt/properties.ts";
import type { Direction } from "../stream/item.ts";
import type { MqttConversation } from "./conversation.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { asksForEverything, matches } from "./filters.ts";
import { LIMITS } from "./limits.ts";
import { shortKey } from "./long.ts";
import type { Marks } from "./marks.ts";
import { isReadable } from "./readable.ts";
import { keepSeen, type Publishing, type Talk } from "./talk.ts";
import type { Topics } from "./topics.ts";

type Emit = (event: SessionEvent) => void;
type PublishEvent = ProtocolEventOf<"mqtt.publish">;
type Excess = SessionEventOf<"session.excess">["of"];

/**
 * Count a PUBLISH that is one more of the same; false where it may say something new. PUBLISH is the most frequent
 * packet, and a run of them is counted beside the conversation, to be entered by `enterRun` when it is over.
 */
export function continuesRun({ publishing }: Talk, { packet, direction, from, to }: PublishEvent): boolean {
  if (packet.resolvedTopic !== publishing.topic || direction !== publishing.direction) return false;
  if (packet.retain || packet.properties !== undefined || to - from > publishing.longest) return false;
  publishing.messages++;
  publishing.octets += packet.payloadLength;
  return true;
}

/** How long a PUBLISH may be that is one more of the run; 0 where each is to be looked at. */
export const repeatable = ({ publishing, login }: Talk, direction: Direction, topic: WireText): number =>
  login === undefined && topic === publishing.topic && direction === publishing.direction
    ? publishing.longest
    : 0;

/** So many more of the run were seen; `octets` of their payloads. */
export function continueRun({ publishing }: Talk, messages: number, octets: number): void {
  publishing.messages += messages;
  publishing.octets += octets;
}

/** Count a PUBLISH and tell what is remarkable about it, each thing once. It may be the first of a run. */
export function followPublish(
  talk: Talk,
  mqtt: MqttConversation,
  event: PublishEvent,
  topics: Topics,
  emit: Emit,
): void {
  enterRun(talk, topics);
  lookAt(talk, mqtt, event, topics, emit);
  talk.publishing.messages = 1;
  talk.publishing.octets = event.packet.payloadLength;
}

/** Enter what was counted since the topic was last looked at; for a conversation that is over, or whose terms change. */
export function enterRun({ conversation, publishing }: Talk, topics: Topics): void {
  const { topic, direction, messages, octets } = publishing;
  if (messages === 0 || topic === undefined) return;
  if (conversation.mqtt !== undefined) conversation.mqtt.publishes[direction] += messages;
  // An alias whose meaning was not seen is no topic.
  if (topic !== "" && isReadable(conversation)) topics.count(topic, messages, octets);
  publishing.messages = 0;
  publishing.octets = 0;
}

/** The first packet of a run, or one that may say something new. */
function lookAt(talk: Talk, mqtt: MqttConversation, event: PublishEvent, topics: Topics, emit: Emit): void {
  const { packet, direction } = event;
  const { publishing } = talk;
  const size = event.to - event.from;
  const topic = packet.resolvedTopic;
  const marks = topics.marks(topic);
  publishing.topic = topic;
  publishing.direction = direction;
  // Where each delivery is looked at, none goes on unseen, and none of which it is not sure that it is MQTT.
  const mayRepeat = publishing.everything === undefined && (talk.unopened ?? "told") === "told";
  publishing.longest = mayRepeat ? publishing.largest[direction] : 0;
  if (packet.retain) mqtt.retained[direction]++;
  if (marks !== 0) tellMarked(talk, mqtt, event, marks, emit);
  if (publishing.everything !== undefined && direction === "server") lookAtDelivery(talk, mqtt, event, emit);
  if (size > publishing.largest[direction])
    tellExcess(talk, event, "packet size", size, publishing.largest[direction], emit);
  if (mqtt.topics.size < LIMITS.topicsOfAConversation) listTopic(talk, mqtt, event, topics, emit);
}

/** A property list beyond what an application needs. */
export function weighProperties(
  talk: Talk,
  event: PublishEvent | ProtocolEventOf<"mqtt.connect">,
  properties: readonly Property[] | undefined,
  emit: Emit,
): void {
  if (properties === undefined || properties.length <= LIMITS.userProperties) return;
  const amount = properties.reduce((sum, property) => (property.id === USER_PROPERTY ? sum + 1 : sum), 0);
  if (amount > LIMITS.userProperties)
    tellExcess(talk, event, "user properties", amount, LIMITS.userProperties, emit);
}

/** A filter was granted: what is delivered from now on may be because of it. */
export function watchDeliveries(publishing: Publishing, filter: WireText): void {
  if (publishing.everything !== undefined || !asksForEverything(wireString(filter))) return;
  publishing.everything = { filter, looked: 0 };
  publishing.longest = 0;
}

function listTopic(
  talk: Talk,
  mqtt: MqttConversation,
  event: PublishEvent,
  topics: Topics,
  emit: Emit,
): void {
  const { publishing } = talk;
  const name = wireKey(event.packet.resolvedTopic);
  if (name === "" || mqtt.topics.has(name) || !topics.mayList(name)) return;
  mqtt.topics.add(name);
  if (event.direction !== "client") return;
  publishing.topics++;
  if (publishing.topics === LIMITS.publishedTopics)
    tellExcess(talk, event, "topics", publishing.topics, LIMITS.publishedTopics, emit);
}

/** The login is told: what was published before its answer counts as published by whom it showed. */
export function tellEarly({ publishing }: Talk, emit: Emit): void {
  for (const event of publishing.early) emit(event);
  publishing.early = [];
}

function tellMarked(
  { conversation, publishing, login }: Talk,
  mqtt: MqttConversation,
  event: PublishEvent,
  marks: Marks,
  emit: Emit,
): void {
  const key = `${event.direction} ${shortKey(event.packet.resolvedTopic)}`;
  publishing.marked ??= new Set();
  if (publishing.marked.size >= LIMITS.markedTopics || publishing.marked.has(key)) return;
  publishing.marked.add(key);
  const told = { type: "session.topic", ...keepSeen(event), conversation, mqtt, marks } as const;
  if (login === undefined) emit({ ...told, publish: event.packet });
  else if (publishing.early.length < LIMITS.earlyTopics)
    publishing.early.push({ ...told, publish: { ...event.packet, payload: NO_OCTETS } });
}

/** What another granted filter asks for proves nothing. */
function lookAtDelivery(
  { conversation, publishing }: Talk,
  mqtt: MqttConversation,
  event: PublishEvent,
  emit: Emit,
): void {
  const { everything } = publishing;
  if (everything === undefined) return;
  const { filter } = everything;
  const topic = event.packet.resolvedTopic;
  const name = wireString(topic);
  if (++everything.looked > LIMITS.deliveries) publishing.everything = undefined;
  if (
    !matches(wireString(filter), name) ||
    mqtt.subscriptions.some(({ filter: other }) => explains(wireString(other), name))
  )
    return;
  publishing.everything = undefined;
  emit({
    type: "session.delivery",
    ...keepSeen(event),
    conversation,
    mqtt,
    filter,
    topic,
    publish: event.packet,
  });
}

const explains = (filter: string, topic: string): boolean =>
  !asksForEverything(filter) && matches(filter, topic);

function tellExcess(
  { conversation }: Talk,
  event: PublishEvent | ProtocolEventOf<"mqtt.connect">,
  of: Excess,
  amount: number,
  limit: number,
  emit: Emit,
): void {
  emit({ type: "session.excess", ...keepSeen(event), conversation, of, amount, limit });
}
