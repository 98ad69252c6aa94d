/** What one direction waits with: octets behind a hole, acknowledgments of octets not seen, segments from nowhere. */
import type { FrameNumber } from "../capture/frame.ts";
import { NO_OCTETS, type Owned, ownRange, type View } from "../octets/view.ts";
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
  /** The pieces are those from `#first` on; what stands before them was taken away. */
  readonly #pieces: Piece[] = [];
  #first = 0;
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

  /** Pieces held. */
  get count(): number {
    return this.#pieces.length - this.#first;
  }

  get first(): Piece | undefined {
    return this.#pieces[this.#first];
  }

  /** Behind the last piece. */
  get end(): number {
    const last = this.#pieces.at(-1);
    return last === undefined ? 0 : endOf(last);
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
    let at = from;
    for (let i = this.#firstEndingAfter(from); at < to; i++) {
      const next = this.#pieces[i];
      const free = next === undefined ? to : Math.min(to, next.offset);
      if (at < free) {
        i = this.#put(i, pieceOf(source, offset, at, free, frame));
        at = free;
      } else {
        const end = endOf(next!);
        const same = Math.min(to, end);
        const start = source.start + (at - offset);
        difference.compare(at, same, source.octets, start, next!.octets, at - next!.offset);
        at = end;
      }
    }
  }

  /** Compare the octets `from … to` of a source with the pieces that hold some of them. */
  compare(from: number, to: number, source: PieceSource, offset: number, difference: Difference): void {
    for (let i = this.#firstEndingAfter(from); i < this.#pieces.length; i++) {
      const piece = this.#pieces[i]!;
      if (piece.offset >= to) return;
      const low = Math.max(from, piece.offset);
      const high = Math.min(to, endOf(piece));
      const start = source.start + (low - offset);
      difference.compare(low, high, source.octets, start, piece.octets, low - piece.offset);
    }
  }

  /** Take the first piece away. */
  shift(): Piece | undefined {
    const piece = this.first;
    if (piece === undefined) return undefined;
    this.octets -= piece.octets.length;
    this.#pieces[this.#first++] = TAKEN;
    if (this.count === 0) this.#pieces.length = 0;
    else if (this.#first < SPARE || this.#first < this.count) return piece;
    else this.#pieces.splice(0, this.#first);
    this.#first = 0;
    return piece;
  }

  /** Take away what lies behind a stream offset. */
  dropBehind(offset: number): void {
    for (let last = this.#last; last !== undefined && endOf(last) > offset; last = this.#last) {
      this.#pieces.pop();
      this.octets -= last.octets.length;
      if (last.offset >= offset) continue;
      this.#put(this.#pieces.length, { ...last, octets: ownRange(last.octets, 0, offset - last.offset) });
    }
  }

  get #last(): Piece | undefined {
    return this.count === 0 ? undefined : this.#pieces.at(-1);
  }

  /** Put a piece before the one at an index; gives the index that it has then. */
  #put(index: number, piece: Piece): number {
    const pieces = this.#pieces;
    this.octets += piece.octets.length;
    if (index === this.#first && index > 0) {
      pieces[--this.#first] = piece;
      return index - 1;
    }
    if (index === pieces.length) pieces.push(piece);
    else pieces.splice(index, 0, piece);
    return index;
  }

  #firstEndingAfter(offset: number): number {
    const pieces = this.#pieces;
    let low = this.#first;
    let high = pieces.length;
    // Most segments come behind all that is held.
    if (this.end <= offset) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (endOf(pieces[middle]!) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const endOf = (piece: Piece): number => piece.offset + piece.octets.length;

function pieceOf(source: PieceSource, offset: number, from: number, to: number, frame: FrameNumber): Piece {
  const skipped = from - offset;
  return {
    offset: from,
    octets: ownRange(source.octets, source.start + skipped, source.start + (to - offset)),
    frame,
    position: source.position < 0 ? -1 : source.position + skipped,
  };
}

/** Stands where a piece was taken away, so that its octets are free. */
const TAKEN: Piece = { offset: 0, octets: NO_OCTETS, frame: 0 as FrameNumber, position: -1 };
/** Places of pieces taken away that are kept before they are closed up. */
const SPARE = 64;
