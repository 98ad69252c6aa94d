/**
 * The capture process: reads one interface with `cap` and writes pcap to standard output. A program of its own,
 * because `cap` aborts its process when an interface goes away, and so that nothing that parses holds its rights.
 *
 *     node cap-process.js INTERFACE RING_MIB FILTER
 *
 * It ends with its standard input, or when nobody reads its output. What goes wrong is one line on standard error.
 */
import { writeSync } from "node:fs";
import type { Cap } from "cap";

/** libpcap is asked for this snap length by `cap`; it cannot be changed. */
const SNAP_LENGTH = 65_535;

/** draft-ietf-opsawg-pcap §5: seconds, microseconds, captured length, original length. */
const RECORD_HEADER = 16;

/** The monotonic clock is set by the wall clock when they are this far apart. */
const DRIFT_MILLIS = 5;

/** Records are handed on after this long, or when this much is waiting: a write for each packet cost packets. */
const BATCH_MILLIS = 10;
const BATCH_OCTETS = 65_536;

/** `cap` writes every packet here and keeps the address only: a constant of the module is never collected. */
const received = Buffer.alloc(SNAP_LENGTH);

/** LINKTYPE_ values of the names that `cap` gives to link types (tcpdump.org/linktypes.html). */
const LINK_TYPES: ReadonlyMap<string, number> = new Map([
  ["NULL", 0],
  ["ETHERNET", 1],
  ["RAW", 101],
  ["LINKTYPE_LINUX_SLL", 113],
  ["IEEE802_11_RADIO", 127],
]);

async function main(device: string, ringMib: number, filter: string): Promise<void> {
  const { Cap, deviceList } = await load();
  if (!deviceList().some(known => known.name === device)) fail("No such device exists");
  const cap = new Cap();
  const linkType = open(cap, device, filter, ringMib);
  forward(cap, linkType);
  process.stdin.on("close", () => {
    cap.close();
    process.exit(0);
  });
  process.stdin.resume();
  // An interrupt typed at the terminal reaches this process too: its parent says when to end.
  process.on("SIGINT", () => undefined);
}

async function load() {
  try {
    return (await import("cap")).default;
  } catch (error) {
    return fail(`cap cannot be loaded (${firstLine(error)})`);
  }
}

/** Opens the device once: after a failed `open` the handle must not be touched again, so the process ends. */
function open(cap: Cap, device: string, filter: string, ringMib: number): number {
  try {
    const name = cap.open(device, filter, ringMib * 1_048_576, received);
    return LINK_TYPES.get(name) ?? linkTypeOfDlt(Number(/\d+$/.exec(name)?.[0] ?? -1));
  } catch (error) {
    return fail(firstLine(error));
  }
}

/** DLT_ values are LINKTYPE_ values but for a few; DLT_RAW is 12, and 14 on OpenBSD. */
function linkTypeOfDlt(dlt: number): number {
  if (dlt < 0) fail("cap did not say which link type this is");
  return dlt === 12 || dlt === 14 ? 101 : dlt;
}

/** Writes pcap: the file header at once, then a record for each packet, in batches. */
function forward(cap: Cap, linkType: number): void {
  const batch = Buffer.allocUnsafe(BATCH_OCTETS + RECORD_HEADER + SNAP_LENGTH);
  let filled = fileHeader(batch, linkType);
  let waiting = false;
  let origin = performance.timeOrigin;
  const flush = (): void => {
    waiting = false;
    const drift = Date.now() - origin - performance.now();
    if (Math.abs(drift) > DRIFT_MILLIS) origin += drift;
    writeAll(batch, filled);
    filled = 0;
  };
  cap.on("packet", octets => {
    filled = record(batch, filled, octets, origin + performance.now());
    // `cap` does not return to the event loop while packets come in, so a full batch cannot wait for it.
    if (filled >= BATCH_OCTETS) flush();
    else if (!waiting) {
      waiting = true;
      setTimeout(flush, BATCH_MILLIS);
    }
  });
  process.on("exit", flush);
  flush();
}

/** draft-ietf-opsawg-pcap §4: microseconds, little-endian. */
function fileHeader(into: Buffer, linkType: number): number {
  into.fill(0, 0, 24);
  into.writeUInt32LE(0xa1b2c3d4, 0);
  into.writeUInt16LE(2, 4);
  into.writeUInt16LE(4, 6);
  into.writeUInt32LE(SNAP_LENGTH, 16);
  into.writeUInt32LE(linkType, 20);
  return 24;
}

/** `cap` tells no time and no original length: what a cut packet lacks shows in its IP header. */
function record(into: Buffer, at: number, octets: number, millis: number): number {
  const seconds = Math.floor(millis / 1000);
  into.writeUInt32LE(seconds, at);
  into.writeUInt32LE(Math.floor((millis - seconds * 1000) * 1000), at + 4);
  into.writeUInt32LE(octets, at + 8);
  into.writeUInt32LE(octets, at + 12);
  received.copy(into, at + RECORD_HEADER, 0, octets);
  return at + RECORD_HEADER + octets;
}

/** Waits until everything is written: the kernel's ring holds what comes in meanwhile. */
function writeAll(batch: Buffer, length: number): void {
  try {
    for (let at = 0; at < length; ) at += writeSync(1, batch, at, length - at);
  } catch {
    process.exit(0);
  }
}

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split("\n")[0]!;

/** The handle of a failed `open` aborts the process when it is collected: nothing may run after this. */
function fail(line: string): never {
  writeSync(2, `cap: ${line}\n`);
  process.exit(1);
}

await main(process.argv[2] ?? "", Number(process.argv[3]), process.argv[4] ?? "");
