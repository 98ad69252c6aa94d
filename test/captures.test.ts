/**
 * Every story of fixtures/captures end to end, held against the expectations beside it.
 * `npm run expectations` writes them again, to be read before they are committed.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { ReportFinding, ReportVerdict } from "../src/verdict/report.ts";
import { FILES, fileOf, judge, parseReport, readStory, STORIES } from "./story.ts";

const REWRITE = process.env["UPDATE"] === "1";
if (REWRITE && process.env["CI"] === "true")
  throw new Error("expectations are not rewritten where nobody reads them");

/** What findings.json keeps of a run: everything but the prose of the rules, which has one place already. */
interface Judgement {
  readonly exitCode: number;
  readonly complaints: string;
  readonly verdict: Omit<ReportVerdict, "because">;
  readonly findings: readonly Omit<ReportFinding, "title" | "why" | "fix" | "cwe" | "references">[];
}

describe("the stories", () => {
  test("are there", () => {
    expect(STORIES.length).toBeGreaterThan(30);
  });

  test("are those that the recorder has rows for", () => {
    const recorder = fileURLToPath(new URL("../.ci/record/", import.meta.url));
    const tables = readdirSync(recorder).filter(name => name.startsWith("stories-"));
    const rows = tables.flatMap(name =>
      [...readFileSync(`${recorder}${name}`, "utf8").matchAll(/^ {4}name: "(.+)",$/gm)].map(
        match => match[1],
      ),
    );
    expect(rows.sort()).toEqual([...STORIES]);
  });
});

describe.each(STORIES)("the story %s", story => {
  test("has what a story needs and nothing that no test reads", () => {
    const present = readdirSync(fileOf(story, ""));
    expect(present.filter(name => !(name in FILES))).toEqual([]);
    const needed = Object.entries(FILES).filter(([, why]) => why === "needed");
    const missing = needed.map(([name]) => name).filter(name => !present.includes(name));
    expect(REWRITE ? missing.filter(name => !EXPECTATIONS.includes(name)) : missing).toEqual([]);
  });

  test("is the capture that its origin describes", () => {
    const origin = readStory(story, "origin.md") ?? "";
    const hash = createHash("sha256")
      .update(readFileSync(fileOf(story, "capture.pcapng")))
      .digest("hex");
    expect(origin).toContain(`# ${story}\n`);
    expect(origin).toContain(`\n- sha256: \`${hash}\`\n`);
    for (const part of ["Made by", "Recorder", "Edited", "Licence"])
      expect(origin).toContain(`\n- ${part}: `);
  });

  test("keeps no private key", () => {
    for (const name of readdirSync(fileOf(story, "")))
      expect(readFileSync(fileOf(story, name), "latin1")).not.toContain("PRIVATE KEY");
  });

  test("says the events that were expected", async () => {
    const { output, complaints } = await judge(
      story,
      "--format",
      "ndjson",
      "--reveal",
      "--payload-limit",
      "all",
    );
    const lines = output.replaceAll(fileOf(story, ""), "").trimEnd().split("\n");
    expect(lines.at(-1), complaints).toMatch(/^\{"type":"verdict"/);
    const events = lines.filter(line => !/^\{"type":"(finding|verdict)"/.test(line));
    const expected = expectation(story, "events.ndjson", events.map(line => `${line}\n`).join(""));
    expect(events).toEqual(expected.split("\n").slice(0, -1));
  });

  test("comes to the findings and the verdict that were expected", async () => {
    const judged = await judge(story, "--format", "json", "--reveal");
    const { verdict, findings } = parseReport({
      ...judged,
      output: judged.output.replaceAll(fileOf(story, ""), ""),
    });
    const judgement: Judgement = {
      exitCode: judged.exitCode,
      complaints: judged.complaints.replaceAll(fileOf(story, ""), ""),
      verdict: without(verdict, ["because"]),
      findings: findings.map(finding => without(finding, ["title", "why", "fix", "cwe", "references"])),
    };
    const expected = expectation(story, "findings.json", `${JSON.stringify(judgement, null, 2)}\n`);
    expect(judgement).toEqual(JSON.parse(expected));
  });
});

/** The committed expectation; with UPDATE=1 what was just said becomes it. */
function expectation(story: string, file: (typeof EXPECTATIONS)[number], said: string): string {
  if (REWRITE) writeFileSync(fileOf(story, file), said);
  const expected = readStory(story, file);
  if (expected === undefined)
    throw new Error(`${story} has no ${file}: npm run expectations writes it, to be read`);
  return expected;
}

function without<Value extends object, Key extends keyof Value>(
  value: Value,
  keys: readonly Key[],
): Omit<Value, Key> {
  const kept = { ...value };
  for (const key of keys) delete kept[key];
  return kept;
}

const EXPECTATIONS: readonly string[] = ["events.ndjson", "findings.json"];
