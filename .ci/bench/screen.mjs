#!/usr/bin/env node
/**
 * npm run bench:screen -- [--seconds N] [--rate N]
 *
 * What the dashboard costs and how soon it shows things: a flood of messages into the screen alone, then the real
 * program in tmux on a capture of a million frames and, as root, live on loopback. Prints a table with what is aimed at.
 */
import { connect, createServer } from "node:net";
import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CAPTURES, make } from "./captures.mjs";
import { isInstalled, measure, median, warm } from "./measure.mjs";
import { Tmux } from "./tmux.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = `${ROOT}dist/main.js`;
const { values: flags } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, rate: { type: "string", default: "100000" } },
});
const SECONDS = Number(flags.seconds);
const RATE = Number(flags.rate);

/** Rows as they are measured: what, what is aimed at, what it is. */
const rows = {
  push(...all) {
    for (const [what, aim, is] of all) console.log(`${what.padEnd(58)} ${aim.padEnd(12)} ${is}`.trimEnd());
  },
};
await flood();
if (isInstalled("tmux")) {
  await millionFrames();
  await pathToScreen();
} else rows.push(["the program in tmux", "", "tmux is not installed"]);

/** RATE messages a second on 1,000 topics, observed as the pipeline would; every drawing is timed. */
async function flood() {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const draws = [];
  const timed = globalThis.setInterval;
  globalThis.setInterval = (act, millis) =>
    timed(() => {
      const begun = performance.now();
      const busy = process.cpuUsage();
      act();
      const { user, system } = process.cpuUsage(busy);
      draws.push({ took: performance.now() - begun, cpu: (user + system) / 1000 });
    }, millis);
  const { dashboard } = await import(`${ROOT}build/dashboard/dashboard.js`);
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40 });
  let written = 0;
  output.on("data", octets => (written += octets.length));
  const input = Object.assign(new PassThrough(), { setRawMode: () => undefined });
  const options = { title: "flood", reveal: false, colour: true, unicode: true, terminal: "xterm-256color" };
  const screen = dashboard({ ...options, input, output });
  await screen.opened;
  globalThis.setInterval = timed;
  const observe = publisher(screen);
  const memory = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  await wait(500);
  const before = memory();
  draws.length = 0;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  let sent = 0;
  let grown = 0;
  for (let tick = 1; sent < RATE * SECONDS; tick++) {
    const due = Math.min(((performance.now() - begun) / 1000) * RATE, RATE * SECONDS);
    // What one turn may take: where the machine is slower than this, it is slower, and the screen is drawn all the same.
    for (const end = Math.min(due, sent + 5000); sent < end; sent++) observe(sent);
    if (tick % 2000 === 0) grown = Math.max(grown, memory() - before);
    await wait(1);
  }
  const wall = (performance.now() - begun) / 1000;
  const used = process.cpuUsage(cpu);
  grown = Math.max(grown, memory() - before);
  screen.close();
  const drawn = draws.filter(draw => draw.took > 0.05);
  const took = drawn.map(draw => draw.took);
  const cpus = drawn.map(draw => draw.cpu);
  rows.push(
    [`flood: ${Math.round(sent / wall).toLocaleString("en-US")} messages/s for ${wall.toFixed(0)} s`, "100,000/s", ""],
    ["  redraw, median / worst", "≤ 50 ms", `${median(took).toFixed(1)} / ${Math.max(...took).toFixed(1)} ms`],
    ["  of it processor, median / worst", "", `${median(cpus).toFixed(1)} / ${Math.max(...cpus).toFixed(1)} ms`],
    ["  drawings", "≤ 10/s", `${(took.length / wall).toFixed(1)}/s, ${(written / wall / 1000).toFixed(1)} kB/s`],
    ["  memory beyond the start", "≤ 50 MB", `${(grown / 1e6).toFixed(1)} MB`],
    ["  processor of the screen", "", `${(((used.user + used.system) / wall / 1e6) * 100).toFixed(0)} % of a core`],
  );
}

/** The events of a fleet: eight messages in ten on the hundred busiest of 1,000 topics. */
function publisher(screen) {
  const client = { family: 4, address: "192.0.2.7", port: 50000, text: "192.0.2.7:50000" };
  const server = { family: 4, address: "192.0.2.1", port: 1883, text: "192.0.2.1:1883" };
  const connection = { id: 0, capture: 0, client, server, first: 0, last: 0, octets: { client: 0, server: 0 } };
  const payload = Buffer.from('{"temperature":25.3,"humidity":62.4,"battery":3.91,"n":0}');
  return number => {
    const topic = `plant/line-${number % 5 === 0 ? number % 1000 : number % 100}/machine/telemetry`;
    const packet = { type: "publish", topic, resolvedTopic: topic, qos: 0, retain: false, dup: false };
    const seen = { connection, direction: "client", transport: "tcp", from: 0, to: 100, carriers: [] };
    const at = 1.7e15 + number * (1e6 / RATE);
    const message = { ...packet, payload, payloadLength: payload.length };
    screen.observe({
      kind: "event",
      event: { type: "mqtt.publish", at, frame: number + 1, ...seen, guessed: false, packet: message },
    });
  };
}

/** From the start of the program to a verdict on the screen, and what it costs once all is read. */
async function millionFrames() {
  const capture = CAPTURES.find(({ name }) => name === "telemetry");
  const { path, frames } = make(capture, `${ROOT}.bench`, 0.35);
  await warm(path);
  const plain = await measure(["node", MAIN, path]);
  const tmux = new Tmux(120, 40);
  try {
    const begun = performance.now();
    tmux.run(["node", MAIN, "--format", "dashboard", path]);
    const first = await tmux.shows("anyone on the path");
    const shown = performance.now() - begun;
    const cpuFirst = tmux.cpuSeconds();
    await tmux.shows(" q close", 600_000);
    const whole = performance.now() - begun;
    const cpuWhole = tmux.cpuSeconds();
    await wait(1000);
    const before = tmux.cpuSeconds();
    await wait(10_000);
    const idle = (tmux.cpuSeconds() - before) / 10;
    rows.push(
      [`stored: ${frames.toLocaleString("en-US")} frames`, "1 million", ""],
      ["  first verdict, while it is read", "≤ 1 s", `${(shown / 1000).toFixed(2)} s, ${cpuFirst.toFixed(2)} s of processor${first.includes(" q quit") ? "" : " (at its end)"}`],
      ["  all of it", "", `${(whole / 1000).toFixed(1)} s, ${cpuWhole.toFixed(1)} s of processor; as text ${plain.wall.toFixed(1)} s, ${plain.cpu.toFixed(1)} s`],
      ["  idle, at its end", "≤ 2 %", `${(idle * 100).toFixed(1)} % of a core`],
    );
  } finally {
    tmux.end();
  }
}

/** From an MQTT message on loopback to the screen; the median of twenty. */
async function pathToScreen() {
  if (process.getuid() !== 0) return void rows.push(["live on loopback", "", "needs root"]);
  const port = 18_831;
  const server = createServer(socket => socket.on("data", () => socket.write(Buffer.from([0x20, 2, 0, 0]))).on("error", () => undefined));
  await new Promise(listening => server.listen(port, "127.0.0.1", listening));
  const tmux = new Tmux(120, 40);
  try {
    tmux.run(["node", MAIN, "--iface", "lo", "--ports", String(port), "--no-system-roots"]);
    await tmux.shows("no MQTT and no TLS seen so far", 20_000);
    await wait(1500);
    const socket = connect(port, "127.0.0.1");
    socket.write(Buffer.concat([Buffer.from([0x10, 16, 0, 4]), Buffer.from("MQTT"), Buffer.from([4, 2, 0, 60, 0, 4]), Buffer.from("b-01")]));
    await tmux.shows("b-01", 20_000);
    const took = [];
    for (let number = 0; number < 20; number++) {
      const text = `value-${1000 + number}`;
      await wait(150 + 37 * (number % 5));
      const begun = performance.now();
      socket.write(publish("bench/screen", text));
      await tmux.shows(text, 10_000);
      took.push(performance.now() - begun);
    }
    socket.destroy();
    rows.push(["live: from the wire to the screen, median / worst of 20", "≤ 300 ms", `${median(took).toFixed(0)} / ${Math.max(...took).toFixed(0)} ms`]);
  } finally {
    tmux.end();
    server.close();
  }
}

function publish(topic, payload) {
  const body = Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from(payload)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
