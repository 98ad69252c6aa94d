/** JSON text in which nothing can act on a terminal or a log: harmful characters are written as `\u` escapes. */
import { replaceHarmful } from "../octets/text.ts";
import type { Plain } from "./plain.ts";

/**
 * A JSON string (RFC 8259 §7). Beyond what JSON asks for, DEL, C1, bidi controls, zero-width and tag characters,
 * U+2028 and U+2029 are escaped too: the value is the same, the text is harmless.
 */
export const quote = (text: string): string =>
  PLAIN.test(text) ? `"${text}"` : replaceHarmful(JSON.stringify(text), escapeUnits);

/** JSON on one line, or with `indent` spaces for each level; escaped as `quote` does. */
export function jsonText(value: Plain, indent = 0): string {
  // Outside of strings JSON is ASCII, and its only control characters are the line feeds of the indentation.
  const text = JSON.stringify(value, null, indent);
  return ASCII.test(text)
    ? text
    : replaceHarmful(text, character => (character === "\n" ? character : escapeUnits(character)));
}

/** A character beyond the Basic Multilingual Plane is escaped as its two surrogates. */
function escapeUnits(character: string): string {
  let escaped = "";
  for (let i = 0; i < character.length; i++)
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return escaped;
}

/** Printable ASCII without quotation mark and reverse solidus: needs no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;
const ASCII = /^[\n -~]*$/;
