/** What the panels of the screen have in common: blocks of lines in a given room, and what did not fit is said. */
import { fit, type Line, line, span, type Style } from "../line.ts";

/** Lines that belong together: a login and whose it was. */
export type Block = readonly Line[];

/** As many whole blocks as fit into `rows`, of the first one at least its start; the last row says how many did not. */
export function clip(blocks: readonly Block[], rows: number): Line[] {
  const all = blocks.flat();
  if (all.length <= rows) return all;
  const lines: Line[] = [];
  let kept = 0;
  for (const block of blocks) {
    if (kept > 0 && lines.length + block.length > rows - 1) break;
    lines.push(...block.slice(0, Math.max(rows - 1, 0)));
    kept++;
  }
  if (kept < blocks.length && rows > 0)
    lines.push(line(span(`… ${number(blocks.length - kept)} more`, "faint")));
  return lines.slice(0, rows);
}

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
