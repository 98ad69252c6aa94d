/** Where a capture's octets come from, one read at a time: a stream of chunks, or gzip around another input. */
import { pipeline, type TransformOptions } from "node:stream";
import { createGunzip, type ZlibOptions } from "node:zlib";
import type { Fault } from "../octets/decode.ts";
import { NO_OCTETS, type Owned, type View } from "../octets/view.ts";

/** Octets in order. Nothing is thrown: an input that cannot be read on ends, and `fault` says why. */
export interface OctetInput {
  /** Fills `into` from offset `from` on; gives how many octets were written, 0 at the end. */
  read(into: Uint8Array, from: number): Promise<number>;
  readonly fault: Fault | undefined;
  close(): Promise<void>;
}

/** A stream's chunks; `faultOf` says what an error of this stream means. */
export function streamInput(stream: AsyncIterable<View>, faultOf: (error: unknown) => Fault): OctetInput {
  const chunks = stream[Symbol.asyncIterator]();
  let chunk: View = NO_OCTETS;
  let used = 0;
  let fault: Fault | undefined;
  return {
    get fault() {
      return fault;
    },
    async read(into, from) {
      try {
        while (used === chunk.length) {
          const next = await chunks.next();
          if (next.done === true) return 0;
          chunk = next.value;
          used = 0;
        }
      } catch (error) {
        fault = faultOf(error);
        return 0;
      }
      const size = Math.min(chunk.length - used, into.length - from);
      into.set(chunk.subarray(used, used + size), from);
      used += size;
      return size;
    },
    async close() {
      await chunks.return?.();
    },
  };
}

/**
 * What a gzip file holds (RFC 1952; members in a row are one file). `head` are the octets already read of it.
 * A file that grows beyond `LIMITS` is given up as a bomb.
 */
export function gzipInput(compressed: OctetInput, head: Owned): OctetInput {
  // A high-water mark of one octet: nothing waits in the stream that an error behind it would throw away.
  const options: ZlibOptions & TransformOptions = { chunkSize: LIMITS.outputOctets, highWaterMark: 1 };
  const gunzip = createGunzip(options);
  let bomb: Fault | undefined;
  const grown = async function* (): AsyncGenerator<View> {
    let octets = 0;
    for await (const chunk of gunzip) {
      octets += (chunk as View).length;
      const allowed = Math.max(LIMITS.freeOctets, gunzip.bytesWritten * LIMITS.ratio);
      if (octets > allowed) {
        const reason = { kind: "too-large", size: octets, limit: allowed } as const;
        bomb = { unit: "gzip file", field: "compressed data", offset: gunzip.bytesWritten, reason };
        return;
      }
      yield chunk as View;
    }
  };
  pipeline(pieces(compressed, head), gunzip, () => {});
  const inner = streamInput(grown(), error => gzipFault(error, gunzip.bytesWritten));
  return {
    get fault() {
      return bomb ?? compressed.fault ?? inner.fault;
    },
    read: (into, from) => inner.read(into, from),
    async close() {
      await inner.close();
      gunzip.destroy();
      await compressed.close();
    },
  };
}

async function* pieces(input: OctetInput, head: View): AsyncGenerator<View> {
  yield head;
  for (;;) {
    const piece = new Uint8Array(LIMITS.inputOctets);
    const size = await input.read(piece, 0);
    if (size === 0) return;
    yield piece.subarray(0, size);
  }
}

/** zlib's complaint at the compressed octet where it was made. */
function gzipFault(error: unknown, offset: number): Fault {
  const { code, message } = error as { code?: string; message?: string };
  const unit = "gzip file";
  if (code === "Z_BUF_ERROR")
    return { unit, field: "compressed data", offset, reason: { kind: "short", needed: 1, left: 0 } };
  return {
    unit,
    field: "compressed data",
    offset,
    reason: { kind: "forbidden", value: message ?? "", clause: "RFC 1952" },
  };
}

const LIMITS = {
  /** Compressed octets a read: enough to keep the decompressor busy. */
  inputOctets: 64 * 1024,
  /** Decompressed octets a step: an error loses at most those before it. */
  outputOctets: 32 * 1024,
  /** Up to here any ratio will do: small captures of zeros are honest. */
  freeOctets: 64 * 1024 * 1024,
  /** Captures shrink to a tenth, rarely to a fiftieth; deflate's own ceiling is 1032. */
  ratio: 200,
} as const;
