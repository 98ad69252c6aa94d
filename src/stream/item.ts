/** What segments become: connections, and the ordered octets, gaps and ends of each. */
import type { FrameNumber, Notice } from "../capture/frame.ts";
import type { Stage } from "../octets/stage.ts";
import type { Timestamp } from "../octets/time.ts";
import type { View } from "../octets/view.ts";
import type { Datagram } from "../packet/segment.ts";

declare const streamId: unique symbol;

/** TCP connections from 0 in the order of their first frame, in one capture; what goes over UDP counts for itself. */
export type StreamId = number & { readonly [streamId]: true };

export type Direction = "client" | "server";

/** One end of a connection, as RFC 5952 writes it. */
export interface Endpoint {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
  /** `192.0.2.7:49152`, `[2001:db8::7]:49152`. */
  readonly text: string;
}

/** How we know who is who; `content` is what a protocol said against the first guess. */
export type Roles = "handshake" | "port" | "first-segment" | "content";

/** A TCP connection, or the datagrams between two UDP endpoints; the counters grow while it lasts. */
export interface Connection {
  readonly id: StreamId;
  /** Absent for TCP. */
  readonly over?: "udp";
  /** Index of the capture in the run. */
  readonly capture: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** What frames of the client come from, as `hardwareAddress` has it: the client's own, or a router's. */
  readonly clientHardware?: number | undefined;
  readonly roles: Roles;
  /** No SYN was seen: what came before is not known. */
  readonly midstream: boolean;
  readonly first: Timestamp;
  readonly last: Timestamp;
  readonly firstFrame: FrameNumber;
  readonly frames: number;
  /** Octets of TCP payload handed on, by the side that sent them. */
  readonly octets: { readonly client: number; readonly server: number };
  /** Segments seen from each side, with or without payload: 0 on one side is a one-sided view. */
  readonly segments: { readonly client: number; readonly server: number };
  readonly gapOctets: number;
  /** Room for what the session stage keeps beside a connection: looking it up for each packet costs more than reading one. */
  kept?: unknown;
  /** Items go to `stage` from the next one on: the stage that `StreamSink.open` gave has done its work. */
  handOver?(stage: Stage<StreamItem>): void;
  /** Octets of a direction are offered to `StreamSink.skim` under this handle first; `UNSKIMMED`: no more. */
  skims?(direction: Direction, handle: number): void;
  /** Client and server were taken for one another: items from now on, counters and endpoints say it right. */
  swapRoles(): void;
}

/** Where some octets of one direction lay in the capture; evidence is made of these. */
export interface Carrier {
  readonly frame: FrameNumber;
  /** Offset of the first of them in the capture file; -1 where it cannot be named. */
  readonly position: number;
  /** Stream offset of the first of them, from 0 in each direction. */
  readonly offset: number;
  readonly length: number;
}

export interface Chunk extends Carrier {
  readonly kind: "chunk";
  readonly connection: Connection;
  readonly direction: Direction;
  /** Borrowed: yours until `push` returns. */
  readonly octets: View;
  /** The frame on whose arrival these octets could be read in order: later than `frame` after reordering. */
  readonly arrival: FrameNumber;
  /** Time of the arrival. */
  readonly at: Timestamp;
}

export interface Gap {
  readonly kind: "gap";
  readonly connection: Connection;
  readonly direction: Direction;
  readonly offset: number;
  readonly length: number;
  /** The frame on which the octets were given up. */
  readonly arrival: FrameNumber;
  readonly at: Timestamp;
}

/** Octets sent twice, with different content; the first copy was kept. */
export interface Overlap {
  readonly kind: "overlap";
  readonly connection: Connection;
  readonly direction: Direction;
  readonly offset: number;
  readonly length: number;
  readonly arrival: FrameNumber;
  readonly at: Timestamp;
}

export type Ending = "fin" | "rst" | "idle" | "evicted" | "capture-ended";

export interface End {
  readonly kind: "end";
  readonly connection: Connection;
  readonly how: Ending;
  readonly arrival: FrameNumber;
  readonly at: Timestamp;
}

/** FIN of one side, RST of either: the order of an ending is evidence of its own. */
export interface Close {
  readonly kind: "close";
  readonly connection: Connection;
  readonly direction: Direction;
  readonly how: "fin" | "rst";
  readonly arrival: FrameNumber;
  readonly at: Timestamp;
}

export type StreamItem = Chunk | Gap | Overlap | Close | End;

/** A ceiling of the stream stage was reached. */
export interface StreamLimit {
  readonly limit: "connections" | "half-open" | "buffered-octets" | "fragments" | "associations";
  readonly at: Timestamp;
  readonly frame: FrameNumber;
  readonly connection?: Connection;
}

/**
 * What the stream stage is given. `open` is asked once for each connection that carries octets, with its first item,
 * and its stage is kept beside the connection, so that no later item is looked up. The last item of a connection is its
 * `end` item; then its stage's `end` is called.
 */
export interface StreamSink {
  open(connection: Connection): Stage<StreamItem>;
  /**
   * Takes `octets[start … end)`, the next ones under a handle, without an item being made of them; false where they are
   * wanted as one. Most packets of a connection say nothing new, and to find that out costs less than an object.
   */
  skim?(handle: number, octets: View, start: number, end: number, at: Timestamp): boolean;
  /** A connection is over that was answered and on which nobody said anything. */
  silent?(connection: Connection, at: Timestamp): void;
  datagram(datagram: Datagram): void;
  limit(limit: StreamLimit): void;
  notice(notice: Notice): void;
  end(): void;
}

export const opposite = (direction: Direction): Direction => (direction === "client" ? "server" : "client");

/** A stage for what nobody reads: the octets of a connection that was handed over to it are counted and not handed on. */
export const UNHEARD: Stage<StreamItem> = { push() {}, end() {} };

/** Handles of directions whose octets are always wanted as items, and are not wanted at all; others are 0 or more. */
export const UNSKIMMED = -1;
export const UNWANTED = -2;
