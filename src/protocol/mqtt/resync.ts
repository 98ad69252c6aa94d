/** Finding Control Packets again after a gap or in the middle of a stream: how likely octets are a packet. */
import type { Fault } from "../../octets/decode.ts";
import type { View } from "../../octets/view.ts";
import type { Direction } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import {
  CONNECT,
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
  SUBSCRIBE,
  UNSUBSCRIBE,
} from "./frame.ts";
import { SENDERS } from "./direction.ts";
import type { MqttVersion } from "./packet.ts";
import { readAcknowledgement } from "./publish.ts";
import { readControlPacket } from "./read.ts";

/** A search through the octets of one direction. */
export interface Search {
  /** The sender, where it is known: some packets only one side sends. */
  from: Direction | undefined;
  /** Readings of a place as a packet that are left; octets looked at bring more. */
  readings: number;
  /** The first place that was not looked at, and the places before it that may still prove to be packets. */
  next: number;
  undecided: number[];
  readonly header: FixedHeader;
}

export const newSearch = (from: Direction | undefined): Search => ({
  from,
  readings: LIMITS.searchReadings,
  next: 0,
  undecided: [],
  header: fixedHeader(),
});

/**
 * Searches `octets[0 … end)` for the first place where packets line up, from where the search stood: -1 where there
 * is none yet. Each octet that chance would not have set so adds its bits; a place at which a segment begins, and a run
 * of packets that ends where the octets do, add some. Places that more octets may prove are weighed again, a few of
 * them and for `LIMITS.searchOctets`, so that the work is linear; `last` says that no more octets come.
 */
export function searchPackets(
  search: Search,
  octets: View,
  end: number,
  beginsSegment: (at: number) => boolean,
  last: boolean,
): number {
  const { undecided } = search;
  search.undecided = [];
  for (const at of undecided) if (settles(search, octets, at, end, beginsSegment, last)) return at;
  for (let at = search.next; at < end; at++)
    if (mayBegin(octets[at]!, search.from) && settles(search, octets, at, end, beginsSegment, last))
      return at;
  search.readings += Math.max(0, end - search.next) / LIMITS.octetsPerReading;
  search.next = Math.max(search.next, end);
  return -1;
}

/** The first place that is not ruled out. */
export const firstOpen = (search: Search): number => search.undecided[0] ?? search.next;

/** The first `count` octets are gone. */
export function forgetSearched(search: Search, count: number): void {
  search.next = Math.max(0, search.next - count);
  search.undecided = search.undecided.map(at => at - count).filter(at => at >= 0);
}

/** Other octets are searched. */
export function startOver(search: Search): void {
  search.next = 0;
  search.undecided = [];
}

/** Whether packets begin at `at`; a place that is neither found nor ruled out is noted. */
function settles(
  search: Search,
  octets: View,
  at: number,
  end: number,
  beginsSegment: (at: number) => boolean,
  last: boolean,
): boolean {
  const weight = weighRun(search, octets, at, end);
  if (weight < 0) return false;
  if (weight >= ENOUGH_BITS || (beginsSegment(at) && weight + SEGMENT_BITS >= ENOUGH_BITS)) return true;
  if (!last && end - at < LIMITS.searchOctets && search.undecided.length < LIMITS.undecided)
    search.undecided.push(at);
  return false;
}

/**
 * Bits of evidence that packets run from `at`; negative where they cannot. The run is followed until it is certain
 * or the octets end; ending exactly with them is evidence too.
 */
export function weighRun(
  search: Search,
  octets: View,
  at: number,
  end: number,
  enough = ENOUGH_BITS,
): number {
  const { header } = search;
  let bits = 0;
  let place = at;
  while (place < end) {
    const weight = weighPacket(search, octets, place, end);
    if (weight < 0) return IMPLAUSIBLE;
    bits += weight;
    // A packet that is not there as a whole is the last that can be weighed.
    if (bits >= enough || header.headerLength === 0) return bits;
    place += header.headerLength + header.remaining;
  }
  return bits + ENDING_BITS;
}

/** Bits of evidence for one packet at `at`; its `headerLength` is 0 where it is not there as a whole. */
export function weighPacket(search: Search, octets: View, at: number, end: number): number {
  const { header } = search;
  header.headerLength = 0;
  if (!mayBegin(octets[at]!, search.from)) return IMPLAUSIBLE;
  const read = readFixedHeader(octets, at, end, header);
  if (read === IMPOSSIBLE) return IMPLAUSIBLE;
  if (read === NOT_YET) return 4;
  if (!header.minimal) return IMPLAUSIBLE;
  const body = at + read;
  const whole = body + header.remaining <= end;
  if (!whole) header.headerLength = 0;
  if (header.type === PUBLISH) return weighPublish(octets, body, end, header);
  if (whole && header.remaining <= LIMITS.weighedOctets) return weighWhole(search, octets, at);
  return weighBeginning(octets, body, end, header);
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
  return 4 + lengthBits(header.remaining) + characters;
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
function weighWhole(search: Search, octets: View, at: number): number {
  const { header } = search;
  const { type, remaining } = header;
  if (type === PINGREQ || type === PINGRESP) return remaining === 0 ? 16 : IMPLAUSIBLE;
  // Hostile octets look like a packet at every place; reading each would cost more than all the rest.
  if (search.readings < 1) return IMPLAUSIBLE;
  search.readings -= 1;
  return Math.max(weighAs(header, octets, at, "3.1.1"), weighAs(header, octets, at, "5.0"));
}

/** Bits of a whole packet: 8 for type and flags, 8 for a length that fits the form, and what its values leave out. */
function weighAs(header: FixedHeader, octets: View, at: number, version: MqttVersion): number {
  if (header.type >= PUBACK && header.type <= PUBCOMP) {
    const faults: Fault[] = [];
    const packet = readAcknowledgement(header, octets, at, version, faults);
    if (packet === undefined || faults.length > 0 || !isCode(packet.code ?? 0)) return IMPLAUSIBLE;
    return packet.code === undefined || header.remaining === 2 ? 16 : 18;
  }
  const { packet, faults } = readControlPacket(frameOf(header, octets, at), version);
  if (packet === undefined || faults.length > 0) return IMPLAUSIBLE;
  switch (packet.type) {
    case "connect":
      return 64;
    case "connack":
      return isCode(packet.code) ? 24 : IMPLAUSIBLE;
    case "subscribe":
      return 24;
    case "unsubscribe":
      return 20;
    case "suback":
      if (version === "5.0") return packet.codes.every(isCode) ? 16 + 2 * packet.codes.length : IMPLAUSIBLE;
      return packet.codes.every(code => code <= 2 || code === 0x80)
        ? 16 + 6 * packet.codes.length
        : IMPLAUSIBLE;
    case "unsuback":
      return packet.codes.every(isCode) ? 16 + 2 * packet.codes.length : IMPLAUSIBLE;
    case "auth":
      return packet.code === 0 || packet.code === 0x18 || packet.code === 0x19 ? 16 : IMPLAUSIBLE;
    default:
      return "code" in packet && !isCode(packet.code ?? 0) ? IMPLAUSIBLE : 16;
  }
}

/** A packet of which only the beginning is there: CONNECT by its protocol name, others by little. */
function weighBeginning(octets: View, body: number, end: number, header: FixedHeader): number {
  const { type, remaining } = header;
  if (type === PINGREQ || type === PINGRESP) return IMPLAUSIBLE;
  if (type === SUBSCRIBE || type === UNSUBSCRIBE) return weighFilters(octets, body, end, remaining);
  if (type !== CONNECT) return remaining >= 2 && remaining <= LIMITS.searchOctets ? 6 : IMPLAUSIBLE;
  const there = Math.min(end - body, 6);
  for (let at = 0; at < there; at++) {
    const octet = octets[body + at];
    if (octet !== MQTT[at] && octet !== MQISDP[at]) return IMPLAUSIBLE;
  }
  return 8 + 8 * there;
}

/** A SUBSCRIBE or UNSUBSCRIBE by its Packet Identifier and the length of its first Topic Filter before 5.0. */
function weighFilters(octets: View, body: number, end: number, remaining: number): number {
  if (remaining < 5) return IMPLAUSIBLE;
  if (body + 4 > end) return 4;
  if (octets[body] === 0 && octets[body + 1] === 0) return IMPLAUSIBLE;
  const length = octets[body + 2]! * 0x100 + octets[body + 3]!;
  return 4 + length <= remaining ? 6 + lengthBits(remaining) : 6;
}

/** Of 65 536 lengths of a text only some fit into a Remaining Length. */
const lengthBits = (remaining: number): number => Math.max(0, 15 - Math.log2(remaining));

/** Whether a first octet can begin a packet of that sender. */
export function mayBegin(octet: number, from: Direction | undefined): boolean {
  const type = octet >> 4;
  const flags = octet & 0x0f;
  if (type === PUBLISH) return (flags & 0x06) !== 0x06 && (flags & 0x0e) !== 0x08;
  const wanted = type === PUBREL || type === SUBSCRIBE || type === UNSUBSCRIBE ? 0x02 : 0x00;
  if (type === 0 || flags !== wanted) return false;
  return from === undefined || (SENDERS[type] ?? from) === from;
}

/** Success, the few codes below 0x80, the Return Codes of 3.1.1, and the errors of 5.0. */
const isCode = (code: number): boolean =>
  code <= 5 || (code >= 0x10 && code <= 0x19) || (code >= 0x80 && code <= 0xa2);

const MQTT = [0x00, 0x04, 0x4d, 0x51, 0x54, 0x54];
const MQISDP = [0x00, 0x06, 0x4d, 0x51, 0x49, 0x73];

/** One chance in sixteen milliards for each octet. */
export const ENOUGH_BITS = 34;
const SEGMENT_BITS = 10;
const ENDING_BITS = 8;
const IMPLAUSIBLE = -1;
