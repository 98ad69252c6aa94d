/** What the panels of the screen have in common: their headings, and numbers as they are read. */
import { wrap } from "../../octets/lines.ts";
import { fit, type Line, line, shown, span, type Span, widthOf } from "../line.ts";

/** What every panel is told: whether secrets may be shown, and how many columns there are. */
export interface Room {
  readonly reveal: boolean;
  readonly columns: number;
}

/** A rule across the screen with the panel's name in it, heavy where keys move in it: `─ Findings 4 ───── by severity ─`. */
export function heading(title: string, columns: number, focused = false, right: readonly Span[] = []): Line {
  const rule = focused ? "━" : "─";
  const style = focused ? "focus" : "frame";
  const left = [span(`${rule} `, style), span(title, focused ? "focus" : "strong"), span(" ", style)];
  const behind = right.length === 0 ? [] : [span(" ", style), ...right, span(` ${rule}`, style)];
  const room = columns - widthOf(left) - widthOf(behind);
  if (room < 0) return fit(left, columns, style);
  return [...left, span(rule.repeat(room), style), ...behind];
}

/** What stands where a list is empty. */
export const nothing = (text: string, columns = 200): Line[] =>
  wrap(text, columns).map(row => line(span(row, "faint")));

/** `1,204`. */
export const number = (value: number): string => GROUPED.format(value);

/** Made once: to make one for each number takes longer than all else on the screen. */
const GROUPED = new Intl.NumberFormat("en-US");

/** `1,204`, `12 k`, `3.4 M`: in few cells. */
export function shortNumber(value: number): string {
  if (value < 10_000) return number(value);
  const [unit, size] = value < 1_000_000 ? ["k", 1000] : value < 1e9 ? ["M", 1e6] : ["G", 1e9];
  const small = value / (size as number);
  return `${small < 10 ? small.toFixed(1) : Math.floor(small)} ${unit}`;
}

/** ` of monday.pcap`, behind the number of a frame. */
export const ofCapture = (name: string | undefined): string =>
  name === undefined ? "" : ` of ${shown(name, 40)}`;

/** `1 password`, `2 passwords`. */
export const counted = (value: number, thing: string): string =>
  `${number(value)} ${thing}${value === 1 ? "" : "s"}`;

/** `512 B`, `12 kB`, `3.4 MB`. */
export function octetsText(octets: number): string {
  if (octets < 1000) return `${octets} B`;
  const power = Math.min(Math.floor(Math.log10(octets) / 3), 4);
  const value = octets / 10 ** (power * 3);
  return `${value < 10 ? value.toFixed(1) : Math.floor(value)} ${"kMGT"[power - 1]}B`;
}

/** `3 s`, `4 min`, `2 h`, `5 d`. */
export function ageText(micros: number): string {
  const seconds = Math.max(Math.floor(micros / 1_000_000), 0);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
