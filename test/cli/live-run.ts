/** The built program at work on an interface, and its processes, for the tests of live capture. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onPath } from "../../src/capture/engine.ts";
import { captureRights } from "../../src/capture/interfaces.ts";

export const PROGRAM = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** Why live capture as root cannot be tried here, for a test's name; "" where it can. */
export function notHere(...programs: readonly string[]): string {
  if (process.getuid?.() !== 0) return " (skipped: needs root)";
  const { allowed, reason } = captureRights();
  if (!allowed) return ` (skipped: ${reason})`;
  const missing = programs.find(program => !onPath(program));
  return missing === undefined ? "" : ` (skipped: ${missing} is not installed)`;
}

/** Waits until `what` gives something; fails when that takes too long. */
export async function until<T>(what: () => T | undefined | false, why: string, millis = 20_000): Promise<T> {
  const end = performance.now() + millis;
  for (;;) {
    const got = what();
    if (got !== undefined && got !== false) return got;
    if (performance.now() > end) throw new Error(`waited in vain for ${why}`);
    await pause(10);
  }
}

export const pause = (millis: number): Promise<void> => new Promise(done => setTimeout(done, millis));

export interface Line {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The program while it runs. */
export interface Run {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything on standard error so far. */
  err(): string;
  /** What ndjson on standard output says so far. */
  lines(): readonly Line[];
  line(type: string): Promise<Line>;
  supervisor(): Promise<number>;
  /** The engine, once it captures without root. */
  engine(other?: number): Promise<number>;
  /** The exit code or the signal, and how long that took from now. */
  ended(): Promise<{ readonly code: number | null; readonly signal: string | null; readonly millis: number }>;
}

/** `node dist/main.js` with these arguments; `before` is what goes in front (`ip netns exec …`). */
export function start(
  args: readonly string[],
  {
    env = {},
    before = [],
    program = PROGRAM,
  }: { env?: Record<string, string>; before?: readonly string[]; program?: string } = {},
): Run {
  const [command = "", ...rest] = [...before, process.execPath, program, ...args];
  const child = spawn(command, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env },
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const over = new Promise<{ code: number | null; signal: string | null }>(resolve => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  started.push(child);
  const pid = child.pid!;
  const lines = (): Line[] =>
    out
      .slice(0, out.lastIndexOf("\n") + 1)
      .split("\n")
      .filter(line => line.startsWith("{"))
      .map(line => JSON.parse(line) as Line);
  const supervisor = (): Promise<number> =>
    until(() => childrenOf(pid).find(one => commandOf(one).includes("supervisor.js")), "the supervisor");
  return {
    child,
    pid,
    err: () => err,
    lines,
    line: type => until(() => lines().find(line => line.type === type), `${type}; ${err}`),
    supervisor,
    async engine(other) {
      const parent = await supervisor();
      return until(
        () => childrenOf(parent).find(one => one !== other && hasPacketSocket(one) && !isRoot(one)),
        `an engine; ${err}`,
      );
    },
    async ended() {
      const began = performance.now();
      const how = await over;
      return { ...how, millis: performance.now() - began };
    },
  };
}

const started: ChildProcess[] = [];

/** Whatever a test that failed has left running. */
export function endAll(): void {
  for (const child of started.splice(0)) child.kill("SIGKILL");
}

/** proc(5). */
export function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter(one => one > 0 && parentOf(one) === pid);
}

const parentOf = (pid: number): number => Number(/^PPid:\s*(\d+)/m.exec(statusOf(pid))?.[1]);

export function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`);
}

/** Gone, or waiting for nobody but its parent. */
export const isGone = (pid: number): boolean =>
  !existsSync(`/proc/${pid}`) || /^State:\s*[ZX]/m.test(statusOf(pid));

export const isRoot = (pid: number): boolean => /^Uid:.*\t0(?:\t|$)/m.test(statusOf(pid));

const statusOf = (pid: number): string => read(`/proc/${pid}/status`);

/** proc(5): the status of every thread. */
export const threadsOf = (pid: number): string[] =>
  list(`/proc/${pid}/task`).map(thread => read(`/proc/${pid}/task/${thread}/status`));

/** packet(7): sockets of this kind are listed by their inode, in the process's own network namespace. */
export function hasPacketSocket(pid: number): boolean {
  const inodes = new Set([...read(`/proc/${pid}/net/packet`).matchAll(/(\d+)\s*$/gm)].map(match => match[1]));
  return list(`/proc/${pid}/fd`).some(fd => {
    try {
      return inodes.has(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? "");
    } catch {
      return false;
    }
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Two network namespaces with a cable between them; `here` is where the program runs. */
export interface Cable {
  readonly here: readonly string[];
  readonly there: readonly string[];
  /** Of the end that is here. */
  readonly iface: string;
  readonly otherIface: string;
  readonly address: string;
  readonly address6: string;
  ip(...args: readonly string[]): void;
  /** Lays it again after its end was deleted. */
  lay(): void;
  remove(): void;
}

export function cable(): Cable {
  const a = `mqs${process.pid}a`;
  const b = `mqs${process.pid}b`;
  const iface = "veth-a";
  const run = (...args: readonly string[]): void => {
    execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
  };
  const one: Cable = {
    here: ["ip", "netns", "exec", a],
    there: ["ip", "netns", "exec", b],
    iface,
    otherIface: "veth-b",
    address: "10.77.0.1",
    address6: "fd77::1",
    ip: (...args) => run("-n", a, ...args),
    lay() {
      run("-n", a, "link", "add", iface, "type", "veth", "peer", "name", "veth-b", "netns", b);
      for (const [ns, end, host] of [
        [a, iface, 1],
        [b, "veth-b", 2],
      ] as const) {
        run("-n", ns, "address", "add", `10.77.0.${host}/24`, "dev", end);
        run("-n", ns, "address", "add", `fd77::${host}/64`, "dev", end, "nodad");
        run("-n", ns, "link", "set", end, "up");
      }
    },
    remove() {
      for (const ns of [a, b]) run("netns", "delete", ns);
    },
  };
  for (const ns of [a, b]) {
    run("netns", "add", ns);
    run("-n", ns, "link", "set", "lo", "up");
  }
  one.lay();
  return one;
}

/** A folder that everybody may enter. */
export function folder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "mqtt-sniff-live-"));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
