/** Rows in typed arrays: held to a map that does the same. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FRAME, KIND, NONE, SEQUENCE, STREAM, TupleTable } from "../../src/stream/tuple-table.ts";
import { segment } from "./build.ts";

const tuple = (port: number): ReturnType<typeof segment> => segment({ from: `192.0.2.7:${port}` });
const back = (port: number): ReturnType<typeof segment> =>
  segment({ from: "192.0.2.1:1883", to: `192.0.2.7:${port}` });

describe("TupleTable", () => {
  test("finds a row in either direction, and knows which", () => {
    const table = new TupleTable(4);
    const row = table.add(tuple(1), 5);
    expect([table.find(tuple(1), 5), table.find(back(1), 5), table.find(tuple(2), 5)]).toEqual([
      row,
      row,
      NONE,
    ]);
    expect([table.same(row, tuple(1)), table.same(row, back(1))]).toEqual([true, false]);
  });

  test("keeps numbers of all sizes", () => {
    const table = new TupleTable(4);
    const row = table.add(tuple(1), 5);
    table.setWord(row, SEQUENCE, -1);
    table.setWord(row, KIND, 2);
    table.setNumber(row, STREAM, 2 ** 40);
    table.setNumber(row, FRAME, 7);
    expect([table.word(row, SEQUENCE), table.word(row, KIND)]).toEqual([-1, 2]);
    expect([table.number(row, STREAM), table.number(row, FRAME)]).toEqual([2 ** 40, 7]);
  });

  test("grows without losing a row, up to its ceiling", () => {
    const table = new TupleTable(5000);
    for (let port = 0; port < 5000; port++) table.setNumber(table.add(tuple(port), port * 7), STREAM, port);
    expect([table.full, table.size]).toEqual([true, 5000]);
    for (let port = 0; port < 5000; port++) {
      expect(table.number(table.find(back(port), port * 7), STREAM)).toBe(port);
    }
  });

  test("does what a map with an order does", () => {
    const step = fc.record({
      does: fc.constantFrom("add", "remove", "renew", "oldest"),
      port: fc.integer({ min: 0, max: 12 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), steps => {
        const table = new TupleTable(100);
        const map = new Map<number, number>();
        for (const { does, port } of steps) {
          const row = table.find(tuple(port), port % 3);
          expect(row !== NONE).toBe(map.has(port));
          if (does === "add" && row === NONE) map.set(port, table.add(tuple(port), port % 3));
          if (does === "remove" && row !== NONE) table.remove(row);
          if (does === "remove") map.delete(port);
          if (does === "renew" && row !== NONE) {
            table.renew(row);
            map.delete(port);
            map.set(port, row);
          }
          expect(table.size).toBe(map.size);
          expect(table.oldest).toBe(map.values().next().value ?? NONE);
        }
      }),
    );
  });
});
