/** Sequence numbers across the wrap. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIN } from "../../src/packet/segment.ts";
import { advance, carries, distance, lengthOf } from "../../src/stream/sequence.ts";
import { segment } from "./build.ts";

describe("distance", () => {
  test("is how far the second lies after the first, across the wrap", () => {
    expect(distance(0xffff_fff0, 0x10)).toBe(0x20);
    expect(distance(0x10, 0xffff_fff0)).toBe(-0x20);
    expect(distance(-1, 0)).toBe(1);
    expect(distance(5, 5)).toBe(0);
  });

  test("takes exactly half of the space for before", () => {
    expect(distance(0, 0x7fff_ffff)).toBe(2 ** 31 - 1);
    expect(distance(0, 0x8000_0000)).toBe(-(2 ** 31));
  });

  test("undoes advance, for signed and unsigned numbers alike", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        (from, by) => {
          expect(distance(from, advance(from, by))).toBe(by);
        },
      ),
    );
  });
});

describe("a segment's length", () => {
  test("counts what the snap length cut off", () => {
    expect(lengthOf(segment({ data: "abc", missing: 4 }))).toBe(7);
  });

  test("takes up sequence numbers when there are octets, captured or not, or a FIN", () => {
    expect(carries(segment({}))).toBe(false);
    expect(carries(segment({ missing: 1 }))).toBe(true);
    expect(carries(segment({ flags: FIN }))).toBe(true);
  });
});
