/** Octets from an input become batches of frames: one read, one batch, one buffer that is used again and again. */
import type { Fault } from "../octets/decode.ts";
import { own } from "../octets/view.ts";
import { isGzip, recognizeCapture } from "./format.ts";
import type { Notice, Source } from "./frame.ts";
import type { Batch, CaptureFramer } from "./framer.ts";
import { gzipInput, type OctetInput } from "./octet-input.ts";

/**
 * The frames of one capture, recognised by content, gzip or not. Whatever is wrong with it is told as
 * `capture.malformed` with the offset where it begins; `capture.closed` is always the last notice. A batch, its
 * frames and their octets are the reader's until the next batch is asked for. The input is opened when the first
 * batch is asked for, and closed at the end.
 */
export async function* framesOf(open: () => Promise<OctetInput>): Source {
  const raw = await open();
  let input = raw;
  let framer: CaptureFramer | undefined;
  const window: Window = { octets: new Uint8Array(READ_OCTETS), start: 0, end: 0, position: 0 };
  try {
    while (framer?.ended !== true && (await refill(window, input))) {
      if (framer === undefined) {
        if (input === raw && isGzip(window.octets, 0, window.end)) {
          input = gzipInput(raw, own(window.octets.subarray(0, window.end)));
          window.end = 0;
          continue;
        }
        const recognized = recognizeCapture(window.octets, 0, window.end);
        if (recognized.state === "need-more") continue;
        if (recognized.state === "malformed") {
          yield last([{ type: "capture.malformed", fault: recognized.fault, position: 0 }], window);
          return;
        }
        framer = recognized.unit;
        window.start = recognized.length;
      }
      for (let batch = next(framer, window); isFilled(batch); batch = next(framer, window)) {
        yield batch;
        if (framer.ended) break;
      }
    }
    const fault = framer?.ended === true ? undefined : missing(window, input, framer);
    const position = window.position + (input.fault === undefined ? window.start : window.end);
    const cut = fault?.reason.kind === "short" && { cut: true as const };
    yield last(fault === undefined ? [] : [{ type: "capture.malformed", fault, position, ...cut }], window);
  } finally {
    await input.close();
  }
}

/** The part of the capture that is in memory: octets[start … end) are not yet taken. */
interface Window {
  octets: Uint8Array;
  start: number;
  end: number;
  /** Where octets[0] lies in the capture. */
  position: number;
}

/** Reads on behind what is not yet taken; false at the end of the input. The buffer grows with what was read, never with a claim. */
async function refill(window: Window, input: OctetInput): Promise<boolean> {
  const { octets, start, end } = window;
  if (start > 0) {
    octets.copyWithin(0, start, end);
    window.position += start;
    window.start = 0;
    window.end = end - start;
  } else if (end === octets.length) {
    window.octets = new Uint8Array(2 * end);
    window.octets.set(octets);
  }
  const size = await input.read(window.octets, window.end);
  window.end += size;
  return size > 0;
}

function next(framer: CaptureFramer, window: Window): Batch {
  const batch: Batch = { frames: [], notices: [], most: FRAMES };
  window.start = framer.take(batch, window.octets, window.start, window.end, window.position);
  return batch;
}

const isFilled = (batch: Batch): boolean => batch.frames.length > 0 || batch.notices.length > 0;

/** What the end of the input left unfinished. */
function missing(window: Window, input: OctetInput, framer: CaptureFramer | undefined): Fault | undefined {
  const { octets, start, end } = window;
  if (input.fault !== undefined) return input.fault;
  if (framer !== undefined) return start < end ? framer.cut(octets, start, end) : undefined;
  const recognized = recognizeCapture(octets, 0, end);
  const needed = recognized.state === "need-more" ? recognized.atLeast : end;
  return {
    unit: "capture file",
    field: "file header",
    offset: 0,
    reason: { kind: "short", needed, left: end },
  };
}

function last(notices: Notice[], window: Window): Batch {
  return {
    frames: [],
    notices: [...notices, { type: "capture.closed", octets: window.position + window.end }],
  };
}

/** One read of a file: larger ones are no faster, smaller ones are. */
const READ_OCTETS = 1024 * 1024;

/** In one batch: thousands of frames would outlive the collection of young objects, and be moved and kept for nothing. */
const FRAMES = 512;
