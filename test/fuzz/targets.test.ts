/** The first inputs of each target of `npm run fuzz`, so that none of them rots. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { targets } from "./targets.ts";

const TARGETS = targets(fileURLToPath(new URL("../..", import.meta.url)));

test.each([
  ["capture", 100],
  ["streams", 300],
  ["x509", 1_000],
  ["mqttsn", 5_000],
])("spoiled octets throw nowhere: %s", async (name, runs) => {
  const target = TARGETS.get(name);
  if (target === undefined) throw new Error(`no target ${name}`);
  for (let seed = 0; seed < runs; seed++) await target(seed);
  expect([...TARGETS.keys()]).toContain(name);
});
