/** What holds for every rule: it fires where it says, is silent where it says, and explains itself. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { RULES } from "../src/finding/rules/index.ts";
import { severitiesOf } from "../src/finding/severities.ts";
import { reportOf, STORIES } from "./story.ts";

/** The weaknesses that the catalogue speaks of (cwe.mitre.org, version 4). A number that is not here may be a slip. */
const KNOWN_CWE: ReadonlySet<number> = new Set([
  20, 116, 125, 150, 200, 203, 263, 290, 294, 295, 296, 297, 298, 299, 300, 306, 307, 319, 321, 322, 323, 324,
  326, 327, 328, 330, 331, 338, 340, 345, 347, 359, 400, 404, 477, 494, 497, 521, 522, 523, 538, 598, 613,
  672, 693, 732, 755, 757, 770, 798, 862, 863, 1104, 1391, 1392, 1393,
]);

const files = readdirSync(fileURLToPath(new URL("../src/finding/rules/", import.meta.url))).filter(name =>
  /^mq\d+-/.test(name),
);

const firedIn = async (story: string): Promise<readonly string[]> =>
  (await reportOf(story)).findings.map(finding => finding.rule);

describe("the catalogue", () => {
  test("lists every rule that has a file, each once, in the order of their ids", () => {
    expect(RULES.length).toBeGreaterThanOrEqual(20);
    expect(RULES.map(rule => `${rule.id.toLowerCase()}-${rule.name}.ts`)).toEqual(files.sort());
  });
});

describe.each(RULES.map(rule => [`${rule.id} ${rule.name}`, rule] as const))("%s", (_, rule) => {
  test(`fires in ${rule.fires}`, async () => {
    expect(STORIES).toContain(rule.fires);
    expect(await firedIn(rule.fires)).toContain(rule.id);
  });

  test(`is silent in ${rule.quiet.join(", ")}`, async () => {
    expect(rule.quiet.length).toBeGreaterThan(0);
    for (const story of rule.quiet) {
      expect(STORIES).toContain(story);
      expect(await firedIn(story), story).not.toContain(rule.id);
    }
  });

  test("says why it matters, what to do, and what would make it a false alarm", () => {
    for (const text of [rule.title, rule.why, rule.fix, rule.falseAlarm, rule.wireshark])
      expect(text.trim().length).toBeGreaterThan(0);
    expect(rule.references.length).toBeGreaterThan(0);
    expect(rule.references.filter(reference => reference.trim() === "")).toEqual([]);
    expect(rule.on.length).toBeGreaterThan(0);
  });

  test("has words for each severity that it is found with", async () => {
    const { findings } = await reportOf(rule.fires);
    const found = findings.filter(({ rule: id }) => id === rule.id).map(({ severity }) => severity);
    expect(found.length).toBeGreaterThan(0);
    expect(severitiesOf(rule)).toEqual(expect.arrayContaining(found));
  });

  test("names weaknesses that exist", () => {
    expect(rule.cwe.filter(number => !KNOWN_CWE.has(number))).toEqual([]);
  });
});

describe("a sound broker", () => {
  test("is found nothing above info", async () => {
    const { findings, verdict } = await reportOf("healthy");
    expect(findings.filter(finding => finding.severity !== "info")).toEqual([]);
    expect(verdict.outcome).toBe("pass");
  });

  test("is told each remark in one line for the whole capture", async () => {
    const { findings } = await reportOf("healthy");
    const rules = findings.map(({ rule }) => rule);
    expect(rules.length).toBeGreaterThan(0);
    expect(rules).toEqual([...new Set(rules)]);
    expect(findings.filter(({ subject }) => Object.keys(subject).length > 0)).toEqual([]);
  });
});
