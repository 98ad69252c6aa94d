/** What is held out of order: held to an array of octets that keeps the first copy. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FrameNumber } from "../../src/capture/frame.ts";
import { Backlog } from "../../src/stream/backlog.ts";
import { Difference } from "../../src/stream/difference.ts";
import type { Half } from "../../src/stream/half.ts";

const FRAME = 1 as FrameNumber;
const made = (): Backlog => new Backlog({} as Half);
const source = (octets: Uint8Array): { octets: Uint8Array; start: number; position: number } => ({
  octets,
  start: 0,
  position: 700,
});

describe("Backlog", () => {
  test("keeps the first copy of every octet, in order, and tells which differ", () => {
    const segment = fc.record({
      at: fc.integer({ min: 1, max: 60 }),
      octets: fc.uint8Array({ minLength: 1, maxLength: 20, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 30 }), segments => {
        const backlog = made();
        const first: (number | undefined)[] = Array.from({ length: 100 }, () => undefined);
        for (const { at, octets } of segments) {
          const difference = new Difference();
          backlog.insert(at, at + octets.length, source(octets), at, FRAME, difference);
          const differing = [...octets.keys()].filter(i => (first[at + i] ?? octets[i]) !== octets[i]);
          expect(difference.found ? [difference.from, difference.to - 1] : []).toEqual(
            differing.length > 0 ? [at + differing[0]!, at + differing.at(-1)!] : [],
          );
          octets.forEach((octet, i) => {
            first[at + i] ??= octet;
          });
        }
        const held: (number | undefined)[] = Array.from({ length: 100 }, () => undefined);
        let end = 0;
        for (const piece of backlog.pieces) {
          expect(piece.offset).toBeGreaterThanOrEqual(end);
          piece.octets.forEach((octet, i) => {
            held[piece.offset + i] = octet;
          });
          end = piece.offset + piece.octets.length;
        }
        expect(held).toEqual(first);
        expect(backlog.octets).toBe(first.filter(octet => octet !== undefined).length);
        expect(backlog.end).toBe(end);
      }),
      { numRuns: 1000 },
    );
  });

  test("names the place of each part of a segment", () => {
    const backlog = made();
    const difference = new Difference();
    backlog.insert(12, 14, source(new Uint8Array(2)), 12, FRAME, difference);
    backlog.insert(10, 18, source(new Uint8Array(8)), 10, FRAME, difference);
    expect(backlog.pieces.map(p => [p.offset, p.octets.length, p.position])).toEqual([
      [10, 2, 700],
      [12, 2, 700],
      [14, 4, 704],
    ]);
  });

  test("gives up its first pieces, and what lies behind an offset", () => {
    const backlog = made();
    for (const at of [10, 20, 30, 40])
      backlog.insert(at, at + 5, source(new Uint8Array(5)), at, FRAME, new Difference());
    backlog.dropFirst(1);
    backlog.dropBehind(32);
    expect(backlog.pieces.map(p => [p.offset, p.octets.length])).toEqual([
      [20, 5],
      [30, 2],
    ]);
    expect(backlog.octets).toBe(7);
    backlog.dropFirst(2);
    expect([backlog.pieces.length, backlog.octets, backlog.end]).toEqual([0, 0, 0]);
  });
});
