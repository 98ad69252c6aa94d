/** `mqtt-sniff --iface NAME`: live traffic, on a screen or as lines, until somebody or something ends it. */
import { dirname, join } from "node:path";
import { CaptureError } from "../capture/capture-error.ts";
import { type Entrusted, nothingEntrusted } from "../capture/entrusted.ts";
import { systemText } from "../capture/file.ts";
import { type LiveCapture, liveCapture } from "../capture/live.ts";
import { ownTerminal } from "../capture/terminal-left.ts";
import { dropPrivileges, type Identity, identityOf } from "../capture/privileges.ts";
import type { Recording } from "../capture/recording.ts";
import { printable } from "../octets/text.ts";
import { type AuditOptions, audit } from "../pipeline.ts";
import { loadNames } from "../protocol/x509/names.ts";
import { EXIT_CODE } from "../verdict/judge.ts";
import type { Watcher } from "../verdict/observation.ts";
import type { Dashboard } from "../dashboard/dashboard.ts";
import type { Report } from "../verdict/report.ts";
import type { LiveFlags } from "./arguments.ts";
import { canShow, checkTerminal, openDashboard } from "./dash.ts";
import { asRoot } from "./invocation.ts";
import { auditOptions } from "./judging.ts";
import { openOutputs, type Outputs } from "./outputs.ts";
import { recordingOf } from "./recording.ts";
import type { World } from "./world.ts";

/** The exit code. Signals end by 130 and 143; `q`, `-c` and `--duration` by verdict. */
export async function runLive(iface: string, flags: LiveFlags, world: World): Promise<number> {
  const format = flags.format ?? (canShow(world) ? "dashboard" : "ndjson");
  if (format === "dashboard") checkTerminal(world, "ndjson prints lines");
  const options = auditOptions(flags);
  const identity = identityOf(world.env);
  const ending = new AbortController();
  const capture = liveCapture({
    iface,
    ports: options.ports === "all" ? "all" : [...options.ports],
    bufferMib: flags.buffer,
    signal: ending.signal,
    identity,
    asRoot: asRoot(world),
    ...(flags.count !== undefined && { count: flags.count }),
    ...(flags.engine !== undefined && { engine: flags.engine }),
    ...(flags.filter !== undefined && { filter: flags.filter }),
  });
  try {
    // The screen is its own output: what is left on the terminal afterwards is the text report.
    const shown = format === "dashboard" ? "text" : format;
    const entrusted = nothingEntrusted(format === "dashboard" ? ownTerminal() : undefined);
    const outputs = openOutputs(shown, flags, "live", world, [], identity, entrusted);
    try {
      const recording = recordingOf(flags, [], world, identity);
      if (recording?.made !== undefined) entrusted.made.push(recording.made);
      capture.begin(entrusted);
      const whole = { iface, flags, world, options, identity, ending, capture, entrusted };
      const where = { outputs, recording, format };
      return await judge({ ...whole, ...where }).finally(() => recording?.abandon());
    } finally {
      outputs.abandon();
    }
  } finally {
    await capture.close();
  }
}

interface Live {
  readonly iface: string;
  readonly flags: LiveFlags;
  readonly world: World;
  readonly options: AuditOptions;
  readonly identity: Identity | undefined;
  readonly ending: AbortController;
  readonly capture: LiveCapture;
  readonly entrusted: Entrusted;
  readonly outputs: Outputs;
  readonly recording: Recording | undefined;
  readonly format: string;
}

async function judge(live: Live): Promise<number> {
  const { iface, flags, world, ending, outputs, recording } = live;
  let signal: "SIGINT" | "SIGTERM" | undefined;
  world.onSignal(name => {
    signal ??= name;
    ending.abort();
  });
  ending.signal.addEventListener("abort", outputs.hurry);
  let broken: unknown;
  const screen =
    live.format === "dashboard"
      ? await openScreen(
          live,
          () => run.report(),
          error => (broken = error),
        )
      : undefined;
  if (broken !== undefined) throw broken;
  live.capture.screen(screen !== undefined);
  const watchers: Watcher[] = [...outputs.watchers, screen ?? interruptions(flags, world)];
  const run = audit(live.options, watchers);
  const timer =
    flags.duration === undefined ? undefined : setTimeout(() => ending.abort(), flags.duration * 1000);
  try {
    if (live.identity !== undefined) giveUpRights(live.identity);
    const frames = live.capture.frames();
    await run.add(iface, recording?.through(frames) ?? frames, async () => !(await outputs.keepUp()));
  } finally {
    clearTimeout(timer);
    screen?.close();
    live.capture.screen(false);
  }
  const report = run.finish();
  const recorded = (await recording?.finish()) ?? true;
  const finished = outputs.finish(report) && recorded;
  const written = (await moved(live)) && finished;
  await world.out.drained();
  // A screen that broke costs no report.
  if (broken !== undefined) throw broken;
  if (signal !== undefined) return signal === "SIGINT" ? 130 : 143;
  return written ? EXIT_CODE[report.verdict.outcome] : 2;
}

/** Has files moved to their names that this process has no right to move; false where one is not there now. */
async function moved({ outputs, capture, entrusted, world }: Live): Promise<boolean> {
  let all = true;
  for (const index of outputs.unmoved) {
    const code = await capture.move(index);
    const { path = "", name = "" } = entrusted.moves[index] ?? {};
    if (code === undefined) continue;
    all = false;
    const why = code === "ESRCH" ? "who had the rights for it is gone" : systemText({ code });
    world.err.write(
      `mqtt-sniff: --report ${printable(join(dirname(path), name))}: ${why}; it is in ${printable(path)}\n`,
    );
  }
  return all;
}

/** However the screen ends, the capture ends with it. */
async function openScreen(
  { iface, flags, world, ending }: Live,
  report: () => Report,
  failed: (error: unknown) => void,
): Promise<Dashboard> {
  const screen = await openDashboard(iface, flags, world, report);
  void screen.done.catch(failed).finally(() => ending.abort());
  return screen;
}

/** From here on this process reads a stranger's octets: what it may still need is loaded, and its rights are gone. */
function giveUpRights(identity: Identity): void {
  loadNames();
  try {
    dropPrivileges(identity);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CaptureError(`root's rights cannot be given up: ${printable(why)}; nothing was captured`);
  }
}

/** Says on standard error at once that nothing is being captured, that it goes on, and how to see more. */
function interruptions({ quiet }: LiveFlags, world: World): Watcher {
  return {
    events: false,
    observe(observation): void {
      if (observation.kind !== "notice" || quiet) return;
      const { notice } = observation;
      if (
        notice.type === "capture.lost" ||
        notice.type === "capture.resumed" ||
        notice.type === "capture.advice"
      )
        world.err.write(`mqtt-sniff: ${printable(notice.text)}\n`);
    },
  };
}
