/** The judging process's side of the supervisor: has engines started, and reads what they write. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type Entrusted, nothingEntrusted } from "./entrusted.ts";

/** A program that writes pcap to standard output. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Makes it end with what it has; without, it ends with its standard input. */
  readonly stop?: NodeJS.Signals;
  /** Makes it print its counts and go on. */
  readonly count?: NodeJS.Signals;
}

export type Order =
  | { readonly order: "start"; readonly command: number }
  | { readonly order: "count" | "stop" }
  | { readonly order: "mark"; readonly mark: string }
  | { readonly order: "move"; readonly move: number }
  /** The terminal is a screen from now on, or is none any more. */
  | { readonly order: "screen"; readonly shown: boolean };

export type Answer =
  | { readonly answer: "started"; readonly pid: number }
  /** What the engine wrote to standard error. */
  | { readonly answer: "said"; readonly text: string }
  | { readonly answer: "ended"; readonly how: string }
  /** `failure` is the system's code, where it failed. */
  | { readonly answer: "moved"; readonly move: number; readonly failure?: string };

/** One engine at a time, and what it writes. */
export interface Supervised {
  /** Starts the command of that number; nothing of an earlier one is heard any more. */
  start(command: number): void;
  /** Octets of the running engine; null where there are none now. */
  read(): Buffer | null;
  /** Resolves when there may be something to read, when `wake` is called, or when it is over. */
  news(): Promise<void>;
  wake(): void;
  /** How the engine ended, once all that it wrote was read; undefined before. */
  readonly over: string | undefined;
  /** The supervisor itself is gone: nothing can be started any more. */
  readonly lost: boolean;
  /** What the engine wrote to standard error, at most `LIMITS.complaint` of it. */
  complaint(): string;
  /** The engine's process. */
  readonly pid: number | undefined;
  /** Asks for a count of drops, where the engine can be asked; its complaint has it a little later. */
  count(): void;
  /** Asks the engine to end with what it has; it is killed where it does not. */
  stop(): void;
  /** Has a file moved that was entrusted: why that failed, as an error's code, or undefined. */
  move(index: number): Promise<string | undefined>;
  /** A screen that is shown when this process ends is taken from the terminal. */
  screen(shown: boolean): void;
  /** Ends engine and supervisor; resolves when it has tidied up, or takes too long for that. */
  close(): Promise<void>;
}

const LIMITS = {
  /** UTF-16 units of standard error that are kept: the last ones say why. */
  complaint: 4096,
} as const;

/**
 * Starts the supervisor with the rights that this process has now. It will start these commands, move and remove these
 * files, and no others. `program` is the built supervisor, where it is not beside this module.
 */
export function supervise(
  commands: readonly Command[],
  files: Entrusted = nothingEntrusted(),
  program?: URL,
): Supervised {
  const file = fileURLToPath(program ?? new URL("../capture/supervisor.js", import.meta.url));
  const child = spawn(process.execPath, [file, JSON.stringify(commands), JSON.stringify(files)], {
    stdio: ["ignore", "ignore", "pipe", "pipe", "ipc"],
    env: environment(),
    detached: true,
  });
  const packets = child.stdio[3] as Readable;
  let complaint = "";
  let over: string | undefined;
  let ending: { readonly how: string; readonly mark: Buffer; octets: Buffer } | undefined;
  let pid: number | undefined;
  let lost = false;
  const moving = new Map<number, (failure: string | undefined) => void>();
  const exited = new Promise<void>(resolve => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  let wake = (): void => undefined;
  const complain = (text: string): void => {
    complaint = (complaint + text).slice(-LIMITS.complaint);
  };
  const order = (message: Order): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  const gone = (how: string): void => {
    for (const resolve of moving.values()) resolve(LOST);
    if (lost) return;
    lost = true;
    ending = undefined;
    over = `lost its supervisor, which ${how}`;
    // The engine has this process's user: what outlives the supervisor is ended from here.
    if (pid !== undefined) kill(pid);
    wake();
  };
  packets.on("readable", () => wake());
  packets.on("error", () => undefined);
  child.stderr!.setEncoding("utf8").on("data", complain);
  child.on("error", error => gone(`failed: ${error.message}`));
  child.on("exit", (code, signal) =>
    gone(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
  );
  child.on("message", message => {
    const said = message as Answer;
    switch (said.answer) {
      case "started":
        pid = said.pid;
        return wake();
      case "said":
        return complain(said.text);
      case "ended":
        // From here on only the mark can follow what the engine wrote.
        pid = undefined;
        ending = { how: said.how, mark: randomBytes(32), octets: Buffer.alloc(0) };
        order({ order: "mark", mark: ending.mark.toString("hex") });
        return;
      case "moved":
        return moving.get(said.move)?.(said.failure);
      default:
        said satisfies never;
    }
  });
  return {
    start(command): void {
      complaint = "";
      if (!lost) over = undefined;
      order({ order: "start", command });
    },
    read(): Buffer | null {
      const octets = packets.read() as Buffer | null;
      if (ending === undefined || octets === null) return octets;
      ending.octets = ending.octets.length === 0 ? octets : Buffer.concat([ending.octets, octets]);
      const length = ending.octets.length - ending.mark.length;
      if (length < 0 || !ending.octets.subarray(length).equals(ending.mark)) return null;
      const last = ending.octets.subarray(0, length);
      over = ending.how;
      ending = undefined;
      return last.length === 0 ? null : last;
    },
    news: () =>
      new Promise(resolve => {
        wake = resolve;
      }),
    wake: () => wake(),
    get over() {
      return over;
    },
    get lost() {
      return lost;
    },
    complaint: () => complaint,
    get pid() {
      return pid;
    },
    count: () => order({ order: "count" }),
    stop: () => order({ order: "stop" }),
    move: index =>
      new Promise(resolve => {
        if (lost || !child.connected) return resolve(LOST);
        moving.set(index, resolve);
        order({ order: "move", move: index });
      }),
    screen: shown => order({ order: "screen", shown }),
    close(): Promise<void> {
      lost = true;
      packets.destroy();
      child.stderr!.destroy();
      // Without its channel the supervisor ends, and the engine with it.
      if (child.connected) child.disconnect();
      child.unref();
      return new Promise(resolve => {
        const patience = setTimeout(resolve, PATIENCE);
        void exited.then(() => {
          clearTimeout(patience);
          resolve();
        });
      });
    },
  };
}

/** The code of a move that nobody is there to make. */
const LOST = "ESRCH";

/** Milliseconds in which the supervisor tidies up, or nobody waits for it any more. */
const PATIENCE = 1000;

/** A process with rights is given nothing of the environment but what finds programs and libraries. */
function environment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = { LC_ALL: "C" };
  for (const name of ["PATH", "LD_LIBRARY_PATH", "SystemRoot"]) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone, or another's.
  }
}
