/** Live capture: an engine's pcap stream becomes frames, with a clock and counts, and goes on after an engine was lost. */
import type { Timestamp } from "../octets/time.ts";
import { printable } from "../octets/text.ts";
import { advised } from "./advice.ts";
import type { Entrusted } from "./entrusted.ts";
import { type Attempt, attemptsOf, type EngineWish, type Opened, openEngine } from "./attempt.ts";
import { CaptureError } from "./capture-error.ts";
import { deviceOf } from "./device.ts";
import { dropsOf } from "./engine.ts";
import { lost, lostOn } from "./failure.ts";
import type { Frame, FrameBatch, Notice, Source } from "./frame.ts";
import type { Batch } from "./framer.ts";
import { indexOf } from "./interfaces.ts";
import { pcapFramer } from "./pcap.ts";
import { rightsOf } from "./privileges.ts";
import { type Supervised, supervise } from "./supervised.ts";
import { type Clock, ticking } from "./ticking.ts";

export interface LiveOptions extends EngineWish {
  /** Ends the capture: what is on its way is still handed on. */
  readonly signal: AbortSignal;
  /** Ends it behind this many frames. */
  readonly count?: number;
  /** The built supervisor, where it is not beside this module. */
  readonly supervisor?: URL;
}

/** A capture that may begin: what needs rights is in other hands, and this process may give up its own. */
export interface LiveCapture {
  /**
   * Frames until the signal, or until nothing can be captured any more. `capture.opened` comes first, once a second
   * `capture.tick` with `capture.stats`, and `capture.closed` last. An engine that ends by itself is told as
   * `capture.lost`, and as `capture.resumed` when one goes on. Throws a `CaptureError` where none can begin.
   */
  frames(): Source;
  /** Starts the supervisor with the rights of now, and entrusts it with files; without, `frames` does, with none. */
  begin(files: Entrusted): void;
  /** Has a file moved that was entrusted: why that failed, as an error's code, or undefined. */
  move(index: number): Promise<string | undefined>;
  /** A screen that is shown when this process is killed is taken from the terminal that was entrusted. */
  screen(shown: boolean): void;
  /** Ends all processes of a capture that was begun; otherwise `frames` does so itself at its end. */
  close(): Promise<void>;
}

/** Throws a `CaptureError` for what is no interface or no filter. */
export function liveCapture(options: LiveOptions): LiveCapture {
  const attempts = attemptsOf(options);
  const commands = attempts.map(one => one.command);
  const device = deviceOf(options.iface);
  let supervised: Supervised | undefined;
  return {
    begin(files): void {
      supervised = supervise(commands, files, options.supervisor);
    },
    async *frames() {
      const own = supervised ?? supervise(commands, undefined, options.supervisor);
      try {
        yield* advised(frames(own, attempts, options), device);
      } finally {
        if (own === supervised) own.stop();
        else void own.close();
      }
    },
    move: index => supervised?.move(index) ?? Promise.resolve("ESRCH"),
    screen: shown => supervised?.screen(shown),
    close: async () => supervised?.close(),
  };
}

/** Milliseconds. */
const WAIT = {
  /** Before another engine is started: doubled each time, up to the longest. */
  first: 250,
  longest: 5000,
  /** An engine that has run this long begins anew with the first. */
  steady: 10_000,
} as const;

/** What outlives an engine. */
interface Run {
  readonly supervised: Supervised;
  readonly options: LiveOptions;
  readonly clock: Clock;
  frames: number;
  octets: number;
  /** By the engines that are no more. */
  dropped: number | "unknown";
  /** Milliseconds before the next engine is started. */
  wait: number;
}

async function* frames(supervised: Supervised, attempts: readonly Attempt[], options: LiveOptions): Source {
  const { iface, signal } = options;
  const clock = ticking(supervised.wake);
  const run: Run = { supervised, options, clock, frames: 0, octets: 0, dropped: 0, wait: WAIT.first };
  const stop = (): void => {
    supervised.stop();
    supervised.wake();
  };
  signal.addEventListener("abort", stop);
  try {
    let opened: Opened | undefined = await begun(run, attempts);
    if (opened !== undefined) yield notices(...beginning(opened, supervised, iface));
    while (opened !== undefined) {
      const began = performance.now();
      const wrong: string | undefined = yield* engineFrames(opened, run);
      const lostAt = now();
      // One that was killed could not say its last count: the one before it leaves out what came since.
      const killed = supervised.over === "was ended by SIGKILL";
      run.dropped = sum(run.dropped, killed ? "unknown" : dropsOf(supervised.complaint()));
      if (isDone(run)) break;
      const { engine } = opened;
      const text = wrong ?? lost(engine, supervised.complaint(), supervised.over ?? "ended", iface);
      yield notices({ type: "capture.lost", engine, text });
      if (performance.now() - began > WAIT.steady) run.wait = WAIT.first;
      const same = attempts.filter(one => one.engine === engine);
      opened = yield* reopened(same, run);
      if (opened !== undefined) yield notices(...resumption(opened, iface, lostAt));
    }
    yield notices(...ending(run));
  } finally {
    clock.stop();
    signal.removeEventListener("abort", stop);
  }
}

/** The first engine; undefined where the capture was ended before there was one. */
async function begun(run: Run, attempts: readonly Attempt[]): Promise<Opened | undefined> {
  const { supervised, options } = run;
  try {
    return await openEngine(supervised, attempts, options, options.signal);
  } catch (error) {
    if (options.signal.aborted) return undefined;
    throw error;
  }
}

/** Frames until the engine's end; gives the reason where it was ended from here. */
async function* engineFrames(
  { header, octets: first }: Opened,
  run: Run,
): AsyncGenerator<FrameBatch, string | undefined> {
  const { supervised, clock, options } = run;
  const framer = pcapFramer(header, run.frames);
  framer.take({ frames: [], notices: [] }, first, 0, 0, 0); // what it says of a file is said otherwise here
  const index = indexOf(options.iface);
  let wrong: string | undefined;
  let young = true;
  let rest: Buffer = first;
  let chunk: Buffer | null = Buffer.alloc(0);
  for (;;) {
    if (clock.due()) {
      yield notices(...tick(run, sum(run.dropped, dropsOf(supervised.complaint()))));
      // tcpdump opens its output before it heeds SIGUSR1, which ends it until then.
      if (!young) supervised.count();
      young = false;
      wrong ??= goneWrong(options.iface, index);
      if (wrong !== undefined) supervised.stop();
      // What came while the tick was taken is not told of once more.
      chunk ??= supervised.read();
    }
    if (chunk === null) {
      if (supervised.over !== undefined) return wrong;
      await supervised.news();
    } else if (!framer.ended) {
      const whole: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const most = (options.count ?? Number.POSITIVE_INFINITY) - run.frames;
      const batch: Batch = { frames: [], notices: [], most };
      rest = whole.subarray(framer.take(batch, whole, 0, whole.length, 0));
      run.frames += batch.frames.length;
      run.octets += settle(batch.frames);
      if (batch.frames.length > 0) yield batch;
      if (isDone(run)) supervised.stop();
      if (framer.ended) {
        wrong ??= lostOn(options.iface, "what came is not pcap");
        supervised.stop();
      }
    }
    chunk = supervised.read();
  }
}

/** Nothing more is wanted. */
const isDone = ({ options: { signal, count }, frames }: Run): boolean =>
  signal.aborted || (count !== undefined && frames >= count);

/** Some engines say nothing when their interface goes down, or wait for ever for one that was deleted. */
function goneWrong(iface: string, index: number | undefined): string | undefined {
  const there = indexOf(iface);
  if (index === undefined || index === 0 || there === index) return undefined;
  return lostOn(iface, there === 0 ? "the interface went down" : "there is another interface of that name");
}

/** Waits for the interface and starts engines, ever less often; undefined where the capture is to end. */
async function* reopened(
  attempts: readonly Attempt[],
  run: Run,
): AsyncGenerator<FrameBatch, Opened | undefined> {
  const { supervised, clock, options } = run;
  const { iface, signal } = options;
  const over = (): boolean => signal.aborted || supervised.lost;
  for (;;) {
    const until = performance.now() + run.wait;
    const timer = setInterval(supervised.wake, WAIT.first);
    try {
      while (!over() && (performance.now() < until || indexOf(iface) === 0)) {
        await supervised.news();
        if (clock.due()) yield notices(...tick(run, run.dropped));
      }
    } finally {
      clearInterval(timer);
    }
    if (over()) return undefined;
    run.wait = Math.min(run.wait * 2, WAIT.longest);
    try {
      return await openEngine(supervised, attempts, options, signal);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
    }
  }
}

function beginning(
  { engine, timestamps, header, filter }: Opened,
  { pid }: Supervised,
  iface: string,
): Notice[] {
  const rights = pid === undefined ? undefined : rightsOf(pid);
  return [
    { type: "capture.opened", format: "live", engine, timestamps, ...(rights !== undefined && { rights }) },
    interfaceNotice(header, filter, iface),
  ];
}

function resumption({ engine, header, filter }: Opened, iface: string, lostAt: Timestamp): Notice[] {
  const at = now();
  const seconds = (Math.max(0, at - lostAt) / 1_000_000).toFixed(1);
  const text = `capture on ${printable(iface, 64)} goes on after ${seconds} s; what passed in between was not seen`;
  return [
    interfaceNotice(header, filter, iface),
    { type: "capture.resumed", at, engine, missed: Math.max(0, at - lostAt), text },
  ];
}

const interfaceNotice = (
  { linkType, snapLength }: Opened["header"],
  filter: string,
  name: string,
): Notice => ({ type: "capture.interface", linkType, snapLength, name, filter });

const tick = (run: Run, dropped: number | "unknown"): Notice[] => {
  const at = now();
  return [{ type: "capture.tick", at }, stats(run, at, dropped)];
};

function ending(run: Run): Notice[] {
  const { dropped, octets } = run;
  const last = stats(run, now(), dropped);
  const closed: Notice = { type: "capture.closed", octets };
  return dropped === "unknown" ? [last, closed] : [last, { type: "capture.drops", dropped }, closed];
}

const stats = ({ frames, octets }: Run, at: Timestamp, dropped: number | "unknown"): Notice => ({
  type: "capture.stats",
  at,
  frames,
  octets,
  dropped,
});

const sum = (a: number | "unknown", b: number | "unknown"): number | "unknown" =>
  a === "unknown" || b === "unknown" ? "unknown" : a + b;

/** What is live lies in no file. Gives the octets of the frames. */
function settle(frames: readonly Frame[]): number {
  let octets = 0;
  for (const frame of frames) {
    (frame as { position: number }).position = -1;
    octets += frame.end - frame.start;
  }
  return octets;
}

const notices = (...all: Notice[]): FrameBatch => ({ frames: [], notices: all });
const now = (): Timestamp => (Date.now() * 1000) as Timestamp;
