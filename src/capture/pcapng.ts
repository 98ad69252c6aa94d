/** The pcapng format (draft-ietf-opsawg-pcapng): blocks in sections, each section with its own byte order and interfaces. */
import type { Fault, FaultReason } from "../octets/decode.ts";
import type { Timestamp } from "../octets/time.ts";
import { ownRange, type View } from "../octets/view.ts";
import type { Frame, FrameNumber } from "./frame.ts";
import { type Batch, type CaptureFramer, LIMITS, u32 } from "./framer.ts";
import {
  type CaptureInterface,
  type InterfaceStatistics,
  micros,
  nanosOf,
  readInterface,
  readStatistics,
} from "./pcapng-interface.ts";

/** The Block Type of a Section Header Block, the same in both byte orders: a pcapng file begins with it. */
export const SECTION_HEADER = 0x0a0d_0d0a;

/** Blocks become frames and notices; blocks of other types are passed over by their length. */
export function pcapngFramer(): CaptureFramer {
  const state: State = {
    little: true,
    sections: 0,
    interfaces: [],
    frames: 0,
    last: 0,
    dropped: 0,
    received: undefined,
    ended: false,
  };
  return {
    get ended() {
      return state.ended;
    },
    take: (batch, octets, start, end, position) => take(state, batch, octets, start, end, position),
    cut(octets, start, end) {
      const left = end - start;
      if (left < 12) return short("Block", "Block Total Length", 0, 12, left);
      const little = u32(octets, start, true) === SECTION_HEADER ? isLittle(octets, start) : state.little;
      return short(
        nameOf(u32(octets, start, little)),
        "Block Total Length",
        4,
        u32(octets, start + 4, little),
        left,
      );
    },
  };
}

interface State {
  little: boolean;
  sections: number;
  interfaces: CaptureInterface[];
  frames: number;
  /** Time of the last packet: a Simple Packet Block has none of its own. */
  last: number;
  /** What the interfaces of all sections counted so far. */
  dropped: number;
  received: number | undefined;
  ended: boolean;
}

function take(
  state: State,
  batch: Batch,
  octets: View,
  start: number,
  end: number,
  position: number,
): number {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const { frames, most = Number.POSITIVE_INFINITY } = batch;
  let at = start;
  while (end - at >= 12 && frames.length < most) {
    const isSection = view.getUint32(at) === SECTION_HEADER;
    if (isSection) state.little = isLittle(octets, at);
    const little = state.little;
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    const usual = length % 4 === 0 && length >= 32 && length <= LIMITS.blockLength && state.sections > 0;
    let fault =
      usual && !isSection ? undefined : blockFault(state, type, length, view.getUint32(at + 8, little));
    if (fault === undefined) {
      if (length > end - at) return at;
      const isPacket = type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET;
      // What was told comes before this frame, which therefore begins the next batch.
      if (isPacket && batch.notices.length > 0) return at;
      if (view.getUint32(at + length - 4, little) !== length) {
        const repeated = view.getUint32(at + length - 4, little);
        fault = forbidden(
          nameOf(type),
          "Block Total Length",
          length - 4,
          repeated,
          "§3.1: both lengths are the same",
        );
      } else if (isPacket) {
        fault = takePacket(state, batch, octets, view, at, length, position);
      } else {
        fault = takeOther(state, batch, octets, view, at, length);
      }
    }
    if (fault !== undefined) {
      state.ended = true;
      batch.notices.push({ type: "capture.malformed", fault, position: position + at });
      return at;
    }
    at += length;
  }
  return at;
}

/** §4.3, §4.4 and the obsolete Packet Block of appendix A, which keeps a count of drops behind a shorter interface number. */
function takePacket(
  state: State,
  batch: Batch,
  octets: View,
  view: DataView,
  at: number,
  length: number,
  position: number,
): Fault | undefined {
  const little = state.little;
  const type = view.getUint32(at, little);
  const simple = type === SIMPLE_PACKET;
  const id = simple
    ? 0
    : type === ENHANCED_PACKET
      ? view.getUint32(at + 8, little)
      : view.getUint16(at + 8, little);
  const on = state.interfaces[id];
  if (on === undefined)
    return forbidden(nameOf(type), "Interface ID", 8, id, "§4.2: described before it is used");
  const from = at + (simple ? 12 : 28);
  const room = at + length - 4 - from;
  const originalLength = view.getUint32(simple ? at + 8 : at + 24, little);
  const captured = simple
    ? Math.min(originalLength, on.snapLength || room, room)
    : view.getUint32(at + 20, little);
  if (captured > room) return short(nameOf(type), "Captured Packet Length", 20, captured, room);
  if (captured > LIMITS.capturedLength) {
    return tooLarge(nameOf(type), "Captured Packet Length", simple ? 8 : 20, captured, LIMITS.capturedLength);
  }
  if (!simple) {
    state.last =
      micros(view.getUint32(at + 12, little), view.getUint32(at + 16, little), on.resolution) +
      on.offsetMicros;
  }
  const frame: Frame & { nanos?: number } = {
    number: ++state.frames as FrameNumber,
    at: state.last as Timestamp,
    position: position + from,
    linkType: on.linkType,
    originalLength,
    octets,
    start: from,
    end: from + captured,
  };
  if (!simple && on.resolution > 6 && on.resolution <= 9)
    frame.nanos = nanosOf(view.getUint32(at + 12, little), view.getUint32(at + 16, little), on.resolution);
  batch.frames.push(frame);
  return undefined;
}

/** Blocks that describe; those that this program does not know say nothing. */
function takeOther(
  state: State,
  batch: Batch,
  octets: View,
  view: DataView,
  at: number,
  length: number,
): Fault | undefined {
  const { little, interfaces } = state;
  const end = at + length - 4;
  switch (view.getUint32(at, little)) {
    case SECTION_HEADER: {
      const major = view.getUint16(at + 12, little);
      if (major !== 1) return forbidden("Section Header Block", "Major Version", 12, major, "§4.1: 1");
      if (state.sections++ === 0) batch.notices.push({ type: "capture.opened", format: "pcapng" });
      state.interfaces = [];
      return undefined;
    }
    case INTERFACE_DESCRIPTION: {
      if (interfaces.length === LIMITS.interfaces) {
        return tooLarge(
          "Interface Description Block",
          "Interface ID",
          0,
          interfaces.length + 1,
          LIMITS.interfaces,
        );
      }
      const one = readInterface(octets, at + 8, end, little);
      interfaces.push(one);
      const { linkType, snapLength, name, filter } = one;
      const named = { ...(name !== undefined && { name }), ...(filter !== undefined && { filter }) };
      batch.notices.push({ type: "capture.interface", linkType, snapLength, ...named });
      return undefined;
    }
    case INTERFACE_STATISTICS: {
      const one = interfaces[view.getUint32(at + 8, little)];
      if (one !== undefined) count(state, batch, one, readStatistics(octets, at + 8, end, little));
      return undefined;
    }
    case DECRYPTION_SECRETS: {
      const size = view.getUint32(at + 12, little);
      if (size > end - at - 16)
        return short("Decryption Secrets Block", "Secrets Length", 12, size, end - at - 16);
      const secrets = ownRange(octets, at + 16, at + 16 + size);
      batch.notices.push({
        type: "capture.secrets",
        secretsType: view.getUint32(at + 8, little),
        octets: secrets,
      });
      return undefined;
    }
    default:
      return undefined;
  }
}

/** §4.6: the counters of an interface are totals, so only what was added since the last ones counts. */
function count(state: State, batch: Batch, on: CaptureInterface, now: InterfaceStatistics): void {
  const before = on.statistics;
  on.statistics = { received: now.received ?? before.received, dropped: now.dropped ?? before.dropped };
  if (now.dropped === undefined) return;
  state.dropped += now.dropped - (before.dropped ?? 0);
  if (now.received !== undefined)
    state.received = (state.received ?? 0) + now.received - (before.received ?? 0);
  const received = state.received;
  batch.notices.push({
    type: "capture.drops",
    dropped: state.dropped,
    ...(received !== undefined && { received }),
  });
}

/** §3.1, and before the first section header nothing can be read at all. */
function blockFault(state: State, type: number, length: number, magic: number): Fault | undefined {
  const unit = nameOf(type);
  if (state.sections === 0 && type !== SECTION_HEADER)
    return forbidden(unit, "Block Type", 0, type, "§4.1: a section comes first");
  if (type === SECTION_HEADER && magic !== BYTE_ORDER_MAGIC)
    return forbidden(unit, "Byte-Order Magic", 8, magic, "§4.1");
  const least = MINIMUM.get(type) ?? 12;
  if (length < least) return short(unit, "Block Total Length", 4, least, length);
  if (length % 4 !== 0) return forbidden(unit, "Block Total Length", 4, length, "§3.1: a multiple of 4");
  if (length > LIMITS.blockLength) return tooLarge(unit, "Block Total Length", 4, length, LIMITS.blockLength);
  return undefined;
}

/** The byte order of a section whose header begins at `at`; a magic of neither order is refused later. */
const isLittle = (octets: View, at: number): boolean => u32(octets, at + 8, false) !== BYTE_ORDER_MAGIC;

const nameOf = (type: number): string => NAMES.get(type) ?? `Block 0x${type.toString(16).padStart(8, "0")}`;

const fault = (unit: string, field: string, offset: number, reason: FaultReason): Fault => ({
  unit,
  field,
  offset,
  reason,
});

const short = (unit: string, field: string, offset: number, needed: number, left: number): Fault =>
  fault(unit, field, offset, { kind: "short", needed, left });

const forbidden = (unit: string, field: string, offset: number, value: number, clause: string): Fault =>
  fault(unit, field, offset, { kind: "forbidden", value, clause });

const tooLarge = (unit: string, field: string, offset: number, size: number, limit: number): Fault =>
  fault(unit, field, offset, { kind: "too-large", size, limit });

const BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;

const BLOCKS: readonly (readonly [type: number, name: string, minimum: number])[] = [
  [SECTION_HEADER, "Section Header Block", 28],
  [INTERFACE_DESCRIPTION, "Interface Description Block", 20],
  [OBSOLETE_PACKET, "Packet Block", 32],
  [SIMPLE_PACKET, "Simple Packet Block", 16],
  [INTERFACE_STATISTICS, "Interface Statistics Block", 24],
  [ENHANCED_PACKET, "Enhanced Packet Block", 32],
  [DECRYPTION_SECRETS, "Decryption Secrets Block", 20],
];
const NAMES: ReadonlyMap<number, string> = new Map(BLOCKS.map(([type, name]) => [type, name]));
const MINIMUM: ReadonlyMap<number, number> = new Map(BLOCKS.map(([type, , minimum]) => [type, minimum]));
