/** Everything that a source says, copied, so that a test may look at it afterwards. */
import { type CaptureInput, captureFrames } from "../../src/capture/file.ts";
import type { Notice, Source } from "../../src/capture/frame.ts";

export interface Collected {
  readonly frames: readonly CollectedFrame[];
  readonly notices: readonly Notice[];
  /** Frames and notices in the order of the batches. */
  readonly order: readonly string[];
}

export interface CollectedFrame {
  readonly number: number;
  readonly at: number;
  readonly nanos: number | undefined;
  readonly position: number;
  readonly linkType: number;
  readonly originalLength: number;
  readonly octets: Uint8Array;
}

export async function collect(source: Source): Promise<Collected> {
  const frames: CollectedFrame[] = [];
  const notices: Notice[] = [];
  const order: string[] = [];
  for await (const batch of source) {
    for (const frame of batch.frames) {
      const { number, at, nanos, position, linkType, originalLength, start, end } = frame;
      const octets = frame.octets.slice(start, end);
      frames.push({ number, at, nanos, position, linkType, originalLength, octets });
      order.push(`frame ${number}`);
    }
    for (const notice of batch.notices) {
      notices.push(notice);
      order.push(notice.type);
    }
  }
  return { frames, notices, order };
}

/** What a capture of these octets says, read in chunks of `size` octets. */
export const collectOctets = (octets: Uint8Array, size = octets.length): Promise<Collected> =>
  collect(captureFrames(streamOf(octets, size)));

/** A stream whose chunks are cut without regard to what is in them. */
export const streamOf = (octets: Uint8Array, size: number): CaptureInput => ({
  stream: chunks(octets, size),
});

export const ofType = <Type extends Notice["type"]>(
  { notices }: Collected,
  type: Type,
): readonly Extract<Notice, { type: Type }>[] =>
  notices.filter((notice): notice is Extract<Notice, { type: Type }> => notice.type === type);

async function* chunks(octets: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // A chunk is overwritten once the next one is asked for, as a reader of a device may do.
  const chunk = new Uint8Array(Math.max(1, size));
  for (let at = 0; at < octets.length; at += chunk.length) {
    const length = Math.min(chunk.length, octets.length - at);
    chunk.set(octets.subarray(at, at + length));
    yield chunk.subarray(0, length);
  }
}
