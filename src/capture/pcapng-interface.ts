/** What a pcapng section knows about its interfaces: link type, clock, and how many packets were dropped. */
import { wireString } from "../octets/text.ts";
import { ownRange, type View } from "../octets/view.ts";
import { LIMITS, u16, u32 } from "./framer.ts";

/** An Interface Description Block as far as packets need it (draft-ietf-opsawg-pcapng §4.2). */
export interface CaptureInterface {
  readonly linkType: number;
  /** 0 where there is no limit. */
  readonly snapLength: number;
  /** if_tsresol as it stands: 6 for microseconds, the top bit for a power of two. */
  readonly resolution: number;
  /** if_tsoffset in microseconds. */
  readonly offsetMicros: number;
  readonly name?: string;
  readonly filter?: string;
  /** What was last counted on it. */
  statistics: InterfaceStatistics;
}

/** Reads the body of an Interface Description Block that lies at `octets[at … end)`, at least 8 octets. */
export function readInterface(octets: View, at: number, end: number, little: boolean): CaptureInterface {
  let resolution = 6;
  let offsetMicros = 0;
  let name: string | undefined;
  let filter: string | undefined;
  eachOption(octets, at + 8, end, little, (code, from, to) => {
    if (code === IF_NAME) name = text(octets, from, to);
    else if (code === IF_TSRESOL && to > from) resolution = octets[from]!;
    // A first octet of 0 says that the filter is text, 1 that it is a BPF program.
    else if (code === IF_FILTER && octets[from] === 0 && to > from) filter = text(octets, from + 1, to);
    else if (code === IF_TSOFFSET && to - from === 8) offsetMicros = i64(octets, from, little) * 1_000_000;
  });
  return {
    linkType: u16(octets, at, little),
    snapLength: u32(octets, at + 4, little),
    resolution,
    offsetMicros,
    ...(name !== undefined && { name }),
    ...(filter !== undefined && { filter }),
    statistics: { received: undefined, dropped: undefined },
  };
}

/** Counters of an Interface Statistics Block (§4.6): totals since the capture began, absent where it has none. */
export interface InterfaceStatistics {
  readonly received: number | undefined;
  readonly dropped: number | undefined;
}

/** Reads the body of an Interface Statistics Block that lies at `octets[at … end)`, at least 12 octets. */
export function readStatistics(octets: View, at: number, end: number, little: boolean): InterfaceStatistics {
  let received: number | undefined;
  let dropped: number | undefined;
  eachOption(octets, at + 12, end, little, (code, from, to) => {
    if (to - from !== 8) return;
    const count = u64(octets, from, little);
    if (code === ISB_IFRECV) received = count;
    else if (code === ISB_IFDROP || code === ISB_OSDROP) dropped = (dropped ?? 0) + count;
  });
  return { received, dropped };
}

/**
 * A 64-bit count of an interface's units as microseconds since 1970, floored. The whole is exact although a
 * double holds 53 bits only: the words are divided one after the other.
 */
export function micros(high: number, low: number, resolution: number): number {
  if (resolution === 6) return high * WORD + low;
  if (resolution < 6) return (high * WORD + low) * 10 ** (6 - resolution);
  if (resolution <= 12) return divided(high, low, 10 ** (resolution - 6));
  if (resolution < 0x80) return Math.floor(divided(high, low, 1_000_000) / 10 ** (resolution - 12));
  return binaryMicros(high, low, resolution - 0x80);
}

/** The nanoseconds that `micros` leaves out, for a resolution from 10⁻⁷ to 10⁻⁹. */
export function nanosOf(high: number, low: number, resolution: number): number {
  const units = 10 ** (resolution - 6);
  const rest = ((high % units) * (WORD % units) + (low % units)) % units;
  return rest * 10 ** (9 - resolution);
}

/** floor((high · 2³² + low) / divisor), for a divisor up to 10⁶ so that nothing exceeds 2⁵³. */
function divided(high: number, low: number, divisor: number): number {
  const whole = Math.floor(high / divisor);
  return whole * WORD + Math.floor(((high - whole * divisor) * WORD + low) / divisor);
}

/** floor((high · 2³² + low) · 10⁶ / 2ⁿ). */
function binaryMicros(high: number, low: number, n: number): number {
  if (n <= 32) {
    const unit = 2 ** n;
    const whole = Math.floor(low / unit);
    return (high * 2 ** (32 - n) + whole) * 1_000_000 + Math.floor(((low - whole * unit) * 1_000_000) / unit);
  }
  const unit = 2 ** (n - 32);
  const whole = Math.floor(high / unit);
  const rest = (high - whole * unit) * 1_000_000 + Math.floor((low * 1_000_000) / WORD);
  return whole * 1_000_000 + Math.floor(rest / unit);
}

/** §3.5: code, length, value padded to four octets; a length that leads out of the block ends the list. */
function eachOption(
  octets: View,
  start: number,
  end: number,
  little: boolean,
  option: (code: number, from: number, to: number) => void,
): void {
  let at = start;
  while (end - at >= 4) {
    const code = u16(octets, at, little);
    const length = u16(octets, at + 2, little);
    if (code === OPT_ENDOFOPT || length > end - at - 4) return;
    option(code, at + 4, at + 4 + length);
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
}

const text = (octets: View, from: number, to: number): string =>
  wireString(ownRange(octets, from, Math.min(to, from + LIMITS.textOctets)));

function u64(octets: View, at: number, little: boolean): number {
  const first = u32(octets, at, little);
  const second = u32(octets, at + 4, little);
  return little ? second * WORD + first : first * WORD + second;
}

function i64(octets: View, at: number, little: boolean): number {
  const high = u32(octets, little ? at + 4 : at, little) | 0;
  const low = u32(octets, little ? at : at + 4, little);
  return high * WORD + low;
}

const WORD = 0x1_0000_0000;
const OPT_ENDOFOPT = 0;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_FILTER = 11;
const IF_TSOFFSET = 14;
const ISB_IFRECV = 4;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;
