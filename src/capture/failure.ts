/** Why an engine did not open an interface: its own words, sorted, and made one line that says what to do. */
import { printable } from "../octets/text.ts";
import type { EngineName } from "./engine.ts";
import { captureRights, interfaceNames } from "./interfaces.ts";

type FailureKind = "missing" | "device" | "down" | "permission" | "filter" | "no-vlan" | "other";

export interface Failure {
  readonly engine: EngineName;
  readonly kind: FailureKind;
  /** What the engine said, without its name before it. */
  readonly line: string;
}

/** Sorts what an engine wrote to standard error; libpcap's messages are the same in all of them. */
export function failureOf(engine: EngineName, complaint: string, how: string): Failure {
  const kind = KINDS.find(([, words]) => words.test(complaint))?.[0] ?? "other";
  const line = REASON_OF_FILTER.exec(complaint)?.[1] ?? ownLine(engine, complaint) ?? how;
  return { engine, kind, line: printable(line, 200) };
}

/**
 * The engines' failures as one line: what cannot be done, where, and what to do about it. `asRoot` is the command that
 * root would have to give.
 */
export function explain(
  failures: readonly Failure[],
  iface: string,
  filter: string,
  asRoot = `sudo mqtt-sniff --iface ${printable(iface, 64)}`,
): string {
  const shown = iface === "" ? '""' : printable(iface, 64);
  // The engine tried last may only be missing; what the others met says more.
  const [worst] = [...failures].sort((a, b) => rank(a) - rank(b));
  if (worst === undefined) return `cannot capture on ${shown}: no engine was tried`;
  switch (worst.kind) {
    case "device":
      return `cannot capture on ${shown}: no such interface; there are ${interfaceNames().join(", ")}`;
    case "down":
      return `cannot capture on ${shown}: the interface is down; bring it up with: sudo ip link set ${shown} up`;
    case "permission":
      return `cannot capture on ${shown}: ${worst.line}; run it with: ${captureRights(asRoot).command ?? asRoot}`;
    case "filter":
      return `capture filter "${printable(filter)}" is not understood: ${worst.line}; see pcap-filter(7)`;
    case "missing":
      return missing(failures, shown);
    case "no-vlan":
    case "other":
      return `cannot capture on ${shown}: ${worst.engine} says: ${worst.line}`;
    default:
      return worst.kind satisfies never;
  }
}

/** A running engine's end as one line. */
export function lost(engine: EngineName, complaint: string, how: string, iface: string): string {
  const { kind, line } = failureOf(engine, complaint, "");
  const why = kind === "down" ? "the interface went down" : line;
  return lostOn(iface, `${engine} ${how}${why === "" ? "" : `: ${why}`}`);
}

/** The end of a capture that nobody asked for as one line. */
export const lostOn = (iface: string, why: string): string =>
  `capture on ${printable(iface, 64)} lost, ${why}; what came before is judged`;

function missing(failures: readonly Failure[], shown: string): string {
  const names = failures.map(failure => failure.engine);
  const advice = names.includes("cap")
    ? `install libpcap-dev and run: npm rebuild cap, or: tcpdump -i ${shown} -U -w - | mqtt-sniff -`
    : `install ${names.join(" or ")}, or leave --engine out`;
  return `cannot capture on ${shown}: ${names.join(", ")} not available here; ${advice}`;
}

/** What the user can mend comes first. */
const ORDER: readonly FailureKind[] = [
  "filter",
  "device",
  "down",
  "permission",
  "other",
  "no-vlan",
  "missing",
];
const rank = (failure: Failure): number => ORDER.indexOf(failure.kind);

/** The first kind whose words occur; Linux's and libpcap's messages in the C locale. */
const KINDS: readonly (readonly [FailureKind, RegExp])[] = [
  ["no-vlan", /no VLAN support/],
  ["missing", /cannot be loaded|Cannot find module|ENOENT|EACCES/],
  ["device", /No such device|There is no device named|SIOCGIFHWADDR/],
  // cap asserts on the error that libuv's poll gives when the interface goes down.
  [
    "down",
    /is not up|Network is down|The interface (?:went down|disappeared)|Assertion .status == 0. failed/,
  ],
  ["permission", /permission|not permitted|CAP_NET_RAW/i],
  [
    "filter",
    /filter expression|capture filter|syntax error|illegal (?:token|port)|expression rejects all packets|unknown (?:host|port|protocol|ether)/,
  ],
];

/** dumpcap: That string isn't a valid capture filter (reason). */
const REASON_OF_FILTER = /valid capture filter \(([^\n]{1,200})\)\./;

/** Lines that every capture has. */
const CHATTER =
  /listening on|data link type|Capturing on|^File: |packets? (?:captured|received|dropped)|received\/dropped|^Warning: /i;

/** The last line that the engine signs with its name, or the last of all. */
function ownLine(engine: EngineName, complaint: string): string | undefined {
  const lines = complaint.split("\n").filter(line => line.trim() !== "" && !CHATTER.test(line));
  const signed = lines.filter(line => line.startsWith(`${engine}: `));
  return signed.at(-1)?.slice(engine.length + 2) ?? lines.at(-1);
}
