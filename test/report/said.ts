/** The whole program on made-up arguments, and everything that it says. */
import { run } from "../../src/cli/run.ts";
import type { Out, World } from "../../src/cli/world.ts";

/** What a run with these arguments says, on either channel. */
export async function saidOf(...args: readonly string[]): Promise<string> {
  const texts: string[] = [];
  const world: World = {
    args,
    program: "mqtt-sniff",
    node: process.execPath,
    env: { DEBUG: "1" },
    out: listening(texts),
    err: listening(texts),
    now: () => 0,
    onSignal: () => undefined,
  };
  await run(world);
  return texts.join("");
}

const listening = (texts: string[]): Out => ({
  write: text => void texts.push(text),
  drained: () => Promise.resolve(),
  flushed: () => Promise.resolve(),
  failure: undefined,
  closed: false,
  isTerminal: false,
  columns: 200,
});
