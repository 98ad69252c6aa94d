/** Files that reports go to: written beside their place and moved there whole, readable by their owner alone. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Entrusted } from "../capture/entrusted.ts";
import { systemText } from "../capture/file.ts";
import { actingAs, type Identity } from "../capture/privileges.ts";
import { printable } from "../octets/text.ts";
import { UsageError } from "./usage-error.ts";

/** A file that exists under its name only once it is complete. */
export interface Target {
  write(text: string): void;
  /** Moves it to its name; false where that failed, after `complain` was told why. */
  commit(): boolean;
  /** Leaves nothing behind. */
  abandon(): void;
  /** Which of the entrusted moves brings it to its name, once it is committed; undefined where that did. */
  readonly move?: number;
}

/**
 * Opens a target; a place that cannot be written, or that is one of the `inputs`, is wrong usage, said before anything
 * is read. A device or a pipe is written as it is: there is nothing to put in its place. With an `heir`, whom this
 * process is going to become before it writes, the file is his who called sudo, and everything that takes rights is
 * done here, or entrusted to who keeps them.
 */
export function openTarget(
  file: string,
  complain: (line: string) => void,
  inputs: readonly string[] = [],
  heir?: Identity,
  entrusted?: Entrusted,
): Target {
  const refuse = (why: string): UsageError => new UsageError(`--report ${printable(file)}: ${why}`);
  let found: Stats | undefined;
  let special: boolean;
  let opened: Opened;
  try {
    found = lstatSync(file, { throwIfNoEntry: false });
    if (inputs.some(input => isSame(input, file))) throw refuse("is a capture that is to be read");
    if (found?.isDirectory()) throw refuse("is a folder");
    // `/dev/stdout`, and what a shell gives for `>(…)`, are links to something that is no file.
    special =
      found !== undefined && !found.isFile() && statSync(file, { throwIfNoEntry: false })?.isFile() === false;
    if (special) opened = { handle: openSync(file, O_WRONLY) };
    else if (heir === undefined) opened = openBeside(file);
    else opened = (heir.caller ? openAsHeir(file, heir) : undefined) ?? openForHeir(file, found, heir);
  } catch (error) {
    throw error instanceof UsageError ? error : refuse(whyNot(error));
  }
  const { handle, beside, movedByOthers = false } = opened;
  const move =
    movedByOthers && beside !== undefined
      ? entrusted?.moves.push({ path: beside, inode: fstatSync(handle).ino, name: basename(file) })
      : undefined;
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
    ...(move !== undefined && { move: move - 1 }),
    write: text => attempt(() => writeAll(handle, Buffer.from(text))),
    commit(): boolean {
      if (!special) attempt(() => fsyncSync(handle));
      closeSync(handle);
      if (beside !== undefined && move === undefined) attempt(() => renameSync(beside, file));
      if (beside !== undefined && failed) remove(beside);
      return !failed;
    },
    abandon(): void {
      closeSync(handle);
      if (beside !== undefined) remove(beside);
    },
  };
}

interface Opened {
  readonly handle: number;
  /** What it is called until it is complete. */
  readonly beside?: string;
  /** This process will have no right to. */
  readonly movedByOthers?: true;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** A file of a name of its own, to be moved to its place. */
function openBeside(file: string): Opened & { readonly beside: string } {
  const beside = join(dirname(file), `.${randomBytes(9).toString("base64url")}.part`);
  return { handle: openSync(beside, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600), beside };
}

/** Where the heir may write and put a file in the place of this one, the file is made by him. */
function openAsHeir(file: string, heir: Identity): Opened | undefined {
  try {
    return actingAs(heir, () => {
      const folder = statSync(dirname(file));
      const old = lstatSync(file, { throwIfNoEntry: false });
      const sticky = Math.floor(folder.mode / 0o1000) % 2 === 1 && folder.uid !== heir.uid;
      return sticky && old !== undefined && old.uid !== heir.uid ? undefined : openBeside(file);
    });
  } catch (error) {
    if (NOT_ALLOWED.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

/**
 * Where he may not, root makes the file, hands it to him who called sudo, and has it moved. One that is there and
 * belongs to somebody else stays as it is: root's rights are not for taking it away.
 */
function openForHeir(file: string, found: Stats | undefined, heir: Identity): Opened {
  const isEmpty = found?.uid === 0 && found.size === 0;
  if (found !== undefined && !isEmpty && found.uid !== (heir.caller ? heir.uid : 0))
    throw new UsageError(`--report ${printable(file)}: is there already, and belongs to somebody else`);
  const opened = openBeside(file);
  if (heir.caller) fchownSync(opened.handle, heir.uid, heir.gid);
  return { ...opened, movedByOthers: true };
}

/** Whoever may not, leaves it to who may. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What rights there were are gone.
  }
}

const NOT_ALLOWED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

function whyNot(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "no such folder";
  return code === "ELOOP" ? "is a symbolic link" : systemText(error);
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
