import { describe, expect, test } from "vitest";
import { Secret } from "../../src/octets/text.ts";
import { LIMITS } from "../../src/session/limits.ts";
import { topics } from "../../src/session/topics.ts";

describe("the topics of a run", () => {
  test("are counted with their messages and octets", () => {
    const { all, count } = topics();
    count("a", 2, 10);
    count("a", 1, 5);
    expect([...all.values()]).toMatchObject([{ topic: "a", messages: 3, octets: 15 }]);
  });

  test("take no more room than their ceiling, however long each is, and the rest is counted", () => {
    const { all, beyond, count } = topics();
    const long = "x".repeat(65_000);
    const fit = Math.floor(LIMITS.topicOctets / (65_004 + 64));
    for (let at = 0; at < fit + 10; at++) count(`${String(at).padStart(4, "0")}${long}`, 1, 1);
    expect(all.size).toBe(fit);
    expect(beyond.messages).toBe(10);
  });

  test("are listed for conversations until all lists together are full", () => {
    const { mayList, mayKeep, beyond } = topics();
    const long = "x".repeat(65_000);
    const most = Math.floor(LIMITS.longTextOctets / 65_064);
    const listed = Array.from({ length: most + 10 }, () => mayList(long)).filter(Boolean).length;
    expect(listed).toBe(most);
    expect(beyond.texts).toBe(10);
    // Long ones take no room from others; what a report escapes counts as what it becomes.
    expect(mayList("a/b")).toBe(true);
    const short = Math.floor(LIMITS.textOctets / (300 * 6 + 64)) - 1;
    for (let at = 0; at < short; at++) mayKeep(["\u0001".repeat(300)]);
    expect(beyond.texts).toBe(10);
    for (let at = 0; at < 10; at++) mayKeep([new Secret("\u0001".repeat(300)), undefined]);
    expect(beyond.texts).toBeGreaterThan(15);
  });
});
