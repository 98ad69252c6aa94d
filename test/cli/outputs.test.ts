/** Where a run's output goes, and who waits for whom. */
import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { openOutputs } from "../../src/cli/outputs.ts";
import type { Out, World } from "../../src/cli/world.ts";

/** A reader of standard output that takes nothing and does not go away. */
const stalled: Out = {
  write: () => undefined,
  drained: () => new Promise(() => undefined),
  flushed: () => Promise.resolve(),
  closed: false,
  failure: undefined,
  isTerminal: false,
  columns: undefined,
};

const world: World = {
  args: [],
  program: "mqtt-sniff",
  node: process.execPath,
  env: {},
  out: stalled,
  err: stalled,
  now: () => 0,
  onSignal: () => undefined,
};

test("a reader that takes nothing keeps a run that is to end from none of its files", async () => {
  const request = parseArguments(["x.pcap"], "0", 80);
  if (request.command !== "audit") throw new Error("no audit");
  const outputs = openOutputs("ndjson", request.flags, "live", world);
  let waited = true;
  const kept = outputs.keepUp().then(goOn => {
    waited = false;
    return goOn;
  });
  await new Promise(setImmediate);
  expect(waited).toBe(true);
  outputs.hurry();
  expect(await kept).toBe(true);
  expect(await outputs.keepUp()).toBe(true);
});
