/** ASN.1's distinguished encoding (X.690): elements read one by one, and a walk that bounds what a parser will meet. */
import type { Decoded, Fault, FaultReason } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { hex } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import { LIMITS } from "./limits.ts";

/** Identifier octets: class, form and number in one. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
} as const;

/** One element; its content is a reader of its own, which shares the fault. */
export interface Element {
  readonly tag: number;
  readonly content: Reader;
  /** Octets from the start of the unit: the identifier, and what follows the content. */
  readonly start: number;
  readonly end: number;
}

/** X.690 §8.1: identifier, length, content. Lengths are definite (§10.1); those with needless octets are taken. */
export function element(r: Reader, field: string): Element {
  const start = r.offset;
  const tag = r.u8(field);
  const content = r.sub(readLength(r, field), field);
  return { tag, content, start, end: r.offset };
}

/** An element that must have this tag. */
export function expect(r: Reader, field: string, tag: number, clause: string): Element {
  const found = element(r, field);
  if (found.tag !== tag) r.reject(field, found.tag, clause);
  return found;
}

/**
 * Whether `der` is one element that nests no deeper and holds no more elements than a parser may be given. Faults
 * have the offset of the element at fault; octets after the outermost element are one.
 */
export function checkNesting(unit: string, der: View, nodes: number = LIMITS.nodes): Fault | undefined {
  const ends = [der.length];
  let at = 0;
  let count = 0;
  const fault = (field: string, reason: FaultReason, offset = at): Fault => ({ unit, field, offset, reason });
  while (ends.length > 0) {
    const end = ends[ends.length - 1]!;
    if (at === end && count > 0) {
      ends.pop();
      continue;
    }
    if (ends.length === 1 && count > 0) return fault("end", { kind: "trailing", octets: end - at });
    count += 1;
    if (count > nodes) return fault("elements", { kind: "too-large", size: count, limit: nodes });
    const head = elementHead(unit, der, at, end);
    if (!head.ok) return head.fault;
    at = head.value.content;
    if (!head.value.constructed) at = head.value.end;
    else if (ends.length > LIMITS.depth)
      return fault("depth", { kind: "too-large", size: ends.length, limit: LIMITS.depth });
    else ends.push(head.value.end);
  }
  return undefined;
}

/** Dotted decimal (X.690 §8.19); hex where it is longer than any that is known, or does not end. */
export function oidText(content: View): string {
  if (content.length === 0 || content.length > LIMITS.oidOctets || content[content.length - 1]! >= 0x80)
    return `0x${hex(content.subarray(0, LIMITS.oidOctets))}`;
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of content) {
    arc = arc * 0x80n + BigInt(octet % 0x80);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const first = arcs[0]!;
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [root, first - root * 40n, ...arcs.slice(1)].join(".");
}

/** Octets of an INTEGER without the zero that only keeps it positive. */
export const unsigned = (content: View): View => {
  let zeros = 0;
  while (zeros < content.length && content[zeros] === 0) zeros += 1;
  return content.subarray(zeros);
};

/** Bits of an unsigned number. */
export const bitLength = (octets: View): number => {
  const significant = unsigned(octets);
  return significant.length === 0 ? 0 : significant.length * 8 - (Math.clz32(significant[0]!) - 24);
};

function readLength(r: Reader, field: string): number {
  const first = r.u8(field);
  if (first < 0x80) return first;
  if (first === 0x80) r.reject(field, "indefinite length", "X.690 §10.1");
  if (first > 0x84) r.reject(field, first, "X.690 §8.1.3.5");
  let length = 0;
  for (let octets = first - 0x80; octets > 0 && r.fault === undefined; octets -= 1)
    length = length * 0x100 + r.u8(field);
  return length;
}

interface Head {
  readonly constructed: boolean;
  readonly content: number;
  readonly end: number;
}

function elementHead(unit: string, der: View, at: number, end: number): Decoded<Head> {
  const r = new Reader(unit, der, at, end, { origin: 0, trouble: { fault: undefined } });
  const tag = r.u8("identifier");
  // X.690 §8.1.2.4: tag numbers from 31 on take further octets; three are more than anything uses.
  if (tag % 0x20 === 0x1f)
    for (let more = 0; r.u8("identifier") >= 0x80; more += 1)
      if (more === 2) r.reject("identifier", tag, "X.690 §8.1.2.4");
  const length = readLength(r, "length");
  const content = r.offset;
  r.sub(length, "length");
  return r.soFar({ constructed: Math.floor(tag / 0x20) % 2 === 1, content, end: r.offset });
}
