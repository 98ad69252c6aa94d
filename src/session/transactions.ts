/** Control Packets that answer one another, gathered: CONNECT with CONNACK, PUBLISH with PUBACK, SUBSCRIBE with SUBACK. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import type { ProtocolEvent, Transport } from "../protocol/event.ts";
import type { ControlPacket, Publish } from "../protocol/mqtt/packet.ts";
import { type Connection, type Direction, opposite } from "../stream/item.ts";

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
 * an answer whose question was not seen (MQTT 5.0 §4.3, §4.4).
 */
export function transactions<Part>(sink: TransactionSink<Part>): Transactions<Part> {
  const talks = new Map<Connection, Open<Part>>();
  let open = 0;

  function finish(talk: Open<Part>, key: number, transaction: Transaction<Part>): void {
    talk.waiting.delete(key);
    open--;
    sink.transaction(transaction);
  }

  function start(talk: Open<Part>, key: number, transaction: Transaction<Part>): void {
    const before = talk.waiting.get(key);
    // A PUBLISH sent again, or an identifier used anew although nobody answered.
    if (before !== undefined) finish(talk, key, before);
    if (talk.waiting.size >= LIMITS.openOfAConnection) {
      const [oldestKey, oldest] = first(talk.waiting);
      sink.limit(oldest, "transactions of a connection");
      finish(talk, oldestKey, oldest);
    }
    if (open >= LIMITS.open) {
      sink.limit(transaction, "transactions");
      sink.transaction(transaction);
      return;
    }
    talk.waiting.set(key, transaction);
    open++;
  }

  function close(connection: Connection): void {
    const talk = talks.get(connection);
    if (talk === undefined) return;
    for (const [key, transaction] of talk.waiting) finish(talk, key, transaction);
    talks.delete(connection);
  }

  return {
    packet(event: PacketEvent, part: Part): void {
      const { packet, connection, direction } = event;
      let talk = talks.get(connection);
      if (talk === undefined) {
        talk = { next: 0, waiting: new Map() };
        talks.set(connection, talk);
      }
      const step = stepOf(packet);
      if (step.does !== "opens" && step.does !== "stands") {
        const key = keyOf(step.opener === "same" ? direction : opposite(direction), step.id);
        const waiting = talk.waiting.get(key);
        if (waiting !== undefined) {
          if (!waiting.parts.has(packet.type)) waiting.parts.set(packet.type, part);
          waiting.at = event.at;
          waiting.frame = event.frame;
          if (step.does === "closes") finish(talk, key, waiting);
          return;
        }
      }
      const transaction: Transaction<Part> = {
        id: talk.next++,
        connection,
        transport: event.transport,
        opener: direction,
        parts: new Map([[packet.type, part]]),
        at: event.at,
        frame: event.frame,
      };
      if (step.does === "opens") start(talk, keyOf(direction, step.id), transaction);
      else sink.transaction(transaction);
    },
    close,
    end(): void {
      for (const connection of talks.keys()) close(connection);
    },
  };
}

interface Open<Part> {
  next: number;
  /** In the order opened. */
  readonly waiting: Map<number, Transaction<Part>>;
}

type Step =
  | { readonly does: "stands" }
  | { readonly does: "opens"; readonly id: number }
  | { readonly does: "answers" | "closes"; readonly id: number; readonly opener: "same" | "other" };

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
    case "unsubscribe":
      return { does: "opens", id: packet.packetId };
    case "puback":
    case "pubcomp":
    case "suback":
    case "unsuback":
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

/** Both sides number their packets by themselves (MQTT 5.0 §2.2.1); identifiers are 16 bits. */
const keyOf = (opener: Direction, id: number): number => (opener === "client" ? id : id + 0x2_0000);

function first<Key, Value>(map: ReadonlyMap<Key, Value>): readonly [Key, Value] {
  for (const entry of map) return entry;
  throw new Error("a full map has no entry");
}

/** No Packet Identifier: those are 16 bits. */
const CONNECTING = 0x1_0000;

const LIMITS = {
  /** Receive Maximum may be 65,535; who leaves more than this open does not mean to have them answered. */
  openOfAConnection: 1_024,
  /** Over all connections: with a kilobyte of payload each, 64 MiB. What comes beyond is told unanswered. */
  open: 65_536,
} as const;
