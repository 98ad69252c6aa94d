/** One job of fuzz.mjs: runs the seeds it is given, and says which failed, and how long the slowest took. */
import { pathToFileURL } from "node:url";

/** Processor time of one input; nothing that is given here is larger than 64 KiB. */
const LONGEST = 500;

const [module, root, name] = process.argv.slice(2);
const { targets } = await import(pathToFileURL(module).href);
const target = targets(root).get(name);

process.on("message", async ({ from, to }) => {
  const failures = [];
  let slowest = { milliseconds: 0, seed: from };
  for (let seed = from; seed < to; seed++) {
    try {
      const milliseconds = await timed(seed);
      if (milliseconds > slowest.milliseconds) slowest = { milliseconds, seed };
      // Asked again: the first time, code may have been compiled.
      if (milliseconds > LONGEST && (await timed(seed)) > LONGEST)
        failures.push({ seed, text: `${milliseconds.toFixed(0)} ms` });
    } catch (error) {
      failures.push({ seed, text: error.stack });
    }
  }
  process.send({ runs: to - from, failures, slowest });
});

async function timed(seed) {
  const before = process.cpuUsage();
  const promised = target(seed);
  if (promised !== undefined) await promised;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
