/** Finding Control Packets again after a gap or in the middle of a stream: how likely octets are a packet. */
import type { View } from "../../octets/view.ts";
import type { Direction } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import {
  AUTH,
  CONNACK,
  CONNECT,
  DISCONNECT,
  type FixedHeader,
  fixedHeader,
  frameOf,
  IMPOSSIBLE,
  NOT_YET,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREL,
  readFixedHeader,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from "./frame.ts";
import { readControlPacket } from "./read.ts";

/** Where packets may begin, and what is known of the place. */
export interface Search {
  /** The first place that is not ruled out. */
  at: number;
  /** Whether packets begin there. */
  found: boolean;
}

/**
 * Searches `octets[start … end)`, sent by `from`, for a place where packets line up. Each octet that chance would not
 * have set so adds its bits; a place at which a segment begins, and a run of packets that ends where the octets do,
 * add some. An undecided place is waited for until `LIMITS.searchOctets` lie behind it or `last` says that no more
 * octets come; the work is linear, since a place that was ruled out is not looked at again.
 */
export function search(
  octets: View,
  start: number,
  end: number,
  from: Direction | undefined,
  beginsSegment: (at: number) => boolean,
  last: boolean,
): Search {
  for (let at = start; at < end; at++) {
    if (!mayBegin(octets[at]!, from)) continue;
    const weight = weighRun(octets, at, end, from) + (beginsSegment(at) ? SEGMENT_BITS : 0);
    if (weight >= ENOUGH_BITS) return { at, found: true };
    if (weight >= 0 && !last && end - at < LIMITS.searchOctets) return { at, found: false };
  }
  return { at: end, found: false };
}

/**
 * Bits of evidence that packets run from `at`; negative where they cannot. The run is followed until it is certain
 * or the octets end; ending exactly with them is evidence too.
 */
export function weighRun(
  octets: View,
  at: number,
  end: number,
  from: Direction | undefined,
  enough: number = ENOUGH_BITS,
): number {
  const header = fixedHeader();
  let bits = 0;
  let place = at;
  while (place < end) {
    const weight = weighPacket(octets, place, end, from, header);
    if (weight < 0) return IMPLAUSIBLE;
    bits += weight;
    // A packet that is not there as a whole is the last that can be weighed.
    if (bits >= enough || header.headerLength === 0) return bits;
    place += header.headerLength + header.remaining;
  }
  return bits + ENDING_BITS;
}

/** Bits of evidence for one packet at `at`; its `headerLength` is 0 where it is not there as a whole. */
function weighPacket(
  octets: View,
  at: number,
  end: number,
  from: Direction | undefined,
  header: FixedHeader,
): number {
  header.headerLength = 0;
  if (!mayBegin(octets[at]!, from)) return IMPLAUSIBLE;
  const read = readFixedHeader(octets, at, end, header);
  if (read === IMPOSSIBLE || !header.minimal) return IMPLAUSIBLE;
  if (read === NOT_YET) return 4;
  const whole = at + read + header.remaining <= end;
  if (header.type !== PUBLISH && whole) return weighWhole(octets, at, header);
  if (!whole) header.headerLength = 0;
  return header.type === PUBLISH
    ? weighPublish(octets, at + read, end, header)
    : weighBeginning(octets, at + read, end, header);
}

/** A PUBLISH is known by its topic, whether its payload is there or not. */
function weighPublish(octets: View, body: number, end: number, header: FixedHeader): number {
  const withId = (header.flags & 0x06) === 0 ? 0 : 2;
  if (header.remaining < 2 + withId) return IMPLAUSIBLE;
  if (body + 2 > end) return 4;
  const length = octets[body]! * 0x100 + octets[body + 1]!;
  if (2 + length + withId > header.remaining) return IMPLAUSIBLE;
  const topicEnd = Math.min(body + 2 + length, end);
  const characters = weighTopic(octets, body + 2, topicEnd);
  if (characters < 0) return IMPLAUSIBLE;
  const idAt = body + 2 + length;
  if (withId > 0 && idAt + 2 <= end && octets[idAt] === 0 && octets[idAt + 1] === 0) return IMPLAUSIBLE;
  // Of 65 536 lengths so few fit into the Remaining Length.
  return 4 + Math.max(0, 16 - Math.log2(header.remaining)) + characters;
}

/** Bits for a topic of printable characters; negative for anything that no Topic Name holds. */
function weighTopic(octets: View, start: number, end: number): number {
  let bits = 0;
  for (let at = start; at < end; at++) {
    const octet = octets[at]!;
    if (octet < 0x20 || octet === 0x7f || octet === 0x23 || octet === 0x2b) return IMPLAUSIBLE;
    if (octet < 0x80) bits += 1.4;
    else {
      const more = octet < 0xc2 ? 0 : octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : octet < 0xf5 ? 3 : 0;
      if (more === 0) return IMPLAUSIBLE;
      for (let read = 0; read < more && at + 1 < end; read++) {
        at += 1;
        if (octets[at]! >> 6 !== 2) return IMPLAUSIBLE;
        bits += 2;
      }
    }
  }
  return Math.min(bits, 40);
}

/** A packet that is there as a whole and sound in one of the versions. */
function weighWhole(octets: View, at: number, header: FixedHeader): number {
  const { type, remaining } = header;
  if (type === PINGREQ || type === PINGRESP) return remaining === 0 ? 16 : IMPLAUSIBLE;
  if (type >= PUBACK && type <= PUBCOMP) return weighAcknowledgement(octets, at, header);
  const frame = frameOf(header, octets, at);
  const sound = (["3.1.1", "5.0"] as const).some(version => {
    const { packet, faults } = readControlPacket(frame, version);
    return packet !== undefined && faults.length === 0 && (!("code" in packet) || isCode(packet.code ?? 0));
  });
  return sound ? WHOLE_BITS[type]! : IMPLAUSIBLE;
}

function weighAcknowledgement(octets: View, at: number, header: FixedHeader): number {
  const { remaining, headerLength } = header;
  const body = at + headerLength;
  if (remaining < 2 || (octets[body] === 0 && octets[body + 1] === 0)) return IMPLAUSIBLE;
  if (remaining === 2) return 16;
  if (!isCode(octets[body + 2]!)) return IMPLAUSIBLE;
  if (remaining === 3) return 18;
  // Property Length, in one octet for anything that a server would write here.
  return octets[body + 3] === remaining - 4 ? 24 : IMPLAUSIBLE;
}

/** A packet of which only the beginning is there: CONNECT by its protocol name, others by little. */
function weighBeginning(octets: View, body: number, end: number, header: FixedHeader): number {
  const { type, remaining } = header;
  if (type === PINGREQ || type === PINGRESP) return IMPLAUSIBLE;
  if (type !== CONNECT) return remaining >= 2 && remaining <= LIMITS.searchOctets ? 6 : IMPLAUSIBLE;
  const there = Math.min(end - body, 6);
  for (let at = 0; at < there; at++) {
    const octet = octets[body + at];
    if (octet !== MQTT[at] && octet !== MQISDP[at]) return IMPLAUSIBLE;
  }
  return 8 + 8 * there;
}

/** Whether a first octet can begin a packet of that sender. */
function mayBegin(octet: number, from: Direction | undefined): boolean {
  const type = octet >> 4;
  const flags = octet & 0x0f;
  if (type === PUBLISH) return (flags & 0x06) !== 0x06 && (flags & 0x0e) !== 0x08;
  const wanted = type === PUBREL || type === SUBSCRIBE || type === UNSUBSCRIBE ? 0x02 : 0x00;
  if (type === 0 || flags !== wanted) return false;
  return from === undefined || !(from === "client" ? SERVER_ONLY : CLIENT_ONLY).includes(type);
}

/** Success, the few codes below 0x80, the Return Codes of 3.1.1, and the errors of 5.0. */
const isCode = (code: number): boolean =>
  code <= 5 || (code >= 0x10 && code <= 0x19) || (code >= 0x80 && code <= 0xa2);

const CLIENT_ONLY: readonly number[] = [CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ];
const SERVER_ONLY: readonly number[] = [CONNACK, SUBACK, UNSUBACK, PINGRESP];

const MQTT = [0x00, 0x04, 0x4d, 0x51, 0x54, 0x54];
const MQISDP = [0x00, 0x06, 0x4d, 0x51, 0x49, 0x73];

/** One chance in four milliards is enough. */
export const ENOUGH_BITS = 32;
const SEGMENT_BITS = 10;
const ENDING_BITS = 8;
const IMPLAUSIBLE = -1;

/** Bits of a whole and sound packet by type: type and flags, lengths that fit, values that are known. */
const WHOLE_BITS: readonly number[] = (() => {
  const bits = Array.from({ length: 16 }, () => 16);
  bits[CONNECT] = 64;
  bits[CONNACK] = 26;
  bits[SUBSCRIBE] = 28;
  bits[SUBACK] = 22;
  bits[UNSUBSCRIBE] = 26;
  bits[DISCONNECT] = 16;
  bits[AUTH] = 20;
  return bits;
})();
