/** Which version a connection speaks whose CONNECT was not seen: what each packet says for 5.0 or against it. */
import type { View } from "../../octets/view.ts";
import {
  AUTH,
  CONNACK,
  type ControlPacketFrame,
  DISCONNECT,
  type FixedHeader,
  frameOf,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from "./frame.ts";
import type { MqttVersion } from "./packet.ts";
import { readProperties } from "./properties.ts";
import { readControlPacket } from "./read.ts";

/**
 * What one packet says, of which the octets before `kept` are there: above 0 for 5.0, below 0 for 3.1.1, 0 where both would read the same. A PUBLISH
 * whose payload could be an empty property list says little; forms that only one version knows say much.
 */
export function leaning(header: FixedHeader, octets: View, start: number, kept: number): number {
  const { type, remaining } = header;
  if (type === PUBLISH) return publishLeaning(header, octets, start, kept);
  if (start + header.headerLength + remaining > kept) return 0;
  if (type >= PUBACK && type <= PUBCOMP) return remaining > 2 ? SURE : 0;
  if (type === DISCONNECT || type === CONNACK)
    return remaining > (type === CONNACK ? 2 : 0) ? SURE : connackOrNone(type);
  if (type === AUTH) return SURE;
  if (type === SUBSCRIBE || type === SUBACK || type === UNSUBSCRIBE || type === UNSUBACK)
    return formLeaning(frameOf(header, octets, start));
  return 0;
}

/** The version that the form of a CONNACK `[from, to)` speaks for, with a header of two octets: 5.0 has a Property Length (§3.2.2.3). */
export const versionOfConnack = ({
  from,
  to,
}: {
  readonly from: number;
  readonly to: number;
}): MqttVersion => (to - from <= 4 ? "3.1.1" : "5.0");

/** Votes beyond this say no more. */
export const CERTAIN = 24;

const SURE = 8;
const HINT = 2;

/** A CONNACK of two octets is 3.1.1's; a DISCONNECT of none is anybody's. */
const connackOrNone = (type: number): number => (type === CONNACK ? -SURE : 0);

/** Whether what follows the variable header of 3.1.1 could be a property list. */
function publishLeaning(header: FixedHeader, octets: View, start: number, end: number): number {
  let at = start + header.headerLength;
  if (at + 2 > end) return 0;
  at += 2 + octets[at]! * 0x100 + octets[at + 1]! + ((header.flags & 0x06) === 0 ? 0 : 2);
  if (at >= end) return -SURE;
  let length = 0;
  let weight = 1;
  for (let read = 0; read < 4 && at < end; read++) {
    const octet = octets[at++]!;
    length += (octet & 0x7f) * weight;
    weight *= 0x80;
    if (octet >= 0x80) continue;
    if (length === 0) return HINT;
    if (at + length > end) return -SURE;
    const list = readProperties(octets.subarray(at, at + length), PUBLISH, 0);
    return list.faults.length === 0 ? SURE : -SURE;
  }
  return -SURE;
}

/** Packets whose form differs: the version in which nothing is wrong with them. */
function formLeaning(frame: ControlPacketFrame): number {
  const old = isSound(frame, "3.1.1");
  const five = isSound(frame, "5.0");
  return old === five ? 0 : five ? SURE : -SURE;
}

function isSound(frame: ControlPacketFrame, version: MqttVersion): boolean {
  const { packet, faults } = readControlPacket(frame, version);
  if (packet === undefined || faults.length > 0) return false;
  // Codes that no server grants are what a property list looks like to 3.1.1.
  if (packet.type !== "suback" || version === "5.0") return true;
  return packet.codes.every(code => code <= 2 || code === 0x80);
}
