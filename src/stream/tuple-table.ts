/** Rows for addresses and ports that have no connection object: what a flood of SYNs may fill. */
import type { Addresses } from "../packet/segment.ts";

/** No row. */
export const NONE = -1;

/**
 * A hash table of fixed-size rows in typed arrays, oldest first. A row keeps the addresses in the direction in which
 * they were added, and some numbers that its owner gives a meaning to. Rows are named by their index, which is valid
 * until the row is removed.
 */
export class TupleTable {
  readonly #ceiling: number;
  #words = new Int32Array(FIRST_ROWS * WORDS);
  #numbers = new Float64Array(FIRST_ROWS * NUMBERS);
  #buckets = new Int32Array(FIRST_ROWS).fill(NONE);
  #used = 0;
  #free = NONE;
  #oldest = NONE;
  #newest = NONE;
  #size = 0;

  /** At most `ceiling` rows: who adds to a full table removes the oldest one first. */
  constructor(ceiling: number) {
    this.#ceiling = ceiling;
  }

  get size(): number {
    return this.#size;
  }

  get full(): boolean {
    return this.#size >= this.#ceiling;
  }

  get oldest(): number {
    return this.#oldest;
  }

  /** The row of these addresses in either direction, or `NONE`. */
  find(addresses: Addresses, hash: number): number {
    const words = this.#words;
    let row = this.#buckets[hash & (this.#buckets.length - 1)]!;
    while (row !== NONE) {
      if (words[row * WORDS + HASH] === hash && (this.same(row, addresses) || this.#opposite(row, addresses)))
        return row;
      row = words[row * WORDS + CHAIN]!;
    }
    return NONE;
  }

  /** A new row, the newest. The table must not be full nor hold these addresses. */
  add(addresses: Addresses, hash: number): number {
    const row = this.#take();
    const words = this.#words;
    const at = row * WORDS;
    words[at] = addresses.source0;
    words[at + 1] = addresses.source1;
    words[at + 2] = addresses.source2;
    words[at + 3] = addresses.source3;
    words[at + 4] = addresses.destination0;
    words[at + 5] = addresses.destination1;
    words[at + 6] = addresses.destination2;
    words[at + 7] = addresses.destination3;
    words[at + PORTS] = (addresses.sourcePort << 16) | addresses.destinationPort;
    words[at + FAMILY] = addresses.family;
    words[at + HASH] = hash;
    const bucket = hash & (this.#buckets.length - 1);
    words[at + CHAIN] = this.#buckets[bucket]!;
    this.#buckets[bucket] = row;
    this.#append(row);
    this.#size++;
    return row;
  }

  remove(row: number): void {
    const words = this.#words;
    const next = words[row * WORDS + CHAIN]!;
    const bucket = words[row * WORDS + HASH]! & (this.#buckets.length - 1);
    if (this.#buckets[bucket] === row) this.#buckets[bucket] = next;
    else {
      let before = this.#buckets[bucket]!;
      while (words[before * WORDS + CHAIN] !== row) before = words[before * WORDS + CHAIN]!;
      words[before * WORDS + CHAIN] = next;
    }
    this.#unlink(row);
    words[row * WORDS + CHAIN] = this.#free;
    this.#free = row;
    this.#size--;
  }

  /** The row becomes the newest. */
  renew(row: number): void {
    this.#unlink(row);
    this.#append(row);
  }

  /** Whether the addresses are those of the row in the direction in which they were added. */
  same(row: number, addresses: Addresses): boolean {
    const words = this.#words;
    const at = row * WORDS;
    return (
      words[at + 3] === addresses.source3 &&
      words[at + 7] === addresses.destination3 &&
      words[at + PORTS] === ((addresses.sourcePort << 16) | addresses.destinationPort) &&
      words[at + FAMILY] === addresses.family &&
      words[at] === addresses.source0 &&
      words[at + 1] === addresses.source1 &&
      words[at + 2] === addresses.source2 &&
      words[at + 4] === addresses.destination0 &&
      words[at + 5] === addresses.destination1 &&
      words[at + 6] === addresses.destination2
    );
  }

  /** One of the row's 32-bit numbers. */
  word(row: number, place: WordPlace): number {
    return this.#words[row * WORDS + place]!;
  }

  setWord(row: number, place: WordPlace, value: number): void {
    this.#words[row * WORDS + place] = value;
  }

  /** One of the row's doubles. */
  number(row: number, place: NumberPlace): number {
    return this.#numbers[row * NUMBERS + place]!;
  }

  setNumber(row: number, place: NumberPlace, value: number): void {
    this.#numbers[row * NUMBERS + place] = value;
  }

  #opposite(row: number, addresses: Addresses): boolean {
    const words = this.#words;
    const at = row * WORDS;
    return (
      words[at + 7] === addresses.source3 &&
      words[at + 3] === addresses.destination3 &&
      words[at + PORTS] === ((addresses.destinationPort << 16) | addresses.sourcePort) &&
      words[at + FAMILY] === addresses.family &&
      words[at + 4] === addresses.source0 &&
      words[at + 5] === addresses.source1 &&
      words[at + 6] === addresses.source2 &&
      words[at] === addresses.destination0 &&
      words[at + 1] === addresses.destination1 &&
      words[at + 2] === addresses.destination2
    );
  }

  #take(): number {
    const row = this.#free;
    if (row !== NONE) {
      this.#free = this.#words[row * WORDS + CHAIN]!;
      return row;
    }
    if (this.#used * WORDS === this.#words.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    const numbers = new Float64Array(this.#numbers.length * 2);
    numbers.set(this.#numbers);
    const buckets = new Int32Array(this.#buckets.length * 2).fill(NONE);
    for (let row = this.#oldest; row !== NONE; row = words[row * WORDS + NEWER]!) {
      const bucket = words[row * WORDS + HASH]! & (buckets.length - 1);
      words[row * WORDS + CHAIN] = buckets[bucket]!;
      buckets[bucket] = row;
    }
    this.#words = words;
    this.#numbers = numbers;
    this.#buckets = buckets;
  }

  #append(row: number): void {
    const words = this.#words;
    words[row * WORDS + OLDER] = this.#newest;
    words[row * WORDS + NEWER] = NONE;
    if (this.#newest === NONE) this.#oldest = row;
    else words[this.#newest * WORDS + NEWER] = row;
    this.#newest = row;
  }

  #unlink(row: number): void {
    const words = this.#words;
    const older = words[row * WORDS + OLDER]!;
    const newer = words[row * WORDS + NEWER]!;
    if (older === NONE) this.#oldest = newer;
    else words[older * WORDS + NEWER] = newer;
    if (newer === NONE) this.#newest = older;
    else words[newer * WORDS + OLDER] = older;
  }
}

/** Places of a row: words 0 to 7 are the addresses. */
const PORTS = 8;
const FAMILY = 9;
const HASH = 10;
const CHAIN = 11;
const OLDER = 12;
const NEWER = 13;
const WORDS = 18;
const NUMBERS = 4;
const FIRST_ROWS = 256;

/** What a row is. */
export const KIND = 14;
/** A sequence number of the side that the row's source names. */
export const SEQUENCE = 15;
/** A sequence number of the other side. */
export const PEER_SEQUENCE = 16;
/** Segments counted. */
export const SEGMENTS = 17;
export type WordPlace = typeof KIND | typeof SEQUENCE | typeof PEER_SEQUENCE | typeof SEGMENTS;

/** The stream's number. */
export const STREAM = 0;
/** The frame that made the row, and its time. */
export const FRAME = 1;
export const AT = 2;
export type NumberPlace = typeof STREAM | typeof FRAME | typeof AT | typeof SEEN;
/** The ledger's tick when the row was made or renewed. */
export const SEEN = 3;
