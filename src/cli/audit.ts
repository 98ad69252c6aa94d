/** `mqtt-sniff capture.pcap …`: stored captures, judged to their end. */
import { inputName } from "../capture/input-name.ts";
import { fstatSync, statSync } from "node:fs";
import { captureFrames } from "../capture/file.ts";
import { findCaptures, type FoundCaptures } from "../capture/find.ts";
import type { FrameBatch, Source } from "../capture/frame.ts";
import type { Recording } from "../capture/recording.ts";
import { printable } from "../octets/text.ts";
import { type AuditOptions, audit } from "../pipeline.ts";
import { EXIT_CODE } from "../verdict/judge.ts";
import type { JudgingFlags, WritingFlags } from "./arguments.ts";
import { openDashboard, checkTerminal } from "./dash.ts";
import { auditOptions } from "./judging.ts";
import { type Outputs, openOutputs } from "./outputs.ts";
import { paced } from "./pace.ts";
import { progress } from "./progress.ts";
import { recordingOf } from "./recording.ts";
import { UsageError } from "./usage-error.ts";
import type { World } from "./world.ts";

/** The exit code. */
export async function runAudit(
  paths: readonly string[],
  flags: JudgingFlags & WritingFlags,
  world: World,
): Promise<number> {
  const onScreen = flags.format === "dashboard";
  if (onScreen) checkTerminal(world, "text prints the report");
  else if (flags.speed !== undefined) throw new UsageError("--speed is for --format dashboard");
  const options = auditOptions(flags);
  const { captures, unreadable } = await findCaptures(paths);
  const outputs = openOutputs(
    // The screen is its own output: what is left on the terminal afterwards is the text report.
    onScreen ? "text" : (flags.format ?? "text"),
    flags,
    captures.length + unreadable.length > 1 ? "several" : streams(captures) ? "live" : "one",
    world,
    captures,
  );
  try {
    const recording = recordingOf(flags, captures, world);
    return await judge(options, { captures, unreadable }, flags, outputs, recording, world).finally(() =>
      recording?.abandon(),
    );
  } finally {
    outputs.abandon();
  }
}

async function judge(
  options: AuditOptions,
  { captures, unreadable }: FoundCaptures,
  flags: JudgingFlags,
  outputs: Outputs,
  recording: Recording | undefined,
  world: World,
): Promise<number> {
  const onScreen = flags.format === "dashboard";
  const complain = (line: string): void => world.err.write(`mqtt-sniff: ${line}\n`);
  for (const { path, text } of unreadable) complain(`${printable(path)}: ${text}`);
  let signal: "SIGINT" | "SIGTERM" | undefined;
  const signalled = new Promise<void>(resolve => {
    world.onSignal(name => {
      signal = name;
      resolve();
    });
  });
  const screen = onScreen
    ? await openDashboard(titleOf(captures), flags, world, () => run.report())
    : undefined;
  const run = audit(options, [...outputs.watchers, ...(screen === undefined ? [] : [screen])]);
  for (const { path, text } of unreadable) run.unreadable(path, text);
  let asked = false;
  const ended = Promise.race<unknown>([signalled, ...(screen === undefined ? [] : [screen.done])]).finally(
    () => {
      asked = true;
      outputs.hurry();
    },
  );
  const bar = flags.quiet || onScreen ? undefined : progress(world, captures.map(sizeOf));
  let readable = true;
  // A file that was asked for is about all of the captures, whether or not somebody reads standard output.
  const others = recording !== undefined || flags.report.length > 0;
  try {
    for (const path of captures) {
      if (asked || !readable) break;
      if (flags.verbose && !onScreen) complain(`reading ${printable(inputName(path))}`);
      const enough = async (): Promise<boolean> => {
        readable = (await outputs.keepUp()) || others;
        return asked || !readable;
      };
      const limitedFrames = limited(captureFrames({ path }), flags.count);
      const frames = until(
        screen === undefined ? limitedFrames : paced(limitedFrames, flags.speed, screen, world.now),
        ended,
      );
      const source = recording?.through(frames) ?? frames;
      await run.add(path, watched(source, bar), enough);
      bar?.next();
    }
  } catch (error) {
    screen?.close();
    throw error;
  }
  bar?.stop();
  const report = run.finish();
  // What was found stays to be looked at. A screen that broke costs no report.
  let broken: unknown;
  if (screen !== undefined) await ended.catch((error: unknown) => (broken = error));
  screen?.close();
  if (!flags.quiet)
    for (const { path, fault, octets } of report.captures)
      if (fault !== undefined && !unreadable.some(u => u.path === path))
        complain(faultLine(path, octets, fault));
  const recorded = (await recording?.finish()) ?? true;
  const written = outputs.finish(report) && recorded;
  await world.out.drained();
  // Somebody who still writes into our standard input must not keep us.
  if (captures.includes("-")) process.stdin.destroy();
  if (broken !== undefined) throw broken;
  if (signal !== undefined) return signal === "SIGINT" ? 130 : 143;
  return written ? EXIT_CODE[report.verdict.outcome] : 2;
}

/** Standard input that is fed while it is read, by `ssh gateway tcpdump …`: somebody waits for each finding. */
function streams(captures: readonly string[]): boolean {
  try {
    return captures[0] === "-" && !fstatSync(0).isFile();
  } catch {
    return false;
  }
}

/** What the screen is called before the first capture names itself. */
const titleOf = (captures: readonly string[]): string =>
  captures.length === 1 ? inputName(captures[0] ?? "") : `${captures.length} captures`;

/** What keeps a capture from being read to its end, for standard error. */
export const faultLine = (
  path: string,
  octets: number,
  { offset, text }: { offset: number; text: string },
): string =>
  octets === 0 || offset === 0
    ? `${printable(inputName(path))}: ${text}`
    : `${printable(inputName(path))}: octet ${offset}: ${text}; judged up to there`;

/**
 * The source, given up the moment that `ended` settles: standard input may be silent for ever. Each wait has a promise
 * of its own, since one that outlives them all would keep every batch that it was ever raced against.
 */
export async function* until(source: Source, ended: Promise<unknown>): Source {
  const batches = source[Symbol.asyncIterator]();
  let giveUp = (): void => {};
  const end = { reached: false };
  const reached = (): void => {
    end.reached = true;
    giveUp();
  };
  void ended.then(reached, reached);
  while (!end.reached) {
    const next = await new Promise<IteratorResult<FrameBatch> | undefined>((resolve, reject) => {
      giveUp = () => resolve(undefined);
      batches.next().then(resolve, reject);
    });
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}

/** Notices that come before the frames they are about. */
const OF_THE_BEGINNING: ReadonlySet<string> = new Set(["capture.opened", "capture.interface"]);

/** `-c`: the first frames alone; of a capture that goes on, this is said. */
async function* limited(source: Source, count: number | undefined): Source {
  if (count === undefined) return yield* source;
  let left = count;
  for await (const batch of source) {
    if (batch.frames.length > left) {
      const beginning = batch.notices.filter(({ type }) => OF_THE_BEGINNING.has(type));
      yield { frames: batch.frames.slice(0, left), notices: [...beginning, { type: "capture.left" }] };
      return;
    }
    left -= batch.frames.length;
    yield batch;
  }
}

async function* watched(source: Source, bar: { at(octets: number): void } | undefined): Source {
  for await (const batch of source) {
    bar?.at(positionOf(batch));
    yield batch;
  }
}

const positionOf = (batch: FrameBatch): number => batch.frames.at(-1)?.position ?? 0;

function sizeOf(path: string): number {
  try {
    return path === "-" ? 0 : statSync(path).size;
  } catch {
    return 0;
  }
}
