/** Files that `-w` writes: whose they are, and what is never written to. */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  type Stats,
  write,
} from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { printable } from "../octets/text.ts";
import { CaptureError } from "./capture-error.ts";
import { systemText } from "./file.ts";
import { actingAs, type Identity } from "./privileges.ts";

export interface FileOptions {
  readonly file: string;
  /** Captures that are read, "-" for standard input: none of them may be written to. */
  readonly inputs: readonly string[];
  /** To whom the files belong, where that is not who opens them. */
  readonly owner?: Pick<Identity, "uid" | "gid" | "name"> | undefined;
}

/** A file that is open for writing. */
export interface RecordedFile {
  readonly path: string;
  readonly fd: number;
  readonly regular: boolean;
  /** It was not there before. */
  readonly isNew: boolean;
  /** Tells whether what has this name later is still this file. */
  readonly inode: number;
  /** Written so far. */
  octets: number;
  /** Something is written: what the file held before is gone. */
  begun: boolean;
}

/**
 * One file; what it holds stays until there is something to write. Never one that is read, that belongs to somebody
 * else, or that a link points to.
 */
export function openOne(options: FileOptions): RecordedFile {
  const { file, owner } = options;
  const refuse = (why: string): CaptureError => new CaptureError(`-w ${printable(file)}: ${why}`);
  const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  let fd: number;
  let isNew: boolean;
  try {
    const found = lstatSync(file, { throwIfNoEntry: false });
    // What a shell gives for `>(…)` is a link to a pipe.
    const special =
      found !== undefined && !found.isFile() && statSync(file, { throwIfNoEntry: false })?.isFile() === false;
    if (found?.isDirectory()) throw refuse("is a folder");
    const how = special ? O_WRONLY : O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_WRONLY;
    fd = asOwner(owner, () => openSync(file, how, 0o600));
    isNew = found === undefined;
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(
      code === "ENOENT" ? "no such folder" : code === "ELOOP" ? "is a symbolic link" : systemText(error),
    );
  }
  try {
    const stats = fstatSync(fd);
    const regular = stats.isFile();
    if (regular) {
      if (options.inputs.some(input => isSame(input, stats))) throw refuse("is a capture that is to be read");
      const mine = owner?.uid ?? process.geteuid?.() ?? stats.uid;
      if (stats.size > 0 && stats.uid !== mine)
        throw refuse("is there already, and belongs to somebody else");
      handOver(fd, owner);
      hideFromOthers(fd);
    }
    return { path: file, fd, regular, isNew, inode: stats.ino, octets: 0, begun: false };
  } catch (error) {
    closeSync(fd);
    throw error instanceof CaptureError ? error : refuse(systemText(error));
  }
}

interface Names {
  readonly folder: string;
  readonly stem: string;
  readonly extension: string;
  number: number;
}

/** The names of rotated files: the numbers go on behind those that are there, so that no run writes over another's. */
export function numbered(file: string): Names {
  const folder = dirname(file);
  const extension = extname(file);
  const stem = basename(file, extension);
  let number = 0;
  try {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(`${stem}-`) || !name.endsWith(extension)) continue;
      const digits = name.slice(stem.length + 1, name.length - extension.length);
      if (/^\d{5,9}$/.test(digits)) number = Math.max(number, Number(digits));
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new CaptureError(`-w ${printable(file)}: ${missing ? "no such folder" : systemText(error)}`);
  }
  return { folder, stem, extension, number };
}

/**
 * The next file of `--rotate`. The first one is made with the permissions of who makes and removes the others once
 * root's rights are gone, and by nobody else: so a folder that is not his is told before there is any file.
 */
export function openNext(names: Names, { owner, file }: FileOptions): RecordedFile {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  for (;;) {
    const number = String(++names.number).padStart(5, "0");
    const path = join(names.folder, `${names.stem}-${number}${names.extension}`);
    try {
      const open = (): number => openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
      const fd = owner !== undefined && isRoot() ? actingAs(owner, open) : open();
      return { path, fd, regular: true, isNew: true, inode: fstatSync(fd).ino, octets: 0, begun: true };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") continue;
      const whose =
        code === "EACCES" && owner !== undefined
          ? ` for the user ${printable(owner.name)}, who makes the files of --rotate once root's rights are gone: chown the folder to that user, or give another`
          : "";
      throw new CaptureError(`-w ${printable(file)}: ${systemText(error)}${whose}`);
    }
  }
}

/**
 * Opens with the permissions of who the file is for: root follows no path that he can change meanwhile. Where he may
 * not write, root opens it, as he asked for with `sudo`.
 */
function asOwner(owner: FileOptions["owner"], open: () => number): number {
  if (owner === undefined || !isRoot()) return open();
  try {
    return actingAs(owner, open);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES") return open();
    throw error;
  }
}

const isRoot = (): boolean => process.geteuid?.() === 0;

function handOver(fd: number, owner: FileOptions["owner"]): void {
  if (owner !== undefined && isRoot()) fchownSync(fd, owner.uid, owner.gid);
}

/** A file that was there may have been readable by all; file systems without permissions refuse. */
function hideFromOthers(fd: number): void {
  try {
    fchmodSync(fd, 0o600);
  } catch {
    // It stays as it was.
  }
}

/** A file, unless somebody has put something else in its place. */
export function remove({ path, inode }: RecordedFile): void {
  try {
    if (lstatSync(path).ino === inode) rmSync(path);
  } catch {
    // Gone already.
  }
}

/** With the permissions of its owner, as it was made: whoever may not remove it leaves an empty file. */
export function removeAs(owner: FileOptions["owner"], opened: RecordedFile): void {
  if (owner !== undefined && isRoot()) actingAs(owner, () => remove(opened));
  else remove(opened);
}

function isSame(input: string, { dev, ino }: Stats): boolean {
  try {
    const stats = input === "-" ? fstatSync(0) : statSync(input);
    return stats.dev === dev && stats.ino === ino;
  } catch {
    return false;
  }
}

/** Writes behind what was written; what the file held before goes with the first octet. */
export async function writeAll(to: RecordedFile, octets: Uint8Array): Promise<void> {
  if (to.regular && !to.begun) ftruncateSync(to.fd, 0);
  to.begun = true;
  for (let at = 0; at < octets.length; ) at += await writeSome(to.fd, octets, at);
}

const writeSome = (fd: number, octets: Uint8Array, at: number): Promise<number> =>
  new Promise((resolve, reject) => {
    write(fd, octets, at, octets.length - at, null, (error, written) =>
      error === null ? resolve(written) : reject(error),
    );
  });
