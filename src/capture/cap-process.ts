/**
 * The capture process: reads one interface with `cap` and writes pcap to standard output. A program of its own,
 * because `cap` aborts its process when an interface goes away, and so that nothing that parses holds its rights.
 *
 *     node cap-process.js INTERFACE RING_MIB FILTER [UID GID]
 *
 * It becomes the user UID once the interface is open, and only then writes its first octet. It ends with its standard
 * input, or when nobody reads its output. What goes wrong is one line on standard error.
 */
import { once } from "node:events";
import { writeSync } from "node:fs";
import { setPriority } from "node:os";
import { Worker } from "node:worker_threads";
import type { Cap } from "cap";
import { outbox, outboxMemory, type Sender, sender } from "./outbox.ts";
import { dropPrivileges } from "./privileges.ts";

/** libpcap is asked for this snap length by `cap`; it cannot be changed. */
const SNAP_LENGTH = 65_535;

/** draft-ietf-opsawg-pcap §5: seconds, microseconds, captured length, original length. */
const RECORD_HEADER = 16;

/** The monotonic clock is set by the wall clock when they are this far apart. */
const DRIFT_MILLIS = 5;

const MIB = 1_048_576;

/** What the judge may be behind: seconds of a busy network. Unlike the kernel's ring it holds no air. */
const OUTBOX_MIB = 64;

/** nice(2). */
const HIGHEST = -20;

/** Records are handed on after this long, or when this much is waiting: waking the writer for each cost packets. */
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
  const { out, done } = await writer(OUTBOX_MIB * MIB);
  goFirst();
  const cap = new Cap();
  const linkType = open(cap, device, filter, ringMib);
  if (user !== undefined) become(user);
  forward(cap, linkType, out);
  void done.then(() => process.exit(0));
  process.stdin.on("close", () => {
    cap.close();
    out.end();
  });
  process.stdin.resume();
  // An interrupt typed at the terminal reaches this process too: its parent says when to end.
  process.on("SIGINT", () => undefined);
}

/**
 * Runs before other processes, where the rights are there for it. `cap` gives each slot of the ring room for the longest
 * packet, so that 64 MiB hold some 500 of them: a busy machine that lets this process wait for 10 ms has lost some.
 */
function goFirst(): void {
  try {
    setPriority(HIGHEST);
  } catch {
    // Without root's rights it waits its turn.
  }
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
    const name = cap.open(device, filter, ringMib * MIB, received);
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

/** Hands on pcap: the file header at once, then a record for each packet, in batches. */
function forward(cap: Cap, linkType: number, out: Sender): void {
  const header = Buffer.alloc(RECORD_HEADER);
  const network = NETWORK_AT.get(linkType);
  let waiting = false;
  let origin = performance.timeOrigin;
  const send = (): void => {
    waiting = false;
    const drift = Date.now() - origin - performance.now();
    if (Math.abs(drift) > DRIFT_MILLIS) origin += drift;
    out.send();
  };
  cap.on("packet", octets => {
    record(header, octets, originalLength(octets, network), origin + performance.now());
    // Where the judge is that far behind, a packet is lost as in a full ring of the kernel's.
    out.put(header, received, octets);
    // `cap` does not return to the event loop while packets come in, so a full batch cannot wait for it.
    if (out.pending >= BATCH_OCTETS) send();
    else if (!waiting) {
      waiting = true;
      setTimeout(send, BATCH_MILLIS);
    }
  });
  const begin = fileHeader(linkType);
  out.put(begin, begin, 0);
  send();
}

/** The thread that writes, once it is there to do so. */
async function writer(octets: number): Promise<{ readonly out: Sender; readonly done: Promise<unknown> }> {
  const memory = outboxMemory(octets);
  // Otherwise its streams are joined to this process's, which makes those of them that it writes to non-blocking.
  const streams = { stdin: false, stdout: true, stderr: true };
  const program = new URL("../capture/cap-writer.js", import.meta.url);
  const worker = new Worker(program, { workerData: memory, ...streams });
  const done = once(worker, "exit");
  await once(worker, "message");
  return { out: sender(outbox(memory)), done };
}

/** draft-ietf-opsawg-pcap §4: microseconds, little-endian. */
function fileHeader(linkType: number): Buffer {
  const into = Buffer.alloc(24);
  into.writeUInt32LE(0xa1b2c3d4, 0);
  into.writeUInt16LE(2, 4);
  into.writeUInt16LE(4, 6);
  into.writeUInt32LE(SNAP_LENGTH, 16);
  into.writeUInt32LE(linkType, 20);
  return into;
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

function record(header: Buffer, octets: number, original: number, millis: number): void {
  const seconds = Math.floor(millis / 1000);
  header.writeUInt32LE(seconds, 0);
  header.writeUInt32LE(Math.floor((millis - seconds * 1000) * 1000), 4);
  header.writeUInt32LE(octets, 8);
  header.writeUInt32LE(original, 12);
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
