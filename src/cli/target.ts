/** Files that reports go to: written beside their place and moved there whole, readable by their owner alone. */
import { randomBytes } from "node:crypto";
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemText } from "../capture/file.ts";
import { printable } from "../octets/text.ts";
import { UsageError } from "./usage-error.ts";

/** A file that exists under its name only once it is complete. */
export interface Target {
  write(text: string): void;
  /** Moves it to its name; false where that failed, after `complain` was told why. */
  commit(): boolean;
  /** Leaves nothing behind. */
  abandon(): void;
}

/** Opens a target; a place that cannot be written is wrong usage, said before anything is read. */
export function openTarget(file: string, complain: (line: string) => void): Target {
  const beside = join(dirname(file), `.${randomBytes(9).toString("base64url")}.part`);
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  let handle: number;
  try {
    handle = openSync(beside, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  } catch (error) {
    throw new UsageError(`--report ${printable(file)}: ${systemText(error)}`);
  }
  let failed = false;
  const attempt = (act: () => void): void => {
    if (failed) return;
    try {
      act();
    } catch (error) {
      failed = true;
      complain(`--report ${printable(file)}: ${systemText(error)}`);
    }
  };
  return {
    write: text => attempt(() => writeAll(handle, Buffer.from(text))),
    commit(): boolean {
      attempt(() => fsyncSync(handle));
      closeSync(handle);
      attempt(() => renameSync(beside, file));
      if (failed) rmSync(beside, { force: true });
      return !failed;
    },
    abandon(): void {
      closeSync(handle);
      rmSync(beside, { force: true });
    },
  };
}

function writeAll(handle: number, octets: Buffer): void {
  for (let at = 0; at < octets.length; ) at += writeSync(handle, octets, at);
}
