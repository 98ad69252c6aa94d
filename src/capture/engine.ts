/** Who reads an interface: `cap` in a process of its own, `tcpdump` or `dumpcap`. Each hands over pcap on a pipe. */
import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export const ENGINES = ["cap", "tcpdump", "dumpcap"] as const;
export type EngineName = (typeof ENGINES)[number];

export interface EngineOptions {
  readonly iface: string;
  /** The kernel's ring. */
  readonly bufferMib: number;
  /** pcap-filter(7); "" lets everything through. */
  readonly filter: string;
  /** The built capture process, where it is not beside this module. */
  readonly capProcess?: URL;
}

/** A running engine. */
export interface Engine {
  readonly name: EngineName;
  /** Whose clock stamps the frames. */
  readonly timestamps: string;
  /** A pcap stream. */
  readonly output: Readable;
  /** Resolves when the process is gone and everything it wrote was read: how it ended. */
  readonly ended: Promise<string>;
  /** What it wrote to standard error, at most `LIMITS.complaint` of it. */
  complaint(): string;
  /** Asks for a count of drops, where the engine can be asked; `dropped` has it a little later. */
  count(): void;
  dropped(): number | "unknown";
  /** Asks it to end with what it has; it is killed where it does not. */
  stop(): void;
}

const LIMITS = {
  /** UTF-16 units of standard error that are kept: the last ones say why. */
  complaint: 4096,
  /** Milliseconds between the request to end and its enforcement: an interrupt is answered within two seconds. */
  farewell: 500,
} as const;

interface Row {
  readonly program: string;
  readonly arguments: (options: EngineOptions) => string[];
  readonly timestamps: string;
  /** `cap` ends with its standard input, the others on this signal, after writing what they hold. */
  readonly stop?: NodeJS.Signals;
  /** tcpdump(1): prints its counts and goes on. */
  readonly count?: NodeJS.Signals;
}

const ROWS: Readonly<Record<EngineName, Row>> = {
  cap: {
    program: process.execPath,
    arguments: ({ iface, bufferMib, filter, capProcess }) => [
      fileURLToPath(capProcess ?? new URL("./cap-process.js", import.meta.url)),
      iface,
      String(bufferMib),
      filter,
    ],
    timestamps: "user-space receive time",
  },
  tcpdump: {
    program: "tcpdump",
    arguments: ({ iface, bufferMib, filter }) => [
      "-i",
      iface,
      "-s",
      "0",
      "-U",
      "-B",
      String(bufferMib * 1024),
      "-w",
      "-",
      ...(filter === "" ? [] : ["--", filter]),
    ],
    timestamps: "kernel",
    stop: "SIGINT",
    count: "SIGUSR1",
  },
  dumpcap: {
    program: "dumpcap",
    arguments: ({ iface, bufferMib, filter }) => [
      "-i",
      iface,
      "-s",
      "0",
      "-P",
      "-q",
      "-B",
      String(bufferMib),
      "-w",
      "-",
      ...(filter === "" ? [] : ["-f", filter]),
    ],
    timestamps: "kernel",
    stop: "SIGINT",
  },
};

/** Starts an engine. It never throws: what goes wrong is its ending and its complaint. */
export function startEngine(name: EngineName, options: EngineOptions): Engine {
  const row = ROWS[name];
  const child = spawn(row.program, row.arguments(options), {
    stdio: ["pipe", "pipe", "pipe"],
    env: environment(),
    // A session of its own: Ctrl-C at the terminal is for this program, which ends its engine itself.
    detached: true,
  });
  let complaint = "";
  let stopping: NodeJS.Timeout | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-LIMITS.complaint);
  });
  child.stdin.on("error", () => undefined);
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = ending(child, text => {
    complaint += text;
  });
  void ended.then(() => {
    clearTimeout(stopping);
    process.off("exit", kill);
  });
  return {
    name,
    timestamps: row.timestamps,
    output: child.stdout,
    ended,
    complaint: () => complaint,
    count: () => {
      if (row.count !== undefined) child.kill(row.count);
    },
    dropped: () => dropsOf(complaint),
    stop: () => {
      if (stopping !== undefined) return;
      child.stdin.end();
      if (row.stop !== undefined) child.kill(row.stop);
      stopping = setTimeout(kill, LIMITS.farewell);
    },
  };
}

/** Whether an engine's program can be run by this user. `cap` is known only when it is loaded. */
export function onPath(program: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A process with rights is given nothing of the environment but what finds programs and libraries. */
function environment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = { LC_ALL: "C" };
  for (const name of ["PATH", "LD_LIBRARY_PATH", "SystemRoot"]) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function ending(child: ChildProcess, complain: (text: string) => void): Promise<string> {
  return new Promise(resolve => {
    child.once("error", error => {
      complain(`${error.message}\n`);
      resolve("could not be started");
    });
    child.once("close", (code, signal) =>
      resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
    );
  });
}

/** The last count of tcpdump ("3 packets dropped by kernel") or dumpcap ("received/dropped on interface 'lo': 9/3"). */
function dropsOf(complaint: string): number | "unknown" {
  const tcpdump = [...complaint.matchAll(/(\d{1,15}) packets? dropped by kernel/g)].at(-1);
  const dumpcap = /received\/dropped on interface [^\n]*: \d{1,15}\/(\d{1,15})/.exec(complaint);
  const count = tcpdump?.[1] ?? dumpcap?.[1];
  return count === undefined ? "unknown" : Number(count);
}
