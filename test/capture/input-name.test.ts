/** What captures are called, so that people know which one is meant. */
import { describe, expect, test } from "vitest";
import { distinctNames } from "../../src/capture/input-name.ts";

describe("the names of several captures", () => {
  test.each([
    [
      ["/a/one.pcap", "/b/two.pcap"],
      ["one.pcap", "two.pcap"],
    ],
    [
      ["/x/a/one.pcap", "/x/b/one.pcap"],
      ["a", "b"],
    ],
    [
      ["a/one.pcap", "b/one.pcap", "b/two.pcap"],
      ["a/one.pcap", "b/one.pcap", "b/two.pcap"],
    ],
    [
      ["one.pcap", "b/one.pcap"],
      ["one.pcap", "b/one.pcap"],
    ],
    [
      ["-", "one.pcap"],
      ["standard input", "one.pcap"],
    ],
    [["/a/one.pcap"], ["one.pcap"]],
    [[], []],
  ])("of %j are %j", (paths, names) => {
    expect(distinctNames(paths)).toEqual(names);
  });

  test("differ whatever the paths, as long as these do", () => {
    const paths = ["a", "b/a", "c/b/a", "c/b/d", "x/x/x", "x/x"];
    expect(new Set(distinctNames(paths)).size).toBe(paths.length);
  });
});
