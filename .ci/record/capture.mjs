/** Records loopback with tcpdump, and writes what it recorded as pcapng. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** The options matter: the default snap length leaves few slots in the ring, and a burst on loopback overruns them. */
const OPTIONS = ["-i", "lo", "-Z", "root", "-s", "66000", "-B", "196608", "--immediate-mode"];

/** As a person would type it. */
export const tcpdumpCommand = filter => `tcpdump ${OPTIONS.join(" ")} -w FILE '${filter}'`;

/** Starts tcpdump; `stop` waits for it and gives the frames it wrote. */
export async function startCapture(file, filter) {
  const child = spawn("tcpdump", [...OPTIONS, "-w", file, filter], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  await new Promise((resolve, reject) => {
    child.stderr.on("data", chunk => {
      said += chunk;
      if (said.includes("listening on")) resolve();
    });
    child.once("exit", () => reject(new Error(`tcpdump did not start: ${said}`)));
    child.once("error", reject);
  });
  return {
    async stop() {
      await sleep(SETTLE_MS); // the last acknowledgements and the close
      child.kill("SIGINT");
      await once(child, "exit");
      if (!said.includes("\n0 packets dropped by kernel")) throw new Error(`tcpdump lost frames: ${said}`);
      return readPcap(readFileSync(file));
    },
  };
}

/** The frames of a little-endian microsecond pcap, which is what tcpdump writes on the machines this runs on. */
function readPcap(file) {
  if (file.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error("not a little-endian microsecond pcap");
  const frames = [];
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    frames.push({
      micros: BigInt(file.readUInt32LE(at)) * 1_000_000n + BigInt(file.readUInt32LE(at + 4)),
      originalLength: file.readUInt32LE(at + 12),
      octets: file.subarray(at + 16, at + 16 + length),
    });
    at += 16 + length;
  }
  return frames;
}

/** A pcapng section with one Ethernet interface `lo` (draft-ietf-opsawg-pcapng §4). */
export function writePcapng(frames) {
  const section = Buffer.alloc(16);
  section.writeUInt32LE(0x1a2b3c4d, 0);
  section.writeUInt16LE(1, 4);
  section.writeBigInt64LE(-1n, 8); // section length: not said
  const interfaceName = Buffer.from([2, 0, 2, 0, 0x6c, 0x6f, 0, 0, 0, 0, 0, 0]); // if_name "lo", opt_endofopt
  const description = Buffer.concat([Buffer.from([1, 0, 0, 0]), u32(66_000), interfaceName]);
  return Buffer.concat([block(0x0a0d0d0a, section), block(1, description), ...frames.map(enhancedPacket)]);
}

function enhancedPacket({ micros, originalLength, octets }) {
  const header = Buffer.concat([
    u32(0),
    u32(Number(micros >> 32n)),
    u32(Number(micros & 0xffffffffn)),
    u32(octets.length),
    u32(originalLength),
  ]);
  return block(6, Buffer.concat([header, octets, Buffer.alloc((4 - (octets.length % 4)) % 4)]));
}

function block(type, body) {
  const length = u32(body.length + 12);
  return Buffer.concat([u32(type), length, body, length]);
}

function u32(value) {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value);
  return octets;
}

const SETTLE_MS = 250;
