/** The hash of addresses and ports: the same for both directions, and not to be steered from outside. */
import type { Addresses } from "../packet/segment.ts";

/**
 * Simple tabulation hashing (Zobrist 1970; Pătraşcu and Thorup 2012): one random word for each value of each octet.
 * Who does not know the seed cannot choose tuples that collide more than chance has it, as they can with multiplying
 * hashes whatever their seed.
 */
export class TupleHash {
  readonly #table: Int32Array;

  constructor(seed: number) {
    this.#table = randomWords(PLACES * 256, seed);
  }

  /** A signed 32-bit number that does not change when source and destination are exchanged. */
  of(addresses: Addresses): number {
    const a = this.#end(addresses.source3, addresses.sourcePort);
    const b = this.#end(addresses.destination3, addresses.destinationPort);
    if (addresses.family === 4) return spread(a + b);
    const c = this.#prefix(addresses.source0, addresses.source1, addresses.source2);
    const d = this.#prefix(addresses.destination0, addresses.destination1, addresses.destination2);
    return spread((a ^ c) + (b ^ d));
  }

  #end(word: number, port: number): number {
    return this.#word(word, 0) ^ this.#table[1024 + (port >>> 8)]! ^ this.#table[1280 + (port & 0xff)]!;
  }

  #prefix(word0: number, word1: number, word2: number): number {
    return this.#word(word0, 1536) ^ this.#word(word1, 2560) ^ this.#word(word2, 3584);
  }

  #word(word: number, at: number): number {
    const table = this.#table;
    return (
      table[at + (word >>> 24)]! ^
      table[at + 256 + ((word >>> 16) & 0xff)]! ^
      table[at + 512 + ((word >>> 8) & 0xff)]! ^
      table[at + 768 + (word & 0xff)]!
    );
  }
}

/** Sixteen octets of an address and two of a port. */
const PLACES = 18;

/** What differs in the high bits only must not share a bucket. */
const spread = (sum: number): number => {
  const mixed = Math.imul(sum ^ (sum >>> 16), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 15);
};

/** Words from a seed: a Weyl sequence through the finalizer of MurmurHash3. */
function randomWords(count: number, seed: number): Int32Array {
  const words = new Int32Array(count);
  let state = seed | 0;
  for (let i = 0; i < count; i++) {
    state = (state + 0x9e37_79b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2_ae35);
    words[i] = word ^ (word >>> 16);
  }
  return words;
}
