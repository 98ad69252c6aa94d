/** Secrets in maps that are no text: CBOR (RFC 8949), MessagePack, and the metrics of Sparkplug B (Protocol Buffers). */
import type { View } from "../../octets/view.ts";
import { LIMITS } from "./limits.ts";
import type { SecretMatch } from "./match.ts";
import { mayEndWord, wordBefore } from "./names.ts";
import { kindOf, weigh } from "./weigh.ts";

/** Octets that could begin such a map, a list of them or a tag before one; pictures begin otherwise. */
export const mayBePacked = (first: number | undefined): boolean =>
  first === TIMESTAMP || (first !== undefined && first >= 0x80 && first <= 0xdf && first !== PNG);

/** Whether near the beginning of `octets[start … end)` a telling name stands behind its length. */
export function namesPacked(octets: View, start: number, end: number): boolean {
  const lengths = lengthsOf(octets[start]);
  const last = Math.min(end, start + LIMITS.packed);
  for (let at = start; at < last; at++)
    if (lengths[octets[at]!] !== 0 && nameAt(octets, at, lengths, end) > 0) return true;
  return false;
}

/** Finds the values of telling names; a value stands behind its own length, as the name does. */
export function packed(octets: View, text: string, into: SecretMatch[]): void {
  const lengths = lengthsOf(octets[0]);
  for (let at = 0; at < octets.length; at++) {
    const nameEnd = nameAt(octets, at, lengths, octets.length);
    if (nameEnd === 0) continue;
    const word = wordBefore(octets, nameEnd, 0);
    const value = octets[0] === TIMESTAMP ? metricAfter(octets, nameEnd) : stringAt(octets, nameEnd);
    if (word === undefined || value === undefined) continue;
    const weighed = weigh(word, text.slice(value.start, value.end), QUOTED);
    if (weighed === undefined) continue;
    const name = text.slice(at + (lengths[octets[at]!] === FOLLOWS ? 2 : 1), nameEnd);
    into.push({ kind: weighed.kind, start: value.start + weighed.from, end: value.end, name });
    at = value.end - 1;
  }
}

/** Where a telling name ends whose length is at `at`; 0 where none is there. */
function nameAt(octets: View, at: number, lengths: Uint8Array, end: number): number {
  const told = lengths[octets[at]!]!;
  if (told === 0) return 0;
  const length = told === FOLLOWS ? (octets[at + 1] ?? 0) : told;
  const from = told === FOLLOWS ? at + 2 : at + 1;
  const to = from + length;
  if (length < SHORTEST || length > LONGEST || to >= end || !isLetter(octets[from]!)) return 0;
  if (!mayEndWord(octets, to, from)) return 0;
  const word = wordBefore(octets, to, from);
  if (word === undefined || word.family === "companion" || kindOf(word) === undefined) return 0;
  for (let i = from; i < to; i++) if (octets[i]! < 0x20 || octets[i]! > 0x7e) return 0;
  return to;
}

const isLetter = (octet: number): boolean => (octet | 0x20) >= 0x61 && (octet | 0x20) <= 0x7a;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Text or a string of octets with one or two octets of length at most: what is longer is no password. */
function stringAt(octets: View, at: number): Span | undefined {
  const head = octets[at]!;
  const next = octets[at + 1] ?? 0;
  const short = (length: number, from: number): Span | undefined =>
    length > 0 && from + length <= octets.length ? { start: from, end: from + length } : undefined;
  if (head > 0x60 && head <= 0x77) return short(head - 0x60, at + 1);
  if (head > 0x40 && head <= 0x57) return short(head - 0x40, at + 1);
  if (head > 0xa0 && head <= 0xbf) return short(head - 0xa0, at + 1);
  if (head === ONE_OCTET || head === STR_8 || head === 0x58 || head === 0xc4) return short(next, at + 2);
  if (head === 0x79 || head === 0xda) return short(next * 0x100 + (octets[at + 2] ?? 0), at + 3);
  return undefined;
}

/** Sparkplug B 3.0 §6.4.1: between a metric's name and its `string_value` are its alias, time and type. */
function metricAfter(octets: View, at: number): Span | undefined {
  let field = at;
  while (field < octets.length && field < at + 48) {
    const tag = octets[field]!;
    const length = octets[field + 1] ?? 0;
    if (tag === STRING_VALUE)
      return length > 0 && length < 0x80 && field + 2 + length <= octets.length
        ? { start: field + 2, end: field + 2 + length }
        : undefined;
    if ((tag & 0x07) !== 0) return undefined;
    field++;
    while (octets[field]! >= 0x80) field++;
    field++;
  }
  return undefined;
}

const QUOTED = { form: "quoted", prose: false } as const;

/** Octets of a name. */
const SHORTEST = 3;
const LONGEST = 64;

/** CBOR and MessagePack: one octet of length follows. */
const ONE_OCTET = 0x78;
const STR_8 = 0xd9;
/** Protocol Buffers, field number and wire type: a payload's `timestamp`, a metric's `name` and `string_value`. */
const TIMESTAMP = 0x08;
const NAME_FIELD = 0x0a;
const STRING_VALUE = 0x7a;
const PNG = 0x89;

/** The octet after it says the length. */
const FOLLOWS = 0xff;

/** What each octet says of the length of a text behind it: RFC 8949 §3.1 (major type 3), MessagePack's str. */
const OF_MAPS = new Uint8Array(256);
for (let length = 1; length <= 23; length++) OF_MAPS[0x60 + length] = length;
for (let length = 1; length <= 31; length++) OF_MAPS[0xa0 + length] = length;
OF_MAPS[ONE_OCTET] = FOLLOWS;
OF_MAPS[STR_8] = FOLLOWS;
const OF_METRICS = new Uint8Array(256);
OF_METRICS[NAME_FIELD] = FOLLOWS;

const lengthsOf = (first: number | undefined): Uint8Array => (first === TIMESTAMP ? OF_METRICS : OF_MAPS);
