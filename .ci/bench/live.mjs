#!/usr/bin/env node
/**
 * npm run bench:live -- [--seconds N] [--rate N,N] [--engine NAME,NAME] [--overload-seconds N]
 *
 * Replays MQTT into one end of a pair of interfaces, in a network namespace of its own, and captures and judges it at
 * the other end. Prints how much of what was sent was judged, by the sender's own count, with each engine; how much of
 * an overload is accounted for; and how soon after opening an engine has no rights. Needs root, tcpreplay and iproute2.
 *
 * --seconds           of each run (60)
 * --rate              packets a second (10000,50000)
 * --engine            of cap, tcpdump, dumpcap (those that are there)
 * --overload-seconds  of each level of overload (5); 0 leaves them out
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { make, telemetryOf } from "./captures.mjs";
import { isInstalled } from "./measure.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = `${ROOT}.bench`;
const MAIN = `${ROOT}dist/main.js`;
const INSIDE = "MQTT_SNIFF_BENCH_INSIDE";
/** The judging process is stopped for this part of each period. */
const OVERLOADS = [0.1, 0.3, 0.5, 0.7, 0.9];
const OVERLOAD_RATE = 50_000;
/** MiB: small, so that an overload shows at once. */
const OVERLOAD_RING = 1;
const PERIOD_MILLIS = 2500;
const HERTZ = Number(execFileSync("getconf", ["CLK_TCK"]));

const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "10000,50000" },
    engine: { type: "string" },
    "overload-seconds": { type: "string", default: "5" },
  },
});

if (process.env[INSIDE] === undefined) {
  for (const program of ["unshare", "ip", "tcpreplay"])
    if (!isInstalled(program)) fail(`${program} is not installed`);
  if (process.getuid() !== 0) fail("only root makes interfaces: sudo npm run bench:live");
  const again = ["--net", "--mount", process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync("unshare", again, { stdio: "inherit", env: { ...process.env, [INSIDE]: "1" } });
  process.exit(status ?? 1);
}

for (const command of [
  "mount -t sysfs sysfs /sys",
  "sysctl -qw net.ipv6.conf.default.disable_ipv6=1",
  "ip link add w0 type veth peer name w1",
  "ip link set w0 up",
  "ip link set w1 up",
])
  execFileSync("bash", ["-c", command]);

const rates = flags.rate.split(",").map(Number);
const seconds = Number(flags.seconds);
const levels = Number(flags["overload-seconds"]);
const engines = (flags.engine ?? "cap,tcpdump,dumpcap")
  .split(",")
  .filter(name => name === "cap" || isInstalled(name));
mkdirSync(FOLDER, { recursive: true });
const fleet = make(telemetryOf(Math.max(...rates) * seconds, 10_000), FOLDER, 1);
const truths = new Map();

const rows = [];
for (const engine of engines)
  for (const rate of rates) {
    rows.push(report(await run({ capture: fleet, engine, rate, seconds, ring: 64, stopped: 0 })));
    // Somebody may not wait for the end.
    console.log(JSON.stringify(rows.at(-1)));
  }
console.table(rows);

if (levels > 0) {
  // Few clients that say much: of one that was heard once, nobody can tell what else it said.
  const capture = make(telemetryOf(OVERLOAD_RATE * levels, 100), FOLDER, 1);
  const overload = { capture, rate: OVERLOAD_RATE, seconds: levels, ring: OVERLOAD_RING };
  const overloads = [];
  for (const engine of engines)
    for (const stopped of OVERLOADS)
      overloads.push(accounted(await run({ ...overload, engine, stopped }), stopped));
  console.table(overloads);
}

/** One run: what was sent, what was judged, what it cost. */
async function run({ capture, engine, rate, seconds, ring, stopped }) {
  const output = `${FOLDER}/live-${engine}.json`;
  const args = [MAIN, "--iface", "w0", "--engine", engine, "--buffer", String(ring), "--format", "json"];
  const judge = spawn(process.execPath, args, { stdio: ["ignore", openSync(output, "w"), "inherit"] });
  const ended = new Promise(resolve => judge.once("exit", resolve));
  const kill = () => judge.kill("SIGKILL");
  process.once("exit", kill);
  const withoutRights = await opened(judge.pid);
  await sleep(500);
  const before = counter("w1", "tx_packets");
  const cpuBefore = cpuOf(judge.pid);
  const engineBefore = cpuOf(engineOf(judge.pid));
  const began = performance.now();
  const pausing = stopped > 0 ? pauses(judge.pid, stopped) : undefined;
  const limit = String(rate * seconds);
  const sender = spawn(
    "tcpreplay",
    ["--quiet", "--intf1=w1", `--pps=${rate}`, `--limit=${limit}`, capture.path],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  sender.stdout.on("data", text => (said += text));
  sender.stderr.on("data", text => (said += text));
  await new Promise(resolve => sender.once("close", resolve));
  const wall = (performance.now() - began) / 1000;
  const cpu = cpuOf(judge.pid) - cpuBefore;
  const engineCpu = cpuOf(engineOf(judge.pid)) - engineBefore;
  pausing?.end();
  const sent = counter("w1", "tx_packets") - before;
  if (sent !== Number(/Actual: (\d+) packets/.exec(said)?.[1])) fail(`the sender lost count: ${said}`);
  await settled(judge.pid);
  judge.kill("SIGINT");
  await ended;
  process.off("exit", kill);
  const { coverage, conversations } = JSON.parse(readFileSync(output, "utf8"));
  return {
    engine,
    rate,
    sent,
    wall,
    cpu,
    engineCpu,
    withoutRights,
    coverage,
    publishes: publishesOf(conversations),
    truth: truthOf(capture, sent),
  };
}

function report({ engine, sent, wall, cpu, engineCpu, coverage, publishes, truth, withoutRights }) {
  const { frames, kernelDrops, estimatedLoss } = coverage;
  return {
    engine,
    "packets/s": Math.round(sent / wall),
    sent,
    judged: frames,
    lost: percent(sent - frames, sent),
    "reported drops": kernelDrops,
    "estimated loss": estimated(estimatedLoss),
    "PUBLISH sent": truth.publishes,
    "PUBLISH judged": publishes,
    "judge, cores": (cpu / wall).toFixed(2),
    "engine, cores": (engineCpu / wall).toFixed(2),
    "rights gone, ms": withoutRights,
  };
}

function accounted({ engine, sent, coverage }, stopped) {
  const { frames, kernelDrops, estimatedLoss } = coverage;
  const known = typeof kernelDrops === "number";
  return {
    engine,
    "judge stopped": `${stopped * 100} %`,
    sent,
    judged: frames,
    "reported drops": kernelDrops,
    "not accounted for": known ? percent(sent - frames - kernelDrops, sent) : "unknown",
    "true loss": percent(sent - frames, sent),
    "estimated loss": estimated(estimatedLoss),
  };
}

/** Waits until an engine listens on w0; milliseconds from then until none of its threads has rights, or what it keeps. */
async function opened(pid) {
  const deadline = performance.now() + 20_000;
  const sockets = () => readFileSync("/proc/net/packet", "utf8").trim().split("\n").length - 1;
  while (sockets() === 0) {
    if (performance.now() > deadline) fail("the engine did not open the interface");
    await sleep(2);
  }
  const began = performance.now();
  const id = engineOf(pid);
  for (;;) {
    const kept = rights(id);
    const elapsed = Math.round(performance.now() - began);
    if (kept === "") return elapsed;
    if (elapsed > 2000) return `keeps ${kept}`;
    await sleep(2);
  }
}

/** What the threads of a process still may: "" for nothing. */
function rights(pid) {
  const tasks = execFileSync("bash", ["-c", `cat /proc/${pid}/task/*/status 2>/dev/null || true`], {
    encoding: "utf8",
  });
  const users = [...tasks.matchAll(/^Uid:\s+(\d+)\s+(\d+)/gm)].flatMap(match => [match[1], match[2]]);
  const capabilities = [...tasks.matchAll(/^Cap(?:Eff|Prm):\s+([0-9a-f]+)/gm)].map(match => match[1]);
  const kept = new Set(capabilities.filter(mask => !/^0+$/.test(mask)));
  return [...(users.includes("0") ? ["uid 0"] : []), ...kept].join(" ");
}

/** The engine is a child of the supervisor, which is a child of the judging process. */
function engineOf(pid) {
  const [supervisor] = children(pid);
  return supervisor === undefined ? undefined : children(supervisor)[0];
}

function children(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  } catch {
    return [];
  }
}

/** CPU seconds of a process and all its threads. */
function cpuOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / HERTZ;
  } catch {
    return 0;
  }
}

/** Stops a process for this part of each period, until `end`. */
function pauses(pid, part) {
  let going;
  const stop = () => {
    process.kill(pid, "SIGSTOP");
    going = setTimeout(() => process.kill(pid, "SIGCONT"), PERIOD_MILLIS * part);
  };
  const timer = setInterval(stop, PERIOD_MILLIS);
  stop();
  return {
    end: () => {
      clearInterval(timer);
      clearTimeout(going);
      process.kill(pid, "SIGCONT");
    },
  };
}

/** Until the judging process has nothing left to do. */
async function settled(pid) {
  for (let before = -1; ; ) {
    await sleep(1000);
    const now = cpuOf(pid);
    if (now - before < 0.1) return;
    before = now;
  }
}

/** What the first frames of the capture hold, judged from the file. */
function truthOf(capture, frames) {
  const known = truths.get(`${capture.path} ${frames}`);
  if (known !== undefined) return known;
  const options = { encoding: "utf8", maxBuffer: 1 << 30 };
  const args = [MAIN, "--format", "json", "--quiet", "-c", String(frames), capture.path];
  const { coverage, conversations } = JSON.parse(spawnSync(process.execPath, args, options).stdout);
  if (coverage.frames !== frames) fail(`the capture holds ${coverage.frames} frames only`);
  const truth = { publishes: publishesOf(conversations) };
  truths.set(`${capture.path} ${frames}`, truth);
  return truth;
}

function publishesOf(conversations) {
  return conversations.reduce(
    (sum, { mqtt }) => sum + (mqtt?.publishes.client ?? 0) + (mqtt?.publishes.server ?? 0),
    0,
  );
}

function counter(name, what) {
  return Number(readFileSync(`/sys/class/net/${name}/statistics/${what}`, "latin1"));
}

function percent(part, whole) {
  return `${((100 * part) / whole).toFixed(3)} %`;
}

function estimated(loss) {
  return loss === undefined ? "unknown" : percent(loss.missedOctets, loss.acknowledgedOctets);
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
