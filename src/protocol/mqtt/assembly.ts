/** Octets of one direction that wait: a packet spread over chunks, or a stretch in which packets are searched. */
import type { Timestamp } from "../../octets/time.ts";
import { NO_OCTETS } from "../../octets/view.ts";
import type { FrameNumber } from "../../capture/frame.ts";
import type { Carrier, Chunk } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";

/** Where some held octets came from; a carrier that is this program's own. */
export interface Piece extends Carrier {
  length: number;
  /** Index of its first octet in what is held. */
  readonly at: number;
  arrival: FrameNumber;
  arrivedAt: Timestamp;
  /** Stream offset after its last octet. */
  to: number;
}

/** What all sessions hold together. */
export interface Budget {
  octets: number;
  readonly limit: number;
}

/** One contiguous buffer that grows with the data, never with a claim, and the pieces that filled it. */
export interface Assembly {
  buffer: Uint8Array;
  length: number;
  pieces: Piece[];
  readonly budget: Budget;
}

export const assembly = (budget: Budget): Assembly => ({
  buffer: NO_OCTETS,
  length: 0,
  pieces: NONE,
  budget,
});

/** Appends `chunk.octets[start … end)` and gives how many octets the budget had room for. */
export function hold(assembly: Assembly, chunk: Chunk, start: number, end: number): number {
  const room = reserve(assembly, end - start);
  if (room === 0) return 0;
  const octets = chunk.octets;
  const at = assembly.length;
  if (room === 1) assembly.buffer[at] = octets[start]!;
  else assembly.buffer.set(octets.subarray(start, start + room), at);
  assembly.length = at + room;
  note(assembly, chunk, at, start, room);
  return room;
}

/** Forgets everything before `at`; what is left moves to the beginning. */
export function discard(assembly: Assembly, at: number): void {
  if (at === 0) return;
  if (at >= assembly.length) {
    clear(assembly);
    return;
  }
  assembly.buffer.copyWithin(0, at, assembly.length);
  assembly.length -= at;
  assembly.pieces = assembly.pieces
    .filter(piece => piece.at + piece.length > at)
    .map(piece => moved(piece, at));
}

/** Forgets everything; a large buffer is given back. */
export function clear(assembly: Assembly): void {
  assembly.length = 0;
  assembly.pieces = NONE;
  if (assembly.buffer.length > KEPT_BUFFER) release(assembly);
}

/** Gives the buffer back. */
export function release(assembly: Assembly): void {
  assembly.budget.octets -= assembly.buffer.length;
  assembly.buffer = NO_OCTETS;
  assembly.length = 0;
  assembly.pieces = NONE;
}

/** The pieces that hold octets of `[start, end)`, each cut to it. */
export function carriersOf(assembly: Assembly, start: number, end: number): readonly Piece[] {
  const { pieces } = assembly;
  if (start === 0 && end >= assembly.length) return pieces;
  const cut: Piece[] = [];
  for (const piece of pieces) {
    const from = Math.max(start, piece.at);
    const to = Math.min(end, piece.at + piece.length);
    if (from < to)
      cut.push(from === piece.at && to === piece.at + piece.length ? piece : part(piece, from, to));
  }
  return cut;
}

/** Whether a piece, and with it most likely a segment, begins at `at`. */
export const beginsPiece = (assembly: Assembly, at: number): boolean =>
  assembly.pieces.some(piece => piece.at === at);

/** Stream offset of octet `index` of a chunk; where octets were inflated or decrypted, that of the chunk. */
export const fromOffset = (chunk: Chunk, index: number): number =>
  chunk.octets.length === chunk.length ? chunk.offset + index : chunk.offset;

/** Stream offset after octet `index - 1` of a chunk; where octets were inflated or decrypted, after the chunk. */
export const toOffset = (chunk: Chunk, index: number): number =>
  chunk.offset + (chunk.octets.length === chunk.length ? index : chunk.length);

/** Room for `wanted` more octets, or for as many as the budget has. */
function reserve(assembly: Assembly, wanted: number): number {
  const { buffer, length, budget } = assembly;
  if (length + wanted <= buffer.length) return wanted;
  const size = Math.max(SMALL_BUFFER, buffer.length * 2, length + wanted);
  if (budget.octets + size - buffer.length > budget.limit) return buffer.length - length;
  budget.octets += size - buffer.length;
  const grown = new Uint8Array(size);
  grown.set(buffer.subarray(0, length));
  assembly.buffer = grown;
  return wanted;
}

/** Remembers where octets came from; beyond the ceiling the last piece stands for what follows it. */
function note(assembly: Assembly, chunk: Chunk, at: number, start: number, length: number): void {
  const { pieces } = assembly;
  const { frame, arrival, at: arrivedAt } = chunk;
  const offset = fromOffset(chunk, start);
  const to = toOffset(chunk, start + length);
  const last = pieces[pieces.length - 1];
  const goesOn = last !== undefined && last.arrival === arrival && last.frame === frame && last.to === offset;
  if (last === undefined || (!goesOn && pieces.length < LIMITS.carriers)) {
    const direct = chunk.octets.length === chunk.length;
    const position = direct && chunk.position >= 0 ? chunk.position + start : chunk.position;
    const piece = { frame, position, offset, length, at, arrival, arrivedAt, to };
    if (last === undefined) assembly.pieces = [piece];
    else pieces.push(piece);
    return;
  }
  last.length += length;
  last.arrival = arrival;
  last.arrivedAt = arrivedAt;
  last.to = to;
}

/** A piece of which the octets before `by` are gone. */
function moved(piece: Piece, by: number): Piece {
  if (piece.at >= by) return { ...piece, at: piece.at - by };
  return { ...part(piece, by, piece.at + piece.length), at: 0 };
}

/** The part `[start, end)` of a piece, in held octets. */
function part(piece: Piece, start: number, end: number): Piece {
  const skipped = start - piece.at;
  const direct = piece.to - piece.offset === piece.length;
  const position = direct && piece.position >= 0 ? piece.position + skipped : piece.position;
  const offset = direct ? piece.offset + skipped : piece.offset;
  const length = end - start;
  return { ...piece, position, offset, length, at: start, to: direct ? offset + length : piece.to };
}

/** What a new assembly begins with; most packets over two segments are short. */
const SMALL_BUFFER = 256;

/** No pieces; nothing is ever added to this list, the first piece begins a new one. */
const NONE: Piece[] = [];

/** A larger buffer is not kept for the next packet. */
const KEPT_BUFFER = 4_096;
