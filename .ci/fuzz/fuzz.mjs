#!/usr/bin/env node
/**
 * Throws generated and spoiled octets at the decoders: npm run fuzz [-- TARGET=RUNS … --seed N --jobs N]
 *
 * Without targets each gets its usual number of runs. The tests are compiled once, and each job is a process of its own,
 * so that its processor time is its own: an input that takes too long is a failure like one that throws. A failure names
 * its seed, which makes the same octets again: TARGET=1 --seed SEED.
 */
import { fork, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const RUNS = {
  mqtt: 1_000_000,
  skimming: 20_000,
  capture: 20_000,
  streams: 50_000,
  x509: 200_000,
  mqttsn: 1_000_000,
};
/** Seeds that a job takes at a time: few enough that all jobs end together. */
const SHARE = 1_000;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Inside the project, where the compiled tests find their packages. */
const COMPILED = `${ROOT}node_modules/.cache/mqtt-sniff-fuzz`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "0" }, jobs: { type: "string" } },
});
const seed = Number(values.seed);
const jobs = Number(values.jobs ?? availableParallelism());
const wanted = positionals.length === 0 ? Object.entries(RUNS) : positionals.map(asked);

compile();
let failures = 0;
for (const [target, runs] of wanted) failures += await fuzz(target, runs);
process.exitCode = failures === 0 ? 0 : 1;

function asked(text) {
  const [target, runs = RUNS[target]] = text.split("=");
  if (RUNS[target] === undefined) throw new Error(`no such target: ${target} (${Object.keys(RUNS).join(", ")})`);
  return [target, Number(runs)];
}

function compile() {
  const options = ["-p", "tsconfig.json", "--noEmit", "false", "--rootDir", ".", "--outDir", COMPILED];
  const { status } = spawnSync("npx", ["tsc", ...options], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) throw new Error("the tests do not compile");
  writeFileSync(`${COMPILED}/package.json`, '{"type":"module"}\n');
}

/** Runs a target's seeds, shared out among the jobs; gives how many failed. */
async function fuzz(target, runs) {
  const began = performance.now();
  let next = seed;
  let done = 0;
  let failed = 0;
  let slowest = { milliseconds: 0, seed };
  const worker = fileURLToPath(new URL("worker.mjs", import.meta.url));
  const work = () =>
    new Promise((resolve, reject) => {
      const job = fork(worker, [`${COMPILED}/test/fuzz/targets.js`, ROOT, target]);
      const more = () => {
        const from = next;
        next = Math.min(next + SHARE, seed + runs);
        if (from === next) job.disconnect();
        else job.send({ from, to: next });
      };
      job.on("message", told => {
        for (const { seed: which, text } of told.failures) {
          failed += 1;
          if (failed <= 10) console.error(`${target} ${which}: ${text}`);
        }
        done += told.runs;
        if (told.slowest.milliseconds > slowest.milliseconds) slowest = told.slowest;
        if (process.stderr.isTTY) process.stderr.write(`\r${target} ${done} of ${runs}`);
        more();
      });
      job.on("error", reject);
      job.on("exit", code => (code === 0 ? resolve() : reject(new Error(`${target}: a job ended with ${code}`))));
      more();
    });
  await Promise.all(Array.from({ length: Math.min(jobs, Math.ceil(runs / SHARE)) }, work));
  const seconds = (performance.now() - began) / 1000;
  const rest = `slowest ${slowest.milliseconds.toFixed(0)} ms (seed ${slowest.seed})`;
  console.log(`${target.padEnd(8)} ${done} runs in ${seconds.toFixed(0)} s, ${failed} failed, ${rest}`);
  return failed;
}
