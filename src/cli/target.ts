/** Files that reports go to: written beside their place and moved there whole, readable by their owner alone. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
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

/**
 * Opens a target; a place that cannot be written, or that is one of the `inputs`, is wrong usage, said before anything
 * is read. A device or a pipe is written as it is: there is nothing to put in its place.
 */
export function openTarget(
  file: string,
  complain: (line: string) => void,
  inputs: readonly string[] = [],
): Target {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (inputs.some(input => isSame(input, file)))
    throw new UsageError(`--report ${printable(file)}: is a capture that is to be read`);
  const special = found !== undefined && !found.isFile() && !found.isSymbolicLink();
  if (found?.isDirectory()) throw new UsageError(`--report ${printable(file)}: is a folder`);
  const beside = special ? file : join(dirname(file), `.${randomBytes(9).toString("base64url")}.part`);
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  let handle: number;
  try {
    handle = openSync(beside, special ? O_WRONLY : O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new UsageError(`--report ${printable(file)}: ${missing ? "no such folder" : systemText(error)}`);
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
      if (!special) attempt(() => fsyncSync(handle));
      closeSync(handle);
      if (!special) attempt(() => renameSync(beside, file));
      if (!special && failed) rmSync(beside, { force: true });
      return !failed;
    },
    abandon(): void {
      closeSync(handle);
      if (!special) rmSync(beside, { force: true });
    },
  };
}

function isSame(input: string, file: string): boolean {
  try {
    return realpathSync(input) === realpathSync(file);
  } catch {
    return false;
  }
}

function writeAll(handle: number, octets: Buffer): void {
  for (let at = 0; at < octets.length; ) at += writeSync(handle, octets, at);
}
