/** What the capture formats have in common: octets go in, frames and notices come out. No operating system. */
import type { Fault } from "../octets/decode.ts";
import type { View } from "../octets/view.ts";
import type { Frame, Notice } from "./frame.ts";

/** A batch while it is filled: the frames come before the notices (`FrameBatch`). */
export interface Batch {
  readonly frames: Frame[];
  readonly notices: Notice[];
  /** No more frames than these are put in, though octets may hold more; unlimited unless told. */
  readonly most?: number;
}

/** One capture being read, in one of the formats. It holds no octets. */
export interface CaptureFramer {
  /**
   * Adds what the whole units in `octets[start … end)` say to `batch`, and gives the offset of the first unit not
   * taken. It stops when the batch is full, and before a frame that follows a notice, since that frame belongs into
   * the next batch: a batch that stays empty is the sign that more octets are needed. `position` is where `octets[0]` lies in the capture.
   */
  take(batch: Batch, octets: View, start: number, end: number, position: number): number;
  /** A unit at fault was told as `capture.malformed`: nothing behind it can be read. */
  readonly ended: boolean;
  /** What is missing from the unit that begins at `start`, when the capture ends at `end`. */
  cut(octets: View, start: number, end: number): Fault;
}

/** Ceilings of the capture stage. */
export const LIMITS = {
  /** libpcap's MAXIMUM_SNAPLEN: nothing real is longer, and a longer claim is a corrupt record. */
  capturedLength: 262_144,
  /** libpcap's ceiling for a pcapng block; keys and comments fit many times over. */
  blockLength: 16 * 1024 * 1024,
  /** The obsolete Packet Block names an interface with 16 bits; real captures have a few dozen. */
  interfaces: 65_536,
  /** Of an interface's name or filter only the start is kept. */
  textOctets: 1024,
} as const;

/** 32 bits in the capture's byte order; the caller promises that they are there. */
export function u32(octets: View, at: number, little: boolean): number {
  const a = octets[at]!;
  const b = octets[at + 1]!;
  const c = octets[at + 2]!;
  const d = octets[at + 3]!;
  return little ? (d * 0x100 + c) * 0x1_0000 + b * 0x100 + a : (a * 0x100 + b) * 0x1_0000 + c * 0x100 + d;
}

/** 16 bits in the capture's byte order; the caller promises that they are there. */
export const u16 = (octets: View, at: number, little: boolean): number =>
  little ? octets[at + 1]! * 0x100 + octets[at]! : octets[at]! * 0x100 + octets[at + 1]!;
