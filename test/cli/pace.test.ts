/** The pace at which a stored capture goes over the screen. */
import { describe, expect, test } from "vitest";
import type { Frame, FrameBatch, FrameNumber, Source } from "../../src/capture/frame.ts";
import { type Pace, paced } from "../../src/cli/pace.ts";
import type { Timestamp } from "../../src/octets/time.ts";

/** Frames at so many milliseconds of the capture, in batches. */
async function* source(...batches: readonly (readonly number[])[]): Source {
  let number = 0;
  for (const times of batches)
    yield {
      frames: times.map(millis => frame(++number, millis)),
      notices: [{ type: "capture.tick", at: 0 as Timestamp }],
    };
}

const frame = (number: number, millis: number): Frame => ({
  number: number as FrameNumber,
  at: (1_767_323_045_000_000 + millis * 1000) as Timestamp,
  position: 0,
  linkType: 1,
  originalLength: 0,
  octets: new Uint8Array(),
  start: 0,
  end: 0,
});

const SCREEN = { observed: 0, step: () => Promise.resolve() };

/** When each frame came, in milliseconds after the first. */
async function arrivals(
  pace: Pace | undefined,
  ...batches: readonly (readonly number[])[]
): Promise<number[]> {
  const came: number[] = [];
  for await (const { frames } of paced(source(...batches), pace, SCREEN, () => performance.now()))
    for (const _ of frames) came.push(performance.now());
  return came.map(one => one - came[0]!);
}

describe("the pace", () => {
  test("is the source's own where none is asked for", () => {
    const frames = source([0]);
    expect(paced(frames, undefined, SCREEN, () => 0)).toBe(frames);
  });

  test("is never faster than recorded, and divided by what is asked for", async () => {
    const [, second, third] = await arrivals(1, [0, 60], [150]);
    expect(second).toBeGreaterThanOrEqual(55);
    expect(third).toBeGreaterThanOrEqual(145);
    const faster = await arrivals(10, [0, 600, 1500]);
    expect(faster[1]).toBeGreaterThanOrEqual(55);
    expect(faster[2]).toBeGreaterThanOrEqual(145);
  });

  test("does not wait for a clock that was set back, and loses no frame and no notice", async () => {
    const came: FrameBatch[] = [];
    for await (const batch of paced(source([5000, 0, 10], [20]), 1, SCREEN, () => performance.now()))
      came.push(batch);
    expect(came.flatMap(({ frames }) => frames.map(({ number }) => number))).toEqual([1, 2, 3, 4]);
    expect(came.flatMap(({ notices }) => notices)).toHaveLength(2);
  });

  test("step by step stops behind each frame that said something, and behind no other", async () => {
    const screen = { observed: 0, steps: 0, step: () => Promise.resolve(void screen.steps++) };
    const seen: number[] = [];
    for await (const { frames } of paced(source([0, 1, 2], [3]), "step", screen, () => 0))
      for (const { number } of frames) {
        seen.push(number);
        if (number % 2 === 0) screen.observed++;
      }
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(screen.steps).toBe(2);
  });
});
