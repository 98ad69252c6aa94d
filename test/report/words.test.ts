import { describe, expect, test } from "vitest";
import { cellWidth } from "../../src/octets/text.ts";
import { cutCells, pad, wrap } from "../../src/octets/lines.ts";
import { counted, digits, duration, numberWord, size } from "../../src/report/words.ts";

describe("numbers in words", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [1_204, "1,204"],
    [9_007_199_254_740_991, "9,007,199,254,740,991"],
  ])("%i is grouped", (n, text) => expect(digits(n)).toBe(text));

  test("small ones are words, and one thing is not many", () => {
    expect([numberWord(1), numberWord(12), numberWord(1_300)]).toEqual(["One", "Twelve", "1,300"]);
    expect([counted(1, "frame"), counted(0, "frame"), counted(2, "query", "queries")]).toEqual([
      "1 frame",
      "0 frames",
      "2 queries",
    ]);
  });

  test.each([
    [1, "1 octet"],
    [999, "999 octets"],
    [1_000, "1.0 kB"],
    [9_949, "9.9 kB"],
    [9_951, "10 kB"],
    [999_400, "999 kB"],
    [999_600, "1.0 MB"],
    [3_400_000_000, "3.4 GB"],
    [5e15, "5,000 TB"],
  ])("%d octets are told in two figures", (octets, text) => expect(size(octets)).toBe(text));

  test.each([
    [0, "0 ms"],
    [32.4, "32 ms"],
    [12_345, "12.3 s"],
    [184_000, "3 min 4 s"],
    [7_500_000, "2 h 5 min"],
    [273_600_000, "3 d 4 h"],
  ])("%d milliseconds are told in two parts", (milliseconds, text) =>
    expect(duration(milliseconds)).toBe(text),
  );
});

describe("text by cells", () => {
  test("wide characters take two cells, combining ones none", () => {
    expect(["abc", "温度", "e\u0301", "😀", "한글", "ｱ"].map(cellWidth)).toEqual([3, 4, 1, 2, 4, 1]);
  });

  test("lines break at spaces, and words that are wider than a line anywhere", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("abcdefghij k", 4)).toEqual(["abcd", "efgh", "ij k"]);
    expect(wrap("温度センサー", 5)).toEqual(["温度", "セン", "サー"]);
    expect(wrap("", 5)).toEqual([]);
  });

  test("what is cut says so and fits", () => {
    expect(cutCells("abcdef", 6, "…")).toBe("abcdef");
    expect(cutCells("abcdefg", 6, "…")).toBe("abcde…");
    expect(cutCells("温度センサー", 6, "…")).toBe("温度…");
    expect(pad("温", 4)).toBe("温  ");
  });
});
