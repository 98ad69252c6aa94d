/** The screen for terminals without UTF-8: every character one of ASCII's, in as many cells. */
import { cellWidth } from "../octets/text.ts";
import type { Line } from "./line.ts";

/** What stands for the screen's own signs; what comes off the wire and is not ASCII becomes "?". */
export const toAscii = (lines: readonly Line[]): Line[] =>
  lines.map(one =>
    one.map(({ text, style }) => ({
      style,
      text: /^[ -~]*$/.test(text)
        ? text
        : text.replace(/[^ -~]\ufe0f?/gu, sign => SIGNS.get(sign) ?? "?".repeat(cellWidth(sign))),
    })),
  );

const SIGNS: ReadonlyMap<string, string> = new Map([
  ...pairs("─━│┬┴┷└", "-=|++++"),
  ...pairs("←→↑↓▾▴", "<>^vv^"),
  ...pairs("…·×‹›▏≈–", ".-x<>_~-"),
  ...pairs("▁▂▃▄▅▆▇█▀", "_.-=+oO#^"),
]);

function pairs(from: string, to: string): [string, string][] {
  return [...from].map((sign, index) => [sign, to[index]!]);
}
