import { describe, expect, test } from "vitest";
import { digest } from "../../src/session/digest.ts";
import { Recent } from "../../src/session/recent.ts";

describe("what is remembered of many", () => {
  test("never exceeds its ceiling, forgets who was asked for longest ago, and says so", () => {
    let forgotten = 0;
    const recent = new Recent<number>(3, () => forgotten++);
    for (const [at, key] of ["a", "b", "c"].entries()) recent.set(key, at);
    expect(recent.get("a")).toBe(0);
    expect(recent.peek("b")).toBe(1);
    recent.set("d", 3);
    expect([recent.peek("a"), recent.peek("b"), recent.peek("d")]).toEqual([0, undefined, 3]);
    for (let at = 0; at < 10_000; at++) recent.getOr(`k${at}`, () => at);
    expect(recent.size).toBe(3);
    expect(forgotten).toBe(10_001);
  });
});

describe("a digest", () => {
  test("is the same for the same texts under the same key, and no other", () => {
    const same = digest();
    expect(same("a", "b")).toBe(digest()("a", "b"));
    const others = [
      same("ab"),
      same("a", "bc"),
      same("ab", "c"),
      same("a"),
      same("a", undefined),
      same("a", ""),
    ];
    expect(new Set([same("a", "b"), ...others]).size).toBe(others.length + 1);
    expect(digest(new Uint8Array([1]))("a", "b")).not.toBe(same("a", "b"));
  });

  test("does not hold what it stands for", () => {
    expect(digest()("MqttP@ss2024!")).not.toContain("Mqtt");
  });
});
