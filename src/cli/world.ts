/** The outside world in one object: everything that a command reads or writes beside captures. */
import { invocationOf } from "./invocation.ts";

/** Where text goes. After the reader has gone away, writing does nothing and `closed` says so. */
export interface Out {
  write(text: string): void;
  /** Resolves when what was written has been taken, or the reader is gone. */
  drained(): Promise<void>;
  /** Resolves when everything written is out of this process, or cannot be. */
  flushed(): Promise<void>;
  readonly closed: boolean;
  /** Why writing failed, where the reader did not just go away: a full disk. */
  readonly failure: unknown;
  readonly isTerminal: boolean;
  /** Cells in a line; undefined where it is no terminal. */
  readonly columns: number | undefined;
}

export interface World {
  readonly args: readonly string[];
  /** The words that call this program again: `mqtt-sniff`, or `node dist/main.js` in a checkout. */
  readonly program: string;
  /** The file of Node that runs it. */
  readonly node: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Out;
  readonly err: Out;
  /** Milliseconds, for progress and for nothing that is judged. */
  readonly now: () => number;
  /** Called for SIGINT and SIGTERM; the command winds up and writes its report. */
  onSignal(handle: (signal: "SIGINT" | "SIGTERM") => void): void;
}

export interface RealWorld extends World {
  /** Somebody holds standard output open and reads nothing of it: what waits there keeps the process from ending. */
  readonly stuck: boolean;
}

/** This process: its arguments, environment, standard streams and signals. */
export function realWorld(): RealWorld {
  const out = outOf(process.stdout);
  return {
    args: process.argv.slice(2),
    program: invocationOf(process.argv[1], process.cwd(), process.env),
    node: process.execPath,
    env: process.env,
    out,
    err: outOf(process.stderr),
    now: () => performance.now(),
    onSignal(handle): void {
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.on(signal, () => {
          out.hurry();
          handle(signal);
        });
    },
    get stuck() {
      return out.stuck;
    },
  };
}

/** Milliseconds in which a reader takes something, once the program is to end: it ends within two seconds. */
const PATIENCE = 750;

interface RealOut extends Out {
  /** From now on a reader that takes nothing is waited for no longer. */
  hurry(): void;
  readonly stuck: boolean;
}

function outOf(stream: NodeJS.WriteStream): RealOut {
  let closed = false;
  let stuck = false;
  let hurrying: NodeJS.Timeout | undefined;
  let full = false;
  let failure: unknown;
  const waiting: (() => void)[] = [];
  const goOn = (): void => {
    full = false;
    for (const resolve of waiting.splice(0)) resolve();
  };
  stream.on("drain", goOn);
  stream.on("error", (error: NodeJS.ErrnoException) => {
    closed = true;
    // EPIPE: `… | head` has read enough.
    if (error.code !== "EPIPE") failure ??= error;
    goOn();
  });
  return {
    write(text): void {
      if (!closed && !stream.write(text)) full = true;
    },
    drained: () => (full && !closed ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve()),
    flushed: () =>
      closed
        ? Promise.resolve()
        : new Promise(resolve => {
            waiting.push(resolve);
            stream.write("", () => resolve());
          }),
    hurry(): void {
      let left = -1;
      hurrying ??= setInterval(() => {
        const now = stream.writableLength;
        if (now > 0 && now === left) {
          closed = true;
          stuck = true;
          clearInterval(hurrying);
          goOn();
        }
        left = now;
      }, PATIENCE).unref();
    },
    get stuck() {
      return stuck;
    },
    get failure() {
      return failure;
    },
    get closed() {
      return closed;
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
  };
}
