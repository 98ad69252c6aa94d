/** IEEE 802.11 data frames: the addresses are passed over, LLC is inside; what is protected is counted. */
import { bound, LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** §9.2.3 and §9.3.2 of IEEE 802.11-2020. */
export const ieee80211 = (walk: Walk): Layer => dataFrame(walk, false);

/** Some drivers pad the header to a multiple of four octets, and say so in radiotap. */
export const ieee80211Padded = (walk: Walk): Layer => dataFrame(walk, true);

/** The kind under which frames are counted that only the network's members read. */
export const PROTECTED = "802.11 protected";

function dataFrame(walk: Walk, padded: boolean): Layer {
  const { octets, at, end } = walk;
  if (end - at < 2) return stop(walk, "truncated 802.11 header");
  // Cisco's access points send the two octets of Frame Control the other way round inside CAPWAP.
  const swapped = (octets[at]! & VERSION) !== 0;
  const control = octets[swapped ? at + 1 : at]!;
  const flags = octets[swapped ? at : at + 1]!;
  if ((control & VERSION) !== 0) return stop(walk, "802.11 of an unknown version");
  const type = (control >> 2) & 3;
  if (type !== DATA) return stop(walk, type === 0 ? "802.11 management" : "802.11 control");
  if ((control & NO_DATA) !== 0) return stop(walk, "802.11 without data");
  if ((flags & PROTECTED_FRAME) !== 0) return stop(walk, PROTECTED);
  const qos = (control & QOS) !== 0;
  const addresses = (flags & TO_AND_FROM) === TO_AND_FROM ? 30 : 24;
  const length = addresses + (qos ? 2 + ((flags & ORDER) !== 0 ? 4 : 0) : 0);
  if (end - at < length) return stop(walk, "truncated 802.11 header");
  // They also leave something else in Sequence Control, so that only the flag tells of fragments there.
  const fragment = swapped ? 0 : octets[at + 22]! & 0x0f;
  if ((flags & MORE_FRAGMENTS) !== 0 || fragment !== 0) return stop(walk, "802.11 fragment");
  walk.at = at + (padded ? length + ((4 - (length % 4)) % 4) : length);
  return qos && (octets[at + addresses]! & AMSDU) !== 0 ? LAYER.amsdu : LAYER.llc;
}

/** §9.3.2.2.2: subframes with a length each, padded to four octets; the rest of them waits in `nextAt`. */
export function amsdu(walk: Walk): Layer {
  const { octets, at, end } = walk;
  if (end - at < 14) return stop(walk, "truncated A-MSDU subframe");
  const length = u16(octets, at + 12);
  const inside = at + 14;
  const next = inside + length + ((4 - ((14 + length) % 4)) % 4);
  if (next < end) {
    walk.nextOctets = octets;
    walk.nextAt = next;
    walk.nextEnd = end;
  }
  walk.at = inside;
  bound(walk, length);
  return LAYER.llc;
}

const VERSION = 0x03;
const DATA = 2;
const NO_DATA = 0x40;
const QOS = 0x80;
const TO_AND_FROM = 0x03;
const MORE_FRAGMENTS = 0x04;
const PROTECTED_FRAME = 0x40;
const ORDER = 0x80;
const AMSDU = 0x80;
