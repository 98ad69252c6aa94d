/** What is held out of order: held to an array of octets that keeps the first copy. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FrameNumber } from "../../src/capture/frame.ts";
import { Backlog, type Piece } from "../../src/stream/backlog.ts";
import { Difference } from "../../src/stream/difference.ts";
import type { Half } from "../../src/stream/half.ts";

const FRAME = 1 as FrameNumber;
const made = (): Backlog => new Backlog({} as Half);
const source = (octets: Uint8Array): { octets: Uint8Array; start: number; position: number } => ({
  octets,
  start: 0,
  position: 700,
});

/** All pieces, taken away one after the other. */
function taken(backlog: Backlog, count = backlog.count): Piece[] {
  return Array.from({ length: count }, () => backlog.shift()).filter(piece => piece !== undefined);
}

describe("Backlog", () => {
  test("keeps the first copy of every octet, in order, and tells which differ", () => {
    const step = fc.record({
      at: fc.integer({ min: 1, max: 200 }),
      octets: fc.uint8Array({ minLength: 1, maxLength: 20, max: 3 }),
      take: fc.oneof(fc.constant(0), fc.nat(9)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), steps => {
        const backlog = made();
        const first: (number | undefined)[] = Array.from({ length: 300 }, () => undefined);
        let floor = 0;
        for (const { at: wanted, octets, take } of steps) {
          const at = floor + wanted;
          if (at + octets.length > 300) continue;
          const difference = new Difference();
          backlog.insert(at, at + octets.length, source(octets), at, FRAME, difference);
          const differing = [...octets.keys()].filter(i => (first[at + i] ?? octets[i]) !== octets[i]);
          expect(difference.found ? [difference.from, difference.to - 1] : []).toEqual(
            differing.length > 0 ? [at + differing[0]!, at + differing.at(-1)!] : [],
          );
          octets.forEach((octet, i) => {
            first[at + i] ??= octet;
          });
          expect(backlog.octets).toBe(first.filter(octet => octet !== undefined).length);
          expect(backlog.end).toBe(first.findLastIndex(octet => octet !== undefined) + 1);
          for (const piece of taken(backlog, Math.min(take, backlog.count))) {
            expect(first.slice(floor, piece.offset).every(octet => octet === undefined)).toBe(true);
            expect([...piece.octets]).toEqual(first.slice(piece.offset, piece.offset + piece.octets.length));
            floor = piece.offset + piece.octets.length;
            first.fill(undefined, 0, floor);
          }
        }
        const held = taken(backlog).reduce((sum, piece) => sum + piece.octets.length, 0);
        expect(held).toBe(first.filter(octet => octet !== undefined).length);
        expect([backlog.count, backlog.octets, backlog.end, backlog.shift()]).toEqual([0, 0, 0, undefined]);
      }),
      { numRuns: 1000 },
    );
  });

  test("takes pieces away without keeping their octets, however many there are", () => {
    const backlog = made();
    const add = (at: number): void => {
      backlog.insert(at, at + 1, source(Uint8Array.of(at & 0xff)), at, FRAME, new Difference());
    };
    for (let at = 2; at < 2000; at += 2) add(at);
    expect(taken(backlog, 700).map(piece => piece.offset)).toEqual(
      Array.from({ length: 700 }, (_, i) => 2 + 2 * i),
    );
    add(1401);
    expect(taken(backlog, 3).map(piece => piece.offset)).toEqual([1401, 1402, 1404]);
    expect(backlog.count).toBe(999 - 702);
  });

  test("names the place of each part of a segment", () => {
    const backlog = made();
    const difference = new Difference();
    backlog.insert(12, 14, source(new Uint8Array(2)), 12, FRAME, difference);
    backlog.insert(10, 18, source(new Uint8Array(8)), 10, FRAME, difference);
    expect(taken(backlog).map(p => [p.offset, p.octets.length, p.position])).toEqual([
      [10, 2, 700],
      [12, 2, 700],
      [14, 4, 704],
    ]);
  });

  test("gives up what lies behind an offset", () => {
    const backlog = made();
    for (const at of [10, 20, 30, 40]) {
      backlog.insert(at, at + 5, source(new Uint8Array(5)), at, FRAME, new Difference());
    }
    backlog.shift();
    backlog.dropBehind(32);
    expect([backlog.octets, backlog.end]).toEqual([7, 32]);
    expect(taken(backlog).map(p => [p.offset, p.octets.length])).toEqual([
      [20, 5],
      [30, 2],
    ]);
    backlog.insert(10, 15, source(new Uint8Array(5)), 10, FRAME, new Difference());
    backlog.dropBehind(0);
    expect([backlog.count, backlog.octets]).toEqual([0, 0]);
  });
});
