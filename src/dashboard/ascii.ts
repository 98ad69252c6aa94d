/** The screen for terminals without UTF-8: every character one of ASCII's, in as many cells. */
import { cellWidth } from "../octets/text.ts";
import { type Line, type Span, span } from "./line.ts";

/** What stands for the screen's own signs; what comes off the wire and is not ASCII becomes "?". */
export const toAscii = (lines: readonly Line[]): Line[] =>
  lines.map(one =>
    spread(one.map(part => replaced(part, ONE_CELL, "?"))).map(part => replaced(part, SIGNS, "?")),
  );

/** `keep` leaves what is among `SIGNS` for later. */
function replaced({ text, style }: Span, signs: ReadonlyMap<string, string>, none: string): Span {
  if (/^[ -~]*$/.test(text)) return { text, style };
  const ascii = text.replace(/[^ -~]\ufe0f?/gu, sign => signs.get(sign) ?? none.repeat(cellWidth(sign)));
  return span(ascii, style);
}

/**
 * Arrows between blanks and the sign for more are written in more cells than one: the blanks further on in the panel
 * make room, or else its last cells, which are cut.
 */
function spread(one: Line): Line {
  let spans = one;
  for (;;) {
    const text = spans.map(part => part.text).join("");
    const found = SPREAD.exec(text);
    if (found === null) return spans;
    const long = LONG.get(found[0])!;
    const behind = found.index + 1;
    const bar = text.indexOf("│", behind);
    const end = bar < 0 ? text.length : bar;
    const extra = long.length - 1;
    const blanks = new RegExp(` {${extra + 1}}| {${extra}}$`).exec(text.slice(behind, end));
    if (blanks !== null) spans = spliced(spans, behind + blanks.index, extra, "");
    else if (end - behind > extra) spans = spliced(spans, end - extra - 1, extra + 1, "~");
    else return spans;
    spans = spliced(spans, found.index, 1, long);
  }
}

/** The line with `count` characters from `at` on replaced by `put`, in the style of the first of them. */
function spliced(spans: Line, at: number, count: number, put: string): Line {
  let start = 0;
  return spans.map(({ text, style }) => {
    const from = Math.max(at - start, 0);
    const to = Math.max(Math.min(at + count - start, text.length), 0);
    const first = at >= start && at < start + text.length;
    start += text.length;
    return from >= to
      ? { text, style }
      : span(text.slice(0, from) + (first ? put : "") + text.slice(to), style);
  });
}

/** One sign each, in one cell. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ...pairs("─━│┬┴┷└", "-=|++++"),
  ...pairs("←→↑↓▾▴", "<>^vv^"),
  ...pairs("…·×‹›▏≈–", "~-x<>_~-"),
  ...pairs("▁▂▃▄▅▆▇█▀", "_.-=+oO#^"),
]);

/** The same before lines are spread: what that looks for stays. */
const ONE_CELL: ReadonlyMap<string, string> = new Map([...SIGNS, ...pairs("←→…│", "←→…│")]);

const LONG: ReadonlyMap<string, string> = new Map([
  ["←", "<-"],
  ["→", "->"],
  ["…", "..."],
]);

/** An arrow between words; the sign for more before how many. */
const SPREAD = /(?<=^| )[←→](?= )|…(?= \d)/u;

function pairs(from: string, to: string): [string, string][] {
  const signs = [...to];
  return [...from].map((sign, index) => [sign, signs[index]!]);
}
