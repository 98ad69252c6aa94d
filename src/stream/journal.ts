/** What was delivered lately: a retransmission that says something else can be told only against the first copy. */
import type { View } from "../octets/view.ts";
import type { Difference } from "./difference.ts";
import type { Limits } from "./limits.ts";

/** No record. */
export const UNRECORDED = -1;

/**
 * The last delivered octets of all connections together, in one ring, with records that chain each direction's
 * segments backwards. A connection keeps the number of its last record only; what the ring has overwritten is forgotten.
 *
 * Octets that the peer has acknowledged cannot be changed any more, so that a ring that holds some milliseconds of a
 * busy link, or hours of a quiet one, holds what matters.
 */
export class Journal {
  readonly #limits: Limits;
  #octets: Uint8Array;
  /** Where the next octet goes in the ring, and the same counted on without end. */
  #at = 0;
  #written = 0;
  /** Rows of four numbers: see the places below. */
  #rows: Float64Array;
  /** Where the next row goes, and the number of rows written. */
  #row = 0;
  #records = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#octets = new Uint8Array(Math.min(FIRST_OCTETS, limits.journalOctets));
    this.#rows = new Float64Array(Math.min(FIRST_RECORDS, limits.journalRecords) * ROW);
  }

  /** Remember `octets[start … end)`, which stand in their stream from `offset`; gives the record that the next one is chained to. */
  note(previous: number, offset: number, octets: View, start: number, end: number): number {
    const length = end - start;
    let left = this.#octets.length - this.#at;
    while (length > left && this.#octets.length < this.#limits.journalOctets) left = this.#growOctets();
    if (length > left) {
      if (length > this.#octets.length) return previous;
      this.#written += left;
      this.#at = 0;
    }
    copy(octets, start, end, this.#octets, this.#at);
    if (this.#row === this.#rows.length) this.#nextLap();
    const row = this.#row;
    this.#rows[row] = offset;
    this.#rows[row + PLACE] = this.#written;
    this.#rows[row + LENGTH] = length;
    this.#rows[row + PREVIOUS] = previous;
    this.#row = row + ROW;
    this.#at += length;
    this.#written += length;
    return this.#records++;
  }

  /** Hold `view[start … )`, sent again as the stream's octets `from … to`, against what is remembered of them. */
  compare(record: number, from: number, to: number, view: View, start: number, difference: Difference): void {
    const size = this.#octets.length;
    const kept = this.#rows.length / ROW;
    let steps = this.#limits.journalSteps;
    for (let at = record; at >= 0 && at >= this.#records - kept && steps-- > 0; ) {
      const row = (at % kept) * ROW;
      const offset = this.#rows[row]!;
      const place = this.#rows[row + PLACE]!;
      const end = offset + this.#rows[row + LENGTH]!;
      if (end <= from || place < this.#written - size) return;
      const low = Math.max(from, offset);
      const high = Math.min(to, end);
      if (low < high) {
        const copy = (place % size) + (low - offset);
        difference.compare(low, high, view, start + (low - from), this.#octets, copy);
      }
      at = this.#rows[row + PREVIOUS]!;
    }
  }

  #growOctets(): number {
    const octets = new Uint8Array(Math.min(this.#octets.length * 2, this.#limits.journalOctets));
    octets.set(this.#octets);
    this.#octets = octets;
    return octets.length - this.#at;
  }

  /** More records as long as there may be more, then the oldest ones again. */
  #nextLap(): void {
    const length = Math.min(this.#rows.length * 2, this.#limits.journalRecords * ROW);
    if (length === this.#rows.length) {
      this.#row = 0;
      return;
    }
    const rows = new Float64Array(length);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}

/** A view of a few octets costs more than they do. */
function copy(from: View, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > COPIED_SINGLY) to.set(from.subarray(start, end), at);
  else for (let i = start, j = at; i < end; i++, j++) to[j] = from[i]!;
}

const COPIED_SINGLY = 96;

/** A record: stream offset of its first octet, where that lies in the ring, length, record of the octets before. */
const PLACE = 1;
const LENGTH = 2;
const PREVIOUS = 3;
const ROW = 4;
const FIRST_OCTETS = 65_536;
const FIRST_RECORDS = 1_024;
