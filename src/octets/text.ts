/** Text from the wire: what may be shown, what must stay hidden, and octets as a person reads them. */
import { isUtf8 } from "node:buffer";
import type { Owned, View } from "./view.ts";

declare const safe: unique symbol;

/** Text in which nothing can act on a terminal, a page or a log; only `printable` makes it. */
export type SafeText = string & { readonly [safe]: true };

/** Text off the wire: a string where it is well-formed UTF-8, else the octets as they came. */
export type WireText = string | Owned;

/** UTF-8 (RFC 3629) made a string, or a copy of the octets where they are not well-formed. U+FEFF is kept. */
export function wireText(view: View): WireText {
  // Asked first: a decoder that throws makes hostile text thirty times dearer than honest text.
  if (!isUtf8(view)) return new Uint8Array(view) as Owned;
  return Buffer.prototype.utf8Slice.call(view, 0, view.length);
}

/** The octets that a text had on the wire. */
export const wireOctets = (text: WireText): View => (typeof text === "string" ? utf8.encode(text) : text);

/** How many octets a text had on the wire. */
export const wireLength = (text: WireText): number =>
  typeof text === "string" ? Buffer.byteLength(text) : text.length;

/** A text as one line: ill-formed octets become U+FFFD, nothing is made safe. */
export const wireString = (text: WireText): string =>
  typeof text === "string" ? text : lenientUtf8.decode(text);

/** A text as a map key: no two texts have the same. The mark of ill-formed ones is in no well-formed text. */
export const wireKey = (text: WireText): string =>
  typeof text === "string" ? text : `\udc00${Buffer.prototype.latin1Slice.call(text, 0, text.length)}`;

/** The text that a key is of. */
export const textOfKey = (key: string): WireText =>
  key.startsWith("\udc00") ? (new Uint8Array(Buffer.from(key.slice(1), "latin1")) as Owned) : key;

/**
 * Text that may be put on any screen: C0, DEL, C1, bidi controls, zero-width and tag characters, U+2028/9,
 * lone surrogates and other format characters become `\u{1b}`; longer than `limit` code units is cut with "…".
 */
export function printable(text: WireText, limit = 256): SafeText {
  const string = wireString(text);
  const cut = string.length > limit ? `${sliceWhole(string, limit - 1)}…` : string;
  return replaceHarmful(cut, c => `\\u{${c.codePointAt(0)!.toString(16)}}`) as SafeText;
}

/** The text with every character that is not seen but acts replaced; such a character may be two code units long. */
export const replaceHarmful = (text: string, by: (character: string) => string): string =>
  HARMFUL.test(text) ? text.replace(HARMFUL_ALL, by) : text;

/**
 * Cells that a text takes on a terminal: East Asian wide characters and emoji (UAX #11) two, combining marks none.
 * For text that `printable` made; where terminals disagree the larger number, so that no row overflows.
 */
export function cellWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += COMBINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return cells;
}

/** A text cut to `limit` code units without halving a surrogate pair. */
function sliceWhole(string: string, limit: number): string {
  const last = string.charCodeAt(limit - 1);
  return string.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/**
 * A value that leaves this process only with the user's word. Every way of printing it by accident
 * (template, JSON, `console.log`) shows its length and nothing else.
 */
export class Secret {
  readonly #value: WireText;

  constructor(value: WireText) {
    this.#value = value;
  }

  /** Octets on the wire. */
  get length(): number {
    return wireLength(this.#value);
  }

  /** The value itself: for fingerprints, for comparisons, and for `--reveal`. */
  reveal(): WireText {
    return this.#value;
  }

  toString(): string {
    return `‹${this.length} octets›`;
  }

  toJSON(): { redacted: true; length: number } {
    return { redacted: true, length: this.length };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Lines of a hex dump: offset, sixteen octets, and the printable ASCII among them. */
export function hexDump(octets: View, from = 0): string[] {
  const lines: string[] = [];
  for (let at = 0; at < octets.length; at += 16) {
    const row = octets.subarray(at, at + 16);
    const hex = Array.from(row, o => o.toString(16).padStart(2, "0")).join(" ");
    const ascii = Array.from(row, o => (o >= 0x20 && o < 0x7f ? String.fromCharCode(o) : ".")).join("");
    lines.push(`${(from + at).toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${ascii}`);
  }
  return lines;
}

/** Lower-case hex without separators. */
export const hex = (octets: View): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("hex");

const utf8 = new TextEncoder();
const lenientUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Categories Cc, Cf, Zl, Zp, Cs and Co, and the tag characters: whatever is not seen but acts. */
const HARMFUL =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0]/u;
const HARMFUL_ALL = new RegExp(HARMFUL.source, "gu");

const ASCII = /^[ -~]*$/;
/** U+FE0F asks for the emoji form of the character before it, which is one cell wider: it counts for that cell. */
const COMBINING = /(?!\ufe0f)[\p{Mn}\p{Me}]/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d37f}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
