/** The pace of a stored capture on the screen: as it was recorded, faster, step by step, or as fast as it can be read. */
import { setTimeout as wait } from "node:timers/promises";
import type { Frame, FrameBatch, Source } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";

/** So many times the recorded pace; `step`: as the user asks for more. */
export type Pace = number | "step";

/** What a screen tells of a source that it paces. */
export interface Paced {
  /** How many events were observed so far. */
  readonly observed: number;
  /** Resolves when the user wants to see more. */
  step(): Promise<void>;
}

/** The frames of `source` in smaller batches, each when its time has come; `now` in milliseconds. */
export function paced(source: Source, pace: Pace | undefined, screen: Paced, now: () => number): Source {
  if (pace === undefined) return source;
  return pace === "step" ? stepped(source, screen) : timed(source, pace, now);
}

/** Frame by frame, and a stop after each that said something. */
async function* stepped(source: Source, screen: Paced): Source {
  for await (const { frames, notices } of source) {
    for (const frame of frames) {
      const before = screen.observed;
      yield { frames: [frame], notices: [] };
      if (screen.observed > before) await screen.step();
    }
    yield { frames: [], notices };
  }
}

/** The distance between frames is the capture's, divided by the pace; clocks that were set back wait for nothing. */
async function* timed(source: Source, pace: number, now: () => number): Source {
  let start: { readonly at: Timestamp; readonly clock: number } | undefined;
  for await (const { frames, notices } of source) {
    for (let from = 0; from < frames.length; ) {
      start ??= { at: frames[from]!.at, clock: now() };
      const { at, clock } = start;
      const due = (frame: Frame): number => clock + (frame.at - at) / 1000 / pace;
      for (let left = due(frames[from]!) - now(); left > 0; left = due(frames[from]!) - now())
        await wait(Math.min(left, LONGEST_WAIT), undefined, { ref: false });
      let to = from + 1;
      while (to < frames.length && due(frames[to]!) <= now()) to++;
      yield batch(frames.slice(from, to));
      from = to;
    }
    yield { frames: [], notices };
  }
}

const batch = (frames: readonly Frame[]): FrameBatch => ({ frames, notices: [] });

/** A timer counts no further than 2³¹ ms; this short, it follows a clock that jumps. */
const LONGEST_WAIT = 1000;
