/** Capture files made in code for tests: pcap in all its variants, and pcapng block by block. */
import { join } from "./packets.ts";

/** One captured frame; times default to a second apart, from 2026-01-02T03:04:05Z. */
export interface Captured {
  readonly octets: Uint8Array;
  /** Microseconds since 1970. */
  readonly at?: number;
  /** What is left of a microsecond, in files that keep nanoseconds. */
  readonly nanos?: number;
  /** More than `octets.length` where a snap length cut the frame. */
  readonly originalLength?: number;
}

export interface PcapFields {
  readonly linkType?: number;
  readonly bigEndian?: boolean;
  readonly nanoseconds?: boolean;
  /** Kuznetzov's variant: 24 octets of record header. */
  readonly modified?: boolean;
  readonly snapLength?: number;
  /** Instead of the one that goes with the fields above. */
  readonly magic?: number;
  readonly minorVersion?: number;
}

export const START = Date.UTC(2026, 0, 2, 3, 4, 5) * 1000;

/** A pcap file. Frames may be given as octets alone. */
export function pcap(frames: readonly (Captured | Uint8Array)[], fields: PcapFields = {}): Uint8Array {
  const big = fields.bigEndian === true;
  const magic =
    fields.magic ??
    (fields.modified === true ? 0xa1b2_cd34 : fields.nanoseconds === true ? 0xa1b2_3c4d : 0xa1b2_c3d4);
  const header = join(
    word(magic, big),
    half(2, big),
    half(fields.minorVersion ?? 4, big),
    word(0, big),
    word(0, big),
    word(fields.snapLength ?? 262_144, big),
    word(fields.linkType ?? 1, big),
  );
  return join(header, ...frames.map((frame, index) => record(captured(frame, index), fields)));
}

/** One pcap record: header and octets. */
export function record(frame: Captured, fields: PcapFields = {}): Uint8Array {
  const big = fields.bigEndian === true;
  const at = frame.at ?? START;
  const micros = at % 1_000_000;
  return join(
    word(Math.floor(at / 1_000_000), big),
    word(fields.nanoseconds === true ? micros * 1000 + (frame.nanos ?? 0) : micros, big),
    word(frame.octets.length, big),
    word(frame.originalLength ?? frame.octets.length, big),
    fields.modified === true ? join(word(3, big), half(0x0800, big), [0, 0]) : [],
    frame.octets,
  );
}

/** A pcapng option: code, length, value padded to four octets. */
export function option(code: number, value: Uint8Array, big = false): Uint8Array {
  return join(half(code, big), half(value.length, big), value, padding(value.length));
}

/** Any pcapng block around a body. */
export function block(type: number, body: Uint8Array, big = false): Uint8Array {
  const padded = join(body, padding(body.length));
  const length = word(12 + padded.length, big);
  return join(word(type, big), length, padded, length);
}

/** draft-ietf-opsawg-pcapng §4.1. */
export const sectionHeader = (big = false): Uint8Array =>
  block(
    0x0a0d_0d0a,
    join(word(0x1a2b_3c4d, big), half(1, big), half(0, big), word(-1, big), word(-1, big)),
    big,
  );

/** §4.2; `options` as `option` makes them. */
export const interfaceDescription = (
  linkType = 1,
  big = false,
  options: Uint8Array = NOTHING,
  snapLength = 0,
): Uint8Array =>
  block(1, join(half(linkType, big), half(0, big), word(snapLength, big), withEnd(options)), big);

/** §4.3; the time is in the interface's units, high and low word. */
export function enhancedPacket(
  frame: Captured,
  big = false,
  interfaceId = 0,
  units: bigint = BigInt(frame.at ?? START),
  options: Uint8Array = NOTHING,
): Uint8Array {
  const body = join(
    word(interfaceId, big),
    word(Number(units >> 32n), big),
    word(Number(units & 0xffff_ffffn), big),
    word(frame.octets.length, big),
    word(frame.originalLength ?? frame.octets.length, big),
    frame.octets,
    padding(frame.octets.length),
    withEnd(options),
  );
  return block(6, body, big);
}

/** §4.4. */
export const simplePacket = (frame: Captured, big = false): Uint8Array =>
  block(3, join(word(frame.originalLength ?? frame.octets.length, big), frame.octets), big);

/** Appendix A: the Packet Block that nobody writes any more. */
export function obsoletePacket(frame: Captured, big = false, interfaceId = 0): Uint8Array {
  const units = BigInt(frame.at ?? START);
  const body = join(
    half(interfaceId, big),
    half(0xffff, big),
    word(Number(units >> 32n), big),
    word(Number(units & 0xffff_ffffn), big),
    word(frame.octets.length, big),
    word(frame.originalLength ?? frame.octets.length, big),
    frame.octets,
  );
  return block(2, body, big);
}

/** §4.7: 0x544c534b is a TLS key log. */
export const decryptionSecrets = (secrets: Uint8Array, type = 0x544c_534b, big = false): Uint8Array =>
  block(10, join(word(type, big), word(secrets.length, big), secrets), big);

/** §4.6: `received` is isb_ifrecv, `dropped` isb_ifdrop. */
export function interfaceStatistics(
  received: number,
  dropped: number,
  big = false,
  interfaceId = 0,
): Uint8Array {
  const count = (value: number): Uint8Array =>
    big ? join(word(0, big), word(value, big)) : join(word(value, big), word(0, big));
  const options = join(option(4, count(received), big), option(5, count(dropped), big));
  return block(5, join(word(interfaceId, big), word(0, big), word(0, big), withEnd(options)), big);
}

/** A pcapng file with one section and one interface, microseconds. */
export function pcapng(frames: readonly (Captured | Uint8Array)[], linkType = 1, big = false): Uint8Array {
  return join(
    sectionHeader(big),
    interfaceDescription(linkType, big),
    ...frames.map((frame, index) => enhancedPacket(captured(frame, index), big)),
  );
}

const captured = (frame: Captured | Uint8Array, index: number): Captured => {
  const whole = frame instanceof Uint8Array ? { octets: frame } : frame;
  return { at: START + index * 1_000_000, ...whole };
};

const withEnd = (options: Uint8Array): Uint8Array =>
  options.length === 0 ? options : join(options, [0, 0, 0, 0]);

const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4);

const half = (value: number, big: boolean): number[] => {
  const [low, high] = [value & 0xff, (value >>> 8) & 0xff];
  return big ? [high, low] : [low, high];
};

const word = (value: number, big: boolean): number[] =>
  big ? [...half(value >>> 16, big), ...half(value, big)] : [...half(value, big), ...half(value >>> 16, big)];

const NOTHING = new Uint8Array(0);
