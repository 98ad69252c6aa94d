/**
 * What the judging process will have no right to do, or no time: written down before it gives up its rights, and done by
 * the supervisor, which does nothing else with files.
 */
import { constants, existsSync, lstatSync, openSync, renameSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Terminal } from "./terminal-left.ts";

export interface Entrusted {
  /** A file that is moved to its name, in the same folder, once it is whole; removed when it never becomes so. */
  readonly moves: { readonly path: string; readonly inode: number; readonly name: string }[];
  /** A file that was made for this run: where it stays empty, it is removed. */
  readonly made: { readonly path: string; readonly inode: number }[];
  /** What a screen is shown on: it is given back where the process that shows it is killed. */
  readonly terminal?: Terminal | undefined;
}

/** Nothing yet but, where there is one, the terminal. */
export const nothingEntrusted = (terminal?: Terminal): Entrusted => ({ moves: [], made: [], terminal });

interface Keeper {
  /** Throws as rename(2) fails; each file is moved once. */
  move(index: number): void;
  /** What was not moved, and what stayed empty, is removed. */
  end(): void;
}

/** The supervisor's part. Folders are held open: no path is followed that somebody could change meanwhile. */
export function keeper({ moves, made }: Pick<Entrusted, "moves" | "made">): Keeper {
  const left = new Map(moves.map((file, index) => [index, { ...held(file), name: file.name }]));
  const maybeEmpty = made.map(held);
  return {
    move(index): void {
      const file = left.get(index);
      if (file === undefined) return;
      if (!isThere(file)) throw Object.assign(new Error("the file is gone"), { code: "ENOENT" });
      renameSync(file.path, `${file.folder}/${file.name}`);
      left.delete(index);
    },
    end(): void {
      for (const file of left.values()) attempt(() => isThere(file) && rmSync(file.path));
      for (const file of maybeEmpty)
        attempt(() => isThere(file) && lstatSync(file.path).size === 0 && rmSync(file.path));
    },
  };
}

interface Held {
  readonly folder: string;
  readonly path: string;
  readonly inode: number;
}

/** proc(5): `/proc/self/fd/N/name` is a file of the folder that N was opened as, whatever its path is by now. */
function held({ path, inode }: { readonly path: string; readonly inode: number }): Held {
  let folder = dirname(path);
  if (existsSync("/proc/self/fd"))
    attempt(() => (folder = `/proc/self/fd/${openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)}`));
  return { folder, path: `${folder}/${basename(path)}`, inode };
}

/** Unless somebody has put something else in its place. */
function isThere({ path, inode }: Held): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.ino === inode;
}

/** What cannot be done is told where it is missed, or is nobody's to mend any more. */
function attempt(act: () => unknown): void {
  try {
    act();
  } catch {
    // It stays as it is.
  }
}
