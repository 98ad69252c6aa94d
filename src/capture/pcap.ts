/** The pcap format (draft-ietf-opsawg-pcap): a file header, then records, in the byte order of who wrote it. */
import type { Fault, FaultReason, Framed } from "../octets/decode.ts";
import type { Timestamp } from "../octets/time.ts";
import type { View } from "../octets/view.ts";
import type { CaptureFormat, Frame, FrameNumber } from "./frame.ts";
import { type Batch, type CaptureFramer, LIMITS, u16, u32 } from "./framer.ts";

/** What the file header says about the records. */
export interface PcapHeader {
  readonly format: CaptureFormat;
  readonly little: boolean;
  readonly nanoseconds: boolean;
  /** Octets before a record's packet data: 16, or 24 in Kuznetzov's variant. */
  readonly recordHeader: number;
  readonly minorVersion: number;
  readonly snapLength: number;
  readonly linkType: number;
}

/**
 * The file header at `start` (§4): 24 octets, 28 in Ixia's variants. "malformed" where the magic number is
 * none of pcap's.
 */
export function framePcapHeader(octets: View, start: number, end: number): Framed<PcapHeader> {
  if (end - start < 4) return { state: "need-more", atLeast: 4 };
  const big = u32(octets, start, false);
  const little = !VARIANTS.has(big);
  const magic = little ? u32(octets, start, true) : big;
  const variant = VARIANTS.get(magic);
  if (variant === undefined) {
    const reason: FaultReason = { kind: "forbidden", value: hex(big), clause: "not a pcap file" };
    return {
      state: "malformed",
      fault: { unit: "pcap file header", field: "Magic Number", offset: 0, reason },
    };
  }
  const length = variant.fileHeader;
  if (end - start < length) return { state: "need-more", atLeast: length };
  const header: PcapHeader = {
    format: variant.format,
    little,
    nanoseconds: variant.nanoseconds,
    recordHeader: variant.recordHeader,
    minorVersion: u16(octets, start + 6, little),
    snapLength: u32(octets, start + 16, little),
    // The top six bits tell of a frame check sequence, not of the link type.
    linkType: u32(octets, start + 20, little) % 0x0400_0000,
  };
  return { state: "ok", unit: header, length };
}

/**
 * Records behind a file header become frames, numbered from behind `before` on. Nanoseconds are kept beside the
 * microseconds; invalid fractions are added as they are.
 */
export function pcapFramer(header: PcapHeader, before = 0): CaptureFramer {
  const { little, nanoseconds, recordHeader, linkType, snapLength, format } = header;
  // Until version 2.3 the two lengths stood the other way round on some systems; only one order makes sense.
  const lengthsMaySwap = header.minorVersion <= 3;
  let opened = false;
  let number = before;
  let ended = false;
  return {
    get ended() {
      return ended;
    },
    take(batch, octets, start, end, position) {
      if (!opened) {
        opened = true;
        batch.notices.push(
          { type: "capture.opened", format },
          { type: "capture.interface", linkType, snapLength },
        );
        return start;
      }
      const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
      const { frames, most = Number.POSITIVE_INFINITY } = batch;
      let at = start;
      while (end - at >= recordHeader && frames.length < most) {
        let captured = view.getUint32(at + 8, little);
        let originalLength = view.getUint32(at + 12, little);
        if (captured > originalLength && lengthsMaySwap)
          [captured, originalLength] = [originalLength, captured];
        if (captured > LIMITS.capturedLength) {
          ended = true;
          malformed(batch, captured, position + at);
          return at;
        }
        const from = at + recordHeader;
        const to = from + captured;
        if (to > end) break;
        const fraction = view.getUint32(at + 4, little);
        const micros = nanoseconds ? Math.floor(fraction / 1000) : fraction;
        const frame: Timed = {
          number: ++number as FrameNumber,
          at: (view.getUint32(at, little) * 1_000_000 + micros) as Timestamp,
          position: position + from,
          linkType,
          originalLength,
          octets,
          start: from,
          end: to,
        };
        if (nanoseconds) frame.nanos = fraction % 1000;
        frames.push(frame);
        at = to;
      }
      return at;
    },
    cut: (octets, start, end) => cut(header, octets, start, end),
  };
}

/** The property is there in captures of nanoseconds alone: the usual frame is not made larger for it. */
type Timed = Frame & { nanos?: number };

function malformed(batch: Batch, size: number, position: number): void {
  const reason: FaultReason = { kind: "too-large", size, limit: LIMITS.capturedLength };
  const fault: Fault = { unit: "Packet Record", field: "Captured Packet Length", offset: 8, reason };
  batch.notices.push({ type: "capture.malformed", fault, position });
}

function cut(header: PcapHeader, octets: View, start: number, end: number): Fault {
  const left = end - start;
  if (left < header.recordHeader) {
    const reason: FaultReason = { kind: "short", needed: header.recordHeader, left };
    return { unit: "Packet Record", field: "header", offset: 0, reason };
  }
  const captured = u32(octets, start + 8, header.little);
  const reason: FaultReason = { kind: "short", needed: captured, left: left - header.recordHeader };
  return { unit: "Packet Record", field: "Packet Data", offset: header.recordHeader, reason };
}

const hex = (word: number): string => `0x${word.toString(16).padStart(8, "0")}`;

interface Variant {
  readonly format: CaptureFormat;
  readonly nanoseconds: boolean;
  readonly fileHeader: number;
  readonly recordHeader: number;
}

/** Magic numbers. Ixia's lcap files keep the size of all records behind the usual file header. */
const VARIANTS: ReadonlyMap<number, Variant> = new Map([
  [0xa1b2_c3d4, { format: "pcap", nanoseconds: false, fileHeader: 24, recordHeader: 16 }],
  [0xa1b2_3c4d, { format: "pcap-ns", nanoseconds: true, fileHeader: 24, recordHeader: 16 }],
  [0xa1b2_cd34, { format: "pcap-modified", nanoseconds: false, fileHeader: 24, recordHeader: 24 }],
  [0x1c00_01ab, { format: "pcap", nanoseconds: false, fileHeader: 28, recordHeader: 16 }],
  [0x1c00_01ac, { format: "pcap-ns", nanoseconds: true, fileHeader: 28, recordHeader: 16 }],
]);
