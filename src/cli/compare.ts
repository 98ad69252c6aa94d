/** `mqtt-sniff compare BEFORE [AFTER]`: two captures, or one that holds both, held against one another. */
import { captureFrames } from "../capture/file.ts";
import { audit, type AuditOptions } from "../pipeline.ts";
import { compareText } from "../report/compare-text.ts";
import { compareJson } from "../report/json.ts";
import { compare, COMPARED_EXIT_CODE } from "../verdict/compare.ts";
import { halves } from "../verdict/halves.ts";
import type { Watcher } from "../verdict/observation.ts";
import type { Report } from "../verdict/report.ts";
import type { CompareFlags } from "./arguments.ts";
import { faultLine } from "./audit.ts";
import { auditOptions } from "./judging.ts";
import { screenOf } from "./screen.ts";
import { UsageError } from "./usage-error.ts";
import type { World } from "./world.ts";

/** The exit code of contract.md: 0 secured, 1 not, 3 where it cannot be told. */
export async function runCompare(
  captures: readonly [string, string | undefined],
  flags: CompareFlags,
  world: World,
): Promise<number> {
  const format = flags.format ?? "text";
  if (captures.includes("-") && new Set(captures).size < 2)
    throw new UsageError(
      "compare reads each capture for itself: standard input can be one of two, and no more",
    );
  const options = auditOptions(flags);
  const [first, second] = captures;
  const filters: string[] = [];
  const whole = await judged(first, options, second === undefined ? filters : []);
  const { before, after } =
    second === undefined ? halves(whole) : { before: whole, after: await judged(second, options, filters) };
  if (!flags.quiet) complain(second === undefined ? [before] : [before, after], world);
  const comparison = compare(before, after, {
    strict: flags.strict,
    filters,
    halves: second === undefined,
  });
  const { out } = world;
  if (format === "json") out.write(compareJson(comparison, { reveal: flags.reveal }));
  else out.write(compareText(comparison, { reveal: flags.reveal, ...screenOf(flags, world) }));
  await out.drained();
  return COMPARED_EXIT_CODE[comparison.verdict.outcome];
}

function complain(reports: readonly Report[], world: World): void {
  for (const { path, fault, octets } of reports.flatMap(({ captures }) => captures))
    if (fault !== undefined) world.err.write(`mqtt-sniff: ${faultLine(path, octets, fault)}\n`);
}

/** One capture's report. */
async function judged(path: string, options: AuditOptions, filters: string[]): Promise<Report> {
  const watcher: Watcher = {
    events: false,
    observe(observation): void {
      if (observation.kind !== "notice" || observation.notice.type !== "capture.interface") return;
      if (observation.notice.filter !== undefined) filters.push(observation.notice.filter);
    },
  };
  const run = audit(options, [watcher]);
  await run.add(path, captureFrames({ path }));
  return run.finish();
}
