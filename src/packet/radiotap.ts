/** Headers that capture programs put before a frame: what the radio measured, or which interface it was. */
import { linkLayer } from "./link.ts";
import { LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** LINKTYPE_IEEE802_11_RADIOTAP: little-endian, length in the header, fields as the bits of "present" say. */
export function radiotap(walk: Walk): Layer {
  const { octets, at, end } = walk;
  if (end - at < 8) return stop(walk, "truncated radiotap header");
  const length = little16(octets[at + 2]!, octets[at + 3]!);
  if (length < 8 || length > end - at) return stop(walk, "truncated radiotap header");
  walk.at = at + length;
  const flags = radiotapFlags(walk, at, length);
  if ((flags & FCS_AT_END) !== 0) withoutFrameCheckSequence(walk);
  return (flags & DATA_PAD) === 0 ? LAYER.ieee80211 : LAYER.ieee80211Padded;
}

/** The Flags field, if present: behind the words of "present" and the timer, which is aligned to eight octets. */
function radiotapFlags(walk: Walk, at: number, length: number): number {
  const octets = walk.octets;
  const present = octets[at + 4]!;
  if ((present & FLAGS) === 0) return 0;
  let field = at + 8;
  while (field - at < length && (octets[field - 1]! & MORE_WORDS) !== 0) field += 4;
  if ((present & TIMER) !== 0) field = at + 8 * Math.ceil((field - at) / 8) + 8;
  return field - at < length ? octets[field]! : 0;
}

function withoutFrameCheckSequence(walk: Walk): void {
  const captured = Math.max(0, 4 - walk.missing);
  walk.missing = Math.max(0, walk.missing - 4);
  walk.end = Math.max(walk.at, walk.end - captured);
}

/** LINKTYPE_IEEE802_11_PRISM: code and length in the byte order of the machine; or AVS, which has its own magic. */
export function prism(walk: Walk): Layer {
  const { octets, at, end } = walk;
  if (end - at < 8) return stop(walk, "truncated Prism header");
  if (u16(octets, at) === AVS) return avs(walk);
  const low = little16(octets[at + 4]!, octets[at + 5]!);
  return behind(walk, low === 0 ? u16(octets, at + 6) : low, "truncated Prism header");
}

/** LINKTYPE_IEEE802_11_AVS: version and length, big-endian. */
export function avs(walk: Walk): Layer {
  if (walk.end - walk.at < 8) return stop(walk, "truncated AVS header");
  return behind(walk, u16(walk.octets, walk.at + 6), "truncated AVS header");
}

function behind(walk: Walk, length: number, kind: string): Layer {
  if (length < 8 || length > walk.end - walk.at) return stop(walk, kind);
  walk.at += length;
  return LAYER.ieee80211;
}

/** LINKTYPE_PPI: length and the link type of what follows, little-endian. */
export function ppi(walk: Walk): Layer {
  const { octets, at, end } = walk;
  const length = end - at < 8 ? 0 : little16(octets[at + 2]!, octets[at + 3]!);
  if (length < 8 || length > end - at) return stop(walk, "truncated PPI header");
  walk.at = at + length;
  return inner(walk, little16(octets[at + 4]!, octets[at + 5]!));
}

/** LINKTYPE_PKTAP of macOS: length, kind of record, link type, little-endian words. */
export function pktap(walk: Walk): Layer {
  const { octets, at, end } = walk;
  const length = end - at < 12 ? 0 : little16(octets[at]!, octets[at + 1]!);
  if (length < 12 || length > end - at) return stop(walk, "truncated PKTAP header");
  walk.at = at + length;
  return inner(walk, little16(octets[at + 8]!, octets[at + 9]!));
}

/** LINKTYPE_ETHERNET_MPACKET: preamble and delimiter before the frame; pieces of preempted frames have other delimiters. */
export function mPacket(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 8) return stop(walk, "truncated mPacket header");
  if (octets[at + 7] !== EXPRESS) return stop(walk, "mPacket fragment");
  walk.at = at + 8;
  return LAYER.ethernet;
}

/** A link type named inside a frame. Headers like those of this file do not stand in one another. */
function inner(walk: Walk, linkType: number): Layer {
  const layer = linkType === PPI || linkType === PKTAP ? undefined : linkLayer(walk, linkType);
  if (layer !== undefined) return layer;
  walk.undecoded.code("link type", linkType);
  return LAYER.done;
}

const little16 = (low: number, high: number): number => high * 0x100 + low;

const TIMER = 0x01;
const FLAGS = 0x02;
const MORE_WORDS = 0x80;
const FCS_AT_END = 0x10;
const DATA_PAD = 0x20;
const AVS = 0x8021;
const EXPRESS = 0xd5;
const PPI = 192;
const PKTAP = 258;
