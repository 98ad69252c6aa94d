/** Values of flags: each parser gives the value or says in one line what was wrong with it. */
import { isIP } from "node:net";
import type { Rotation } from "../capture/sections.ts";
import { SEVERITIES, type Severity } from "../finding/finding.ts";
import { PACKS, type PackName } from "../finding/policy/policy.ts";
import { printable } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Pin } from "../session/roots.ts";
import type { Pace } from "./pace.ts";
import { UsageError } from "./usage-error.ts";

export type Ports = ReadonlySet<number> | "all";

/** contract.md: MQTT, MQTT over TLS, and MQTT over secure WebSocket. */
export const DEFAULT_PORTS: ReadonlySet<number> = new Set([1883, 8883, 8884]);

/** `1883,8883` or `all`. */
export function ports(text: string): Ports {
  if (text === "all") return "all";
  return new Set(text.split(",").map(part => port(part, "--ports")));
}

export type Spoken = "mqtt" | "tls" | "ws";

/** `PORT=mqtt|tls|ws`; may be given several times. */
export function decodeAs(
  text: string,
  before: ReadonlyMap<number, Spoken> = new Map(),
): ReadonlyMap<number, Spoken> {
  const [, number, protocol] = /^(\d+)=(mqtt|tls|ws)$/.exec(text) ?? [];
  if (number === undefined) throw wrong("--decode-as", text, "PORT=mqtt, PORT=tls or PORT=ws");
  return new Map([...before, [port(number, "--decode-as"), protocol as Spoken]]);
}

/** `critical` … `info`, or `never`. */
export function failOn(text: string): Severity | "never" {
  if (text === "never") return text;
  const severity = SEVERITIES.find(s => s === text);
  if (severity === undefined)
    throw wrong("--fail-on", text, `${[...SEVERITIES].reverse().join(", ")} or never`);
  return severity;
}

/** `[HOST=]sha256:HEX` of a certificate or of its public key, colons allowed; may be given several times. */
export function pin(text: string, before: readonly Pin[] = []): readonly Pin[] {
  const [, host, digits = ""] = /^(?:([^=]+)=)?sha256:([0-9a-fA-F:]+)$/.exec(text) ?? [];
  const sha256 = digits.replaceAll(":", "").toLowerCase();
  if (sha256.length !== 64) throw wrong("--pin", text, "[HOST=]sha256:HEX with 64 hexadecimal digits");
  return [...before, { sha256, ...(host !== undefined && { host }) }];
}

export function policy(text: string): PackName {
  const pack = PACKS.find(name => name === text);
  if (pack === undefined)
    throw wrong("--policy", text, `${PACKS.slice(0, -1).join(", ")} or ${PACKS.at(-1)}`);
  return pack;
}

/** A host name (RFC 1123 §2.1, and the underscores that occur) or an address. */
export function serverName(text: string): string {
  const isName =
    text.length <= 253 && text.split(".").every(label => /^[\w](?:[\w-]{0,61}[\w])?$/.test(label));
  if (!isName && isIP(text) === 0) throw wrong("--server-name", text, "a host name or an address");
  return text;
}

/** The path of a file. */
export function file(flag: string, text: string): string {
  if (text === "") throw wrong(flag, text, "the name of a file");
  return text;
}

/** Octets, or `all`. */
export function payloadLimit(text: string): number {
  return text === "all"
    ? Number.POSITIVE_INFINITY
    : whole(text, "--payload-limit", "a number of octets, or all");
}

/** A number of packets. */
export function packetCount(text: string): number {
  const packets = whole(text, "-c", "a number of packets");
  if (packets < 1) throw wrong("-c", text, "a number of packets, at least 1");
  return packets;
}

/** How many times the recorded pace, or `step`. */
export function speed(text: string): Pace {
  if (text === "step") return text;
  const times = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (times <= 0) throw wrong("--speed", text, "a number (1 as recorded, 10 ten times as fast), or step");
  return times;
}

/** MiB. */
export function bufferSize(text: string): number {
  const mib = whole(text, "--buffer", "a number of MiB");
  if (mib < 1 || mib > 2047) throw wrong("--buffer", text, "from 1 to 2047 MiB");
  return mib;
}

/** `100MB`, `10MiB`: octets; `60s`, `5m`, `2h`: time. */
export function rotation(text: string): Rotation {
  const [, number, unit = ""] = /^(\d{1,12}(?:\.\d{1,3})?)([a-zA-Z]{1,3})$/.exec(text) ?? [];
  const size = SIZES.get(unit);
  const seconds = UNITS.get(unit);
  const octets = Math.floor(Number(number) * (size ?? 0));
  const micros = Math.floor(Number(number) * (seconds ?? 0) * 1_000_000);
  if (size !== undefined && octets >= SMALLEST_FILE) return { octets };
  if (seconds !== undefined && micros >= 1_000_000) return { micros };
  throw wrong("--rotate", text, "a size from 4kB on or a time from 1s on, such as 100MB, 10MiB, 60s or 5m");
}

/** A number of files. */
export function filesKept(text: string): number {
  const files = whole(text, "--keep", "a number of files");
  if (files < 1) throw wrong("--keep", text, "a number of files, at least 1");
  return files;
}

/** RFC 3339 with its offset, or a date alone for its first second (UTC). */
export function time(text: string): Timestamp {
  const whole = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  const [, date] = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.exec(whole) ?? [];
  const milliseconds = date === undefined ? Number.NaN : Date.parse(whole);
  // A day that there is not would be taken for one of the next month.
  const isDay = date !== undefined && new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) === true;
  if (Number.isNaN(milliseconds) || !isDay) throw wrong("--at", text, "a time such as 2026-11-20T12:00:00Z");
  return (milliseconds * 1000) as Timestamp;
}

/** `90`, `90s`, `5m`, `2h`: seconds. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  const seconds = Number(number) * (UNITS.get(unit ?? "") ?? 1);
  if (!(seconds > 0 && seconds <= LONGEST))
    throw wrong("--duration", text, "a time such as 90s, 5m or 2h, of at most 500h");
  return seconds;
}

/** `FORMAT=FILE`; may be given several times. */
export function reportTo(text: string, before: readonly ReportTarget[] = []): readonly ReportTarget[] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1) throw wrong("--report", text, "FORMAT=FILE");
  return [...before, { format: text.slice(0, at), file: text.slice(at + 1) }];
}

export interface ReportTarget {
  readonly format: string;
  readonly file: string;
}

/** A file by a flag that may be given several times. */
export const files =
  (flag: string) =>
  (text: string, before: readonly string[] = []): readonly string[] => [...before, file(flag, text)];

function port(text: string, flag: string): number {
  const number = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  if (number < 1 || number > 65_535) throw wrong(flag, text, "TCP ports from 1 to 65535");
  return number;
}

function whole(text: string, flag: string, wanted: string): number {
  if (!/^\d{1,12}$/.test(text)) throw wrong(flag, text, wanted);
  return Number(text);
}

const wrong = (flag: string, text: string, wanted: string): UsageError =>
  new UsageError(`${flag}: "${printable(text)}" is not ${wanted}`);

/** Seconds; timers hold 31 bits of milliseconds. */
const LONGEST = 500 * 3600;

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

const SIZES: ReadonlyMap<string, number> = new Map([
  ["kB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
]);

/** Octets: below it, a file would hold little but its header. */
const SMALLEST_FILE = 4000;
