/** `-w`, `--rotate` and `--keep`: a copy of what is judged, as pcapng. */
import { resolve } from "node:path";
import { openRecording, type Recording } from "../capture/recording.ts";
import type { Identity } from "../capture/privileges.ts";
import { printable } from "../octets/text.ts";
import type { JudgingFlags, WritingFlags } from "./arguments.ts";
import { UsageError } from "./usage-error.ts";
import { VERSION } from "./version.ts";
import type { World } from "./world.ts";

/**
 * Opens the file that `-w` names; undefined where there is none. Throws a `UsageError` or a `CaptureError` where the
 * flags do not fit together or the file cannot be written. `identity` is who this process becomes before it captures.
 */
export function recordingOf(
  flags: JudgingFlags & WritingFlags,
  inputs: readonly string[],
  world: World,
  identity?: Identity,
): Recording | undefined {
  const { write, rotate, keep } = flags;
  if (write === undefined) {
    if (rotate !== undefined || keep !== undefined)
      throw new UsageError("--rotate and --keep are for files that -w writes: give -w FILE");
    return undefined;
  }
  if (write === "-") throw new UsageError("-w -: standard output carries the report; give a file");
  if (keep !== undefined && rotate === undefined)
    throw new UsageError("--keep says how many files of --rotate stay: give --rotate SIZE or TIME");
  if (flags.report.some(({ file }) => resolve(file) === resolve(write)))
    throw new UsageError(`-w ${printable(write)}: is the file of a --report too`);
  return openRecording({
    file: write,
    tool: `mqtt-sniff ${VERSION}`,
    inputs,
    rotate,
    keep,
    // `nobody` owns nothing, unless it makes files itself.
    owner: rotate !== undefined || identity?.caller === true ? identity : undefined,
    complain: line => world.err.write(`mqtt-sniff: ${line}\n`),
  });
}
