/** MQ512: a fingerprint is held against the time of the packet. */
import { describe, expect, test } from "vitest";
import { judge, parseReport } from "../story.ts";

const rulesAt = async (...flags: readonly string[]): Promise<readonly string[]> =>
  parseReport(await judge("legacy-stack", ...flags, "--format", "json")).findings.map(({ rule }) => rule);

describe("a TLS library without support", () => {
  test("is one from the day on which its makers stopped", async () => {
    expect(await rulesAt()).toContain("MQ512");
    expect(await rulesAt("--at", "2019-12-30T00:00:00Z")).not.toContain("MQ512");
    expect(await rulesAt("--at", "2019-12-31T00:00:00Z")).toContain("MQ512");
  });

  test("is a guess, made once of a client", async () => {
    const { findings } = parseReport(await judge("legacy-stack", "--format", "json"));
    const found = findings.find(({ rule }) => rule === "MQ512");
    expect(found).toMatchObject({ severity: "low", confidence: "tentative", count: 1 });
  });
});
