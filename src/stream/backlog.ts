/** What one direction waits with: octets behind a hole, acknowledgments of octets not seen, segments from nowhere. */
import type { FrameNumber } from "../capture/frame.ts";
import { type Owned, ownRange, type View } from "../octets/view.ts";
import type { Difference } from "./difference.ts";
import type { Half } from "./half.ts";

/** Octets that arrived before those in front of them. */
export interface Piece {
  readonly offset: number;
  readonly octets: Owned;
  readonly frame: FrameNumber;
  readonly position: number;
}

/** Where the octets of a piece come from: a segment's payload, borrowed. */
export interface PieceSource {
  readonly octets: View;
  readonly start: number;
  readonly position: number;
}

/**
 * Made with the first trouble of a direction and dropped when all of it has passed, so that a direction whose segments
 * come in order has none. Pieces are disjoint, in the order of the stream, and never touch what was delivered.
 */
export class Backlog {
  readonly half: Half;
  readonly pieces: Piece[] = [];
  /** Octets in the pieces. */
  octets = 0;
  /** What the ledger counts for this backlog. */
  charged = 0;
  /** Stream offset up to which the peer has acknowledged. */
  acknowledged = 0;
  /** Stream offset up to which truncated segments said that there are octets. */
  announced = 0;
  /** Stream offset up to which holes are given up once the mark is old enough. */
  mark = 0;
  markedAt = 0;
  markedSegments = 0;
  /** The mark was set without an acknowledgment, since nobody's are seen. */
  guessed = false;
  /** Consecutive segments outside the window, and the sequence number that would continue them. */
  strays = 0;
  strayNext = 0;
  /** Neighbours in the ledger's list of all that hold pieces. */
  older: Backlog | undefined = undefined;
  newer: Backlog | undefined = undefined;

  constructor(half: Half) {
    this.half = half;
  }

  /** Behind the last piece. */
  get end(): number {
    const last = this.pieces.at(-1);
    return last === undefined ? 0 : last.offset + last.octets.length;
  }

  /**
   * Keep what is new of the octets `from … to`, and compare what is not: the first copy stays. `offset` is the stream
   * offset of the source's first octet.
   */
  insert(
    from: number,
    to: number,
    source: PieceSource,
    offset: number,
    frame: FrameNumber,
    difference: Difference,
  ): void {
    const pieces = this.pieces;
    let at = from;
    for (let i = this.#firstEndingAfter(from); at < to; i++) {
      const next = pieces[i];
      const free = next === undefined ? to : Math.min(to, next.offset);
      if (at < free) {
        const piece = pieceOf(source, offset, at, free, frame);
        if (i === pieces.length) pieces.push(piece);
        else pieces.splice(i, 0, piece);
        this.octets += piece.octets.length;
        at = free;
      } else {
        const end = next!.offset + next!.octets.length;
        const same = Math.min(to, end);
        difference.compare(
          at,
          same,
          source.octets,
          source.start + (at - offset),
          next!.octets,
          at - next!.offset,
        );
        at = end;
      }
    }
  }

  /** Compare the octets `from … to` of a source with the pieces that hold some of them. */
  compare(from: number, to: number, source: PieceSource, offset: number, difference: Difference): void {
    for (let i = this.#firstEndingAfter(from); i < this.pieces.length; i++) {
      const piece = this.pieces[i]!;
      if (piece.offset >= to) return;
      const low = Math.max(from, piece.offset);
      const high = Math.min(to, piece.offset + piece.octets.length);
      difference.compare(
        low,
        high,
        source.octets,
        source.start + (low - offset),
        piece.octets,
        low - piece.offset,
      );
    }
  }

  /** Take away the first `count` pieces. */
  dropFirst(count: number): void {
    for (let i = 0; i < count; i++) this.octets -= this.pieces[i]!.octets.length;
    if (count === this.pieces.length) this.pieces.length = 0;
    else this.pieces.splice(0, count);
  }

  /** Take away what lies behind a stream offset. */
  dropBehind(offset: number): void {
    const pieces = this.pieces;
    for (
      let last = pieces.at(-1);
      last !== undefined && last.offset + last.octets.length > offset;
      last = pieces.at(-1)
    ) {
      pieces.pop();
      this.octets -= last.octets.length;
      if (last.offset >= offset) continue;
      const kept = { ...last, octets: ownRange(last.octets, 0, offset - last.offset) };
      pieces.push(kept);
      this.octets += kept.octets.length;
    }
  }

  #firstEndingAfter(offset: number): number {
    const pieces = this.pieces;
    let low = 0;
    let high = pieces.length;
    const last = pieces.at(-1);
    // Most segments come behind all that is held.
    if (last !== undefined && last.offset + last.octets.length <= offset) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const piece = pieces[middle]!;
      if (piece.offset + piece.octets.length > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function pieceOf(source: PieceSource, offset: number, from: number, to: number, frame: FrameNumber): Piece {
  const skipped = from - offset;
  return {
    offset: from,
    octets: ownRange(source.octets, source.start + skipped, source.start + (to - offset)),
    frame,
    position: source.position < 0 ? -1 : source.position + skipped,
  };
}
