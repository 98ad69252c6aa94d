/** One direction of a WebSocket connection: frames in, the octets of its messages out as a stream. */
import type { Fault } from "../../octets/decode.ts";
import type { View } from "../../octets/view.ts";
import type { Chunk, Direction, Gap } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  type FrameHeader,
  frameHeader,
  isControl,
  LONGEST_HEADER,
  PONG,
  TEXT,
} from "./frame.ts";
import { type Inflation, inflateMessage } from "./inflate.ts";
import { findFrame } from "./search.ts";

/** What a reader hands on. `chunk` is the one whose arrival made it readable. */
export interface FrameSink {
  /** Octets of messages in order: `[from, to)` of the carrying stream, `position` in the capture. */
  data(direction: Direction, octets: View, place: DataPlace): void;
  /** So many octets of messages are missing. */
  hole(direction: Direction, item: Chunk | Gap, octets: number): void;
  fault(direction: Direction, chunk: Chunk, from: number, to: number, fault: Fault): void;
  /** The direction is given up: no more of it is read. */
  givenUp(direction: Direction, item: Chunk | Gap): void;
}

export interface DataPlace {
  readonly chunk: Chunk;
  readonly frame: Chunk["frame"];
  readonly position: number;
  readonly from: number;
  readonly to: number;
}

export interface FrameReader {
  direction: Direction;
  /** `lost`: after a gap or a malformed frame, until one is found; `done`: a Close was sent, or nothing can be read. */
  state: "header" | "payload" | "lost" | "done";
  /** Times that frames were lost to malformed ones. */
  losses: number;
  readonly inflation: Inflation | undefined;
  /** The header in assembly. */
  readonly pending: Uint8Array;
  pendingLength: number;
  pendingFrom: number;
  header: FrameHeader | undefined;
  readonly mask: Uint8Array;
  /** Octets of the frame's payload still to come, and how many came. */
  left: number;
  taken: number;
  /** Type of the message that continuations go on with. */
  message: number;
  compressed: boolean;
  /** A compressed message in assembly. */
  parts: Uint8Array[];
  partOctets: number;
  first: DataPlace | undefined;
}

/** Reads the frames of one direction, masked or not (RFC 6455 §5.2). */
export const frameReader = (
  direction: Direction,
  inflation: Inflation | undefined,
  lost: boolean,
): FrameReader => ({
  direction,
  state: lost ? "lost" : "header",
  losses: 0,
  inflation,
  pending: new Uint8Array(LONGEST_HEADER),
  pendingLength: 0,
  pendingFrom: 0,
  header: undefined,
  mask: new Uint8Array(4),
  left: 0,
  taken: 0,
  message: CONTINUATION,
  compressed: false,
  parts: [],
  partOctets: 0,
  first: undefined,
});

/** Reads a chunk from its octet `start` on. */
export function readFrames(reader: FrameReader, chunk: Chunk, start: number, sink: FrameSink): void {
  const end = chunk.octets.length;
  let at = start;
  while (at < end) {
    if (reader.state === "header") at = readHeader(reader, chunk, at, sink);
    else if (reader.state === "payload") at = readPayload(reader, chunk, at, sink);
    else if (reader.state === "done") return;
    else {
      at = findFrame(chunk.octets, at, end, reader.direction);
      if (at < 0) return;
      reader.state = "header";
    }
  }
}

/** A gap within a payload is passed over; behind any other, frames are searched. */
export function passGap(reader: FrameReader, gap: Gap, sink: FrameSink): void {
  if (reader.state === "done" || reader.state === "lost") return;
  const within = reader.state === "payload" && gap.length < reader.left && !reader.compressed;
  if (!within || !isControl(reader.header!.opcode)) sink.hole(reader.direction, gap, gap.length);
  if (within) {
    reader.left -= gap.length;
    reader.taken += gap.length;
    return;
  }
  reader.pendingLength = 0;
  // What is compressed with what was missed cannot be read any more.
  if (reader.inflation?.takeover === true) giveUp(reader, gap, sink);
  else search(reader);
}

/** Frames are searched from here on. */
function search(reader: FrameReader): void {
  reader.state = "lost";
  reader.message = CONTINUATION;
  forget(reader);
}

/** A malformed header says nothing of what follows it; a direction in which that goes on is given up. */
function lose(reader: FrameReader, chunk: Chunk, sink: FrameSink): void {
  sink.hole(reader.direction, chunk, 1);
  reader.losses += 1;
  if (reader.losses > LIMITS.resynchronisations) giveUp(reader, chunk, sink);
  else search(reader);
}

function giveUp(reader: FrameReader, item: Chunk | Gap, sink: FrameSink): void {
  reader.state = "done";
  reader.message = CONTINUATION;
  forget(reader);
  sink.givenUp(reader.direction, item);
}

function readHeader(reader: FrameReader, chunk: Chunk, at: number, sink: FrameSink): number {
  const { pending } = reader;
  if (reader.pendingLength === 0) reader.pendingFrom = offsetAt(chunk, at);
  pending[reader.pendingLength++] = chunk.octets[at]!;
  const framed = frameHeader(pending, 0, reader.pendingLength);
  if (framed.state === "need-more") return at + 1;
  reader.pendingLength = 0;
  const tell = (fault: Fault): void =>
    sink.fault(reader.direction, chunk, reader.pendingFrom, offsetAt(chunk, at + 1), fault);
  if (framed.state === "malformed") {
    tell(framed.fault);
    lose(reader, chunk, sink);
    return at + 1;
  }
  const header = framed.unit;
  reader.mask.fill(0);
  if (header.masked) reader.mask.set(pending.subarray(framed.length - 4, framed.length));
  if (!begin(reader, header, tell)) lose(reader, chunk, sink);
  else if (header.payload === 0) endFrame(reader, chunk, sink);
  return at + 1;
}

/** Takes a header for the one of the frame to come, and says what is wrong with it; false where its payload says nothing. */
function begin(reader: FrameReader, header: FrameHeader, tell: (fault: Fault) => void): boolean {
  const { opcode, compressed, reserved, masked, payload, fin } = header;
  const refuse = (field: string, value: number, clause: string): void =>
    tell({ unit: "WebSocket frame", field, offset: 0, reason: { kind: "forbidden", value, clause } });
  reader.header = header;
  reader.state = "payload";
  reader.left = payload;
  reader.taken = 0;
  const control = isControl(opcode);
  if (reserved !== 0 || (compressed && (control || reader.inflation === undefined))) {
    refuse("RSV", (compressed ? 4 : 0) + reserved, "RFC 6455 §5.2");
    return false;
  }
  if (masked !== (reader.direction === "client")) refuse("MASK", masked ? 1 : 0, "RFC 6455 §5.1");
  if ((opcode > BINARY && !control) || opcode > PONG) {
    refuse("Opcode", opcode, "RFC 6455 §5.2");
    return false;
  }
  if (control && (!fin || payload > 125)) refuse("Payload length", payload, "RFC 6455 §5.5");
  if (opcode === TEXT) refuse("Opcode", opcode, "MQTT-6.0.0-1");
  if (!control && (opcode === CONTINUATION) !== (reader.message !== CONTINUATION))
    refuse("Opcode", opcode, "RFC 6455 §5.4");
  if (opcode === TEXT || opcode === BINARY) {
    forget(reader);
    reader.message = opcode;
    reader.compressed = compressed;
  }
  return true;
}

function readPayload(reader: FrameReader, chunk: Chunk, at: number, sink: FrameSink): number {
  const count = Math.min(reader.left, chunk.octets.length - at);
  const header = reader.header!;
  if (!isControl(header.opcode)) {
    const octets = unmasked(reader, chunk.octets, at, count);
    const from = offsetAt(chunk, at);
    const { frame } = chunk;
    const position = chunk.position < 0 ? -1 : chunk.position + (from - chunk.offset);
    const place = { chunk, frame, position, from, to: offsetAt(chunk, at + count) };
    if (reader.compressed) collect(reader, octets, place);
    else sink.data(reader.direction, octets, place);
  }
  reader.left -= count;
  reader.taken += count;
  if (reader.left === 0) endFrame(reader, chunk, sink);
  return at + count;
}

/** The payload of a frame is complete. */
function endFrame(reader: FrameReader, chunk: Chunk, sink: FrameSink): void {
  const { opcode, fin } = reader.header!;
  reader.state = opcode === CLOSE ? "done" : "header";
  if (isControl(opcode) || !fin) return;
  if (reader.compressed) endMessage(reader, chunk, sink);
  forget(reader);
  reader.message = CONTINUATION;
}

/** A compressed message is there as a whole. */
function endMessage(reader: FrameReader, chunk: Chunk, sink: FrameSink): void {
  const { inflation, first, direction } = reader;
  if (inflation === undefined || first === undefined) return;
  const from = first.from;
  const to = chunk.offset + chunk.length;
  const inflated =
    reader.partOctets > LIMITS.deflatedOctets
      ? ({ state: "too-large", limit: LIMITS.deflatedOctets } as const)
      : inflateMessage(inflation, Buffer.concat(reader.parts));
  if (inflated.state === "ok") {
    sink.data(direction, inflated.octets, { ...first, chunk, to });
    return;
  }
  const reason: Fault["reason"] =
    inflated.state === "too-large"
      ? { kind: "too-large", size: reader.partOctets, limit: inflated.limit }
      : { kind: "forbidden", value: "ill-formed DEFLATE", clause: "RFC 7692 §7.2.2" };
  sink.fault(direction, chunk, from, to, { unit: "WebSocket message", field: "payload", offset: 0, reason });
  sink.hole(direction, chunk, reader.partOctets);
  if (inflation.takeover) giveUp(reader, chunk, sink);
}

/** Keeps a part of a compressed message, and counts what is beyond the ceiling. */
function collect(reader: FrameReader, octets: Uint8Array, place: DataPlace): void {
  reader.first ??= place;
  reader.partOctets += octets.length;
  if (reader.partOctets <= LIMITS.deflatedOctets) reader.parts.push(octets);
}

function forget(reader: FrameReader): void {
  reader.parts = [];
  reader.partOctets = 0;
  reader.first = undefined;
  reader.compressed = false;
}

/** The payload without its mask (§5.3); a copy, since the capture's octets are borrowed. */
function unmasked(reader: FrameReader, octets: View, at: number, count: number): Uint8Array {
  const plain = new Uint8Array(count);
  const { mask, taken } = reader;
  for (let index = 0; index < count; index++) plain[index] = octets[at + index]! ^ mask[(taken + index) & 3]!;
  return plain;
}

const offsetAt = (chunk: Chunk, index: number): number =>
  chunk.octets.length === chunk.length ? chunk.offset + index : chunk.offset;
