/** Cutting MQTT Control Packets out of a stream by their fixed header: the only place where "not yet" is an answer. */
import type { Fault, Framed } from "../../octets/decode.ts";
import type { View } from "../../octets/view.ts";

/** The fixed header (MQTT 5.0 §2.1). */
export interface FixedHeader {
  /** Control Packet type, 1 … 15. */
  type: number;
  /** The four flag bits. */
  flags: number;
  /** Remaining Length: octets after the fixed header, 0 … 268 435 455. */
  remaining: number;
  /** Octets of the fixed header, 2 … 5. */
  headerLength: number;
  /** Whether the Remaining Length used no more octets than it needs (MQTT-1.5.5-1). */
  minimal: boolean;
}

/** A whole Control Packet within `octets`. */
export interface ControlPacketFrame extends Readonly<FixedHeader> {
  readonly octets: View;
  /** The packet is `octets[start … end)`, its variable header begins at `body`. */
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

export const fixedHeader = (): FixedHeader => ({
  type: 0,
  flags: 0,
  remaining: 0,
  headerLength: 0,
  minimal: true,
});

/**
 * Reads a fixed header at `at` into `into` and gives its length; `NOT_YET` where `octets` end before it does,
 * `IMPOSSIBLE` where no Control Packet can begin so (`headerFault` says why). Nothing is allocated.
 */
export function readFixedHeader(octets: View, at: number, end: number, into: FixedHeader): number {
  if (at >= end) return NOT_YET;
  const first = octets[at]!;
  into.type = first >> 4;
  into.flags = first & 0x0f;
  if (into.type === 0) return IMPOSSIBLE;
  let remaining = 0;
  let weight = 1;
  for (let read = 1; read <= 4; read++) {
    if (at + read >= end) return NOT_YET;
    const octet = octets[at + read]!;
    remaining += (octet & 0x7f) * weight;
    if (octet < 0x80) {
      into.remaining = remaining;
      into.headerLength = read + 1;
      into.minimal = octet !== 0 || read === 1;
      return read + 1;
    }
    weight *= 0x80;
  }
  return IMPOSSIBLE;
}

/** Why no Control Packet begins at `at`, where `readFixedHeader` said `IMPOSSIBLE`. */
export function headerFault(octets: View, at: number): Fault {
  const type = octets[at]! >> 4;
  if (type === 0)
    return fault("Control Packet type", 0, { kind: "forbidden", value: 0, clause: "MQTT 5.0 §2.1.2" });
  return fault("Remaining Length", 1, {
    kind: "forbidden",
    value: octets[at + 4]!,
    clause: "MQTT 5.0 §1.5.5",
  });
}

/**
 * Frames the Control Packet that begins at `octets[start]`; `end` bounds what has arrived. `need-more` says how
 * many octets from `start` the packet has at least. A Remaining Length longer than needed is accepted and noted.
 */
export function frameControlPacket(octets: View, start = 0, end = octets.length): Framed<ControlPacketFrame> {
  const header = fixedHeader();
  const headerLength = readFixedHeader(octets, start, end, header);
  if (headerLength === NOT_YET) return { state: "need-more", atLeast: Math.max(2, end - start + 1) };
  if (headerLength === IMPOSSIBLE) return { state: "malformed", fault: headerFault(octets, start) };
  const length = headerLength + header.remaining;
  if (start + length > end) return { state: "need-more", atLeast: length };
  return { state: "ok", unit: frameOf(header, octets, start), length };
}

/** The frame of a header that was read at `start`; the packet must be there as a whole. */
export const frameOf = (header: FixedHeader, octets: View, start: number): ControlPacketFrame => ({
  type: header.type,
  flags: header.flags,
  remaining: header.remaining,
  headerLength: header.headerLength,
  minimal: header.minimal,
  octets,
  start,
  body: start + header.headerLength,
  end: start + header.headerLength + header.remaining,
});

/** Names of the Control Packet types as the standard writes them; 0 is forbidden. */
export const PACKET_NAMES = [
  "Reserved",
  "CONNECT",
  "CONNACK",
  "PUBLISH",
  "PUBACK",
  "PUBREC",
  "PUBREL",
  "PUBCOMP",
  "SUBSCRIBE",
  "SUBACK",
  "UNSUBSCRIBE",
  "UNSUBACK",
  "PINGREQ",
  "PINGRESP",
  "DISCONNECT",
  "AUTH",
] as const;

export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const UNSUBSCRIBE = 10;
export const UNSUBACK = 11;
export const PINGREQ = 12;
export const PINGRESP = 13;
export const DISCONNECT = 14;
export const AUTH = 15;

/** Answers of `readFixedHeader` that are no length. */
export const NOT_YET = 0;
export const IMPOSSIBLE = -1;

const fault = (field: string, offset: number, reason: Fault["reason"]): Fault => ({
  unit: "Control Packet",
  field,
  offset,
  reason,
});
