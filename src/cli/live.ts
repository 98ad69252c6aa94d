/** `mqtt-sniff --iface NAME`: live traffic, on a screen or as lines, until somebody or something ends it. */
import { liveFrames } from "../capture/live.ts";
import type { Source } from "../capture/frame.ts";
import type { Recording } from "../capture/recording.ts";
import { printable } from "../octets/text.ts";
import { audit } from "../pipeline.ts";
import { EXIT_CODE } from "../verdict/judge.ts";
import type { Watcher } from "../verdict/observation.ts";
import type { LiveFlags } from "./arguments.ts";
import { limited } from "./audit.ts";
import { auditOptions } from "./judging.ts";
import { openOutputs } from "./outputs.ts";
import { recordingOf } from "./recording.ts";
import { colourOf } from "./screen.ts";
import { UsageError } from "./usage-error.ts";
import type { World } from "./world.ts";

/** The exit code. Signals end by 130 and 143; `q`, `-c` and `--duration` by verdict. */
export async function runLive(iface: string, flags: LiveFlags, world: World): Promise<number> {
  const format = flags.format ?? (world.out.isTerminal ? "dashboard" : "ndjson");
  if (format === "dashboard" && !world.out.isTerminal)
    throw new UsageError("--format dashboard needs a terminal on standard output; ndjson prints lines");
  const options = auditOptions(flags);
  // The screen is its own output: what is left on the terminal afterwards is the text report.
  const outputs = openOutputs(format === "dashboard" ? "text" : format, flags, "live", world);
  let recording: Recording | undefined;
  try {
    recording = recordingOf(flags, [], world);
    recording?.check();
  } catch (error) {
    outputs.abandon();
    throw error;
  }
  const ending = new AbortController();
  let signal: "SIGINT" | "SIGTERM" | undefined;
  world.onSignal(name => {
    signal = name;
    ending.abort();
  });
  const timer =
    flags.duration === undefined ? undefined : setTimeout(() => ending.abort(), flags.duration * 1000);
  let broken: unknown;
  const screen =
    format === "dashboard"
      ? await openScreen(iface, flags, world, ending, error => (broken = error))
      : undefined;
  const watchers: Watcher[] = [...outputs.watchers, ...(screen === undefined ? [] : [screen])];
  const run = audit(options, watchers);
  const captured: Source = liveFrames({
    iface,
    ports: options.ports === "all" ? "all" : [...options.ports],
    bufferMib: flags.buffer,
    signal: ending.signal,
    ...(flags.engine !== undefined && { engine: flags.engine }),
    ...(flags.filter !== undefined && { filter: flags.filter }),
  });
  const frames = limited(captured, flags.count);
  const source = recording?.through(frames) ?? frames;
  try {
    await run.add(iface, source, async () => !(await outputs.keepUp()));
  } catch (error) {
    outputs.abandon();
    throw error;
  } finally {
    clearTimeout(timer);
    screen?.close();
  }
  if (broken !== undefined) {
    outputs.abandon();
    throw broken;
  }
  const report = run.finish();
  for (const { fault } of report.captures)
    if (fault !== undefined) world.err.write(`mqtt-sniff: ${printable(fault.text)}\n`);
  const recorded = (await recording?.finish()) ?? true;
  const written = outputs.finish(report) && recorded;
  await world.out.drained();
  if (signal !== undefined) return signal === "SIGINT" ? 130 : 143;
  return written ? EXIT_CODE[report.verdict.outcome] : 2;
}

/** However the screen ends, the capture ends with it. */
async function openScreen(
  iface: string,
  flags: LiveFlags,
  world: World,
  ending: AbortController,
  failed: (error: unknown) => void,
) {
  const { dashboard } = await import("../dashboard/dashboard.ts");
  const screen = dashboard({ title: iface, reveal: flags.reveal, colour: colourOf(flags, world) });
  void screen.done.catch(failed).finally(() => ending.abort());
  return screen;
}
