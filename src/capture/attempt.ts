/** Which engine with which filter: they are tried in their order until one writes pcap. */
import { spawnSync } from "node:child_process";
import { CaptureError } from "./capture-error.ts";
import { captureFilter } from "./capture-filter.ts";
import { deviceOf } from "./device.ts";
import { ENGINE_ROWS, ENGINES, type EngineName } from "./engine.ts";
import { explain, failureOf, type Failure } from "./failure.ts";
import { interfaceNames } from "./interfaces.ts";
import { framePcapHeader, type PcapHeader } from "./pcap.ts";
import type { Identity } from "./privileges.ts";
import type { Command, Supervised } from "./supervised.ts";

/** What an engine is told. */
export interface EngineWish {
  readonly iface: string;
  /** Only this engine; otherwise `cap`, then whatever else is installed. */
  readonly engine?: EngineName;
  /** The kernel's ring; 64 MiB unless told. `cap` lost 6 % of 80,000 packets a second with 10 MiB. */
  readonly bufferMib?: number;
  /** pcap-filter(7), instead of the one that is made of the ports. */
  readonly filter?: string;
  readonly ports: readonly number[] | "all";
  /** Who the engine becomes once it has opened the interface. */
  readonly identity?: Identity | undefined;
  /** The built capture process, where it is not beside this module. */
  readonly capProcess?: URL;
  /** What the user would have to say to start the same with root's rights. */
  readonly asRoot?: string;
}

/** An engine with a filter. */
export interface Attempt {
  /** By which the supervisor knows it. */
  readonly number: number;
  readonly engine: EngineName;
  readonly filter: string;
  readonly command: Command;
  /** Whose clock stamps the frames. */
  readonly timestamps: string;
}

/** An engine that writes pcap. */
export interface Opened extends Attempt {
  readonly header: PcapHeader;
  /** What was read behind the file header. */
  readonly octets: Buffer;
}

/** Everything that may be tried. Throws a `CaptureError` for what is no interface, and for what is no filter. */
export function attemptsOf(wish: EngineWish): Attempt[] {
  const { iface, bufferMib = 64, ports, capProcess, identity } = wish;
  if (!isInterface(iface)) {
    const failure: Failure = { engine: "cap", kind: "device", line: "" };
    throw new CaptureError(explain([failure], iface, ""));
  }
  const mistake = wish.filter === undefined ? undefined : mistakeIn(wish.filter);
  if (mistake !== undefined) throw new CaptureError(explain([mistake], iface, wish.filter ?? ""));
  // On the air there are no tags, and looking for them there takes more instructions than the kernel allows.
  const tagged = deviceOf(iface).medium === "monitor" ? [] : [captureFilter(ports)];
  const filters = wish.filter === undefined ? [...tagged, captureFilter(ports, false)] : [wish.filter];
  const engines = wish.engine === undefined ? ENGINES : [wish.engine];
  return engines
    .flatMap(engine => filters.map(filter => ({ engine, filter })))
    .map(({ engine, filter }, number) => {
      const { command, timestamps } = ENGINE_ROWS[engine];
      const options = { iface, bufferMib, filter, identity, ...(capProcess && { capProcess }) };
      return { number, engine, filter, command: command(options), timestamps };
    });
}

/** The first engine that writes a file header; a mistake of the user's ends the search, as a `CaptureError`. */
export async function openEngine(
  supervised: Supervised,
  attempts: readonly Attempt[],
  { iface, filter = "", asRoot }: EngineWish,
  signal: AbortSignal,
): Promise<Opened> {
  const failures: Failure[] = [];
  for (const attempt of attempts) {
    const last = failures.at(-1);
    // Another filter helps where the link type has no tags, another engine where there is none or it has no rights.
    const another = last?.engine === attempt.engine ? ["no-vlan"] : ["missing", "permission"];
    if (last !== undefined && !another.includes(last.kind)) continue;
    const begun = await firstOctets(supervised, attempt, signal);
    if (typeof begun !== "string") return begun;
    failures.push(failureOf(attempt.engine, supervised.complaint(), begun));
  }
  throw new CaptureError(explain(failures, iface, filter, asRoot));
}

/** The file header and what follows it, or how the engine ended without one. */
async function firstOctets(
  supervised: Supervised,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Opened | string> {
  supervised.start(attempt.number);
  if (signal.aborted) supervised.stop();
  let octets: Buffer = Buffer.alloc(0);
  let wrong = false;
  for (;;) {
    const chunk = supervised.read();
    if (chunk === null) {
      if (supervised.over !== undefined) return wrong ? "did not write pcap" : supervised.over;
      await supervised.news();
      continue;
    }
    if (wrong) continue;
    octets = Buffer.concat([octets, chunk]);
    const framed = framePcapHeader(octets, 0, octets.length);
    if (framed.state === "ok") {
      // The word that it was started takes another way than what it writes.
      while (supervised.pid === undefined && supervised.over === undefined) await supervised.news();
      return { ...attempt, header: framed.unit, octets: octets.subarray(framed.length) };
    }
    if (framed.state === "malformed") {
      wrong = true;
      supervised.stop();
    }
  }
}

/**
 * What is wrong with a filter on whatever link type, told before anything is opened or made and without any right, where
 * tcpdump is there to ask. What a link type does not have, the engine says.
 */
function mistakeIn(filter: string): Failure | undefined {
  const { stderr, status } = spawnSync("tcpdump", ["-d", "-y", "EN10MB", "--", filter], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    timeout: 5000,
  });
  if (status === 0 || typeof stderr !== "string") return undefined;
  const failure = failureOf("tcpdump", stderr, "");
  const isMistake = /syntax error|illegal|unknown (?:host|port|protocol|ether)/.test(stderr);
  return failure.kind === "filter" && isMistake ? failure : undefined;
}

/** No option and none of libpcap's remote or file devices (`rpcap://…`) is taken for an interface. */
function isInterface(name: string): boolean {
  if (!/^[^-\s/][^\s/]{0,63}$/.test(name)) return false;
  // Elsewhere the system lists only interfaces that are up; the engine says what it does not know.
  return process.platform !== "linux" || interfaceNames().includes(name);
}
