/** `mqtt-sniff compare BEFORE [AFTER]`: two captures, or one that holds both, held against one another. */
import { captureFrames } from "../capture/file.ts";
import { wireString } from "../octets/text.ts";
import { audit, type AuditOptions } from "../pipeline.ts";
import { compareText } from "../report/compare-text.ts";
import { compareJson } from "../report/json.ts";
import { compare, COMPARED_EXIT_CODE } from "../verdict/compare.ts";
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
  const before = await judged(first, options, "before", second === undefined, []);
  const after = await judged(second ?? first, options, "after", second === undefined, filters);
  if (!flags.quiet) complain(second === undefined ? [before] : [before, after], world);
  const comparison = compare(before, after, { strict: flags.strict, filters });
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

/** One capture's report; of one that holds both, the half that is meant: what is readable, or what is under TLS. */
async function judged(
  path: string,
  options: AuditOptions,
  which: "before" | "after",
  shared: boolean,
  filters: string[],
): Promise<Report> {
  const watcher: Watcher = {
    events: false,
    observe(observation): void {
      if (observation.kind !== "notice" || observation.notice.type !== "capture.interface") return;
      if (observation.notice.filter !== undefined) filters.push(observation.notice.filter);
    },
  };
  const run = audit(options, [watcher]);
  await run.add(path, captureFrames({ path }));
  const report = run.finish();
  return shared ? halfOf(report, which) : report;
}

function halfOf(report: Report, which: "before" | "after"): Report {
  const conversations = report.conversations.filter(c => (c.tls === undefined) === (which === "before"));
  const ids = new Set(conversations.map(c => c.id));
  const findings = report.findings.filter(f =>
    f.evidence.some(e => e.conversation !== undefined && ids.has(e.conversation)),
  );
  return { ...report, conversations, findings, exposed: exposedIn(report, conversations, ids) };
}

/** What is exposed in some of the conversations: topics are listed over all, so those that one of these has. */
function exposedIn(
  { exposed }: Report,
  conversations: Report["conversations"],
  ids: ReadonlySet<number>,
): Report["exposed"] {
  const topics = new Set(conversations.flatMap(({ mqtt }) => mqtt?.topics ?? []));
  const clients = new Set(
    conversations.flatMap(({ mqtt, client }) => [client, ...(mqtt?.clientIds ?? []).map(wireString)]),
  );
  return {
    credentials: exposed.credentials.filter(({ conversation }) => ids.has(conversation)),
    topics: exposed.topics.filter(({ topic }) => topics.has(wireString(topic))),
    secrets: exposed.secrets.filter(
      ({ conversation }) => conversation !== undefined && ids.has(conversation),
    ),
    clients: exposed.clients.filter(client => clients.has(wireString(client))),
  };
}
