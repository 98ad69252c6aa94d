/** The hardware addresses of a packet's frame, where they are those of the packet's own hosts and not of a tunnel's ends. */
import type { View } from "../octets/view.ts";
import type { Segment } from "./segment.ts";
import { u16 } from "./walk.ts";

/** No hardware address is known. */
export const NO_HARDWARE = -1;

/**
 * The 48 bits of the hardware address that a segment's frame came from or went to, as a number (IEEE 802 §8.2);
 * `NO_HARDWARE` where the link has none, where it is zero as on loopback, or where a tunnel's packet is around the
 * segment's. A router's address stands for every host behind it.
 */
export function hardwareAddress(segment: Segment, of: "source" | "destination"): number {
  const { linkType, octets, start, end } = segment.frame;
  switch (linkType) {
    case ETHERNET:
      return holds(segment, behindTags(octets, start + 12, end))
        ? number(octets, of === "source" ? start + 6 : start)
        : NO_HARDWARE;
    case LINUX_SLL:
      if (of === "destination" || end - start < 16 || u16(octets, start + 4) !== 6) return NO_HARDWARE;
      return holds(segment, behindTags(octets, start + 14, end)) ? number(octets, start + 6) : NO_HARDWARE;
    case LINUX_SLL2:
      if (of === "destination" || end - start < 20 || octets[start + 11] !== 6) return NO_HARDWARE;
      return holds(segment, start + 20) ? number(octets, start + 12) : NO_HARDWARE;
    default:
      return NO_HARDWARE;
  }
}

/** `00:00:5e:00:53:2a`. */
export const hardwareText = (address: number): string =>
  (address.toString(16).padStart(12, "0").match(/../g) ?? []).join(":");

/** Where the packet begins behind the EtherType at `at` and the VLAN tags that follow it (IEEE 802.1Q §9.5). */
function behindTags(octets: View, at: number, end: number): number {
  let next = at;
  while (next + 6 <= end && TAGS.has(u16(octets, next))) next += 4;
  return next + 2;
}

/** Whether the IP packet at `at` is the segment's own. */
function holds({ family, source3, frame }: Segment, at: number): boolean {
  const { octets, end } = frame;
  const version = octets[at]! >> 4;
  const lastWord = family === 4 ? at + 12 : at + 20;
  return at < end && version === family && lastWord + 4 <= end && word(octets, lastWord) === source3;
}

const word = (octets: View, at: number): number => (u16(octets, at) << 16) | u16(octets, at + 2);

function number(octets: View, at: number): number {
  const value = (u16(octets, at) * 0x1_0000 + u16(octets, at + 2)) * 0x1_0000 + u16(octets, at + 4);
  return value === 0 ? NO_HARDWARE : value;
}

/** LINKTYPE_ values. */
const ETHERNET = 1;
const LINUX_SLL = 113;
const LINUX_SLL2 = 276;
/** EtherTypes of IEEE 802.1Q's customer and service tags. */
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8]);
