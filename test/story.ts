/** A story of fixtures/captures, judged end to end by the command itself; for the tests that go through all of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { run } from "../src/cli/run.ts";
import type { Out, World } from "../src/cli/world.ts";
import type { Report } from "../src/verdict/report.ts";

const CAPTURES = fileURLToPath(new URL("../fixtures/captures/", import.meta.url));

/** The names of all stories. */
export const STORIES: readonly string[] = readdirSync(CAPTURES).sort();

/** Path of a file of a story. */
export const fileOf = (story: string, file: string): string => `${CAPTURES}${story}/${file}`;

/** What belongs to a story, and what must be there. */
export const FILES = {
  "capture.pcapng": "needed",
  "origin.md": "needed",
  "events.ndjson": "needed",
  "findings.json": "needed",
  "ca.pem": "where a root is needed to judge it",
  "flags.txt": "where it is judged with other flags than the usual ones",
} as const;

export interface Judged {
  readonly exitCode: number;
  readonly complaints: string;
  readonly output: string;
}

/** `mqtt-sniff FLAGS capture.pcapng`, with `--ca ca.pem` and further flags where the story brings them. */
export async function judge(story: string, ...flags: readonly string[]): Promise<Judged> {
  const ca = fileOf(story, "ca.pem");
  const roots = existsSync(ca) ? ["--ca", ca] : [];
  const own = (readStory(story, "flags.txt") ?? "").split(/\s+/).filter(flag => flag !== "");
  return sniffed([...flags, ...roots, ...own, fileOf(story, "capture.pcapng")]);
}

/** The command with these arguments, in this process. */
export async function sniffed(args: readonly string[]): Promise<Judged> {
  const output: string[] = [];
  const complaints: string[] = [];
  const world: World = {
    args,
    program: "mqtt-sniff",
    node: process.execPath,
    env: {},
    out: writesTo(output),
    err: writesTo(complaints),
    now: () => 0,
    onSignal: () => {},
  };
  const exitCode = await run(world);
  return { exitCode, output: output.join(""), complaints: complaints.join("") };
}

const reports = new Map<string, Promise<Report>>();

/** The JSON report of a story, made once a test file. */
export function reportOf(story: string): Promise<Report> {
  const known = reports.get(story);
  if (known !== undefined) return known;
  const report = judge(story, "--format", "json").then(parseReport);
  reports.set(story, report);
  return report;
}

/** The report of a run that printed one; what it complained of where it did not. */
export function parseReport({ output, complaints, exitCode }: Judged): Report {
  if (output === "") throw new Error(`no report, exit code ${exitCode}: ${complaints}`);
  return JSON.parse(output) as Report;
}

/** The text of a file of a story; undefined where there is none. */
export const readStory = (story: string, file: string): string | undefined =>
  existsSync(fileOf(story, file)) ? readFileSync(fileOf(story, file), "utf8") : undefined;

const writesTo = (texts: string[]): Out => ({
  write: text => void texts.push(text),
  drained: () => Promise.resolve(),
  flushed: () => Promise.resolve(),
  failure: undefined,
  closed: false,
  isTerminal: false,
  columns: undefined,
});
