/** Frames that gave no segment and no datagram, counted by kind so that nothing is silent. */
import type { Notice } from "../capture/frame.ts";

/** The registries whose unknown numbers are counted one by one. */
export type Registry =
  | "link type"
  | "EtherType"
  | "IP protocol"
  | "LLC DSAP"
  | "PPP protocol"
  | "address family"
  | "GRE protocol";

export interface Undecoded {
  /** Counts frames under a kind, which is a constant of this program. */
  count(kind: string, frames?: number): void;
  /** Counts a frame under a number of a registry; its name is made when it is told. */
  code(registry: Registry, number: number): void;
  /** Frames of a kind since the last time. */
  of(kind: string): number;
  /** What was counted since the last time, most frequent first; the counts begin anew. */
  tell(): Notice[];
}

/** A count for each kind, bounded. */
export function undecodedFrames(): Undecoded {
  let kinds = new Map<string, number>();
  let codes = new Map<number, number>();
  const count = (kind: string, frames = 1): void => {
    const before = kinds.get(kind);
    if (before === undefined && kinds.size + codes.size >= LIMITS.kinds) kind = OTHER;
    kinds.set(kind, (kinds.get(kind) ?? 0) + frames);
  };
  return {
    count,
    code(registry, number) {
      const key = REGISTRIES.indexOf(registry) * CODES + number;
      const before = codes.get(key);
      if (before === undefined && kinds.size + codes.size >= LIMITS.kinds) return count(OTHER);
      codes.set(key, (before ?? 0) + 1);
    },
    of: kind => kinds.get(kind) ?? 0,
    tell() {
      const all = [...kinds];
      for (const [key, frames] of codes)
        all.push([nameOf(REGISTRIES[Math.floor(key / CODES)]!, key % CODES), frames]);
      kinds = new Map();
      codes = new Map();
      all.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
      return all.map(([kind, frames]) => ({ type: "capture.undecoded", kind, frames }));
    },
  };
}

/** `ARP`, `EtherType 0x88cc`, `IP protocol 132`, `link type 231`. */
function nameOf(registry: Registry, number: number): string {
  const known = NAMES.get(`${registry} ${number}`);
  if (known !== undefined) return known;
  const digits = HEX_DIGITS[registry];
  return digits === 0
    ? `${registry} ${number}`
    : `${registry} 0x${number.toString(16).padStart(digits, "0")}`;
}

/** How the registry writes its numbers: hexadecimal digits, 0 for decimal. */
const HEX_DIGITS: Readonly<Record<Registry, number>> = {
  "link type": 0,
  EtherType: 4,
  "IP protocol": 0,
  "LLC DSAP": 2,
  "PPP protocol": 4,
  "address family": 0,
  "GRE protocol": 4,
};

const REGISTRIES = Object.keys(HEX_DIGITS) as readonly Registry[];

/** The names that people look for; the others are told by number. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["EtherType 2054", "ARP"],
  ["EtherType 34958", "EAPOL"],
  ["EtherType 35020", "LLDP"],
  ["IP protocol 1", "ICMP"],
  ["IP protocol 2", "IGMP"],
  ["IP protocol 50", "ESP"],
  ["IP protocol 58", "ICMPv6"],
  ["IP protocol 59", "IPv6 without next header"],
  ["LLC DSAP 66", "STP"],
]);

/** More than any registry's number; LINKTYPE values have 26 bits. */
const CODES = 0x1_0000_0000;
const OTHER = "other kinds";

const LIMITS = {
  /** Real captures have a dozen; a hostile one could name every EtherType. */
  kinds: 256,
} as const;
