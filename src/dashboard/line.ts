/** Lines of a screen: text in styles, measured in cells. */
import { hideWire } from "../finding/secrets/hide.ts";
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
  | "banner-protected";

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Span[];

export const span = (text: string, style: Style = "plain"): Span => ({ text, style });

/** Several spans in a row, none where one is left out. */
export const line = (...spans: readonly (Span | undefined)[]): Line => spans.filter(one => one !== undefined);

/**
 * Text off the wire for one place of the screen: safe, and made of characters whose width every terminal agrees on.
 * Combining marks, emoji and what lies beyond the Basic Multilingual Plane are shown as `\u{1f600}`, so that no row shifts.
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

/** The line cut or filled to exactly `columns` cells; what was cut ends in "…". */
export function fit(spans: Line, columns: number, fill: Style = "plain"): Line {
  const width = spans.reduce((sum, { text }) => sum + cellWidth(text), 0);
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

/** Everything that is neither of one cell everywhere nor among the ideographs, kana and syllables of two. */
const UNSTEADY =
  /[\p{M}\p{Emoji_Presentation}\u{10000}-\u{10ffff}]|(?![\u3001-\u303e\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6])[\u1100-\u11ff\u231a-\u232a\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\uff60\uffe0-\uffe6]/gu;
