/** `-w`: what a source hands on is written to files as it passes, without the reader waiting for the disk. */
import { closeSync, ftruncateSync } from "node:fs";
import { printable } from "../octets/text.ts";
import { systemText } from "./file.ts";
import type { Source } from "./frame.ts";
import {
  type FileOptions,
  numbered,
  openNext,
  openOne,
  type RecordedFile,
  remove,
  removeAs,
  writeAll,
} from "./recorded-file.ts";
import { pcapngSections, type Rotation } from "./sections.ts";

export interface RecordingOptions extends FileOptions {
  /** Who writes, as the files say it. */
  readonly tool: string;
  /** Files follow one another instead of one that grows. */
  readonly rotate?: Rotation | undefined;
  /** Of these, only so many are kept. */
  readonly keep?: number | undefined;
  /** Told once, in a line, when nothing more can be written. */
  readonly complain: (line: string) => void;
}

export interface Recording {
  /** The same source; its frames are written before they are handed on. */
  through(source: Source): Source;
  /** Writes what is left; false where something could not be written, after `complain` was told. */
  finish(): Promise<boolean>;
  /** The file that was made at first, where there was none of its name. */
  readonly made: { readonly path: string; readonly inode: number } | undefined;
  /** The run ended before `finish`, as where no engine opens: no new file stays empty. Afterwards nothing happens. */
  abandon(): void;
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
  const kept: RecordedFile[] = [];
  let current = names === undefined ? openOne(options) : openNext(names, options);
  let failed = false;
  let closed = false;
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

  function close(): void {
    if (closed) return;
    closed = true;
    closeSync(current.fd);
    if (idle && current.isNew && current.octets === 0) removeAs(options.owner, current);
  }

  return {
    made: current.isNew ? { path: current.path, inode: current.inode } : undefined,
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
    async finish(): Promise<boolean> {
      if (!failed) await sections.finish();
      await writing;
      close();
      return !failed;
    },
    abandon: close,
  };
}
