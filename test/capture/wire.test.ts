/** The kernel's filter on a wire of its own: a pair of interfaces in a network namespace, frames replayed into one end. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onPath } from "../../src/capture/engine.ts";
import { captureFrames } from "../../src/capture/file.ts";
import { captureRights, listInterfaces } from "../../src/capture/interfaces.ts";
import { pcap } from "../build/capture.ts";
import { collect } from "./collect.ts";
import { ARRIVES, STAYS_OUT, tagged } from "./filtered.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const PROGRAMS = ["ip", "unshare", "tcpreplay"];
const { engines } = await listInterfaces();
const absent = PROGRAMS.filter(program => !onPath(program));
const root = process.getuid?.() === 0 && captureRights().allowed;

/** Why it cannot be tried here, for the test's name. */
function notHere(engine: string): string {
  if (!root) return " (skipped: only root makes interfaces)";
  if (absent.length > 0) return ` (skipped: ${absent.join(", ")} not installed)`;
  const state = engines.find(one => one.name === engine)!;
  return state.available ? "" : ` (skipped: ${engine} ${state.reason})`;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mqtt-sniff-wire-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Sent {
  readonly what: string;
  readonly frame: Uint8Array;
}

const sent = (rows: readonly (readonly [string, Uint8Array])[]): Sent[] =>
  rows.flatMap(([what, frame]) => [
    { what, frame },
    { what: `${what}, tagged`, frame: tagged(frame) },
    { what: `${what}, tagged twice`, frame: tagged(tagged(frame), 0x88a8) },
  ]);

/** A wire that only this shell sees: w0 is captured on, w1 is sent into. */
const WIRE = `
  set -e
  mount -t sysfs sysfs /sys
  sysctl -qw net.ipv6.conf.default.disable_ipv6=1 || true
  ip link add w0 type veth peer name w1
  ip link set w0 up
  ip link set w1 up`;

/** Captures on w0 while frames are sent into w1; gives the frames that arrived, as they were sent. */
async function replay(engine: string, frames: readonly Uint8Array[]): Promise<Buffer[]> {
  const [input, output] = [join(folder, `${engine}-in.pcap`), join(folder, `${engine}-out.pcapng`)];
  writeFileSync(input, pcap(frames.map(octets => ({ octets }))));
  const script = `${WIRE}
    "$0" "$1" --iface w0 --engine ${engine} --ports 1883,8883 --format ndjson -w "$3" --duration 20s >/dev/null &
    judge=$!
    for n in $(seq 100); do
      # An engine that has opened the interface is in the list of packet sockets.
      [ "$(wc -l </proc/net/packet)" -gt 1 ] && break
      sleep 0.1
    done
    sleep 0.5
    tcpreplay --quiet --pps 500 --intf1=w1 "$2" >/dev/null
    sleep 1
    kill -INT $judge
    wait $judge || true`;
  const child = spawn(
    "unshare",
    ["--net", "--mount", "bash", "-c", script, process.execPath, MAIN, input, output],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const code = await new Promise(resolve => child.once("close", resolve));
  expect(complaint.replaceAll(/^(?:Warning|mqtt-sniff: .*).*\n/gm, "") + String(code)).toBe("0");
  const { frames: seen } = await collect(captureFrames({ path: output }));
  return seen.map(({ octets }) => Buffer.from(octets));
}

describe.each(["cap", "tcpdump", "dumpcap"])("on a wire, %s", engine => {
  const skipped = notHere(engine);

  test.skipIf(skipped !== "")(
    `hands over tagged packets, fragments, extension headers and tunnels of the judged ports${skipped}`,
    async () => {
      const wanted = sent(ARRIVES);
      const others = sent(STAYS_OUT);
      const seen = await replay(
        engine,
        [...wanted, ...others].map(({ frame }) => frame),
      );
      const arrived = ({ frame }: Sent): boolean => seen.some(octets => octets.equals(frame));
      expect(wanted.filter(one => !arrived(one)).map(({ what }) => what)).toEqual([]);
      expect(others.filter(arrived).map(({ what }) => what)).toEqual([]);
    },
    60_000,
  );
});

/** Some kernels have no VLAN interfaces; tagged frames they take all the same. */
function withoutTags(): string {
  const missing = ["mosquitto", "mosquitto_pub"].filter(program => !onPath(program));
  if (missing.length > 0) return ` (skipped: ${missing.join(", ")} not installed)`;
  const make = "ip link add w0 type veth peer name w1 && ip link add link w0 name tag0 type vlan id 42";
  const made = spawnSync("unshare", ["--net", "bash", "-c", make]).status === 0;
  return made ? "" : " (skipped: this kernel makes no VLAN interfaces)";
}

describe("a VLAN on a wire", () => {
  const skipped = notHere("tcpdump") || withoutTags();

  test.skipIf(skipped !== "")(
    `shows a login that crosses it, seen on the interface below it${skipped}`,
    () => {
      const script = `${WIRE}
        ip netns add sensor-$$
        trap 'kill $(jobs -p) 2>/dev/null || true; ip netns del sensor-$$' EXIT
        ip link set w1 netns sensor-$$
        ip link add link w0 name tag0 type vlan id 42
        ip addr add 192.0.2.1/24 dev tag0
        ip link set tag0 up
        ip netns exec sensor-$$ ip link set w1 up
        ip netns exec sensor-$$ ip link add link w1 name tag1 type vlan id 42
        ip netns exec sensor-$$ ip addr add 192.0.2.7/24 dev tag1
        ip netns exec sensor-$$ ip link set tag1 up
        printf 'listener 1883 192.0.2.1\\nallow_anonymous true\\n' > "$2"
        mosquitto -c "$2" >/dev/null 2>&1 &
        "$0" "$1" --iface w0 --format ndjson --duration 4s > "$3" &
        judge=$!
        sleep 2
        ip netns exec sensor-$$ mosquitto_pub -h 192.0.2.1 -i tagged -u fleet -P opensesame -t a/b -m c
        wait $judge || true`;
      const output = join(folder, "vlan.ndjson");
      const ran = spawnSync(
        "unshare",
        [
          "--net",
          "--mount",
          "bash",
          "-c",
          script,
          process.execPath,
          MAIN,
          join(folder, "broker.conf"),
          output,
        ],
        { encoding: "utf8" },
      );
      const lines = spawnSync("cat", [output], { encoding: "utf8" }).stdout;
      expect(lines, ran.stderr).toContain('"type":"mqtt.connect"');
      expect(lines).toContain('"clientId":"tagged"');
    },
    60_000,
  );
});
