/**
 * The supervisor: keeps the rights of the user who started the program, and uses them to start one engine after another.
 * It reads no packet: an engine writes to the judging process, through a descriptor that this process only hands on.
 *
 *     node supervisor.js ENGINES FILES
 *
 * ENGINES is the JSON of the `Command`s that it may start, FILES that of what is `Entrusted` to it; both are fixed before
 * the judging process gives up its rights. Orders come and answers go on the channel to that process; with it the engine
 * ends, and the supervisor.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { type Entrusted, keeper } from "./entrusted.ts";
import type { Answer, Command, Order } from "./supervised.ts";
import { giveBack } from "./terminal-left.ts";

/** The judging process's end of this is where the packets go. */
const PACKETS = 3;

/**
 * Milliseconds between the request to end and its enforcement. `cap` hears of nothing while packets pour in, and an
 * interrupt is answered within two seconds.
 */
const FAREWELL = 300;

const commands = JSON.parse(process.argv[2] ?? "[]") as readonly Command[];
const entrusted = JSON.parse(process.argv[3] ?? '{"moves":[],"made":[]}') as Entrusted;
const files = keeper(entrusted);

/** The judging process shows its screen. */
let shown = false;

interface Running {
  readonly child: ChildProcess;
  readonly command: Command;
  enforcement?: NodeJS.Timeout;
  watcher?: ChildProcess | undefined;
}

let running: Running | undefined;

function obey(order: Order): void {
  switch (order.order) {
    case "start":
      return start(Number.isInteger(order.command) ? commands[order.command] : undefined);
    case "count":
      if (running?.command.count !== undefined) running.child.kill(running.command.count);
      return;
    case "stop":
      return stop();
    case "mark":
      // Behind the last octet of an engine that is no more, and before the first of the next.
      if (running === undefined) writeSync(PACKETS, Buffer.from(order.mark, "hex"));
      return;
    case "move":
      return move(order.move);
    case "screen":
      shown = order.shown;
      return;
    default:
      return order satisfies never;
  }
}

/** Starts an engine where none runs; whatever goes wrong is its end. */
function start(command: Command | undefined): void {
  if (running !== undefined || command === undefined) return;
  const child = spawn(command.program, command.arguments, {
    stdio: ["pipe", PACKETS, "pipe"],
    // A session of its own: Ctrl-C at the terminal is for the judging process, which has the engine ended.
    detached: true,
  });
  const engine: Running = { child, command };
  running = engine;
  if (child.pid !== undefined) {
    if (command.stop !== undefined) engine.watcher = watch(child.pid);
    answer({ answer: "started", pid: child.pid });
  }
  child.stdin!.on("error", () => undefined);
  child.stderr!.setEncoding("utf8").on("data", (text: string) => answer({ answer: "said", text }));
  let failed: Error | undefined;
  child.once("error", error => {
    failed = error;
    if (child.pid === undefined) ended(engine, "could not be started", failed);
  });
  child.once("close", (code, signal) =>
    ended(engine, signal === null ? `ended with code ${code}` : `was ended by ${signal}`, failed),
  );
}

function ended(engine: Running, how: string, error: Error | undefined): void {
  if (running !== engine) return;
  clearTimeout(engine.enforcement);
  engine.watcher?.kill("SIGKILL");
  running = undefined;
  if (error !== undefined) answer({ answer: "said", text: `${error.message}\n` });
  answer({ answer: "ended", how });
}

/**
 * An engine that does not end with its standard input would outlive this process, where that is killed, until the next
 * packet. Whoever waits for this process's end in its place ends the engine.
 */
function watch(pid: number): ChildProcess {
  const script = 'read -r _; kill -KILL "$1"';
  const watcher = spawn("sh", ["-c", script, "sh", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watcher.on("error", () => undefined);
  watcher.stdin!.on("error", () => undefined);
  return watcher;
}

function move(index: number): void {
  try {
    files.move(index);
    answer({ answer: "moved", move: index });
  } catch (error) {
    const { code = "EIO" } = error as NodeJS.ErrnoException;
    answer({ answer: "moved", move: index, failure: code });
  }
}

function stop(): void {
  if (running === undefined || running.enforcement !== undefined) return;
  const { child, command } = running;
  child.stdin?.end();
  if (command.stop !== undefined) child.kill(command.stop);
  running.enforcement = setTimeout(() => child.kill("SIGKILL"), FAREWELL);
}

/** To a judging process that is gone nothing is said. */
function answer(message: Answer): void {
  if (process.connected) process.send!(message, () => undefined);
}

process.on("message", message => obey(message as Order));
process.on("disconnect", () => {
  running?.child.kill("SIGKILL");
  running?.watcher?.kill("SIGKILL");
  files.end();
  if (shown && entrusted.terminal !== undefined) giveBack(entrusted.terminal);
  process.exit();
});
// Whoever signals all processes of the program gets its report: the judging process says when to end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
