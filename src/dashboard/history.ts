/** What a conversation said, unit by unit: its beginning and its latest, with the octets, bounded however long it lasts. */
import type { FrameNumber } from "../capture/frame.ts";
import { type HiddenRange, hiddenOfMessage } from "../finding/secrets/hide.ts";
import type { Fault } from "../octets/decode.ts";
import type { WireText } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import { NO_OCTETS } from "../octets/view.ts";
import type { Transport, UnitOctets } from "../protocol/event.ts";
import type { Conversation } from "../session/conversation.ts";
import type { EventOf, EventType, SniffEvent } from "../session/event.ts";
import type { Connection, Direction } from "../stream/item.ts";

/** Ceilings, each with its reason; what lies beyond is counted. */
export const LIMITS = {
  /** The handshake, the login and what follows: what an explanation begins with. */
  first: 24,
  /** More than the rows of a large screen. */
  latest: 64,
  /** Octets kept of a unit: a certificate chain of the usual length; and of a message, of which there are many. */
  unitOctets: 16_384,
  messageOctets: 1_024,
  /** Octets of all conversations together; where they are used up, the oldest conversation's units lose theirs. */
  octets: 12 * 1_048_576,
} as const;

/** One unit as it was seen. Slots of the latest units are written anew: who keeps one copies it (`keepUnit`). */
export interface Unit {
  /** From 1 in its conversation. */
  number: number;
  type: EventType;
  at: Timestamp;
  frame: FrameNumber;
  direction: Direction;
  transport: Transport;
  /** Octets that it has; `octets[0 … kept)` are there. */
  length: number;
  kept: number;
  octets: Uint8Array;
  /** Of a PUBLISH: what an alias stands for. */
  topic: WireText | undefined;
  /** Of a payload that is not kept as a whole: what of it must be hidden, looked for in all of it. */
  hidden: readonly HiddenRange[] | undefined;
  fault: Fault | undefined;
  /** What else its event says, in a word. */
  note: string | undefined;
}

/** One conversation's units. */
interface Talk {
  readonly conversation: Conversation;
  readonly first: Unit[];
  /** A ring: the oldest is at `seen % LIMITS.latest` once it is full. */
  readonly latest: Unit[];
  seen: number;
  /** What its units' buffers take. */
  octets: number;
  /** Octets of it made room for others'. */
  faded: boolean;
}

export interface History {
  readonly talks: Map<Connection, Talk>;
  /** The talk of the event before: mostly the next one's too. */
  last: Talk | undefined;
  octets: number;
}

export const newHistory = (): History => ({ talks: new Map(), last: undefined, octets: 0 });

/** The units of a conversation that are there, in order. */
export interface Recorded {
  readonly units: readonly Unit[];
  /** How many units were seen in all. */
  readonly seen: number;
  /** Units between the first and the latest that were passed over: after the unit at this index. */
  readonly passed: { readonly after: number; readonly units: number } | undefined;
  /** Its octets made room for others'. */
  readonly faded: boolean;
}

/** Begins to remember what a conversation says. */
export function remember(history: History, conversation: Conversation): void {
  const talk = { conversation, first: [], latest: [], seen: 0, octets: 0, faded: false };
  history.talks.set(conversation.connection, talk);
  history.last = talk;
}

/** Forgets a conversation. */
export function forget(history: History, conversation: Conversation): void {
  const talk = history.talks.get(conversation.connection);
  if (talk?.conversation !== conversation) return;
  fade(history, talk);
  history.talks.delete(conversation.connection);
  if (history.last === talk) history.last = undefined;
}

/** Keeps what an event is about, where that is a unit or an ending. Events are borrowed: octets are copied. */
export function record(history: History, event: SniffEvent): void {
  if (!isStep(event)) return;
  const { connection } = event;
  const talk =
    history.last?.conversation.connection === connection ? history.last : history.talks.get(connection);
  if (talk === undefined) return;
  history.last = talk;
  const slot = slotOf(talk);
  const before = slot.octets.length;
  write(slot, event, ++talk.seen);
  const grown = slot.octets.length - before;
  if (grown === 0) return;
  talk.octets += grown;
  history.octets += grown;
  if (history.octets > LIMITS.octets) makeRoom(history, talk);
}

export function recorded(history: History, conversation: Conversation): Recorded {
  const talk = history.talks.get(conversation.connection);
  if (talk?.conversation !== conversation) return { units: [], seen: 0, passed: undefined, faded: false };
  const { first, latest, seen, faded } = talk;
  const beginning = latest.length < LIMITS.latest ? 0 : (seen - LIMITS.first) % LIMITS.latest;
  const units = [...first, ...latest.slice(beginning), ...latest.slice(0, beginning)];
  const missing = seen - units.length;
  const passed = missing > 0 ? { after: first.length - 1, units: missing } : undefined;
  return { units, seen, passed, faded };
}

/** A unit that stays as it is while the conversation goes on. */
export const keepUnit = (unit: Unit): Unit => ({ ...unit, octets: unit.octets.slice(0, unit.kept) });

/** Units of octets, and what a conversation is not understood without. */
function isStep(event: SniffEvent): boolean {
  switch (event.type) {
    case "stream.gap":
    case "stream.close":
    case "stream.end":
      return true;
    // They are told beside the record or the packet that they are about.
    case "x509.malformed":
    case "tls.established":
    case "mqtt.limit":
      return false;
    case "tls.malformed":
      return true;
    default:
      return event.unit !== undefined;
  }
}

/** The place for one more unit. */
function slotOf(talk: Talk): Unit {
  const { first, latest, seen } = talk;
  if (first.length < LIMITS.first) {
    const slot = emptyUnit();
    first.push(slot);
    return slot;
  }
  if (latest.length < LIMITS.latest) {
    const slot = emptyUnit();
    latest.push(slot);
    return slot;
  }
  return latest[(seen - LIMITS.first) % LIMITS.latest]!;
}

function write(slot: Unit, event: SniffEvent, number: number): void {
  slot.number = number;
  slot.type = event.type;
  slot.at = event.at;
  slot.frame = event.frame;
  slot.direction = event.direction;
  slot.transport = event.transport;
  slot.length = event.unit === undefined ? event.to - event.from : event.unit.end - event.unit.start;
  slot.kept = 0;
  slot.topic = undefined;
  slot.hidden = undefined;
  slot.fault = undefined;
  slot.note = undefined;
  if (event.unit !== undefined) copy(slot, event.unit, keptOf(event));
  switch (event.type) {
    case "mqtt.publish":
      slot.topic = event.packet.resolvedTopic;
      slot.length += event.packet.payloadLength - event.packet.payload.length;
      if (isCut(slot, event)) slot.hidden = hiddenOfMessage(event.packet);
      return;
    case "mqttsn.publish": {
      slot.topic = event.topic;
      const { payload } = event.message;
      if (isCut(slot, event)) slot.hidden = hiddenOfMessage({ resolvedTopic: event.topic ?? "", payload });
      return;
    }
    case "mqtt.malformed":
    case "mqttsn.malformed":
    case "tls.malformed":
      slot.fault = event.fault;
      return;
    case "tls.alert":
      if (event.encrypted) slot.note = "encrypted";
      return;
    case "tls.record":
      slot.length = event.to - event.from;
      slot.note = recordNote(event);
      return;
    case "tls.server_hello":
      if (event.resumed) slot.note = "resumed";
      return;
    case "stream.gap":
      slot.length = event.octets;
      return;
    case "stream.close":
    case "stream.end":
      slot.note = event.how;
      return;
    default:
      return;
  }
}

/** RFC 6520 §4: what a heartbeat claims to hold is told beside what it holds. */
function recordNote({ shape }: EventOf<"tls.record">): string | undefined {
  if (shape.heartbeat !== undefined) return `claims ${shape.heartbeat.payloadLength} octets`;
  return shape.protected ? "encrypted" : undefined;
}

const isCut = ({ kept }: Unit, { unit }: SniffEvent): boolean =>
  unit !== undefined && unit.end - unit.start > kept;

/** Of application data the header alone: what it holds in the clear, where it does, has events of its own. */
function keptOf(event: SniffEvent): number {
  switch (event.type) {
    case "tls.record":
      return RECORD_HEADER;
    case "mqtt.publish":
    case "mqttsn.publish":
      return LIMITS.messageOctets;
    default:
      return LIMITS.unitOctets;
  }
}

/** A loop where it is short: `set` needs a view of the octets. */
function copy(slot: Unit, { octets, start, end }: UnitOctets, limit: number): void {
  const length = Math.min(end - start, limit);
  if (length > slot.octets.length) {
    slot.octets = new Uint8Array(Math.ceil(length / GRAIN) * GRAIN);
  }
  const into = slot.octets;
  if (length > GRAIN) into.set(octets.subarray(start, start + length));
  else for (let at = 0; at < length; at++) into[at] = octets[start + at]!;
  slot.kept = length;
}

/** Takes the octets of the conversation that is over longest, else of the oldest; never those of `current` before others'. */
function makeRoom(history: History, current: Talk): void {
  let oldest: Talk | undefined;
  for (const talk of history.talks.values()) {
    if (talk === current || talk.octets === 0) continue;
    oldest ??= talk;
    if (talk.conversation.ended === undefined) continue;
    oldest = talk;
    break;
  }
  fade(history, oldest ?? current);
}

function fade(history: History, talk: Talk): void {
  talk.faded = true;
  for (const units of [talk.first, talk.latest])
    for (const unit of units) {
      unit.octets = NO_OCTETS;
      unit.kept = 0;
    }
  history.octets -= talk.octets;
  talk.octets = 0;
}

const emptyUnit = (): Unit => ({
  number: 0,
  type: "stream.end",
  at: 0 as Timestamp,
  frame: 0 as FrameNumber,
  direction: "client",
  transport: "tcp",
  length: 0,
  kept: 0,
  octets: NO_OCTETS,
  topic: undefined,
  hidden: undefined,
  fault: undefined,
  note: undefined,
});

/** RFC 8446 §5.1. */
const RECORD_HEADER = 5;

/** Buffers are written anew for units of about the same size. */
const GRAIN = 64;
