/** Where the time of one audit goes: self time by stage and by function, out of V8's sampling profiler. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FUNCTIONS = 30;

/** Rows of [what, milliseconds, share] for stages, then for the dearest functions. */
export function profile(main, path) {
  const folder = mkdtempSync(join(tmpdir(), "profile-"));
  try {
    const options = ["--cpu-prof", "--cpu-prof-interval", "500", "--cpu-prof-dir", folder];
    spawnSync("node", [...options, main, path], { stdio: "ignore" });
    return tally(JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]), "utf8")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tally({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map(node => [node.id, node.callFrame]));
  const stages = new Map();
  const functions = new Map();
  let all = 0;
  for (const [index, id] of samples.entries()) {
    const millis = timeDeltas[index] / 1000;
    const frame = byId.get(id);
    const file = /\/(?:build|node_modules)\/(.+)$/.exec(frame.url)?.[1];
    const place = file ?? (frame.url === "" ? "V8" : frame.url);
    all += millis;
    add(stages, file === undefined ? `${place} ${frame.functionName}` : file.split("/")[0], millis);
    add(functions, `${frame.functionName || "(anonymous)"} ${place}:${frame.lineNumber + 1}`, millis);
  }
  const rows = (map, most) =>
    [...map]
      .sort((a, b) => b[1] - a[1])
      .slice(0, most)
      .map(([what, millis]) => [what, millis.toFixed(0), `${((100 * millis) / all).toFixed(1)} %`]);
  return { stages: rows(stages, FUNCTIONS), functions: rows(functions, FUNCTIONS) };
}

function add(map, key, amount) {
  map.set(key, (map.get(key) ?? 0) + amount);
}
