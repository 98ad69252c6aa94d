/** Octets in rows of hex and text, the octets of one field brought out, and what must be hidden masked in both. */
import type { HiddenRange } from "../../finding/secrets/hide.ts";
import type { View } from "../../octets/view.ts";
import { type Line, type Span, span, type Style } from "../line.ts";

export interface HexOptions {
  /** Octets that stand for nothing but their number: `··`. */
  readonly hidden: readonly HiddenRange[];
  /** What is brought out: between brackets, and in colour. */
  readonly chosen?: { readonly from: number; readonly to: number } | undefined;
  /** Where fields end, so that each differs from its neighbours. */
  readonly fields?: readonly { readonly from: number; readonly to: number }[];
}

/** How many octets a row has in so many columns: 16 where they fit, else 8. */
export const octetsPerRow = (columns: number): number => (columns >= hexColumns(16) ? 16 : 8);

/** Columns of a row of `count` octets: offset, hex between gaps that may be brackets, text. */
export const hexColumns = (count: number): number => OFFSET + count * 3 + 2 + count;

/** The rows from octet `first` on, at most `rows`. `perRow` is what `octetsPerRow` says. */
export function hexRows(
  octets: View,
  first: number,
  rows: number,
  perRow: number,
  options: HexOptions,
): Line[] {
  const lines: Line[] = [];
  const styles = stylesOf(octets.length, options);
  for (let at = first; at < octets.length && lines.length < rows; at += perRow)
    lines.push(rowOf(octets, at, perRow, styles, options));
  return lines;
}

/** The first octet of the rows that show `from`, with a row before it, where there are `rows` of them. */
export function firstShown(length: number, from: number, rows: number, perRow: number): number {
  const last = Math.max(Math.ceil(length / perRow) - rows, 0);
  return Math.max(Math.min(Math.floor(from / perRow) - 1, last), 0) * perRow;
}

function rowOf(
  octets: View,
  at: number,
  perRow: number,
  styles: readonly Style[],
  { hidden, chosen }: HexOptions,
): Line {
  const end = Math.min(at + perRow, octets.length);
  const spans: Span[] = [span(`${at.toString(16).padStart(OFFSET - 1, "0")} `, "faint")];
  const text: Span[] = [];
  for (let index = at; index < at + perRow; index++) {
    spans.push(span(gapBefore(index, at, end, chosen), "strong"));
    if (index >= end) {
      spans.push(span("  "));
      continue;
    }
    const octet = octets[index]!;
    const masked = hidden.some(({ start, end: to }) => index >= start && index < to);
    const style = masked ? "secret" : styles[index]!;
    spans.push(span(masked ? MASK + MASK : octet.toString(16).padStart(2, "0"), style));
    text.push(span(masked ? MASK : isPrintable(octet) ? String.fromCharCode(octet) : ".", style));
  }
  const closing = chosen !== undefined && chosen.to >= end && chosen.from < end && end === at + perRow;
  return [...spans, span(closing ? "]" : " ", "strong"), span(" "), ...text];
}

/** The cell before an octet: a bracket where the chosen field begins or ends, at the edges of a row too. */
function gapBefore(index: number, at: number, end: number, chosen: HexOptions["chosen"]): string {
  if (chosen === undefined || chosen.from === chosen.to) return " ";
  if (index < end && (index === chosen.from || (index === at && index > chosen.from && index < chosen.to)))
    return "[";
  const ends = index === chosen.to && index > at;
  return ends || (index === end && index > at && chosen.to >= end && chosen.from < end) ? "]" : " ";
}

/** Fields in turn in one style and another; the chosen one in its own. */
function stylesOf(length: number, { chosen, fields = [] }: HexOptions): Style[] {
  const styles = Array.from({ length }, (): Style => "plain");
  for (const [turn, { from, to }] of fields.entries())
    styles.fill(turn % 2 === 0 ? "plain" : "frame", from, to);
  if (chosen !== undefined) styles.fill("chosen", chosen.from, chosen.to);
  return styles;
}

const isPrintable = (octet: number): boolean => octet >= 0x20 && octet < 0x7f;

/** Five digits, and a space: units are no longer than a MiB. */
const OFFSET = 6;

/** What stands for a hidden octet; the text takes one of it, the hex two. */
const MASK = "·";
