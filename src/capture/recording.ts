/** `-w`: what a source hands on is written to files as it passes, without the reader waiting for the disk. */
import {
  accessSync,
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
import type { Source } from "./frame.ts";
import { actingAs } from "./privileges.ts";
import { pcapngSections, type Rotation } from "./sections.ts";

export interface RecordingOptions {
  readonly file: string;
  /** Who writes, as the files say it. */
  readonly tool: string;
  /** Captures that are read, "-" for standard input: none of them may be written to. */
  readonly inputs: readonly string[];
  /** Files follow one another instead of one that grows. */
  readonly rotate?: Rotation | undefined;
  /** Of these, only so many are kept. */
  readonly keep?: number | undefined;
  /** To whom the files belong, where that is not who opens them. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Told once, in a line, when nothing more can be written. */
  readonly complain: (line: string) => void;
}

export interface Recording {
  /** The same source; its frames are written before they are handed on. */
  through(source: Source): Source;
  /** Whether the files that are still to come can be made: throws a `CaptureError` where not. Asked when privileges are gone. */
  check(): void;
  /** Writes what is left; false where something could not be written, after `complain` was told. */
  finish(): Promise<boolean>;
}

/**
 * Opens the first file; it is readable by its owner alone. Throws a `CaptureError` where that cannot be: the line says
 * why. Nothing throws later: judging goes on without the file.
 *
 * With `rotate` the files are `NAME-00001.pcapng` and so on, behind the numbers that are there already, and each is a
 * whole capture. At most two buffers of octets wait for the disk; when both are full, the source waits.
 */
export function openRecording(options: RecordingOptions): Recording {
  const { file, rotate, keep = Number.POSITIVE_INFINITY, complain } = options;
  const names = rotate === undefined ? undefined : numbered(file);
  const kept: Opened[] = [];
  let current = names === undefined ? openOne(options) : openNext(names, options);
  let failed = false;
  let writing: Promise<void> = Promise.resolve();
  let idle = true;

  function fail(error: unknown): void {
    if (failed) return;
    failed = true;
    complain(`-w ${printable(current.path)}: ${systemText(error)}; what follows is judged, but not written`);
    // The file ends with the last block that is whole.
    try {
      if (current.regular && current.begun) ftruncateSync(current.fd, current.octets);
    } catch {
      // What cannot be written cannot always be cut either.
    }
  }

  /** Hands a buffer to the disk, behind the one before it. */
  async function put(octets: Uint8Array): Promise<void> {
    await writing;
    if (failed || octets.length === 0) return;
    const to = current;
    idle = false;
    writing = writeAll(to, octets)
      .then(() => {
        to.octets += octets.length;
      })
      .catch(fail)
      .finally(() => {
        idle = true;
      });
  }

  const sections = pcapngSections(options.tool, put, () => idle, rotate);

  async function next(): Promise<void> {
    await sections.finish();
    await writing;
    if (failed || names === undefined) return;
    try {
      const following = openNext(names, options);
      closeSync(current.fd);
      if (keep !== Number.POSITIVE_INFINITY) kept.push(current);
      current = following;
    } catch (error) {
      fail(error);
      return;
    }
    sections.begin();
    while (kept.length >= keep) remove(kept.shift()!);
  }

  return {
    async *through(source) {
      for await (const batch of source) {
        for (const frame of batch.frames) {
          if (failed) break;
          if (sections.isFull(frame)) await next();
          const room = sections.prepare(frame);
          if (room !== undefined) await room;
          sections.frame(frame);
        }
        for (const notice of batch.notices) if (!failed) await sections.notice(notice);
        yield batch;
      }
    },
    check(): void {
      if (names === undefined) return;
      try {
        accessSync(names.folder, constants.W_OK | constants.X_OK);
      } catch (error) {
        throw new CaptureError(
          `-w ${printable(file)}: ${systemText(error)} for the files that --rotate makes: give a folder that they may be made in`,
        );
      }
    },
    async finish(): Promise<boolean> {
      if (!failed) await sections.finish();
      await writing;
      closeSync(current.fd);
      return !failed;
    },
  };
}

interface Opened {
  readonly path: string;
  readonly fd: number;
  readonly regular: boolean;
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
function openOne(options: RecordingOptions): Opened {
  const { file, owner } = options;
  const refuse = (why: string): CaptureError => new CaptureError(`-w ${printable(file)}: ${why}`);
  const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  let fd: number;
  try {
    const found = lstatSync(file, { throwIfNoEntry: false });
    // What a shell gives for `>(…)` is a link to a pipe.
    const special =
      found !== undefined && !found.isFile() && statSync(file, { throwIfNoEntry: false })?.isFile() === false;
    if (found?.isDirectory()) throw refuse("is a folder");
    const how = special ? O_WRONLY : O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_WRONLY;
    fd = asOwner(owner, () => openSync(file, how, 0o600));
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
    return { path: file, fd, regular, inode: stats.ino, octets: 0, begun: false };
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
function numbered(file: string): Names {
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

function openNext(names: Names, { owner, file }: RecordingOptions): Opened {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  for (;;) {
    const number = String(++names.number).padStart(5, "0");
    const path = join(names.folder, `${names.stem}-${number}${names.extension}`);
    try {
      const fd = asOwner(owner, () => openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600));
      handOver(fd, owner);
      return { path, fd, regular: true, inode: fstatSync(fd).ino, octets: 0, begun: true };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw new CaptureError(`-w ${printable(file)}: ${systemText(error)}`);
    }
  }
}

/**
 * Opens with the permissions of who the file is for: root follows no path that he can change meanwhile. Where he may
 * not write, root opens it, as he asked for with `sudo`.
 */
function asOwner(owner: RecordingOptions["owner"], open: () => number): number {
  if (owner === undefined || process.geteuid?.() !== 0) return open();
  try {
    return actingAs(owner, open);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES") return open();
    throw error;
  }
}

function handOver(fd: number, owner: RecordingOptions["owner"]): void {
  if (owner !== undefined && process.geteuid?.() === 0) fchownSync(fd, owner.uid, owner.gid);
}

/** A file that was there may have been readable by all; file systems without permissions refuse. */
function hideFromOthers(fd: number): void {
  try {
    fchmodSync(fd, 0o600);
  } catch {
    // It stays as it was.
  }
}

/** A rotated file, unless somebody has put something else in its place. */
function remove({ path, inode }: Opened): void {
  try {
    if (lstatSync(path).ino === inode) rmSync(path);
  } catch {
    // Gone already.
  }
}

function isSame(input: string, { dev, ino }: Stats): boolean {
  try {
    const stats = input === "-" ? fstatSync(0) : statSync(input);
    return stats.dev === dev && stats.ino === ino;
  } catch {
    return false;
  }
}

async function writeAll(to: Opened, octets: Uint8Array): Promise<void> {
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
