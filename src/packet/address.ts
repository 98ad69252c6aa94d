/** Addresses as text: dotted decimal for IPv4, RFC 5952 for IPv6. For views only; the hot path keeps words. */
import type { Addresses } from "./segment.ts";

/**
 * An address as people write it. The four words are those of `Addresses`: signed or unsigned 32-bit integers,
 * most significant first; for IPv4 only the last one counts. `192.0.2.1`, `2001:db8::7`, `::ffff:192.0.2.1`.
 */
export function addressText(family: 4 | 6, w0: number, w1: number, w2: number, w3: number): string {
  if (family === 4) return dotted(w3);
  // RFC 5952 §5: the mapped prefix is well known, so the IPv4 part is written as one.
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) return `::ffff:${dotted(w3)}`;
  return groups([
    w0 >>> 16,
    w0 & 0xffff,
    w1 >>> 16,
    w1 & 0xffff,
    w2 >>> 16,
    w2 & 0xffff,
    w3 >>> 16,
    w3 & 0xffff,
  ]);
}

/** Address and port: `192.0.2.7:49152`, `[2001:db8::7]:49152` (RFC 5952 §6). */
export function endpointText(
  family: 4 | 6,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
  port: number,
): string {
  const address = addressText(family, w0, w1, w2, w3);
  return family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
}

/** `192.0.2.7:49152` and `[2001:db8::7]:49152` without the port, which changes with each connection. */
export const hostOf = (endpoint: string): string => endpoint.slice(0, endpoint.lastIndexOf(":"));

/** Where a packet came from: `192.0.2.7`. */
export const sourceText = (a: Addresses): string =>
  addressText(a.family, a.source0, a.source1, a.source2, a.source3);

/** Where a packet went to: `192.0.2.1`. */
export const destinationText = (a: Addresses): string =>
  addressText(a.family, a.destination0, a.destination1, a.destination2, a.destination3);

const dotted = (word: number): string =>
  `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;

/** RFC 5952 §4.2: "::" stands for the longest run of at least two zero groups, the first of equal ones. */
function groups(eight: readonly number[]): string {
  let longest = 1;
  let from = -1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && eight[end] === 0) end++;
    if (end - start > longest) {
      longest = end - start;
      from = start;
    }
  }
  if (from < 0) return hexGroups(eight);
  return `${hexGroups(eight.slice(0, from))}::${hexGroups(eight.slice(from + longest))}`;
}

const hexGroups = (some: readonly number[]): string => some.map(group => group.toString(16)).join(":");
