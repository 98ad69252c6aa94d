/** Lines of a screen: text in styles, measured in cells. */
import { hideWire } from "../finding/secrets/hide.ts";
import { wrap } from "../octets/lines.ts";
import { cellWidth, printable, Secret, type WireText } from "../octets/text.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a text means; `theme.ts` says how that looks. */
export type Style =
  | "plain"
  | "faint"
  | "strong"
  | "frame"
  /** The heading of the panel that keys move in, and what they are. */
  | "focus"
  | "curve"
  | "secret"
  /** The item that the cursor stands on. */
  | "chosen"
  | "exposed"
  | "interceptable"
  | "weak"
  | "unknown"
  | "protected"
  | "critical"
  | "high"
  | "medium"
  | "low"
  | "info"
  | "banner-exposed"
  | "banner-interceptable"
  | "banner-weak"
  | "banner-unknown"
  | "banner-protected"
  /** The dots of block letters where they are blanks of another colour. */
  | "ink-exposed"
  | "ink-interceptable"
  | "ink-weak"
  | "ink-unknown"
  | "ink-protected";

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Span[];

export const span = (text: string, style: Style = "plain"): Span => ({ text, style });

/** Several spans in a row, none where one is left out. */
export const line = (...spans: readonly (Span | undefined)[]): Line => spans.filter(one => one !== undefined);

/**
 * Text off the wire for one place of the screen: safe, and in characters whose cells are known. Emoji are, and those
 * that U+FE0F makes one; combining marks, and whatever else terminals disagree about, is shown as `\u{301}`.
 */
export function shown(text: WireText, limit = 120): string {
  const safe = printable(text, limit);
  if (ASCII.test(safe)) return safe;
  return safe.normalize("NFC").replace(UNSTEADY, c => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}

/** The same, without the secrets in it unless they may be shown. */
export function shownUnless(reveal: boolean, text: WireText, limit = 120): string {
  const hidden = reveal ? text : hideWire(text);
  return hidden instanceof Secret ? String(hidden) : shown(hidden, limit);
}

/** Cells that a line takes. */
export const widthOf = (spans: Line): number => spans.reduce((sum, { text }) => sum + cellWidth(text), 0);

/** The line cut or filled to exactly `columns` cells; what was cut ends in "…". */
export function fit(spans: Line, columns: number, fill: Style = "plain"): Line {
  const width = widthOf(spans);
  if (width === columns) return spans;
  if (width < columns) return [...spans, span(" ".repeat(columns - width), fill)];
  const kept: Span[] = [];
  let left = Math.max(columns - 1, 0);
  for (const { text, style } of spans) {
    const part = cut(text, left);
    kept.push(span(part, style));
    left -= cellWidth(part);
    if (part.length < text.length) {
      kept.push(span(columns > 0 ? `…${" ".repeat(left)}` : "", style));
      break;
    }
  }
  return kept;
}

/** The line in as many lines as it takes: its last span goes on below where it began to be too long, two cells in. */
export function folded(spans: Line, columns: number): Line[] {
  const last = spans.at(-1);
  const before = spans.slice(0, -1);
  const room = columns - widthOf(before);
  if (last === undefined || cellWidth(last.text) <= room) return [spans];
  const [first = "", ...others] = wrap(last.text.trim(), Math.max(room, 12));
  const rest = wrap(others.join(" "), columns - FOLD.length);
  const lead = " ".repeat(last.text.length - last.text.trimStart().length);
  return [
    [...before, span(lead + first, last.style)],
    ...rest.map(text => [span(FOLD), span(text, last.style)]),
  ];
}

const FOLD = "    ";

/** The text in exactly `columns` cells, as `fit` does it. */
export const column = (text: string, columns: number): string =>
  fit([span(text)], columns)
    .map(one => one.text)
    .join("");

/** As many whole characters as fit into `columns` cells. */
function cut(text: string, columns: number): string {
  let kept = "";
  let left = columns;
  for (const character of text) {
    left -= cellWidth(character);
    if (left < 0) break;
    kept += character;
  }
  return kept;
}

const ASCII = /^[ -~]*$/;

/**
 * Marks that do not belong to a letter any more after NFC, halves of flags, skin tones, and what is neither of one cell
 * everywhere nor an emoji nor among the ideographs, kana and syllables of two.
 */
const UNSTEADY =
  /(?<![^\p{ASCII}\P{Emoji}\p{Emoji_Presentation}])\ufe0f|(?!\ufe0f)(?:[\p{M}\u{1f1e6}-\u{1f1ff}]|\p{Emoji_Modifier})|(?!\p{Emoji})[\u{10000}-\u{10ffff}]|(?!\p{Emoji_Presentation})(?![\ufe0f\u3001-\u303e\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6])[\u1100-\u11ff\u231a-\u232a\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\uff60\uffe0-\uffe6]/gu;
