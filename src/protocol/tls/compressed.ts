/** CompressedCertificate (RFC 8879 §4): the Certificate in it, opened within the bounds of one that was sent as it is. */
import * as zlib from "node:zlib";
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import type { View } from "../../octets/view.ts";
import { LIMITS } from "./limits.ts";

/** undefined where the algorithm is not known here: then nothing is said of what is inside. */
export function openCertificate(body: View): Decoded<View | undefined> {
  const r = new Reader("compressed_certificate", body);
  const algorithm = r.u16("algorithm");
  const length = r.u24("uncompressed_length");
  if (length > LIMITS.certificateMessage)
    r.tooLarge("uncompressed_length", length, LIMITS.certificateMessage);
  const compressed = r.take(r.u24("compressed_certificate_message"), "compressed_certificate_message");
  const read = r.end(compressed, "end");
  if (!read.ok) return read;
  const decompress = ALGORITHMS.get(algorithm);
  if (decompress === undefined) return { ok: true, value: undefined };
  const opened = attempt(decompress, compressed, length);
  if (typeof opened !== "string" && opened.length === length) return { ok: true, value: opened };
  const value = typeof opened === "string" ? opened : `${opened.length} octets of ${length}`;
  const reason = { kind: "forbidden", value, clause: "RFC 8879 §4" } as const;
  const field = "compressed_certificate_message";
  return { ok: false, fault: { unit: "compressed_certificate", field, offset: COMPRESSED, reason } };
}

/** A bomb ends at the length that the message says itself, and a stream that is none with what is wrong with it. */
function attempt(decompress: Decompress, compressed: View, length: number): View | string {
  try {
    return decompress(compressed, { maxOutputLength: Math.max(length, 1) });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    return code === "ERR_BUFFER_TOO_LARGE" ? `more than ${length} octets` : "octets of another form";
  }
}

type Decompress = (octets: View, options: { readonly maxOutputLength: number }) => View;

/** Node has it from 22.15 on. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Decompress };

/** RFC 8879 §7.3: CertificateCompressionAlgorithm. */
const ALGORITHMS: ReadonlyMap<number, Decompress> = new Map([
  [1, zlib.inflateSync],
  [2, zlib.brotliDecompressSync],
  ...(zstdDecompressSync === undefined ? [] : [[3, zstdDecompressSync] as const]),
]);

/** Octets before the compressed ones: algorithm and two lengths. */
const COMPRESSED = 8;
