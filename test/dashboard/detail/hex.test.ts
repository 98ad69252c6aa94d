/** Octets in rows. */
import { describe, expect, test } from "vitest";
import { firstShown, hexColumns, hexRows, octetsPerRow } from "../../../src/dashboard/detail/hex.ts";
import { textOf } from "./pages.ts";

const octets = Uint8Array.from({ length: 40 }, (_, index) => 0x30 + index);
const rows = (options: Partial<Parameters<typeof hexRows>[4]> = {}): string[] =>
  hexRows(octets, 0, 10, 16, { hidden: [], ...options }).map(textOf);

describe("rows of octets", () => {
  test("hold offset, hex and text, all of them equally wide", () => {
    expect(rows()).toEqual([
      "00000  30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?",
      "00010  40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f  @ABCDEFGHIJKLMNO",
      "00020  50 51 52 53 54 55 56 57                          PQRSTUVW",
    ]);
    expect(rows()[0]).toHaveLength(hexColumns(16));
  });

  test("mask hidden octets in both, and keep their number", () => {
    const [, second, third] = rows({ hidden: [{ start: 30, end: 34 }] });
    expect(second).toBe("00010  40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d ·· ··  @ABCDEFGHIJKLM··");
    expect(third).toBe("00020  ·· ·· 52 53 54 55 56 57                          ··RSTUVW");
  });

  test("put a field between brackets, over the ends of rows too, so that no colour is needed", () => {
    expect(rows({ chosen: { from: 2, to: 4 } })[0]).toContain(" 31[32 33]34 ");
    const [first, second, third] = rows({ chosen: { from: 14, to: 34 } });
    expect(first).toContain(" 3d[3e 3f] ");
    expect(second).toContain("00010 [40 ");
    expect(second).toContain(" 4f] ");
    expect(third).toContain("00020 [50 51]52 ");
    expect(rows({ chosen: { from: 32, to: 40 } })[2]).toContain("[50 51 52 53 54 55 56 57] ");
  });

  test("are eight octets wide where sixteen do not fit", () => {
    expect(octetsPerRow(60)).toBe(8);
    expect(octetsPerRow(hexColumns(16))).toBe(16);
    expect(octetsPerRow(hexColumns(16) - 1)).toBe(8);
  });

  test("begin so that the chosen field is seen, and never behind the end", () => {
    expect(firstShown(1_000, 0, 10, 16)).toBe(0);
    expect(firstShown(1_000, 500, 10, 16)).toBe(30 * 16);
    expect(firstShown(1_000, 999, 10, 16)).toBe((63 - 10) * 16);
    expect(firstShown(20, 19, 10, 16)).toBe(0);
  });
});
