/** Control Packets that answer one another, gathered: CONNECT with CONNACK, PUBLISH with PUBACK, SUBSCRIBE with SUBACK. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import type { ProtocolEvent, Transport } from "../protocol/event.ts";
import type { ControlPacket, Publish } from "../protocol/mqtt/packet.ts";
import { type Connection, type Direction, opposite } from "../stream/item.ts";
import { LIMITS } from "./limits.ts";
import {
  ask,
  CONNECTING,
  keepEarly,
  newPairing,
  type Pairing,
  settled,
  takeEarly,
  waiting,
} from "./pairing.ts";

export type PacketEvent = Extract<ProtocolEvent, { readonly packet: ControlPacket }>;

/** One exchange. `parts` are what the caller made of its packets, one of each type, in the order seen. */
export interface Transaction<Part> {
  /** From 0 in its connection. */
  readonly id: number;
  readonly connection: Connection;
  readonly transport: Transport;
  /** The side whose packet opened it. */
  readonly opener: Direction;
  readonly parts: Map<ControlPacket["type"], Part>;
  /** Those of its last packet. */
  at: Timestamp;
  frame: FrameNumber;
}

export interface TransactionSink<Part> {
  /** Complete, or given up: its connection ended, its identifier was used anew, or a ceiling was reached. */
  transaction(transaction: Transaction<Part>): void;
  /** A ceiling was reached, so that `transaction` is told before it is complete. */
  limit(transaction: Transaction<Part>, limit: string): void;
}

export interface Transactions<Part> {
  packet(event: PacketEvent, part: Part): void;
  /** The connection is over: what is open is told. */
  close(connection: Connection): void;
  end(): void;
}

/**
 * Gathers the packets of all connections. A packet of QoS 0, a ping, a DISCONNECT and an AUTH stand alone, and so does
 * an answer whose question was not seen (MQTT 5.0 §4.3, §4.4): that is known when its connection is over, or when too
 * many of them wait.
 */
export function transactions<Part>(sink: TransactionSink<Part>): Transactions<Part> {
  const talks = new Map<Connection, Open<Part>>();
  let open = 0;

  function finish({ pairing }: Open<Part>, key: number, transaction: Transaction<Part>): void {
    settled(pairing, key);
    open--;
    sink.transaction(transaction);
  }

  function start(talk: Open<Part>, key: number, transaction: Transaction<Part>, isRepeated: boolean): void {
    const { pairing } = talk;
    const before = waiting(pairing, key);
    if (before !== undefined && isRepeated) finish(talk, key, before);
    if (pairing.asked.size >= LIMITS.openTransactions) {
      const [oldestKey, oldest] = first(pairing.asked);
      sink.limit(oldest.question, "transactions of a connection");
      finish(talk, oldestKey, oldest.question);
    }
    if (open >= LIMITS.openTransactionsOfAll) {
      sink.limit(transaction, "transactions");
      sink.transaction(transaction);
      return;
    }
    open++;
    const left = ask(pairing, key, transaction);
    if (left === undefined) return;
    open--;
    sink.transaction(left);
  }

  function close(connection: Connection): void {
    const talk = talks.get(connection);
    if (talk === undefined) return;
    const { asked, early } = talk.pairing;
    for (const key of asked.keys())
      for (let left = waiting(talk.pairing, key); left !== undefined; left = waiting(talk.pairing, key))
        finish(talk, key, left);
    for (const { answer } of early ?? []) standAlone(answer);
    talks.delete(connection);
  }

  function standAlone({ alone }: Early<Part>): void {
    open--;
    sink.transaction(alone);
  }

  /** Goes on with a transaction by the packet that answers it. */
  function go(
    talk: Open<Part>,
    key: number,
    transaction: Transaction<Part>,
    { type, does, part, at, frame }: Answer<Part>,
  ): void {
    if (!transaction.parts.has(type)) transaction.parts.set(type, part);
    // What was read before its question came no later.
    if (at >= transaction.at) {
      transaction.at = at;
      transaction.frame = frame;
    }
    if (does === "closes") finish(talk, key, transaction);
  }

  return {
    packet(event: PacketEvent, part: Part): void {
      const { packet, connection, direction, at, frame } = event;
      let talk = talks.get(connection);
      if (talk === undefined) {
        talk = { next: 0, pairing: newPairing() };
        talks.set(connection, talk);
      }
      const step = stepOf(packet);
      const isAnswer = step.does === "answers" || step.does === "closes";
      const key = isAnswer ? keyOf(step.opener === "same" ? direction : opposite(direction), step.id) : 0;
      const asked = isAnswer ? waiting(talk.pairing, key) : undefined;
      if (isAnswer && asked !== undefined)
        return go(talk, key, asked, { type: packet.type, does: step.does, part, at, frame });
      const alone: Transaction<Part> = {
        id: talk.next++,
        connection,
        transport: event.transport,
        opener: direction,
        parts: new Map([[packet.type, part]]),
        at,
        frame,
      };
      if (isAnswer && open < LIMITS.openTransactionsOfAll) {
        open++;
        const answer = { type: packet.type, does: step.does, part, at, frame, alone };
        const left = keepEarly(talk.pairing, key, answer, event);
        if (left !== undefined) standAlone(left);
      } else if (step.does === "opens") {
        const own = keyOf(direction, step.id);
        start(talk, own, alone, packet.type === "publish" || packet.type === "connect");
        for (let early = earlyOf(talk, own, alone, event); early !== undefined; ) {
          open--;
          go(talk, own, alone, early);
          early = earlyOf(talk, own, alone, event);
        }
      } else sink.transaction(alone);
    },
    close,
    end(): void {
      for (const connection of talks.keys()) close(connection);
    },
  };
}

interface Open<Part> {
  next: number;
  /** Under keys that tell whose identifier it is, the oldest question first. */
  readonly pairing: Pairing<Transaction<Part>, Early<Part>>;
}

/** A packet that goes on with a transaction. */
interface Answer<Part> {
  readonly type: ControlPacket["type"];
  readonly does: "answers" | "closes";
  readonly part: Part;
  readonly at: Timestamp;
  readonly frame: FrameNumber;
}

/** One that waits for its question, and what it is without one. */
interface Early<Part> extends Answer<Part> {
  readonly alone: Transaction<Part>;
}

type Step =
  | { readonly does: "stands" }
  | { readonly does: "opens"; readonly id: number }
  | { readonly does: "answers" | "closes"; readonly id: number; readonly opener: "same" | "other" };

/** The next answer to a transaction that was read before it, as long as that one goes on. */
const earlyOf = <Part>(
  { pairing }: Open<Part>,
  key: number,
  transaction: Transaction<Part>,
  event: PacketEvent,
): Early<Part> | undefined =>
  waiting(pairing, key) === transaction ? takeEarly(pairing, key, event) : undefined;

/** What a packet does to the transaction of its Packet Identifier. */
function stepOf(packet: ControlPacket): Step {
  switch (packet.type) {
    case "connect":
      return { does: "opens", id: CONNECTING };
    case "connack":
      return { does: "closes", id: CONNECTING, opener: "other" };
    case "publish":
      return publishStep(packet);
    case "subscribe":
      return { does: "opens", id: SUBSCRIBING + packet.packetId };
    case "suback":
      return { does: "closes", id: SUBSCRIBING + packet.packetId, opener: "other" };
    case "unsubscribe":
      return { does: "opens", id: UNSUBSCRIBING + packet.packetId };
    case "unsuback":
      return { does: "closes", id: UNSUBSCRIBING + packet.packetId, opener: "other" };
    case "puback":
    case "pubcomp":
      return { does: "closes", id: packet.packetId, opener: "other" };
    case "pubrec":
      // MQTT 5.0 §4.3.3: from 0x80 on the identifier is free again.
      return {
        does: (packet.code ?? 0) >= 0x80 ? "closes" : "answers",
        id: packet.packetId,
        opener: "other",
      };
    case "pubrel":
      return { does: "answers", id: packet.packetId, opener: "same" };
    case "pingreq":
    case "pingresp":
    case "disconnect":
    case "auth":
      return { does: "stands" };
    default:
      return packet satisfies never;
  }
}

const publishStep = (packet: Publish): Step =>
  packet.packetId === undefined ? { does: "stands" } : { does: "opens", id: packet.packetId };

/** Both sides number their packets by themselves (MQTT 5.0 §2.2.1). */
const keyOf = (opener: Direction, id: number): number => (opener === "client" ? id : id + OF_SERVER);

/** What is added to identifiers, which are 16 bits: a PUBACK answers no SUBSCRIBE. */
const SUBSCRIBING = 0x2_0000;
const UNSUBSCRIBING = 0x3_0000;
const OF_SERVER = 0x4_0000;

function first<Key, Value>(map: ReadonlyMap<Key, Value>): readonly [Key, Value] {
  for (const entry of map) return entry;
  throw new Error("a full map has no entry");
}
