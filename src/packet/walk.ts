/** Where a frame's walk through its headers stands, and the layers that it can come to. */
import type { Frame } from "../capture/frame.ts";
import type { View } from "../octets/view.ts";
import type { Unfilled } from "./checksum.ts";
import type { Fragments } from "./fragments.ts";
import type { PacketSink } from "./segment.ts";
import type { Undecoded } from "./undecoded.ts";

/**
 * What one header reads and moves on. `octets[at … end)` is the layer as far as it was captured, and `missing`
 * octets more were on the wire. A header's function reads at `at`, moves `at` and `end`, and gives the next layer.
 */
export interface Walk {
  readonly sink: PacketSink;
  readonly undecoded: Undecoded;
  readonly fragments: Fragments;
  readonly unfilled: Unfilled;
  frame: Frame;
  /** The frame's buffer, or that of reassembled fragments. */
  octets: View;
  at: number;
  end: number;
  missing: number;
  /** IP headers so far. */
  depth: number;
  /** The next subframe of an A-MSDU, to be walked when this one is done; -1 where there is none. */
  nextOctets: View;
  nextAt: number;
  nextEnd: number;
  /** Addresses and ports as `Addresses` says, of the innermost packet so far. */
  family: 4 | 6;
  source0: number;
  source1: number;
  source2: number;
  source3: number;
  destination0: number;
  destination1: number;
  destination2: number;
  destination3: number;
  sourcePort: number;
  destinationPort: number;
}

/** What comes next; `done` where the frame is finished, or was counted. */
export const LAYER = {
  done: 0,
  ethernet: 1,
  ipv4: 2,
  ipv6: 3,
  tcp: 4,
  udp: 5,
  ip: 6,
  etherType: 7,
  vlan: 8,
  serviceTag: 9,
  edgeTag: 10,
  virtualNicTag: 11,
  fabricPath: 12,
  ciscoMetadata: 13,
  macsec: 14,
  nsh: 15,
  dsa: 16,
  edsa: 17,
  llc: 18,
  mpls: 19,
  ppp: 20,
  pppoe: 21,
  gre: 22,
  erspan2: 23,
  erspan3: 24,
  wccp: 25,
  etherIp: 26,
  authentication: 27,
  ieee80211: 28,
  ieee80211Padded: 29,
  amsdu: 30,
  radiotap: 31,
  prism: 32,
  avs: 33,
  ppi: 34,
  pktap: 35,
  mPacket: 36,
  linuxSll: 37,
  linuxSll2: 38,
  nullLoopback: 39,
  enc: 40,
  pflog: 41,
  nflog: 42,
  ciscoHdlc: 43,
  frameRelay: 44,
  arcnet: 45,
  sunAtm: 46,
} as const;

export type Layer = (typeof LAYER)[keyof typeof LAYER];

/** Ends the walk and counts the frame under a kind; the kind is always a constant. */
export function stop(walk: Walk, kind: string): Layer {
  walk.undecoded.count(kind);
  return LAYER.done;
}

/** Shortens the layer to `length` octets from `at`: what lies behind is padding, what is not there was not captured. */
export function bound(walk: Walk, length: number): void {
  const promised = walk.at + length;
  if (promised <= walk.end) {
    walk.end = promised;
    walk.missing = 0;
  } else {
    walk.missing = promised - walk.end;
  }
}

/** 16 bits in network order; the caller promises that they are there. */
export const u16 = (octets: View, at: number): number => octets[at]! * 0x100 + octets[at + 1]!;

/** 32 bits in network order as a signed integer. */
export const i32 = (octets: View, at: number): number =>
  (octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!;
