/** What keys do to the state. */
import { describe, expect, test } from "vitest";
import { KEYS, press, startState } from "../../src/dashboard/keys.ts";

const start = startState(false);

describe("keys", () => {
  test("no key does two things", () => {
    const names = KEYS.flatMap(key => key.keys);
    expect(new Set(names).size).toBe(names.length);
  });

  test("q and Ctrl-C end by verdict first, and at once the second time", () => {
    expect(press(start, "q").leave).toBe("by-verdict");
    expect(press(press(start, "C-c"), "q").leave).toBe("at-once");
  });

  test("r turns secrets on and off, also where they were on from the start", () => {
    expect(press(start, "r").reveal).toBe(true);
    expect(press(startState(true), "r").reveal).toBe(false);
  });

  test("the help leads back to where it was called", () => {
    const help = press(start, "?");
    expect(help.screen).toEqual({ show: "help", back: { show: "overview" } });
    expect(press(help, "?").screen).toEqual({ show: "overview" });
    expect(press(help, "escape").screen).toEqual({ show: "overview" });
  });

  test("other keys change nothing", () => {
    expect(press(start, "x")).toBe(start);
    expect(press(start, "escape")).toBe(start);
  });
});
