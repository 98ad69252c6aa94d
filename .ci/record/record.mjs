#!/usr/bin/env node
/**
 * Records fixtures/captures with real brokers and clients: node .ci/record/record.mjs [STORY …]
 *
 * Needs Linux, root (for the network namespace and tcpdump), mosquitto and its clients, openssl, tcpdump, curl, and `npm ci`.
 * Everything happens on the loopback of an own network namespace, where the registered ports are free and nobody else speaks;
 * mqtt.example.com is 127.0.0.1 there. Keys live in a temporary folder and are deleted with it.
 * Afterwards the expectations beside the captures are to be written again and read: see test/captures.test.ts.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeOpensslSettings } from "./brokers.mjs";
import { startCapture, writePcapng } from "./capture.mjs";
import { makeCertificates, SERVER_NAME } from "./certificates.mjs";
import { originOf } from "./origin.mjs";
import { withPackages } from "./old-node.mjs";
import { PSK, USERS } from "./parts.mjs";
import { STORIES } from "./stories.mjs";
import { writePasswords } from "./versions.mjs";

const CAPTURES = fileURLToPath(new URL("../../fixtures/captures/", import.meta.url));
const MAX_OCTETS = 30_000;
const INSIDE = "MQTT_SNIFF_RECORDING";

if (process.env[INSIDE] === undefined) enterNamespace();
else await recordAll(process.argv.slice(2));

/** Runs this script again where loopback is ours alone. */
function enterNamespace() {
  const hosts = join(mkdtempSync(join(tmpdir(), "hosts-")), "hosts");
  writeFileSync(hosts, `127.0.0.1 localhost ${SERVER_NAME}\n`);
  const inside = `ip link set lo up && ip address add 192.0.2.1/32 dev lo && ip address add 192.0.2.7/32 dev lo && mount --bind ${hosts} /etc/hosts && exec "$@"`;
  // With an own process namespace, so that no broker outlives a recording that failed.
  const own = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const command = [...own, "sh", "-c", inside, "sh", process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync("unshare", command, {
    stdio: "inherit",
    env: { ...process.env, ...withPackages(wantedOf(process.argv.slice(2))), [INSIDE]: "1" },
  });
  process.exitCode = status ?? 1;
}

async function recordAll(names) {
  const unknown = names.filter(name => !STORIES.some(story => story.name === name));
  if (unknown.length > 0) throw new Error(`no such story: ${unknown.join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "record-"));
  try {
    const lab = makeLab(folder);
    const recorded = new Map();
    for (const story of wantedOf(names)) {
      const frames = story.from === undefined ? await record(story, lab) : recorded.get(story.from);
      recorded.set(story.name, frames);
      keep(story, frames, lab);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function makeLab(folder) {
  const certificates = makeCertificates(join(folder, "certificates"));
  const passwords = join(folder, "passwords");
  writePasswords(passwords, USERS);
  const psk = join(folder, "psk");
  writeFileSync(psk, `${PSK.identity}:${PSK.key}\n`);
  return {
    folder,
    certificates,
    /** Puts the names of files where a command line or a configuration says `@passwords`, `@key:NAME`, `@certificate:NAME`. */
    fill: text =>
      text
        .replaceAll("@passwords", passwords)
        .replaceAll("@psk", psk)
        .replaceAll(/@(key|certificate):([\w+-]+)/g, (_, kind, name) => certificates[kind](name)),
    pem: name => ({ key: readFileSync(certificates.key(name)), cert: certificates.pem(name) }),
    openssl: name => writeOpensslSettings(folder, name),
  };
}

/** Plays a story: brokers up, capture on, clients one after the other, capture off. */
async function record(story, lab) {
  const stops = [];
  for (const broker of story.brokers) stops.push(await broker.start(lab));
  const capture = await startCapture(join(lab.folder, `${story.name}.pcap`), filterOf(story));
  const staying = [];
  for (const client of story.clients) staying.push(await client.run(lab));
  for (const client of staying) await client?.leave();
  const frames = await capture.stop();
  for (const stop of stops) await stop();
  if (frames.length === 0) throw new Error(`${story.name}: nothing was recorded`);
  return frames;
}

function keep(story, recordedFrames, lab) {
  const frames = story.edit?.frames?.(recordedFrames) ?? recordedFrames;
  const whole = writePcapng(frames);
  const file = story.edit?.file?.(whole) ?? whole;
  if (file.length > MAX_OCTETS)
    throw new Error(`${story.name}: ${file.length} octets are too many for a fixture`);
  const folder = join(CAPTURES, story.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "capture.pcapng"), file);
  if (story.flags !== undefined) writeFileSync(join(folder, "flags.txt"), `${story.flags}\n`);
  if (story.ca !== undefined) writeFileSync(join(folder, "ca.pem"), lab.certificates.pem(story.ca));
  const parent = STORIES.find(other => other.name === story.from);
  writeFileSync(
    join(folder, "origin.md"),
    originOf(story, parent, file, frames[0].micros, filterOf(parent ?? story)),
  );
  process.stdout.write(`${story.name}: ${frames.length} frames, ${file.length} octets\n`);
}

/** A recording and what is made out of it stay together. */
function wantedOf(names) {
  const wanted = new Set(names.map(rootOf));
  return STORIES.filter(({ name }) => names.length === 0 || wanted.has(rootOf(name)));
}

function rootOf(name) {
  return STORIES.find(story => story.name === name)?.from ?? name;
}

function filterOf(story) {
  return story.filter ?? `tcp port ${story.port}`;
}
