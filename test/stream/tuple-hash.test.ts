/** The hash of addresses: symmetric, seeded, and even over tuples that somebody chose. */
import { describe, expect, test } from "vitest";
import type { Addresses } from "../../src/packet/segment.ts";
import { TupleHash } from "../../src/stream/tuple-hash.ts";

const tuple = (
  words: readonly number[],
  sourcePort: number,
  destinationPort: number,
  family: 4 | 6 = 4,
): Addresses => ({
  family,
  source0: words[0]!,
  source1: words[1]!,
  source2: words[2]!,
  source3: words[3]!,
  destination0: words[4]!,
  destination1: words[5]!,
  destination2: words[6]!,
  destination3: words[7]!,
  sourcePort,
  destinationPort,
});

const turned = (a: Addresses): Addresses =>
  tuple(
    [
      a.destination0,
      a.destination1,
      a.destination2,
      a.destination3,
      a.source0,
      a.source1,
      a.source2,
      a.source3,
    ],
    a.destinationPort,
    a.sourcePort,
    a.family,
  );

const four = (source: number, sourcePort: number, destination: number, destinationPort: number): Addresses =>
  tuple([0, 0, 0, source | 0, 0, 0, 0, destination | 0], sourcePort, destinationPort);

/** The longest chain that so many tuples make in a table of as many buckets. */
function longestChain(hash: TupleHash, count: number, at: (n: number) => Addresses): number {
  const chains = new Int32Array(2 ** Math.ceil(Math.log2(count)));
  let longest = 0;
  for (let n = 0; n < count; n++) {
    const bucket = hash.of(at(n)) & (chains.length - 1);
    chains[bucket] = chains[bucket]! + 1;
    longest = Math.max(longest, chains[bucket]!);
  }
  return longest;
}

describe("TupleHash", () => {
  test("is the same for both directions", () => {
    const hash = new TupleHash(1);
    const six = tuple([1, 2, 3, 4, -5, -6, -7, -8], 1, 65_535, 6);
    expect(hash.of(turned(six))).toBe(hash.of(six));
    const v4 = four(0xc000_0207, 49_152, 0xc000_0201, 1883);
    expect(hash.of(turned(v4))).toBe(hash.of(v4));
  });

  test("depends on every octet of addresses and ports", () => {
    const hash = new TupleHash(7);
    const base = [1, 2, 3, 4, 5, 6, 7, 8];
    const seen = new Set([hash.of(tuple(base, 9, 10, 6))]);
    for (let word = 0; word < 8; word++) {
      for (let octet = 0; octet < 4; octet++) {
        seen.add(hash.of(tuple(base.with(word, base[word]! ^ (0x80 << (octet * 8))), 9, 10, 6)));
      }
    }
    for (const port of [0x8009, 0x0089])
      seen.add(hash.of(tuple(base, port, 10, 6))).add(hash.of(tuple(base, 10, port, 6)));
    expect(seen.size).toBe(37);
  });

  test("is another one with another seed", () => {
    const address = four(1, 2, 3, 4);
    expect(new Set([1, 2, 3, 4].map(seed => new TupleHash(seed).of(address))).size).toBe(4);
  });

  test("spreads tuples that only count on, that mirror each other, or that a host sends to itself", () => {
    const hash = new TupleHash(0x6d71_7474);
    const count = 100_000;
    expect(longestChain(hash, count, n => four(0x0a00_0000 + n, 1024, 0x0b00_0001, 1883))).toBeLessThan(14);
    expect(
      longestChain(hash, count, n => four(0x0a00_0001, n & 0xffff, 0x0b00_0001, 1883 + (n >> 16))),
    ).toBeLessThan(14);
    expect(longestChain(hash, count, n => four(n, 1000, n, 1000))).toBeLessThan(14);
    expect(longestChain(hash, count, n => four(n << 8, n & 0xffff, ~(n << 8), ~n & 0xffff))).toBeLessThan(14);
    expect(longestChain(hash, count, n => tuple([n, n << 15, n << 7, 1, 2, 3, 4, 5], 9, 9, 6))).toBeLessThan(
      14,
    );
  });

  test("spreads tuples whose differences cancel in multiplying hashes, whatever their seed", () => {
    // Top bits of neighbouring words: (w ^ 2³¹) · odd differs from w · odd in the top bit alone.
    const flips = [0, 0x8000_0000, 0x8001_0000, 0x0001_0000];
    const words = (n: number): number[] =>
      [0, 2, 4, 6, 8, 10, 12, 14].map(shift => flips[(n >> shift) & 3]! | 0);
    expect(longestChain(new TupleHash(99), 65_536, n => tuple(words(n), 1, 2, 6))).toBeLessThan(14);
  });
});
