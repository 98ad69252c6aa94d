/** Choices that a seed decides: the same number gives the same octets, here and on another machine. */
import { random } from "../protocol/build.ts";

export interface Choices {
  /** 0 … `below` - 1. */
  below(limit: number): number;
  /** True so many times of a hundred. */
  chance(percent: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  /** Octets at random. */
  octets(length: number): Uint8Array;
}

export function choices(seed: number): Choices {
  // Neighbouring seeds must not give neighbouring streams.
  const next = random(Math.imul(seed + 1, 0x9e37_79b1));
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: percent => next() * 100 < percent,
    pick: values => values[below(values.length)]!,
    octets: length => Uint8Array.from({ length }, () => below(0x100)),
  };
}
