/** Live capture: an engine's pcap stream becomes frames, with a clock, counts, and a word when the engine is lost. */
import type { Timestamp } from "../octets/time.ts";
import { CaptureError } from "./capture-error.ts";
import { captureFilter } from "./capture-filter.ts";
import { ENGINES, startEngine, type Engine, type EngineName } from "./engine.ts";
import { explain, failureOf, lost, type Failure } from "./failure.ts";
import type { Frame, FrameBatch, Notice, Source } from "./frame.ts";
import type { Batch } from "./framer.ts";
import { framePcapHeader, pcapFramer, type PcapHeader } from "./pcap.ts";

export interface LiveOptions {
  readonly iface: string;
  /** Only this engine; otherwise `cap`, then whatever else is installed. */
  readonly engine?: EngineName;
  /** The kernel's ring; 64 MiB unless told. `cap` lost 6 % of 80,000 packets a second with 10 MiB. */
  readonly bufferMib?: number;
  /** pcap-filter(7), instead of the one that is made of the ports. */
  readonly filter?: string;
  readonly ports: readonly number[] | "all";
  /** Ends the capture: what is on its way is still handed on. */
  readonly signal: AbortSignal;
  /** The built capture process, where it is not beside this module. */
  readonly capProcess?: URL;
}

/**
 * Frames of an interface until `signal` or the engine's end. `capture.opened` comes first, once a second
 * `capture.tick` with `capture.stats`, and `capture.closed` last; an engine that ends by itself is told as
 * `capture.lost`. Throws a `CaptureError` where no engine can open the interface.
 */
export async function* liveFrames(options: LiveOptions): Source {
  const opened = await openEngine(options);
  const { engine } = opened;
  const stop = (): void => engine.stop();
  options.signal.addEventListener("abort", stop);
  if (options.signal.aborted) stop();
  try {
    yield* captured(opened, options);
  } finally {
    options.signal.removeEventListener("abort", stop);
    engine.stop();
    engine.output.destroy();
  }
}

interface Opened {
  readonly engine: Engine;
  readonly inbox: Inbox;
  readonly header: PcapHeader;
  /** What was read behind the file header. */
  readonly octets: Buffer;
  readonly filter: string;
}

/** The first engine that writes a file header; a mistake of the user's ends the search. */
async function openEngine(options: LiveOptions): Promise<Opened> {
  const { iface, bufferMib = 64, ports, capProcess } = options;
  const filters =
    options.filter === undefined ? [captureFilter(ports), captureFilter(ports, false)] : [options.filter];
  const failures: Failure[] = [];
  if (!NAME.test(iface)) failures.push({ engine: "cap", kind: "device", line: "" });
  for (const name of failures.length > 0 ? [] : options.engine === undefined ? ENGINES : [options.engine]) {
    for (const filter of filters) {
      const engine = startEngine(name, { iface, bufferMib, filter, ...(capProcess && { capProcess }) });
      const inbox = inboxOf(engine);
      const begun = await firstOctets(engine, inbox);
      if (typeof begun !== "string") return { engine, inbox, filter, ...begun };
      const failure = failureOf(name, engine.complaint(), begun);
      failures.push(failure);
      if (failure.kind !== "no-vlan") break;
    }
    const kind = failures.at(-1)?.kind;
    if (kind !== "missing" && kind !== "permission") break;
  }
  throw new CaptureError(explain(failures, iface, options.filter ?? ""));
}

/** No option and none of libpcap's remote or file devices (`rpcap://…`) is taken for an interface. */
const NAME = /^[^-\s/][^\s/]{0,63}$/;

/** The file header and what follows it, or how the engine ended without one. */
async function firstOctets(
  engine: Engine,
  inbox: Inbox,
): Promise<{ header: PcapHeader; octets: Buffer } | string> {
  let octets: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = inbox.read();
    if (chunk === null) {
      if (inbox.over !== undefined) return inbox.over;
      await inbox.news();
      continue;
    }
    octets = Buffer.concat([octets, chunk]);
    const framed = framePcapHeader(octets, 0, octets.length);
    if (framed.state === "ok") return { header: framed.unit, octets: octets.subarray(framed.length) };
    if (framed.state === "malformed") {
      engine.stop();
      return "did not write pcap";
    }
  }
}

async function* captured(opened: Opened, { iface, signal }: LiveOptions): Source {
  const { engine, inbox, header, octets: begun, filter } = opened;
  const { linkType, snapLength } = header;
  const framer = pcapFramer(header);
  framer.take({ frames: [], notices: [] }, begun, 0, 0, 0); // what it says of a file is said otherwise here
  yield notices(
    { type: "capture.opened", format: "live", engine: engine.name, timestamps: engine.timestamps },
    { type: "capture.interface", linkType, snapLength, name: iface, filter },
  );
  const clock = ticking(inbox.wake);
  let rest: Buffer = Buffer.alloc(0);
  let frames = 0;
  let octets = 0;
  const stats = (at: Timestamp): Notice => ({
    type: "capture.stats",
    at,
    frames,
    octets,
    dropped: engine.dropped(),
  });
  try {
    for (let chunk: Buffer | null = begun; !framer.ended; chunk = inbox.read()) {
      if (clock.due()) {
        const at = now();
        yield notices({ type: "capture.tick", at }, stats(at));
        engine.count();
      }
      if (chunk !== null) {
        const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        const batch: Batch = { frames: [], notices: [] };
        const taken = framer.take(batch, whole, 0, whole.length, 0);
        rest = whole.subarray(taken);
        frames += batch.frames.length;
        octets += settle(batch.frames);
        if (batch.frames.length > 0 || batch.notices.length > 0) yield batch;
      } else if (inbox.over === undefined) {
        await inbox.news();
      } else break;
    }
  } finally {
    clock.stop();
  }
  yield ending(engine, inbox.over, iface, signal, stats(now()), octets);
}

function ending(
  engine: Engine,
  over: string | undefined,
  iface: string,
  signal: AbortSignal,
  stats: Notice,
  octets: number,
): FrameBatch {
  const dropped = engine.dropped();
  const last: Notice[] = dropped === "unknown" ? [stats] : [stats, { type: "capture.drops", dropped }];
  if (!signal.aborted) {
    const text = lost(engine.name, engine.complaint(), over ?? "wrote what is not pcap", iface);
    last.push({ type: "capture.lost", engine: engine.name, text });
  }
  return notices(...last, { type: "capture.closed", octets });
}

/** Chunks of an engine's output as they come, and its end. */
interface Inbox {
  read(): Buffer | null;
  /** Resolves when there may be something to read, when `wake` is called, or when it is over. */
  news(): Promise<void>;
  wake(): void;
  /** How the engine ended; undefined while it runs. */
  readonly over: string | undefined;
}

function inboxOf(engine: Engine): Inbox {
  let over: string | undefined;
  let wake = (): void => undefined;
  engine.output.on("readable", () => wake());
  void engine.ended.then(how => {
    over = how;
    wake();
  });
  return {
    read: () => engine.output.read() as Buffer | null,
    news: () =>
      new Promise(resolve => {
        wake = resolve;
      }),
    wake: () => wake(),
    get over() {
      return over;
    },
  };
}

/** The live clock: `due` is true once a second. */
function ticking(wake: () => void): { due(): boolean; stop(): void } {
  let due = false;
  const timer = setInterval(() => {
    due = true;
    wake();
  }, 1000);
  return {
    due: () => {
      const was = due;
      due = false;
      return was;
    },
    stop: () => clearInterval(timer),
  };
}

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
