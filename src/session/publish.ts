/** What the PUBLISH packets of a conversation say: traffic, remarkable topics, deliveries that give a broker away. */
import { type WireText, wireString } from "../octets/text.ts";
import type { ProtocolEventOf } from "../protocol/event.ts";
import type { Property } from "../protocol/mqtt/packet.ts";
import { USER_PROPERTY } from "../protocol/mqtt/properties.ts";
import type { MqttConversation } from "./conversation.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { asksForEverything, matches } from "./filters.ts";
import { LIMITS } from "./limits.ts";
import { type Marks, marksOf } from "./marks.ts";
import { isReadable } from "./readable.ts";
import { keepSeen, type Publishing, type Talk } from "./talk.ts";
import type { Topics } from "./topics.ts";

type Emit = (event: SessionEvent) => void;
type PublishEvent = ProtocolEventOf<"mqtt.publish">;
type Excess = SessionEventOf<"session.excess">["of"];

/** Count a PUBLISH and tell what is remarkable about it, each thing once. The most frequent packet: little is done. */
export function followPublish(
  talk: Talk,
  mqtt: MqttConversation,
  event: PublishEvent,
  topics: Topics,
  emit: Emit,
): void {
  const { packet, direction } = event;
  const { publishing } = talk;
  mqtt.publishes[direction]++;
  if (packet.retain) mqtt.retained[direction]++;
  const topic = packet.resolvedTopic;
  const marks = isReadable(talk.conversation) ? topics.count(topic, packet.payloadLength) : marksOf(topic);
  if (marks !== 0) tellMarked(talk, mqtt, event, marks, emit);
  if (publishing.everything !== undefined && direction === "server") lookAtDelivery(talk, mqtt, event, emit);
  if (event.to - event.from > publishing.largest[direction])
    tellExcess(talk, event, "packet size", event.to - event.from, publishing.largest[direction], emit);
  if (mqtt.topics.size < LIMITS.topicsOfAConversation) listTopic(talk, mqtt, event, emit);
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
  if (publishing.everything === undefined && asksForEverything(wireString(filter)))
    publishing.everything = { filter, looked: 0 };
}

function listTopic(talk: Talk, mqtt: MqttConversation, event: PublishEvent, emit: Emit): void {
  const { publishing } = talk;
  const before = mqtt.topics.size;
  mqtt.topics.add(wireString(event.packet.resolvedTopic));
  if (mqtt.topics.size === before || event.direction !== "client") return;
  publishing.topics++;
  if (publishing.topics === LIMITS.publishedTopics)
    tellExcess(talk, event, "topics", publishing.topics, LIMITS.publishedTopics, emit);
}

function tellMarked(
  { conversation, publishing }: Talk,
  mqtt: MqttConversation,
  event: PublishEvent,
  marks: Marks,
  emit: Emit,
): void {
  const key = `${event.direction} ${wireString(event.packet.resolvedTopic)}`;
  publishing.marked ??= new Set();
  if (publishing.marked.size >= LIMITS.markedTopics || publishing.marked.has(key)) return;
  publishing.marked.add(key);
  emit({ ...keepSeen(event), type: "session.topic", conversation, mqtt, publish: event.packet, marks });
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
  emit({ ...keepSeen(event), type: "session.delivery", conversation, mqtt, filter, topic });
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
  emit({ ...keepSeen(event), type: "session.excess", conversation, of, amount, limit });
}
