/** TCP checksums (RFC 9293 §3.1) that were captured before the network card had filled them in. */
import type { FrameNumber } from "../capture/frame.ts";
import { u16, type Walk } from "./walk.ts";

/** What a capture holds of them: how many, and the first. */
export interface Unfilled {
  segments: number;
  frame: FrameNumber;
  /** Offset of the checksum in the capture file; -1 where it has none. */
  position: number;
  /** Who sent it. */
  source: string;
}

/**
 * Whether the TCP segment at `walk.at` holds the sum of the pseudo-header where its checksum belongs: so much the kernel
 * sums up for a card that does the rest. On loopback nobody ever does, and nothing follows from it.
 */
export function isUnfilled(walk: Walk): boolean {
  const { octets, at, end } = walk;
  if (isWithinHost(walk)) return false;
  const pseudo = pseudoHeader(walk, end - at);
  if (u16(octets, at + 16) !== pseudo) return false;
  let sum = pseudo;
  for (let i = at; i + 1 < end; i += 2) sum += u16(octets, i);
  if ((end - at) % 2 === 1) sum += octets[end - 1]! * 0x100;
  return folded(sum) !== 0xffff;
}

/** RFC 9293 §3.1, RFC 8200 §8.1: addresses, protocol and length, in one's complement. */
function pseudoHeader(walk: Walk, length: number): number {
  const { source0, source1, source2, source3 } = walk;
  const { destination0, destination1, destination2, destination3 } = walk;
  return folded(
    halves(source0) +
      halves(source1) +
      halves(source2) +
      halves(source3) +
      halves(destination0) +
      halves(destination1) +
      halves(destination2) +
      halves(destination3) +
      TCP +
      length,
  );
}

const halves = (word: number): number => (word >>> 16) + (word & 0xffff);

function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = Math.floor(rest / 0x1_0000) + (rest % 0x1_0000);
  return rest;
}

/** RFC 1122 §3.2.1.3 (g), RFC 4291 §2.5.3: loopback, or one address that speaks to itself. */
function isWithinHost(walk: Walk): boolean {
  if (walk.family === 4 && walk.source3 >>> 24 === 127) return true;
  return (
    walk.source3 === walk.destination3 &&
    walk.source2 === walk.destination2 &&
    walk.source1 === walk.destination1 &&
    walk.source0 === walk.destination0
  );
}

const TCP = 6;
