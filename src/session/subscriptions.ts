/** SUBSCRIBE and SUBACK of one conversation: what was asked for, and what the broker granted of it. */
import { wireKey, wireString } from "../octets/text.ts";
import { type ProtocolEventOf, worseDoubt } from "../protocol/event.ts";
import type { Subscribe } from "../protocol/mqtt/packet.ts";
import type { MqttConversation } from "./conversation.ts";
import type { SessionEvent } from "./event.ts";
import { sharedFilter } from "./filters.ts";
import { LIMITS } from "./limits.ts";
import { ask, keepEarly, newPairing, settled, takeAsked, takeEarly, waiting, waitingFor } from "./pairing.ts";
import { watchDeliveries } from "./publish.ts";
import { type BrokersAnswer, keepSeen, type PendingSubscribe, type Talk } from "./talk.ts";
import type { Topics } from "./topics.ts";

type Emit = (event: SessionEvent) => void;

/** Lists what is asked for, each filter as often as it is asked for. */
export function subscribe(
  talk: Talk,
  mqtt: MqttConversation,
  event: ProtocolEventOf<"mqtt.subscribe">,
  topics: Topics,
  emit: Emit,
): void {
  const { packet } = event;
  const pairing = (talk.pairing ??= newPairing());
  const { packetId } = packet;
  // An identifier that is free again has had its answer, or will have none.
  for (let old = waiting(pairing, packetId); old !== undefined; old = waiting(pairing, packetId)) {
    if (asksTheSame(old.subscribe, packet)) return;
    if (event.at - old.seen.at <= LIMITS.unanswered) break;
    settled(pairing, packetId);
  }
  const before = mqtt.subscriptions.length;
  let room = true;
  for (const { filter, qos } of packet.subscriptions) {
    // What is listed of a packet is its beginning: answers are told by index.
    room &&= mqtt.subscriptions.length < LIMITS.listed && topics.mayKeep([filter]);
    if (room) {
      const { group } = sharedFilter(wireString(filter));
      mqtt.subscriptions.push({ filter, ...(group !== undefined && { group }), qos, granted: undefined });
    }
    const name = wireKey(filter);
    const isNew = mqtt.topics.size < LIMITS.topicsOfAConversation && !mqtt.topics.has(name);
    if (isNew && topics.mayList(name)) mqtt.topics.add(name);
  }
  const asked = {
    seen: keepSeen(event),
    subscribe: packet,
    listed: mqtt.subscriptions.slice(before),
    missing: event.connection.gapOctets,
  };
  const early = takeEarly(pairing, packetId, event);
  if (early !== undefined) grant(talk, mqtt, asked, early, emit);
  else if (pairing.asked.size < LIMITS.pendingSubscribes) ask(pairing, packetId, asked);
}

export function suback(
  talk: Talk,
  mqtt: MqttConversation,
  event: ProtocolEventOf<"mqtt.suback">,
  emit: Emit,
): void {
  const { packet } = event;
  const pairing = (talk.pairing ??= newPairing());
  const { packetId } = packet;
  const codes = packet.codes.length;
  const several = waitingFor(pairing, packetId) > 1;
  // The answer to the older one may be among the octets that are missing since: then which of them this is to is open.
  const unsure = several && (waiting(pairing, packetId)?.missing ?? 0) < event.connection.gapOctets;
  if (unsure) while (waitingFor(pairing, packetId) > 1) settled(pairing, packetId);
  const asked = takeAsked(pairing, packetId, ({ subscribe }) => subscribe.subscriptions.length === codes);
  const seen = keepSeen(event);
  const answer = { seen: unsure ? { ...seen, doubt: worseDoubt(seen.doubt, "place") } : seen, packet };
  if (asked === undefined) keepEarly(pairing, packetId, answer, event);
  else grant(talk, mqtt, asked, answer, emit);
}

/** A SUBSCRIBE that was sent again, since no answer came. */
const asksTheSame = (one: Subscribe, other: Subscribe): boolean =>
  one.subscriptions.length === other.subscriptions.length &&
  one.subscriptions.every(({ filter, qos }, index) => {
    const again = other.subscriptions[index];
    return again !== undefined && again.qos === qos && wireKey(again.filter) === wireKey(filter);
  });

/** MQTT 5.0 §3.9.3: the codes answer the Topic Filters by index. */
function grant(
  talk: Talk,
  mqtt: MqttConversation,
  asked: PendingSubscribe,
  { seen, packet }: BrokersAnswer,
  emit: Emit,
): void {
  if (packet.type !== "suback") return;
  const { codes } = packet;
  const doubt = worseDoubt(asked.seen.doubt, seen.doubt);
  for (const [index, { filter }] of asked.subscribe.subscriptions.entries()) {
    const code = codes[index];
    if (code === undefined) return;
    const listed = asked.listed[index];
    if (listed !== undefined) listed.granted = code;
    if (code < REFUSED) watchDeliveries(talk.publishing, filter);
    emit({
      type: "session.subscription",
      ...asked.seen,
      doubt,
      conversation: talk.conversation,
      mqtt,
      filter,
      code,
      subscribe: asked.subscribe,
    });
  }
}

/** MQTT 5.0 §3.9.3, 3.1.1 §3.9.3: from here on the codes are failures. */
const REFUSED = 0x80;
