/** What the packet stage makes of frames, as values that a test can compare. */
import type { FrameNumber, Notice } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { endpointText } from "../../src/packet/address.ts";
import { type PacketCounters, packets } from "../../src/packet/packets.ts";
import type { Addresses, PacketLimit, Payload } from "../../src/packet/segment.ts";

export interface Decoded {
  /** `192.0.2.7:49152 > 192.0.2.1:1883 "payload"`, and `+3` where three octets are missing. */
  readonly segments: readonly string[];
  readonly datagrams: readonly string[];
  /** Frames by kind. */
  readonly undecoded: Readonly<Record<string, number>>;
  readonly notices: readonly string[];
  readonly limits: readonly PacketLimit[];
  readonly counters: PacketCounters;
  /** Number, position and header fields of the segments. */
  readonly fields: readonly SegmentFields[];
}

export interface SegmentFields {
  readonly frame: number;
  readonly position: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly window: number;
}

export interface GivenFrame {
  readonly octets: Uint8Array;
  readonly linkType?: number;
  readonly originalLength?: number;
  /** Seconds since the start. */
  readonly second?: number;
}

/** Frames pushed in one batch, each in a buffer of its own at an odd offset; positions begin at 1000 a frame. */
export function decoded(frames: readonly (GivenFrame | Uint8Array)[], linkType = 1): Decoded {
  const segments: string[] = [];
  const datagrams: string[] = [];
  const undecoded: Record<string, number> = {};
  const notices: string[] = [];
  const limits: PacketLimit[] = [];
  const fields: SegmentFields[] = [];
  const stage = packets({
    segment(segment) {
      segments.push(shown(segment));
      const { frame, position, sequence, acknowledgment, flags, window } = segment;
      fields.push({ frame: frame.number, position, sequence, acknowledgment, flags, window });
    },
    datagram: datagram => datagrams.push(shown(datagram)),
    notice(notice: Notice) {
      notices.push(notice.type);
      if (notice.type === "capture.undecoded") undecoded[notice.kind] = notice.frames;
    },
    limit: limit => limits.push(limit),
    end: () => notices.push("end"),
  });
  stage.push({
    frames: frames.map((given, index) => {
      const { octets, ...frame } = given instanceof Uint8Array ? { octets: given } : (given as GivenFrame);
      const buffer = new Uint8Array(octets.length + 10).fill(0xee);
      buffer.set(octets, 5);
      return {
        number: (index + 1) as FrameNumber,
        at: ((frame.second ?? index) * 1_000_000) as Timestamp,
        position: 1000 * (index + 1),
        linkType: frame.linkType ?? linkType,
        originalLength: frame.originalLength ?? octets.length,
        octets: buffer,
        start: 5,
        end: 5 + octets.length,
      };
    }),
    notices: [],
  });
  stage.end();
  return { segments, datagrams, undecoded, notices, limits, fields, counters: stage.counters };
}

function shown(packet: Addresses & Payload): string {
  const p = packet;
  const from = endpointText(p.family, p.source0, p.source1, p.source2, p.source3, p.sourcePort);
  const to = endpointText(
    p.family,
    p.destination0,
    p.destination1,
    p.destination2,
    p.destination3,
    p.destinationPort,
  );
  const payload = Buffer.from(p.octets.subarray(p.start, p.end)).toString("latin1");
  return `${from} > ${to} "${payload}"${p.missing === 0 ? "" : `+${p.missing}`}`;
}
