/** MQTT-SN messages written by hand, and what a capture's associations say of datagrams. */
import type { FrameNumber } from "../../../src/capture/frame.ts";
import type { Timestamp } from "../../../src/octets/time.ts";
import type { Datagram } from "../../../src/packet/segment.ts";
import type { LimitEvent, ProtocolEvent } from "../../../src/protocol/event.ts";
import { associations } from "../../../src/protocol/mqttsn/associations.ts";
import { MESSAGE_TYPES } from "../../../src/protocol/mqttsn/message.ts";
import { hex, join } from "../build.ts";

/** A message with the Length that goes with it; text after `~` is written as it is, everything else is hex. */
export function sn(type: keyof typeof MESSAGE_TYPES, ...parts: readonly string[]): Uint8Array {
  const body = join(
    ...parts.map(part => (part.startsWith("~") ? new TextEncoder().encode(part.slice(1)) : hex(part))),
  );
  const number = MESSAGE_TYPES[type];
  if (body.length + 2 < 0x100) return join(Uint8Array.of(body.length + 2, number), body);
  const length = body.length + 4;
  return join(Uint8Array.of(1, Math.floor(length / 0x100), length % 0x100, number), body);
}

export const CONNECT = sn("connect", "04 01 003c", "~sensor-a1");

export interface Sent {
  readonly octets: Uint8Array;
  /** Last octet of the address, and port. */
  readonly from?: readonly [host: number, port: number];
  readonly to?: readonly [host: number, port: number];
  readonly seconds?: number;
}

export const CLIENT = [7, 40_000] as const;
export const GATEWAY = [1, 1884] as const;

/** What is told of datagrams, one a second. */
export function told(sent: readonly Sent[]): {
  readonly events: ProtocolEvent[];
  readonly limits: LimitEvent[];
} {
  const events: ProtocolEvent[] = [];
  const limits: LimitEvent[] = [];
  const stage = associations(
    0,
    event => events.push(event),
    limit => limits.push(limit),
  );
  for (const [index, each] of sent.entries()) stage.datagram(datagram(each, index));
  stage.end();
  return { events, limits };
}

/** Their types without the part that all have. */
export const types = (events: readonly ProtocolEvent[]): string[] =>
  events.map(event => event.type.replace("mqttsn.", ""));

function datagram({ octets, from = CLIENT, to = GATEWAY, seconds }: Sent, index: number): Datagram {
  return {
    family: 4,
    source0: 0,
    source1: 0,
    source2: 0,
    source3: (0xc000_0200 + from[0]) | 0,
    sourcePort: from[1],
    destination0: 0,
    destination1: 0,
    destination2: 0,
    destination3: (0xc000_0200 + to[0]) | 0,
    destinationPort: to[1],
    frame: {
      number: (index + 1) as FrameNumber,
      at: ((seconds ?? index) * 1e6) as Timestamp,
      position: index * 100,
      linkType: 1,
      originalLength: octets.length,
      octets,
      start: 0,
      end: octets.length,
    },
    octets,
    start: 0,
    end: octets.length,
    position: index * 100,
    missing: 0,
  };
}
