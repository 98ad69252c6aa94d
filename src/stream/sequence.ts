/** Arithmetic of sequence numbers, modulo 2³². */
import { FIN, type Segment } from "../packet/segment.ts";

/**
 * How far `to` lies after `from`, from -2³¹ to 2³¹-1, as RFC 9293 §3.4 compares sequence numbers: negative is before.
 * Either argument may be signed or unsigned.
 */
export const distance = (from: number, to: number): number => (to - from) | 0;

/** The sequence number `octets` after `sequence`, signed. */
export const advance = (sequence: number, octets: number): number => (sequence + octets) | 0;

/** Octets that a segment has or had, those that the snap length cut off included. */
export const lengthOf = (segment: Segment): number => segment.end - segment.start + segment.missing;

/** A segment that takes up sequence numbers beside its SYN. */
export const carries = (segment: Segment): boolean => lengthOf(segment) > 0 || (segment.flags & FIN) !== 0;
