/** How often something happens: a count for each of the last sixty seconds of the capture, and a curve of them. */
import type { Timestamp } from "../octets/time.ts";
import { number } from "./panels/panel.ts";

export interface Rate {
  /** By second modulo their number. */
  readonly counts: Uint32Array;
  /** The last second that was counted in. */
  second: number;
  /** The first one. */
  begun: number;
}

export const newRate = (): Rate => ({ counts: new Uint32Array(SECONDS), second: -1, begun: -1 });

export const copyOf = (rate: Rate): Rate => ({ ...rate, counts: rate.counts.slice() });

/** Counts `times` at a time of the capture; what comes late counts for the last second. */
export function count(rate: Rate, at: Timestamp, times = 1): void {
  const second = secondOf(at);
  if (second > rate.second) forward(rate, second);
  rate.counts[rate.second % SECONDS]! += times;
}

/** A second; the mean of the last few, without the one that is not over. */
export function perSecond(rate: Rate, now: Timestamp): number {
  if (rate.second < 0) return 0;
  const last = secondOf(now) - 1;
  const seconds = Math.min(last - rate.begun + 1, MEAN_SECONDS);
  if (seconds < 1) return at(rate, rate.second);
  let sum = 0;
  for (let back = 0; back < seconds; back++) sum += at(rate, last - back);
  // Slow ones come once in a while: their mean is that of a minute.
  if (sum < seconds) {
    const all = Math.min(last - rate.begun + 1, SECONDS - 1);
    sum = 0;
    for (let back = 0; back < all; back++) sum += at(rate, last - back);
    return sum / all;
  }
  return sum / seconds;
}

/** The last minute, or as much of it as there was, in `cells` counts: the latest at the end. */
export function curve(rate: Rate, now: Timestamp, cells: number): number[] {
  const last = Math.max(secondOf(now), rate.second);
  const each = Math.max(Math.min(Math.ceil((last - rate.begun + 1) / cells), Math.floor(SECONDS / cells)), 1);
  return Array.from({ length: cells }, (_, cell) => {
    let sum = 0;
    for (let back = 0; back < each; back++) sum += at(rate, last - (cells - 1 - cell) * each - back);
    return sum;
  });
}

/** `▁▂▃▂▁▂▅▃`; nothing where nothing happened. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts.map(one => (one === 0 ? " " : BARS[Math.ceil((one / most) * BARS.length) - 1]!)).join("");
}

/** `1,204/s`, `2.5/s`, `12/min`; nothing for what does not happen any more. */
export function rateText(perSecond: number): string {
  if (perSecond >= 10) return `${number(Math.round(perSecond))}/s`;
  if (perSecond >= 0.95) return `${perSecond.toFixed(1)}/s`;
  return perSecond * 60 < 0.5 ? "" : `${Math.round(perSecond * 60)}/min`;
}

function at(rate: Rate, second: number): number {
  return second > rate.second || second <= rate.second - SECONDS || second < 0
    ? 0
    : rate.counts[second % SECONDS]!;
}

function forward(rate: Rate, second: number): void {
  if (rate.second < 0) rate.begun = second;
  const from = Math.max(rate.second + 1, second - SECONDS + 1);
  for (let empty = from; empty <= second; empty++) rate.counts[empty % SECONDS] = 0;
  rate.second = second;
}

const secondOf = (at: Timestamp): number => Math.floor(at / 1_000_000);

const SECONDS = 60;
/** Long enough not to flicker, short enough to follow. */
const MEAN_SECONDS = 5;
const BARS = [..."▁▂▃▄▅▆▇█"];
