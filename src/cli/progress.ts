/** A bar on standard error: shown on a terminal alone, and only where the work takes more than a second. */
import type { SingleBar } from "cli-progress";
import type { World } from "./world.ts";

export interface Progress {
  /** Octets of the current capture that have been read. */
  at(octets: number): void;
  /** The current capture is done. */
  next(): void;
  stop(): void;
}

/** `sizes` of the captures in octets, in the order read; 0 where a size is not known. */
export function progress(world: World, sizes: readonly number[]): Progress | undefined {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (!world.err.isTerminal || total === 0) return undefined;
  const began = world.now();
  let bar: SingleBar | undefined;
  let loading = false;
  let stopped = false;
  let index = 0;
  let before = 0;
  const show = async (): Promise<void> => {
    loading = true;
    const { default: cliProgress } = await import("cli-progress");
    if (stopped) return;
    const made = new cliProgress.SingleBar(
      {
        format: "{bar} {percentage} %  {mib} of {totalMib} MiB",
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
      },
      cliProgress.Presets.shades_classic,
    );
    made.start(total, 0, { mib: 0, totalMib: mib(total) });
    bar = made;
  };
  return {
    at(octets): void {
      if (world.now() - began < SHOW_AFTER) return;
      if (!loading) void show();
      const done = Math.min(total, before + Math.min(octets, sizes[index] ?? octets));
      bar?.update(done, { mib: mib(done) });
    },
    next(): void {
      before += sizes[index++] ?? 0;
    },
    stop(): void {
      stopped = true;
      bar?.stop();
    },
  };
}

const mib = (octets: number): number => Math.round(octets / 0x10_0000);

/** Milliseconds. */
const SHOW_AFTER = 1_000;
