/** What is known of a connection when its object is made. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import { hardwareAddress } from "../packet/hardware.ts";
import type { Addresses, Segment } from "../packet/segment.ts";
import type { Roles, StreamId } from "./item.ts";

export interface Opening {
  readonly id: StreamId;
  readonly capture: number;
  /** The addresses, and whether the initiator is their destination and not their source. */
  readonly addresses: Addresses;
  readonly reversed: boolean;
  readonly hash: number;
  readonly initiatorIsClient: boolean;
  /** Hardware addresses of the initiator and its peer, or `NO_HARDWARE`. */
  readonly hardware: readonly [initiator: number, responder: number];
  readonly roles: Roles;
  readonly midstream: boolean;
  readonly first: Timestamp;
  readonly firstFrame: FrameNumber;
}

/** The hardware addresses of a new connection; `reversed` where the segment comes from the responder. */
export function hardwareOf(segment: Segment, reversed: boolean): Opening["hardware"] {
  const source = hardwareAddress(segment, "source");
  const destination = hardwareAddress(segment, "destination");
  return reversed ? [destination, source] : [source, destination];
}
