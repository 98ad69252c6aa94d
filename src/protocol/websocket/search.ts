/** Frames of WebSocket where no handshake says that they come, or behind a gap: how likely octets are one. */
import type { View } from "../../octets/view.ts";
import type { Direction } from "../../stream/item.ts";
import { fixedHeader, readFixedHeader } from "../mqtt/frame.ts";
import { mayBegin, newSearch, weighRun } from "../mqtt/resync.ts";
import { BINARY, CONTINUATION, type FrameHeader, frameHeader, isControl, PONG } from "./frame.ts";

/**
 * Bits of evidence that the octets of a direction are frames of that sender from the first one on, with MQTT inside;
 * negative where they are not. The last frame, and the last packet, may be cut.
 */
export function weighFrames(octets: View, direction: Direction, enough: number): number {
  const inner = new Uint8Array(octets.length);
  let length = 0;
  let bits = 0;
  let at = 0;
  while (at < octets.length) {
    const framed = frameHeader(octets, at, octets.length);
    if (framed.state === "need-more") break;
    if (framed.state === "malformed" || !isPlausible(framed.unit, direction)) return IMPLAUSIBLE;
    if (framed.unit.compressed || (at === 0 && framed.unit.opcode === CONTINUATION)) return IMPLAUSIBLE;
    bits += HEADER_BITS;
    const body = at + framed.length;
    at = body + framed.unit.payload;
    if (isControl(framed.unit.opcode)) continue;
    for (let place = body; place < Math.min(at, octets.length); place++)
      inner[length++] = plain(octets, body, framed.unit, place - body);
  }
  if (length === 0) return bits;
  const weight = weighRun(newSearch(direction), inner, 0, length, enough);
  return weight < 0 ? IMPLAUSIBLE : bits + weight;
}

/**
 * Where in `octets[start … end)` a frame begins behind a gap, or -1. A segment that is nothing but frames begins with
 * one; else only a frame counts that packets of MQTT fill from its first octet to its last, whether its end is there or
 * not.
 */
export function findFrame(octets: View, start: number, end: number, direction: Direction): number {
  if (linesUp(octets, start, end, direction)) return start;
  for (let at = start; at + SHORTEST <= end; at++)
    if (octets[at] === FIN_BINARY && isFilled(octets, at, end, direction)) return at;
  return -1;
}

/** Whether frames of that sender run from `start` and end exactly with the octets that are there. */
function linesUp(octets: View, start: number, end: number, direction: Direction): boolean {
  let at = start;
  while (at < end) {
    const framed = frameHeader(octets, at, end);
    if (framed.state !== "ok" || !isPlausible(framed.unit, direction)) return false;
    at += framed.length + framed.unit.payload;
  }
  return at === end && end - start >= 2;
}

/** Whether packets fill the frame at `at`; one that is there as a whole must be followed by another, or by nothing. */
function isFilled(octets: View, at: number, end: number, direction: Direction): boolean {
  const framed = frameHeader(octets, at, end);
  if (framed.state !== "ok" || !isPlausible(framed.unit, direction)) return false;
  const { payload } = framed.unit;
  const body = at + framed.length;
  if (!fills(octets, body, end, framed.unit, direction)) return false;
  const next = body + payload;
  if (next >= end) return next === end || payload >= PROOF_BY_LENGTH;
  const following = frameHeader(octets, next, end);
  return (
    following.state === "need-more" || (following.state === "ok" && isPlausible(following.unit, direction))
  );
}

/** Whether the payload is Control Packets, the last of which ends with it. */
function fills(octets: View, body: number, end: number, frame: FrameHeader, direction: Direction): boolean {
  const header = fixedHeader();
  const start = new Uint8Array(LONGEST_FIXED_HEADER);
  let at = 0;
  while (at < frame.payload && body + at < end) {
    const there = Math.min(LONGEST_FIXED_HEADER, end - body - at);
    for (let index = 0; index < there; index++) start[index] = plain(octets, body, frame, at + index);
    const read = readFixedHeader(start, 0, there, header);
    if (read <= 0 || !header.minimal || !mayBegin(start[0]!, direction)) return false;
    at += read + header.remaining;
  }
  return at === frame.payload;
}

/** What a sender may write: no reserved bit, an opcode that is defined, a mask where it is the client, no length too long. */
function isPlausible(frame: FrameHeader, direction: Direction): boolean {
  const { reserved, opcode, masked, payload, fin, minimal } = frame;
  const known =
    opcode === BINARY ||
    opcode === CONTINUATION ||
    (isControl(opcode) && opcode <= PONG && fin && payload <= LONGEST_CONTROL);
  return reserved === 0 && known && minimal && masked === (direction === "client");
}

/** An octet of a payload without its mask, which ends where the payload begins (§5.3). */
const plain = (octets: View, body: number, { masked }: FrameHeader, index: number): number =>
  masked ? octets[body + index]! ^ octets[body - 4 + (index & 3)]! : octets[body + index]!;

/** FIN and the opcode of a message of octets. */
const FIN_BINARY = 0x80 + BINARY;

/** A header and a ping. */
const SHORTEST = 4;

/** RFC 6455 §5.5. */
const LONGEST_CONTROL = 125;

/** MQTT 5.0 §2.1. */
const LONGEST_FIXED_HEADER = 5;

/** Octets of a frame whose length, said twice, is proof although its end is not there. */
const PROOF_BY_LENGTH = 126;

/** Of sixteen bits at least six are free: the mask's, and the length's. */
const HEADER_BITS = 10;
const IMPLAUSIBLE = -1;
