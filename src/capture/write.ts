/** Frames as pcapng (draft-ietf-opsawg-pcapng), block by block, little-endian. No operating system. */
import type { Timestamp } from "../octets/time.ts";
import type { View } from "../octets/view.ts";
import type { Frame } from "./frame.ts";

/** What an Interface Description Block says (§4.2). */
export interface DescribedInterface {
  readonly linkType: number;
  /** 0 where there is no limit. */
  readonly snapLength: number;
  /** Times count nanoseconds; microseconds otherwise. */
  readonly nanoseconds: boolean;
  readonly name?: string | undefined;
  readonly filter?: string | undefined;
}

/** §4.1: begins a file, and a section in it; `tool` is who writes it. */
export function sectionHeaderBlock(tool: string): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(16));
  fixed.setUint32(0, 0x1a2b_3c4d, true);
  fixed.setUint16(4, 1, true);
  // The section's length is not known: §4.1 has -1 for that.
  fixed.setBigInt64(8, -1n, true);
  return block(0x0a0d_0d0a, fixed, [option(SHB_USERAPPL, utf8(tool))]);
}

export function interfaceBlock(one: DescribedInterface): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(8));
  fixed.setUint16(0, one.linkType, true);
  fixed.setUint32(4, one.snapLength, true);
  const options = [option(IF_TSRESOL, Uint8Array.of(one.nanoseconds ? 9 : 6))];
  if (one.name !== undefined) options.unshift(option(IF_NAME, utf8(one.name)));
  // §4.2: the octet before the filter says that it is text.
  if (one.filter) options.push(option(IF_FILTER, utf8(`\0${one.filter}`)));
  return block(1, fixed, options);
}

/** Octets of a frame's Enhanced Packet Block. */
export const packetBlockLength = ({ start, end }: Frame): number => 32 + padded(end - start);

/** Writes a frame's Enhanced Packet Block (§4.3) at `at`, where there is room for it; gives the offset behind it. */
export function putPacket(
  into: Uint8Array,
  view: DataView,
  at: number,
  frame: Frame,
  id: number,
  nanoseconds: boolean,
): number {
  const captured = frame.end - frame.start;
  const length = 32 + padded(captured);
  const end = at + length;
  view.setUint32(at, ENHANCED_PACKET, true);
  view.setUint32(at + 4, length, true);
  view.setUint32(at + 8, id, true);
  putTime(view, at + 12, frame.at, frame.nanos ?? 0, nanoseconds);
  view.setUint32(at + 20, captured, true);
  view.setUint32(at + 24, frame.originalLength, true);
  into.set(frame.octets.subarray(frame.start, frame.end), at + 28);
  into.fill(0, at + 28 + captured, end - 4);
  view.setUint32(end - 4, length, true);
  return end;
}

/** What an Interface Statistics Block says (§4.6); counters that are not known are left out. */
export interface WrittenStatistics {
  readonly id: number;
  readonly nanoseconds: boolean;
  readonly first: Timestamp;
  readonly last: Timestamp;
  readonly received: number;
  readonly dropped: number | undefined;
}

export function statisticsBlock(one: WrittenStatistics): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(12));
  fixed.setUint32(0, one.id, true);
  putTime(fixed, 4, one.last, 0, one.nanoseconds);
  const options = [
    option(ISB_STARTTIME, time(one.first, one.nanoseconds)),
    option(ISB_ENDTIME, time(one.last, one.nanoseconds)),
    option(ISB_IFRECV, count(one.received)),
  ];
  if (one.dropped !== undefined) options.push(option(ISB_IFDROP, count(one.dropped)));
  return block(5, fixed, options);
}

/** §4.7, for example a TLS key log. */
export function secretsBlock(secretsType: number, octets: View): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(8 + padded(octets.length)));
  fixed.setUint32(0, secretsType, true);
  fixed.setUint32(4, octets.length, true);
  new Uint8Array(fixed.buffer).set(octets, 8);
  return block(10, fixed, []);
}

/** A 64-bit count of an interface's units, high word first; a time before 1970 becomes 1970. */
function putTime(view: DataView, at: number, micros: number, nanos: number, nanoseconds: boolean): void {
  const whole = Math.max(micros, 0);
  let high = Math.floor(whole / WORD);
  let low = whole - high * WORD;
  if (nanoseconds) {
    // The words are multiplied one after the other: nanoseconds since 1970 need more than a double's 53 bits.
    const units = low * 1000 + nanos;
    const carried = Math.floor(units / WORD);
    high = high * 1000 + carried;
    low = units - carried * WORD;
  }
  view.setUint32(at, high, true);
  view.setUint32(at + 4, low, true);
}

function time(at: Timestamp, nanoseconds: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  putTime(view, 0, at, 0, nanoseconds);
  return new Uint8Array(view.buffer);
}

function count(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value), true);
  return new Uint8Array(view.buffer);
}

/** §3.1 around a fixed part and options (§3.5), which end with opt_endofopt. */
function block(type: number, fixed: DataView, options: readonly Uint8Array[]): Uint8Array {
  const end = options.length > 0 ? 4 : 0;
  const length = options.reduce((sum, one) => sum + one.length, 12 + fixed.byteLength + end);
  const octets = new Uint8Array(length);
  const view = new DataView(octets.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  octets.set(new Uint8Array(fixed.buffer), 8);
  let at = 8 + fixed.byteLength;
  for (const one of options) {
    octets.set(one, at);
    at += one.length;
  }
  view.setUint32(length - 4, length, true);
  return octets;
}

function option(code: number, value: Uint8Array): Uint8Array {
  const cut = value.subarray(0, 0xffff);
  const octets = new Uint8Array(4 + padded(cut.length));
  const view = new DataView(octets.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, cut.length, true);
  octets.set(cut, 4);
  return octets;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Blocks and options end at a multiple of four octets. */
const padded = (length: number): number => length + ((4 - (length % 4)) % 4);

const WORD = 0x1_0000_0000;
const ENHANCED_PACKET = 6;
const SHB_USERAPPL = 4;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_FILTER = 11;
const ISB_STARTTIME = 2;
const ISB_ENDTIME = 3;
const ISB_IFRECV = 4;
const ISB_IFDROP = 5;
