/** Stream items made by hand: connections, chunks and gaps for tests of protocols. */
import type { FrameNumber } from "../../src/capture/frame.ts";
import type { Stage } from "../../src/octets/stage.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import type { ProtocolEvent, ProtocolEventType, ProtocolEventOf } from "../../src/protocol/event.ts";
import {
  type Chunk,
  type Connection,
  type Direction,
  type Ending,
  type Endpoint,
  opposite,
  type Roles,
  type StreamId,
  type StreamItem,
} from "../../src/stream/item.ts";

/** `hex("10 0c …")` and `hex("100c…")`; `#` begins a comment that ends with its line. */
export const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(/#[^\n]*/gu, "").replaceAll(/\s/gu, ""), "hex"));

export const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

export const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

export interface ConnectionOptions {
  readonly roles?: Roles;
  readonly midstream?: boolean;
  readonly clientPort?: number;
  readonly serverPort?: number;
  /** The side of which no segment was captured. */
  readonly unseen?: Direction;
}

/** A connection between 192.0.2.7 and 192.0.2.1; `swaps` counts the calls of `swapRoles`. */
export interface TestConnection extends Connection {
  client: Endpoint;
  server: Endpoint;
  roles: Roles;
  swaps: number;
}

export function connection(options: ConnectionOptions = {}): TestConnection {
  const { roles = "handshake", midstream = false, clientPort = 49152, serverPort = 1883 } = options;
  const endpoint = (address: string, port: number): Endpoint => ({
    family: 4,
    address,
    port,
    text: `${address}:${port}`,
  });
  const made: TestConnection = {
    id: 0 as StreamId,
    capture: 0,
    client: endpoint("192.0.2.7", clientPort),
    server: endpoint("192.0.2.1", serverPort),
    roles,
    midstream,
    first: 1_000_000 as Timestamp,
    last: 1_000_000 as Timestamp,
    firstFrame: 1 as FrameNumber,
    frames: 0,
    octets: { client: 0, server: 0 },
    segments: { client: options.unseen === "client" ? 0 : 1, server: options.unseen === "server" ? 0 : 1 },
    gapOctets: 0,
    swaps: 0,
    swapRoles() {
      [made.client, made.server] = [made.server, made.client];
      made.roles = "content";
      made.swaps += 1;
    },
  };
  return made;
}

/** One connection as a script of what each side sends; frames are numbered from 1. */
export class Talk {
  readonly connection: TestConnection;
  readonly items: StreamItem[] = [];
  readonly #offsets = { client: 0, server: 0 };
  #frame = 0;

  constructor(options: ConnectionOptions = {}) {
    this.connection = connection(options);
  }

  /** Octets in one chunk, or in chunks of `size`. */
  send(direction: Direction, octets: Uint8Array, size: number = Math.max(1, octets.length)): this {
    for (let at = 0; at < octets.length; at += size) this.#chunk(direction, octets.subarray(at, at + size));
    return this;
  }

  /** Octets cut at the given places. */
  cut(direction: Direction, octets: Uint8Array, places: readonly number[]): this {
    const bounds = [
      0,
      ...[...new Set(places)].filter(p => p > 0 && p < octets.length).sort((a, b) => a - b),
      octets.length,
    ];
    for (let i = 1; i < bounds.length; i++) this.#chunk(direction, octets.subarray(bounds[i - 1], bounds[i]));
    return this;
  }

  client(octets: Uint8Array | string, size?: number): this {
    return this.send("client", typeof octets === "string" ? hex(octets) : octets, size);
  }

  server(octets: Uint8Array | string, size?: number): this {
    return this.send("server", typeof octets === "string" ? hex(octets) : octets, size);
  }

  gap(direction: Direction, length: number): this {
    const offset = this.#offsets[direction];
    this.items.push({
      kind: "gap",
      connection: this.connection,
      direction,
      offset,
      length,
      ...this.#arrive(),
    });
    this.#offsets[direction] += length;
    return this;
  }

  close(direction: Direction, how: "fin" | "rst"): this {
    this.items.push({ kind: "close", connection: this.connection, direction, how, ...this.#arrive() });
    return this;
  }

  end(how: Ending = "capture-ended"): this {
    this.items.push({ kind: "end", connection: this.connection, how, ...this.#arrive() });
    return this;
  }

  #chunk(direction: Direction, octets: Uint8Array): void {
    const offset = this.#offsets[direction];
    const { arrival, at } = this.#arrive();
    const item: Chunk = {
      kind: "chunk",
      connection: this.connection,
      direction,
      octets,
      offset,
      length: octets.length,
      frame: arrival,
      arrival,
      position: 1000 * arrival,
      at,
    };
    this.items.push(item);
    this.#offsets[direction] += octets.length;
  }

  #arrive(): { arrival: FrameNumber; at: Timestamp } {
    this.#frame += 1;
    return { arrival: this.#frame as FrameNumber, at: (1_000_000 + this.#frame * 1000) as Timestamp };
  }
}

/** An event as a test keeps it: views are copied, since they are borrowed. */
export function kept(event: ProtocolEvent): ProtocolEvent {
  if (event.type !== "mqtt.publish") return event;
  const packet = { ...event.packet, payload: Uint8Array.from(event.packet.payload) };
  return { ...event, packet };
}

/** Feeds items to a stage; every chunk is handed on in a buffer that is overwritten afterwards. */
export function feed(stage: Stage<StreamItem>, items: readonly StreamItem[]): void {
  for (const item of items) {
    if (item.kind !== "chunk") {
      stage.push(turned(item));
      continue;
    }
    const octets = Uint8Array.from(item.octets);
    stage.push({ ...turned(item), octets });
    octets.fill(0xdd);
  }
}

/** The item as the stream stage would say it now: roles may have been swapped since the script was written. */
function turned<Item extends StreamItem>(item: Item): Item {
  const { swaps } = item.connection as TestConnection;
  if (swaps % 2 === 0 || !("direction" in item)) return item;
  return { ...item, direction: opposite(item.direction) };
}

/** What a stage says of a script. */
export function eventsOf(
  open: (connection: Connection, emit: (event: ProtocolEvent) => void) => Stage<StreamItem>,
  talk: Talk,
): ProtocolEvent[] {
  const events: ProtocolEvent[] = [];
  feed(
    open(talk.connection, event => events.push(kept(event))),
    talk.items,
  );
  return events;
}

/** The events of one type. */
export const ofType = <Type extends ProtocolEventType>(
  events: readonly ProtocolEvent[],
  type: Type,
): ProtocolEventOf<Type>[] => events.filter(event => event.type === type) as ProtocolEventOf<Type>[];

/** Numbers in tests that a reader can reproduce. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
