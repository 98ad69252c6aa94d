/** Measures whole processes: CPU time, wall time, peak memory. */
import { spawn, spawnSync } from "node:child_process";
import { createReadStream, readFileSync } from "node:fs";

/**
 * Runs a command with its output thrown away. CPU seconds are user and system of the process and its children, as bash
 * counts them; peak octets are VmHWM as last seen, looked at every 10 ms.
 * Rejects where the command cannot run; any exit code of a command that ran is its own affair.
 */
export function measure([command, ...args]) {
  return new Promise((resolve, reject) => {
    const script = 'TIMEFORMAT="%3U %3S %3R"; time "$@" >/dev/null 2>&3';
    const child = spawn("bash", ["-c", script, "bash", command, ...args], {
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    let times = "";
    let complaint = "";
    let peak = 0;
    child.stderr.on("data", chunk => (times += chunk));
    child.stdio[3].on("data", chunk => (complaint += chunk));
    const look = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 10);
    child.once("error", reject);
    child.once("close", code => {
      clearInterval(look);
      const found = /(\d+\.\d+) (\d+\.\d+) (\d+\.\d+)\s*$/.exec(times);
      if (found === null || code === 126 || code === 127)
        reject(new Error(`${command}: ${complaint || times}`.trim()));
      else resolve({ cpu: Number(found[1]) + Number(found[2]), wall: Number(found[3]), peak, code });
    });
  });
}

/** Reads a file once, so that every command finds it in memory. */
export async function warm(path) {
  for await (const _ of createReadStream(path, { highWaterMark: 1 << 20 }));
}

export function isInstalled(command) {
  return spawnSync("bash", ["-c", `command -v ${command}`]).status === 0;
}

/** The middle one of an odd number of values; the upper of the two middle ones else. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Peak memory of the one child that bash has, in octets; 0 where it is gone already. */
function peakOf(bash) {
  try {
    const child = readFileSync(`/proc/${bash}/task/${bash}/children`, "utf8").trim().split(" ")[0];
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child}/status`, "utf8"));
    return line === null ? 0 : Number(line[1]) * 1024;
  } catch {
    return 0;
  }
}
