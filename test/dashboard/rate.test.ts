/** Rates and curves by the capture's clock. */
import { describe, expect, test } from "vitest";
import { count, curve, newRate, perSecond, rateText, sparkline } from "../../src/dashboard/rate.ts";
import type { Timestamp } from "../../src/octets/time.ts";

const at = (second: number): Timestamp => (1_767_323_045_000_000 + second * 1_000_000) as Timestamp;

describe("a rate", () => {
  test("is the mean of the last five whole seconds", () => {
    const rate = newRate();
    for (let second = 0; second < 20; second++) count(rate, at(second), second < 10 ? 100 : 10);
    expect(perSecond(rate, at(20))).toBe(10);
    expect(perSecond(rate, at(12))).toBeGreaterThan(10);
  });

  test("of what comes once in a while is the mean of a minute", () => {
    const rate = newRate();
    for (let second = 0; second < 120; second += 5) count(rate, at(second));
    expect(Math.abs(perSecond(rate, at(120)) * 60 - 12)).toBeLessThan(1);
  });

  test("falls to nothing when nothing comes any more", () => {
    const rate = newRate();
    count(rate, at(0), 1000);
    expect(perSecond(rate, at(200))).toBe(0);
    expect(curve(rate, at(200), 12)).toEqual(Array.from({ length: 12 }, () => 0));
  });

  test("takes what comes late for the last second, and time that jumps for what it is", () => {
    const rate = newRate();
    count(rate, at(10));
    count(rate, at(3));
    expect(curve(rate, at(10), 4)).toEqual([0, 0, 0, 2]);
    count(rate, at(100_000));
    expect(curve(rate, at(100_000), 4).reduce((a, b) => a + b)).toBe(1);
  });

  test("has as many seconds to a cell as there were, up to a minute in all", () => {
    const rate = newRate();
    for (let second = 0; second < 60; second++) count(rate, at(second));
    expect(curve(rate, at(59), 12)).toEqual(Array.from({ length: 12 }, () => 5));
    expect(curve(rate, at(59), 6)).toEqual(Array.from({ length: 6 }, () => 10));
  });

  test.each([
    [0, ""],
    [0.2, "12/min"],
    [1, "1.0/s"],
    [9.94, "9.9/s"],
    [1_204.4, "1,204/s"],
  ])("of %d a second is told as %j", (often, text) => expect(rateText(often)).toBe(text));

  test("is drawn against the largest, and nothing is drawn where nothing was", () => {
    expect(sparkline([0, 1, 4, 8])).toBe(" ▁▄█");
    expect(sparkline([0, 0])).toBe("  ");
  });
});
