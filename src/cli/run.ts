/** One command from its arguments to its exit code; whatever goes wrong on the way is one line. */
import { CaptureError } from "../capture/capture-error.ts";
import { systemText } from "../capture/file.ts";
import { printable } from "../octets/text.ts";
import { parseArguments, type Request } from "./arguments.ts";
import { UsageError } from "./usage-error.ts";
import { VERSION } from "./version.ts";
import type { World } from "./world.ts";

/** The exit code of contract.md. */
export async function run(world: World): Promise<number> {
  try {
    const code = await obey(parseArguments(world.args, VERSION, world.out.columns ?? 80), world);
    await world.out.flushed();
    if (world.out.failure === undefined) return code;
    world.err.write(`mqtt-sniff: standard output: ${systemText(world.out.failure)}\n`);
    return 2;
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof CaptureError) && world.env["DEBUG"]) throw error;
    world.err.write(`mqtt-sniff: ${lineOf(error)}\n`);
    return 2;
  }
}

/** Commands are loaded when they are asked for: `--help` needs none of them. */
async function obey(request: Request, world: World): Promise<number> {
  switch (request.command) {
    case "print":
      world.out.write(request.text);
      return 0;
    case "audit":
      return (await import("./audit.ts")).runAudit(request.captures, request.flags, world);
    case "live":
      return (await import("./live.ts")).runLive(request.iface, request.flags, world);
    case "compare":
      return (await import("./compare.ts")).runCompare(request.captures, request.flags, world);
    case "demo":
      return (await import("./demo.ts")).runDemo(request.flags, world);
    case "rules":
      return (await import("./rules.ts")).runRules(request.id, request.flags, world);
    case "interfaces":
      return (await import("./interfaces.ts")).runInterfaces(world);
    default:
      return request satisfies never;
  }
}

/** A bug's message may hold anything: it is made printable, and its stack shows with DEBUG set alone. */
function lineOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof CaptureError) return lines(error.message);
  const text = error instanceof Error ? error.message : String(error);
  return `internal error: ${printable(text)} (set DEBUG=1 to see where, and please report it)`;
}

/** What was typed stands in these messages, and is no more to be trusted than what was captured. */
const lines = (message: string): string =>
  message
    .split("\n")
    .map(line => printable(line, 1_000))
    .join("\n");
