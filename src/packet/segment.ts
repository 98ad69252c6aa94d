/** What packet headers become: TCP segments and UDP datagrams with numbers for addresses. */
import type { Frame, FrameNumber, Notice } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import type { View } from "../octets/view.ts";

/**
 * Addresses and ports of a packet. An address is four words of 32 bits, most significant first, each a
 * signed integer so that it stays a small one; IPv4 addresses fill the last word only, and `family` tells
 * 192.0.2.1 from ::ffff:192.0.2.1.
 */
export interface Addresses {
  readonly family: 4 | 6;
  readonly source0: number;
  readonly source1: number;
  readonly source2: number;
  readonly source3: number;
  readonly destination0: number;
  readonly destination1: number;
  readonly destination2: number;
  readonly destination3: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** Where a packet's payload lies: `octets[start … end)`, and how much of it the capture is missing. */
export interface Payload {
  /** The frame on which the packet was complete: the last fragment's, where it came in fragments. */
  readonly frame: Frame;
  /** The frame's buffer, or that of the reassembled fragments. */
  readonly octets: View;
  readonly start: number;
  readonly end: number;
  /** Offset of `octets[start]` in the capture file; -1 where fragments were joined or the capture is live. */
  readonly position: number;
  /** Octets at the end of the payload that the IP length promises and the capture does not hold. */
  readonly missing: number;
}

/** RFC 9293 §3.1. Sequence and acknowledgment number are signed: compare with `distance` only. */
export interface Segment extends Addresses, Payload {
  readonly sequence: number;
  readonly acknowledgment: number;
  /** CWR ECE URG ACK PSH RST SYN FIN, from bit 7 to bit 0. */
  readonly flags: number;
  readonly window: number;
}

/** RFC 768. */
export interface Datagram extends Addresses, Payload {}

/** What the packet stage is given: the successor for each kind of thing it makes. Segments are borrowed. */
export interface PacketSink {
  segment(segment: Segment): void;
  datagram(datagram: Datagram): void;
  notice(notice: Notice): void;
  /** Fragments of a packet were given up because a ceiling was reached; those that waited in vain are counted instead. */
  limit?(limit: PacketLimit): void;
  end(): void;
}

/** A ceiling of the packet stage was reached. */
export interface PacketLimit {
  readonly limit: "fragments";
  readonly at: Timestamp;
  readonly frame: FrameNumber;
}

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;
