import { describe, expect, test } from "vitest";
import { asksForEverything, matches, sharedFilter } from "../../src/session/filters.ts";

describe("shared subscriptions", () => {
  test.each([
    ["$share/group/iot/#", { group: "group", filter: "iot/#" }],
    ["$share:group:iot/#", { group: "group", filter: "iot/#" }],
    ["$queue/iot/#", { group: "", filter: "iot/#" }],
    ["$share/group", { filter: "$share/group" }],
    ["$shared/group/iot", { filter: "$shared/group/iot" }],
    ["iot/$share/x/y", { filter: "iot/$share/x/y" }],
  ])("%s is taken apart", (text, parts) => {
    expect(sharedFilter(text)).toEqual(parts);
  });
});

describe("a filter", () => {
  test.each([
    ["#", "iot/temp", true],
    ["iot/#", "iot", true],
    ["iot/#", "iot/a/b", true],
    ["iot/+", "iot/a", true],
    ["iot/+", "iot/a/b", false],
    ["iot/+", "iot", false],
    ["+/+", "/a", true],
    ["iot", "iot/", false],
    ["#", "$SYS/broker", false],
    ["+/broker", "$SYS/broker", false],
    ["$SYS/#", "$SYS/broker", true],
    ["$share/g/iot/+", "iot/a", true],
  ])("%s matches %s: %s (MQTT 5.0 §4.7)", (filter, topic, does) => {
    expect(matches(filter, topic)).toBe(does);
  });

  test("asks for everything where it holds nothing but wildcards", () => {
    expect(["#", "+/#", "+/+/#", "$share/g/#"].every(asksForEverything)).toBe(true);
    expect(["+", "/#", "a/#", "$SYS/#"].some(asksForEverything)).toBe(false);
  });
});
