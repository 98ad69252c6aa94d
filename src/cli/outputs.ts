/** Where a run's output goes: standard output and files, as documents at the end or as lines while it runs. */
import type { Entrusted } from "../capture/entrusted.ts";
import type { Identity } from "../capture/privileges.ts";
import type { Finding } from "../finding/finding.ts";
import { printable } from "../octets/text.ts";
import { DOCUMENTS, STREAMS } from "../report/formats.ts";
import type { Watcher } from "../verdict/observation.ts";
import type { Report, ReportFinding } from "../verdict/report.ts";
import { reportFinding } from "../verdict/judge.ts";
import { RULES } from "../finding/rules/index.ts";
import type { JudgingFlags } from "./arguments.ts";
import { screenOf } from "./screen.ts";
import { openTarget, type Target } from "./target.ts";
import { UsageError } from "./usage-error.ts";
import type { World } from "./world.ts";

export interface Outputs {
  /** To be given to the audit. */
  readonly watchers: readonly Watcher[];
  /** Waits until what was written has been taken; false once nobody reads standard output any more. */
  keepUp(): Promise<boolean>;
  /** The run is to end: nobody is waited for any more by `keepUp`, since files are still to be written. */
  hurry(): void;
  /** Writes the documents and moves the files to their names; false where one could not be written. */
  finish(report: Report): boolean;
  /** What was finished and is to be moved by others, as which of the entrusted moves. */
  readonly unmoved: readonly number[];
  /** Leaves nothing behind of files that were not finished. */
  abandon(): void;
}

/** What the output is about: one stored capture, several of them, or live traffic. */
export type Run = "one" | "several" | "live";

/**
 * Opens everything before the first octet is read, so that a place that cannot be written is said at once; the other
 * outputs are written all the same. `heir` is whom this process will have become when it writes, and `entrusted` takes what
 * he will have no right to do.
 */
export function openOutputs(
  format: string,
  flags: JudgingFlags,
  run: Run,
  world: World,
  inputs: readonly string[] = [],
  heir?: Identity,
  entrusted?: Entrusted,
): Outputs {
  const { out, err } = world;
  checkFormat(format, [...FORMATS, "dashboard"]);
  for (const { format: asked } of flags.report) checkFormat(asked, FORMATS);
  const complain = (line: string): void => err.write(`mqtt-sniff: ${line}\n`);
  const targets: { readonly format: string; readonly target: Target }[] = [];
  let written = true;
  const files = new Set<string>();
  for (const { format: asked, file } of flags.report) {
    if (files.has(file)) throw new UsageError(`--report ${printable(file)}: is named twice`);
    files.add(file);
    try {
      targets.push({ format: asked, target: openTarget(file, complain, inputs, heir, entrusted) });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      complain(error.message);
      written = false;
    }
  }
  const options = {
    reveal: flags.reveal,
    payloadLimit: flags.payloadLimit,
    verbose: flags.verbose,
    several: run === "several",
    // Live, somebody waits for each finding; stored, its final count is worth the wait.
    ...(run === "live" && { describe }),
  };
  const watchers: Watcher[] = [];
  const stream = STREAMS.get(format);
  if (stream !== undefined) watchers.push(stream(line => out.write(line), options));
  for (const { format: asked, target } of targets) {
    const lines = STREAMS.get(asked);
    if (lines !== undefined) watchers.push(lines(line => target.write(line), options));
  }
  const unmoved: number[] = [];
  let hurried = false;
  let letGo = (): void => undefined;
  return {
    watchers,
    unmoved,
    async keepUp(): Promise<boolean> {
      if (!hurried)
        await new Promise<void>(resolve => {
          letGo = resolve;
          void out.drained().then(resolve);
        });
      return !out.closed;
    },
    hurry(): void {
      hurried = true;
      letGo();
    },
    finish(report): boolean {
      const screen = { reveal: flags.reveal, ...screenOf(flags, world) };
      const document = DOCUMENTS.get(format);
      if (document !== undefined) out.write(document(report, screen));
      for (const { format: asked, target } of targets.splice(0)) {
        const text = DOCUMENTS.get(asked)?.(report, { reveal: flags.reveal, colour: false, width: 100 });
        if (text !== undefined) target.write(text);
        if (!target.commit()) written = false;
        else if (target.move !== undefined) unmoved.push(target.move);
      }
      return written;
    },
    abandon(): void {
      for (const { target } of targets.splice(0)) target.abandon();
    },
  };
}

const describe = (finding: Finding): ReportFinding =>
  reportFinding(
    finding,
    RULES.find(rule => rule.id === finding.rule),
    undefined,
  );

/** What files can be written in. */
const FORMATS: readonly string[] = [...DOCUMENTS.keys(), ...STREAMS.keys()];

function checkFormat(format: string, offered: readonly string[]): void {
  if (FORMATS.includes(format)) return;
  throw new UsageError(`unknown format "${printable(format)}": there are ${offered.join(", ")}`);
}
