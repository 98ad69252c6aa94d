/** Stored captures: files, standard input and any other stream of octets. */
import { open } from "node:fs/promises";
import type { Fault } from "../octets/decode.ts";
import type { View } from "../octets/view.ts";
import type { Source } from "./frame.ts";
import { type OctetInput, streamInput } from "./octet-input.ts";
import { framesOf } from "./read.ts";

/** A file ("-" is standard input), or a stream such as another program's output. */
export type CaptureInput = { readonly path: string } | { readonly stream: AsyncIterable<View> };

/**
 * The frames of a stored capture, in batches of about 1 MiB. pcap and pcapng in all their variants, and gzip of
 * either, are told by content. Nothing is thrown: a file that cannot be opened or read is `capture.malformed`.
 */
export const captureFrames = (input: CaptureInput): Source => framesOf(() => inputOf(input));

async function inputOf(input: CaptureInput): Promise<OctetInput> {
  if ("stream" in input) return streamInput(input.stream, error => systemFault("read", error));
  if (input.path === "-") return streamInput(process.stdin, error => systemFault("read", error));
  return fileInput(input.path);
}

async function fileInput(path: string): Promise<OctetInput> {
  let fault: Fault | undefined;
  const file = await open(path, "r").catch((error: unknown) => {
    fault = systemFault("open", error);
    return undefined;
  });
  return {
    get fault() {
      return fault;
    },
    async read(into, from) {
      if (file === undefined) return 0;
      try {
        return (await file.read(into, from, into.length - from, null)).bytesRead;
      } catch (error) {
        fault = systemFault("read", error);
        return 0;
      }
    },
    close: async () => file?.close(),
  };
}

/** What the operating system said, as a fault of the file. */
function systemFault(field: "open" | "read", error: unknown): Fault {
  const { code } = error as { code?: string };
  return {
    unit: "capture file",
    field,
    offset: 0,
    reason: { kind: "forbidden", value: code ?? "failed", clause: systemText(error) },
  };
}

/** What went wrong with a path, in the words that people know from other programs. */
export function systemText(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return WORDS.get(code ?? "") ?? message ?? "cannot be read";
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EISDIR", "is a folder"],
  ["ENOTDIR", "a part of the path is not a folder"],
  ["ELOOP", "too many symbolic links"],
  ["EMFILE", "too many open files"],
  ["EIO", "the device failed"],
  ["ENOSPC", "no space left on the disk"],
  ["EDQUOT", "the disk quota is used up"],
  ["EFBIG", "the file would be too large"],
  ["EROFS", "the file system is read-only"],
]);
