/** Which captures were meant: paths as given, folders searched by content, each file once. */
import { open, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gunzip } from "node:zlib";
import { systemText } from "./file.ts";
import { isGzip, recognizeCapture } from "./format.ts";

export interface FoundCaptures {
  /** Paths to read, in the order given; those of a folder sorted by name. "-" is standard input. */
  readonly captures: readonly string[];
  /** What could not be used, each with the reason in words. */
  readonly unreadable: readonly { readonly path: string; readonly text: string }[];
}

/**
 * Expands folders, drops a file named twice (also by another name), and reports what cannot be read instead of
 * throwing. A file named by the user is kept whatever it holds; a file in a folder only when it is a capture.
 */
export async function findCaptures(
  paths: readonly string[],
  limits: { readonly depth: number; readonly entries: number } = LIMITS,
): Promise<FoundCaptures> {
  const search: Search = { limits, captures: [], unreadable: [], seen: new Set(), entries: 0 };
  for (const path of paths) {
    if (path === "-") keep(search, path, path);
    else await named(search, path);
  }
  return { captures: search.captures, unreadable: search.unreadable };
}

interface Search {
  readonly limits: { readonly depth: number; readonly entries: number };
  readonly captures: string[];
  readonly unreadable: { path: string; text: string }[];
  /** Real paths of files kept and of folders searched. */
  readonly seen: Set<string>;
  /** Folder entries looked at. */
  entries: number;
}

async function named(search: Search, path: string): Promise<void> {
  try {
    const [real, found] = [await realpath(path), await stat(path)];
    if (!found.isDirectory()) {
      // Opened now, so that a missing right is told before anything is judged. A pipe may be opened once only.
      if (found.isFile()) await (await open(path, "r")).close();
      return keep(search, path, real);
    }
    const before = search.captures.length + search.unreadable.length;
    const known = search.seen.has(real);
    await folder(search, path, real, 0);
    if (!known && search.captures.length + search.unreadable.length === before) {
      unreadable(search, path, "no capture file in this folder");
    }
  } catch (error) {
    unreadable(search, path, systemText(error));
  }
}

async function folder(search: Search, path: string, real: string, depth: number): Promise<void> {
  if (search.seen.has(real)) return;
  search.seen.add(real);
  const names = (await readdir(path)).sort();
  for (const name of names) {
    const { entries } = search.limits;
    if (search.entries++ === entries)
      unreadable(search, path, `more than ${entries} files; the rest is not read`);
    if (search.entries > entries) return;
    const inside = join(path, name);
    try {
      const [insideReal, found] = [await realpath(inside), await stat(inside)];
      if (found.isDirectory()) {
        if (depth < search.limits.depth) await folder(search, inside, insideReal, depth + 1);
      } else if (found.isFile() && !search.seen.has(insideReal) && (await isCapture(inside))) {
        keep(search, inside, insideReal);
      }
    } catch (error) {
      unreadable(search, inside, systemText(error));
    }
  }
}

function keep(search: Search, path: string, real: string): void {
  if (search.seen.has(real)) return;
  search.seen.add(real);
  search.captures.push(path);
}

function unreadable(search: Search, path: string, why: string): void {
  search.unreadable.push({ path, text: why });
}

/** Told by the first octets, for gzip by those inside. */
async function isCapture(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const head = new Uint8Array(LIMITS.headOctets);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (!isGzip(head, 0, bytesRead)) return recognizeCapture(head, 0, bytesRead).state === "ok";
    const inside = await inflate(head.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH }).catch(
      () => head,
    );
    return recognizeCapture(inside, 0, inside.length).state === "ok";
  } finally {
    await file.close();
  }
}

const inflate = promisify(gunzip);

const LIMITS = {
  /** Enough for a file header, also behind gzip's with a long name; decompressed at most 4 MiB. */
  headOctets: 4096,
  /** Folders in folders: deeper than that is no collection of captures. */
  depth: 32,
  /** Entries looked at, over all folders: somebody who names "/" is told so. */
  entries: 100_000,
} as const;
