/** What the panels of the screen have in common: their headings, and numbers as they are read. */
import { fit, type Line, line, span, type Style } from "../line.ts";

/** A rule across the screen with the panel's name in it: `─ Findings 4 ─────`. */
export function heading(title: string, columns: number, style: Style = "frame"): Line {
  const text = `─ ${title} `;
  return fit([span(text, style), span("─".repeat(Math.max(columns - text.length, 0)), "frame")], columns);
}

export const nothing = (text: string): Line[] => [line(span(text, "faint"))];

/** `1,204`. */
export const number = (value: number): string => value.toLocaleString("en-US");

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
