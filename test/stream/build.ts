/** Segments over real octets, and a sink that writes down what becomes of them. */
import type { FrameNumber, Notice } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { ACK, type Datagram, PSH, type Segment, SYN } from "../../src/packet/segment.ts";
import type { Connection, Direction, StreamItem, StreamLimit } from "../../src/stream/item.ts";
import type { StreamOptions } from "../../src/stream/options.ts";
import { type StreamStage, streams } from "../../src/stream/reassembler.ts";
import { addressOctets } from "../build/packets.ts";

export const START = Date.UTC(2026, 0, 2, 3, 4, 5) * 1000;
export const CLIENT = "192.0.2.7:49152";
export const SERVER = "192.0.2.1:1883";

export interface SegmentFields {
  readonly from?: string;
  readonly to?: string;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly flags?: number;
  readonly data?: string | Uint8Array;
  readonly missing?: number;
  readonly frame?: number;
  readonly at?: number;
  /** Position of the payload in the capture; -1 for live capture. */
  readonly position?: number;
}

/** A segment whose payload lies somewhere in a larger buffer, as in a capture. */
export function segment(fields: SegmentFields): Segment {
  const payload =
    typeof fields.data === "string" ? new TextEncoder().encode(fields.data) : (fields.data ?? NOTHING);
  const octets = new Uint8Array(HEADERS + payload.length + 4).fill(0xee);
  octets.set(payload, HEADERS);
  const number = fields.frame ?? 1;
  const [source, sourcePort] = endpointOf(fields.from ?? CLIENT);
  const [destination, destinationPort] = endpointOf(fields.to ?? SERVER);
  return {
    family: source.length === 4 ? 4 : 6,
    source0: wordOf(source, 3),
    source1: wordOf(source, 2),
    source2: wordOf(source, 1),
    source3: wordOf(source, 0),
    destination0: wordOf(destination, 3),
    destination1: wordOf(destination, 2),
    destination2: wordOf(destination, 1),
    destination3: wordOf(destination, 0),
    sourcePort,
    destinationPort,
    sequence: (fields.sequence ?? 0) | 0,
    acknowledgment: (fields.acknowledgment ?? 0) | 0,
    flags: fields.flags ?? ACK | PSH,
    window: 0xffff,
    octets,
    start: HEADERS,
    end: HEADERS + payload.length,
    position: fields.position ?? number * 1000,
    missing: fields.missing ?? 0,
    frame: {
      number: number as FrameNumber,
      at: (fields.at ?? START) as Timestamp,
      position: number * 1000 - HEADERS,
      linkType: 1,
      originalLength: octets.length,
      octets,
      start: 0,
      end: octets.length,
    },
  };
}

/** An item as it was pushed, with its octets copied. */
export type Seen = StreamItem & { readonly text?: string };

/** One connection as the sink saw it. */
export interface Opened {
  readonly connection: Connection;
  readonly items: Seen[];
  ended: number;
}

/** What a test says of a segment beside its place and its octets: `ack` counts the peer's octets from 0. */
export interface Said {
  readonly ack?: number;
  readonly flags?: number;
  readonly missing?: number;
  readonly position?: number;
}

/** The stream stage with a sink that keeps all, and with two sides that speak. */
export class Watch {
  readonly stage: StreamStage;
  readonly opened: Opened[] = [];
  readonly limits: StreamLimit[] = [];
  readonly datagrams: Datagram[] = [];
  readonly notices: Notice[] = [];
  /** The initial sequence numbers that `client` and `server` count from. */
  clientIsn = 0xffff_fff0;
  serverIsn = 0x7fff_fff0;
  clientAt = CLIENT;
  serverAt = SERVER;
  frame = 0;
  at = START;
  ends = 0;

  constructor(options: StreamOptions = {}) {
    this.stage = streams(
      {
        open: connection => {
          const opened: Opened = { connection, items: [], ended: 0 };
          this.opened.push(opened);
          return { push: item => opened.items.push(copied(item)), end: () => opened.ended++ };
        },
        datagram: datagram => this.datagrams.push(datagram),
        limit: limit => this.limits.push(limit),
        notice: notice => this.notices.push(notice),
        end: () => this.ends++,
      },
      options,
    );
  }

  /** A segment as it is; its buffer is overwritten afterwards, as the next read would. */
  push(fields: SegmentFields): this {
    this.frame++;
    this.at += 1000;
    const made = segment({ frame: this.frame, at: this.at, ...fields });
    this.stage.segment(made);
    (made.octets as Uint8Array).fill(0xdd);
    return this;
  }

  /** The client sends `data` as its octets from `offset`. */
  client(offset: number, data: string | Uint8Array = "", said: Said = {}): this {
    return this.#say(this.clientAt, this.serverAt, this.clientIsn, this.serverIsn, offset, data, said);
  }

  server(offset: number, data: string | Uint8Array = "", said: Said = {}): this {
    return this.#say(this.serverAt, this.clientAt, this.serverIsn, this.clientIsn, offset, data, said);
  }

  syn(data = ""): this {
    return this.push({ from: this.clientAt, to: this.serverAt, sequence: this.clientIsn, flags: SYN, data });
  }

  synAck(data = "", ack = 0): this {
    return this.server(-1, data, { flags: SYN | ACK, ack });
  }

  handshake(): this {
    return this.syn().synAck().client(0);
  }

  /** Time passes without a frame. */
  wait(seconds: number): this {
    this.at += seconds * 1_000_000;
    return this;
  }

  tick(): this {
    this.stage.notice({ type: "capture.tick", at: this.at as Timestamp });
    return this;
  }

  end(): this {
    this.stage.end();
    return this;
  }

  /** What the sink saw of the n-th connection opened, one line an item. */
  log(n = 0): string[] {
    return (this.opened[n]?.items ?? []).map(lineOf);
  }

  /** The octets of a direction without those of gaps. */
  text(direction: Direction, n = 0): string {
    return (this.opened[n]?.items ?? [])
      .map(i => (i.kind === "chunk" && i.direction === direction ? i.text : ""))
      .join("");
  }

  #say(
    from: string,
    to: string,
    isn: number,
    peer: number,
    offset: number,
    data: string | Uint8Array,
    said: Said,
  ): this {
    const { ack = 0, ...rest } = said;
    return this.push({ from, to, sequence: isn + 1 + offset, acknowledgment: peer + 1 + ack, data, ...rest });
  }
}

export const watch = (options: StreamOptions = {}): Watch => new Watch(options);

function copied(item: StreamItem): Seen {
  if (item.kind !== "chunk") return item;
  const octets = item.octets.slice();
  return { ...item, octets, text: Buffer.from(octets).toString("latin1") };
}

function lineOf(item: Seen): string {
  switch (item.kind) {
    case "chunk":
      return `${item.direction} ${item.offset} ${item.text}`;
    case "gap":
    case "overlap":
      return `${item.direction} ${item.kind} ${item.offset}+${item.length}`;
    case "close":
      return `${item.direction} ${item.how}`;
    case "end":
      return `end ${item.how}`;
    default:
      return item satisfies never;
  }
}

function endpointOf(endpoint: string): readonly [address: Uint8Array, port: number] {
  const colon = endpoint.lastIndexOf(":");
  return [addressOctets(endpoint.slice(0, colon).replace(/[[\]]/gu, "")), Number(endpoint.slice(colon + 1))];
}

/** The n-th 32-bit word of an address from its end, signed; 0 where it has none. */
function wordOf(address: Uint8Array, fromEnd: number): number {
  const at = address.length - 4 - 4 * fromEnd;
  return at < 0 ? 0 : new DataView(address.buffer, address.byteOffset).getInt32(at);
}

const HEADERS = 54;
const NOTHING = new Uint8Array(0);
