#!/usr/bin/env node
/**
 * npm run bench -- [--quick] [--only NAME] [--against COMMIT] [--profile]
 *
 * Makes three large captures in .bench/ (once), then measures whole processes: a full audit to text against
 * `tcpdump -r FILE -w - 'tcp port 1883 or tcp port 8883'` in the same run, and against tshark and ndpiReader where they
 * are installed. Prints tables; the exit code is 0 unless something could not run.
 *
 * --quick     captures of one tenth, for trying: start-up weighs too much in their ratios
 * --only      one capture or table: telemetry, bulk-tls, noise, small, hostile
 * --against   builds another commit too and measures both in turn
 * --profile   shows instead where the time goes, by stage and by function
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CAPTURES, make } from "./captures.mjs";
import { buildCommit } from "./commit.mjs";
import { hostileRows } from "./hostile.mjs";
import { isInstalled, measure, median, warm } from "./measure.mjs";
import { profile } from "./profile.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = `${ROOT}.bench`;
const RUNS = 3;
const SMALL_RUNS = 10;
/** tshark is slow: it is given the first frames alone, and so are those it is compared with. */
const TSHARK_FRAMES = 1_000_000;
const MAX_PEAK = 250e6;
const MAX_HELP_MS = 150;
const MAX_SMALL_MS = 400;
const FILTER = "tcp port 1883 or tcp port 8883";

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean" },
    only: { type: "string" },
    against: { type: "string" },
    profile: { type: "boolean" },
  },
});

/** What is measured: this tree, and the commit that it is held against. */
const programs = [{ name: "this tree", main: `${ROOT}dist/main.js` }];
const other = flags.against === undefined ? undefined : buildCommit(ROOT, FOLDER, flags.against);
if (other !== undefined) programs.push({ name: flags.against, main: other.main });

try {
  const wanted = CAPTURES.filter(({ name }) => flags.only === undefined || flags.only === name);
  if (wanted.length > 0) {
    if (flags.profile) for (const capture of wanted) profileTables(capture).forEach(say);
    else {
      say(await largeTable(wanted));
      say(await peersTable(wanted));
    }
  }
  if (!flags.profile && (flags.only === undefined || flags.only === "small")) say(await smallTable());
  if (!flags.profile && (flags.only === undefined || flags.only === "hostile")) say(await hostileTable());
} finally {
  other?.remove();
}

/** The audit of whole captures against tcpdump: median of three, in turn. */
async function largeTable(captures) {
  const rows = [];
  for (const capture of captures) {
    const { path, frames, octets } = make(capture, FOLDER, flags.quick ? 0.1 : 1);
    await warm(path);
    const tcpdump = [];
    const audits = programs.map(() => []);
    for (let run = 0; run < RUNS; run++) {
      tcpdump.push(await measure(["tcpdump", "-r", path, "-w", "-", FILTER]));
      for (const [index, { main }] of programs.entries())
        audits[index].push(await measure(["node", main, path]));
    }
    const base = median(tcpdump.map(run => run.cpu));
    rows.push([
      capture.name,
      "tcpdump",
      count(frames),
      mega(octets),
      seconds(base),
      rate(frames, base),
      rate(octets, base),
      "",
      "",
      "",
    ]);
    for (const [index, { name }] of programs.entries()) {
      const cpu = median(audits[index].map(run => run.cpu));
      const wall = median(audits[index].map(run => run.wall));
      const peak = Math.max(...audits[index].map(run => run.peak));
      const ratio = `${(cpu / base).toFixed(2)} × (aim ${capture.aim} ×)${mark(cpu / base <= capture.aim)}`;
      const memory = `${mega(peak)}${mark(peak <= MAX_PEAK)}`;
      rows.push([
        capture.name,
        name,
        count(frames),
        mega(octets),
        seconds(cpu),
        rate(frames, cpu),
        rate(octets, cpu),
        seconds(wall),
        ratio,
        memory,
      ]);
    }
  }
  const head = [
    "capture",
    "program",
    "frames",
    "MB",
    "CPU s",
    "M frames/s",
    "MB/s",
    "wall s",
    "to tcpdump",
    `peak MB (aim ${mega(MAX_PEAK)})`,
  ];
  return table(`A full audit to text, CPU time, median of ${RUNS}`, head, rows);
}

/** Those who look into packets as well. */
async function peersTable(captures) {
  const peers = [
    {
      name: "tshark",
      frames: TSHARK_FRAMES,
      command: path => ["tshark", "-n", "-r", path, "-c", TSHARK_FRAMES, "-q", "-z", "io,phs"],
    },
    { name: "ndpiReader", command: path => ["ndpiReader", "-q", "-i", path] },
  ];
  const rows = [];
  for (const peer of peers) {
    if (!isInstalled(peer.name)) {
      rows.push([peer.name, "", "not installed", "", "", ""]);
      continue;
    }
    for (const capture of captures) {
      const { path, frames } = make(capture, FOLDER, flags.quick ? 0.1 : 1);
      const part =
        peer.frames === undefined || peer.frames >= frames ? "all" : `first ${count(peer.frames)} frames`;
      const limit = peer.frames === undefined ? [] : ["-c", String(peer.frames)];
      const theirs = await measure(peer.command(path).map(String));
      const ours = await measure(["node", programs[0].main, ...limit, path]);
      rows.push([
        peer.name,
        capture.name,
        part,
        seconds(theirs.cpu),
        seconds(ours.cpu),
        `${(theirs.cpu / ours.cpu).toFixed(1)} ×`,
      ]);
    }
  }
  return table(
    "Against analysers, one run each",
    ["peer", "capture", "part", "its CPU s", "our CPU s", "we are faster by"],
    rows,
  );
}

function profileTables(capture) {
  const { path } = make(capture, FOLDER, flags.quick ? 0.1 : 1);
  const { stages, functions } = profile(`${ROOT}build/main.js`, path);
  return [
    table(`${capture.name}, self time by stage`, ["stage", "ms", "share"], stages),
    table(`${capture.name}, self time by function`, ["function", "ms", "share"], functions),
  ];
}

/** What a person waits for: wall time of whole processes. */
async function smallTable() {
  const small = `${ROOT}fixtures/captures/plaintext-password/capture.pcapng`;
  const rows = [];
  for (const [what, aim, args] of [
    ["--help", MAX_HELP_MS, ["--help"]],
    ["a small capture", MAX_SMALL_MS, [small]],
  ])
    for (const { name, main } of programs) {
      const runs = [];
      for (let run = 0; run < SMALL_RUNS; run++) runs.push(await measure(["node", main, ...args]));
      const wall = 1000 * median(runs.map(run => run.wall));
      const peak = Math.max(...runs.map(run => run.peak));
      rows.push([what, name, `${wall.toFixed(0)} ms (aim ${aim} ms)${mark(wall <= aim)}`, mega(peak)]);
    }
  return table(
    `Small work, wall time, median of ${SMALL_RUNS}`,
    ["what", "program", "wall", "peak MB"],
    rows,
  );
}

/** What must not cost more than it is worth, whoever made it. */
async function hostileTable() {
  const rows = (await hostileRows()).map(([name, ms, limit, outcome]) => [
    name,
    `${ms.toFixed(1)} ms (aim ${limit})${mark(ms <= limit)}`,
    outcome.length > 60 ? `${outcome.slice(0, 60)}…` : outcome,
  ]);
  return table("Hostile certificates and TLS, CPU time, best of five", ["case", "time", "comes to"], rows);
}

function table(title, head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column].length)));
  const line = row => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [
    "",
    `**${title}**`,
    "",
    line(head),
    `| ${widths.map(width => "-".repeat(width)).join(" | ")} |`,
    ...rows.map(line),
    "",
  ].join("\n");
}

/** Millions a second. */
function rate(amount, time) {
  return (amount / time / 1e6).toFixed(2);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function seconds(value) {
  return value.toFixed(2);
}

function mega(octets) {
  return (octets / 1e6).toFixed(0);
}

function count(value) {
  return value.toLocaleString("en-GB");
}

function mark(met) {
  return met ? "" : " MISSED";
}
