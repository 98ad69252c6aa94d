/** A unit explained: which of its octets are which field, what each says, and what of them must be hidden. */
import { cutOut, type HiddenRange } from "../../finding/secrets/hide.ts";
import type { Mark } from "../../octets/reader.ts";
import { printableText } from "../../octets/payload.ts";
import type { View } from "../../octets/view.ts";
import { shown } from "../line.ts";

/** One field of a unit: `[from, to)` of its octets. */
export interface Field {
  /** As its standard calls it. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Safe text, without what must be hidden. */
  readonly value: string;
  /** How many fields it lies in. */
  readonly depth: number;
  /** Other fields lie in it. */
  readonly holds: boolean;
}

export interface Explained {
  readonly fields: readonly Field[];
  /** In order, none touching another; empty where secrets are shown. */
  readonly hidden: readonly HiddenRange[];
}

/** What is known of a field where its value is made into text. */
export interface Reading {
  readonly octets: View;
  readonly marks: readonly Mark[];
  /** Of the mark among them. */
  readonly index: number;
  readonly mark: Mark;
}

/** What a protocol adds to its marks. */
export interface Words {
  /** What a number says, where that is more than the number. */
  number(value: number, reading: Reading): string | undefined;
  /** What octets say, where that is not their text. */
  octets?(reading: Reading): string | undefined;
  /** A better name than the reader's. */
  name?(reading: Reading): string | undefined;
}

/** Fields of marks. What is behind the last one is shown as not read. */
export function explain(
  octets: View,
  marks: readonly Mark[],
  hidden: readonly HiddenRange[],
  words: Words,
): Explained {
  const open: number[] = [];
  const fields: Field[] = [];
  const solid = [...marks.entries()].filter(([, { from, to }]) => to > from);
  for (const [at, [index, mark]] of solid.entries()) {
    const { from, to } = mark;
    while (open.length > 0 && open.at(-1)! <= from) open.pop();
    const depth = open.length;
    const next = solid[at + 1]?.[1];
    const holds = next !== undefined && next.from < to;
    if (holds) open.push(to);
    const reading = { octets, marks, index, mark };
    fields.push({
      name: nameOf(reading, words),
      from,
      to,
      value: valueOf(reading, hidden, words),
      depth,
      holds,
    });
  }
  const end = marks.reduce((last, { to }) => Math.max(last, to), 0);
  if (end < octets.length) {
    const value = octetsCount(octets.length - end);
    fields.push({ name: "not read", from: end, to: octets.length, value, depth: 0, holds: false });
  }
  return { fields, hidden };
}

function nameOf(reading: Reading, words: Words): string {
  const { field } = reading.mark;
  return isLength(reading) ? `${field} length` : (words.name?.(reading) ?? field);
}

function valueOf(reading: Reading, hidden: readonly HiddenRange[], words: Words): string {
  const { octets, mark } = reading;
  if (mark.as === "number") {
    const value = numberAt(octets, mark);
    if (isLength(reading)) return octetsCount(value);
    return words.number(value, reading) ?? value.toLocaleString("en-US");
  }
  const inside = within(hidden, mark);
  const said = inside.length === 0 ? words.octets?.(reading) : undefined;
  if (said !== undefined) return said;
  return mark.as === "part"
    ? octetsCount(mark.to - mark.from)
    : octetsText(octets.subarray(mark.from, mark.to), inside);
}

/** A number before octets of the same name, of which there are so many, is their length. */
function isLength({ octets, marks, index, mark }: Reading): boolean {
  const next = marks[index + 1];
  return (
    mark.as === "number" &&
    next !== undefined &&
    next.as !== "number" &&
    next.field === mark.field &&
    next.to - next.from === numberAt(octets, mark)
  );
}

/** Octets as their text where they are one, else their beginning in hex; what is hidden by how much it is. */
export function octetsText(octets: View, hidden: readonly HiddenRange[], limit = 400): string {
  const text = printableText(octets);
  if (text !== undefined)
    return shown(hidden.length === 0 ? text : cutOut(octets, hidden, octets.length), limit);
  if (hidden.length > 0) return `‹${octetsCount(octets.length)}›`;
  const some = octets.subarray(0, SHOWN_OCTETS);
  const hex = Array.from(some, octet => octet.toString(16).padStart(2, "0")).join(" ");
  return octets.length > SHOWN_OCTETS ? `${hex} … ${octetsCount(octets.length)}` : hex;
}

/** What of the ranges lies in a field, counted from its first octet. */
export const within = (
  ranges: readonly HiddenRange[],
  { from, to }: { readonly from: number; readonly to: number },
): HiddenRange[] =>
  ranges
    .filter(range => range.start < to && range.end > from)
    .map(range => ({ start: Math.max(range.start - from, 0), end: Math.min(range.end, to) - from }));

/** `10,234 octets`, `1 octet`. */
export const octetsCount = (count: number): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? "octet" : "octets"}`;

/** Big-endian, of up to six octets. */
export function numberAt(octets: View, { from, to }: Pick<Mark, "from" | "to">): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 0x100 + octets[at]!;
  return value;
}

/** Ranges in order, those that touch as one, within `[0, end)`. */
export function joined(ranges: readonly HiddenRange[], end: number): HiddenRange[] {
  const result: HiddenRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const start = Math.max(range.start, 0);
    const to = Math.min(range.end, end);
    const last = result.at(-1);
    if (start >= to) continue;
    if (last !== undefined && start <= last.end)
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, to) };
    else result.push({ start, end: to });
  }
  return result;
}

const SHOWN_OCTETS = 24;
