/** Where the units of one direction lay in the capture, remembered only while a unit is unfinished. */
import type { Carrier, Chunk } from "../../stream/item.ts";
import { LIMITS } from "./limits.ts";

export interface Trail {
  /** The chunk that is read now. */
  at(chunk: Chunk): void;
  /** The chunk is read: what lies before `pending` (a stream offset, or Infinity) is not needed any more. */
  keep(pending: number): void;
  /** The pieces that carried [from, to), cut to that range; the first and the last where they were too many. */
  cut(from: number, to: number): Carrier[];
}

/** Copies of carriers are made for units that a chunk leaves unfinished, and for what is told: not for every chunk. */
export function trail(): Trail {
  const pieces: Carrier[] = [];
  let current: Chunk | undefined;
  return {
    at(chunk) {
      current = chunk;
    },
    keep(pending) {
      if (pieces.length > 0) {
        const first = pieces.findIndex(piece => piece.offset + piece.length > pending);
        pieces.splice(0, first === -1 ? pieces.length : first);
      }
      if (current !== undefined && pending < current.offset + current.length) {
        if (pieces.length === LIMITS.carriers) pieces.pop();
        pieces.push(clip(current, pending, Number.POSITIVE_INFINITY));
      }
      current = undefined;
    },
    cut(from, to) {
      const found: Carrier[] = [];
      for (const piece of pieces) if (touches(piece, from, to)) found.push(clip(piece, from, to));
      if (current !== undefined && touches(current, from, to)) found.push(clip(current, from, to));
      return found;
    },
  };
}

const touches = (piece: Carrier, from: number, to: number): boolean =>
  piece.offset < to && piece.offset + piece.length > from;

/** The part of a piece that lies in [from, to); a position that cannot be named stays so. */
function clip(piece: Carrier, from: number, to: number): Carrier {
  const offset = Math.max(piece.offset, from);
  const skipped = offset - piece.offset;
  return {
    frame: piece.frame,
    position: piece.position < 0 ? piece.position : piece.position + skipped,
    offset,
    length: Math.min(piece.offset + piece.length, to) - offset,
  };
}
