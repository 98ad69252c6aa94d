/**
 * The capture process: reads one interface with `cap` and writes pcap to standard output. A program of its own,
 * because `cap` aborts its process when an interface goes away, and so that nothing that parses holds its rights.
 *
 *     node cap-process.js INTERFACE RING_MIB FILTER [UID GID]
 *
 * It becomes the user UID once the interface is open, and only then writes its first octet. It ends with its standard
 * input, or when nobody reads its output. What goes wrong is one line on standard error.
 */
import { writeSync } from "node:fs";
import type { Cap } from "cap";
import { dropPrivileges } from "./privileges.ts";

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

interface Task {
  readonly device: string;
  readonly ringMib: number;
  /** pcap-filter(7). */
  readonly filter: string;
  /** Who this process becomes; undefined where it was not started by root. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

async function main({ device, ringMib, filter, user }: Task): Promise<void> {
  const { Cap, deviceList } = await load();
  if (!deviceList().some(known => known.name === device)) fail("No such device exists");
  const cap = new Cap();
  const linkType = open(cap, device, filter, ringMib);
  if (user !== undefined) become(user);
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

function become(user: { readonly uid: number; readonly gid: number }): void {
  try {
    dropPrivileges(user);
  } catch (error) {
    fail(`its privileges cannot be given up (${firstLine(error)})`);
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
  const network = NETWORK_AT.get(linkType);
  const flush = (): void => {
    waiting = false;
    const drift = Date.now() - origin - performance.now();
    if (Math.abs(drift) > DRIFT_MILLIS) origin += drift;
    writeAll(batch, filled);
    filled = 0;
  };
  cap.on("packet", octets => {
    filled = record(batch, filled, octets, originalLength(octets, network), origin + performance.now());
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

/**
 * Octets of the received frame on the wire. `cap` does not tell; where the snap length is full the IP header does (RFC
 * 791 §3.1, RFC 8200 §3). A packet beyond 65,535 octets has a length of 0 there: it is said that some are missing.
 */
function originalLength(octets: number, network: number | undefined): number {
  if (octets < SNAP_LENGTH) return octets;
  const version = network === undefined ? 0 : ipVersion(network);
  const length = version === 0 ? 0 : received.readUInt16BE(network! + (version === 6 ? 4 : 2));
  if (length === 0) return SNAP_LENGTH + 1;
  return Math.max(SNAP_LENGTH, network! + (version === 6 ? 40 : 0) + length);
}

/** 4, 6, or 0 where something else lies at `network`, as behind a VLAN tag. */
function ipVersion(network: number): 0 | 4 | 6 {
  const type = network < 14 ? undefined : received.readUInt16BE(network - 2);
  const version = received[network]! >> 4;
  if (version === 4 && (type ?? 0x0800) === 0x0800) return 4;
  return version === 6 && (type ?? 0x86dd) === 0x86dd ? 6 : 0;
}

/** Where the IP header begins, by LINKTYPE_. */
const NETWORK_AT: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [1, 14],
  [101, 0],
  [113, 16],
]);

function record(into: Buffer, at: number, octets: number, original: number, millis: number): number {
  const seconds = Math.floor(millis / 1000);
  into.writeUInt32LE(seconds, at);
  into.writeUInt32LE(Math.floor((millis - seconds * 1000) * 1000), at + 4);
  into.writeUInt32LE(octets, at + 8);
  into.writeUInt32LE(original, at + 12);
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

const [device = "", ringMib = "", filter = "", uid, gid] = process.argv.slice(2);
const user = uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
await main({ device, ringMib: Number(ringMib), filter, user });
