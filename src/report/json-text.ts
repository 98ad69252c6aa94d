/** JSON text in which nothing can act on a terminal or a log: harmful characters are written as `\u` escapes. */
import { replaceHarmful } from "../octets/text.ts";
import type { Plain } from "./plain.ts";

/**
 * A JSON string (RFC 8259 §7). Beyond what JSON asks for, DEL, C1, bidi controls, zero-width and tag characters,
 * U+2028 and U+2029 are escaped too: the value is the same, the text is harmless.
 */
export const quote = (text: string): string =>
  PLAIN.test(text) ? `"${text}"` : replaceHarmful(JSON.stringify(text), escapeUnits);

/** JSON on one line, or with `indent` spaces for each level. */
export function jsonText(value: Plain, indent = 0): string {
  return write(value, indent, "\n");
}

/** `lineBreak`: a line feed and the spaces of the level that the value stands on. */
function write(value: Plain, indent: number, lineBreak: string): string {
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) return String(value);
  const inner = lineBreak + " ".repeat(indent);
  if (Array.isArray(value))
    return bracket(
      "[",
      (value as readonly Plain[]).map(item => write(item, indent, inner)),
      "]",
      indent,
      lineBreak,
    );
  const members: string[] = [];
  for (const [name, item] of Object.entries(value as { readonly [name: string]: Plain | undefined }))
    if (item !== undefined)
      members.push(`${quote(name)}:${indent > 0 ? " " : ""}${write(item, indent, inner)}`);
  return bracket("{", members, "}", indent, lineBreak);
}

function bracket(
  open: string,
  parts: readonly string[],
  close: string,
  indent: number,
  lineBreak: string,
): string {
  if (parts.length === 0) return open + close;
  if (indent === 0) return open + parts.join(",") + close;
  const inner = lineBreak + " ".repeat(indent);
  return open + inner + parts.join(`,${inner}`) + lineBreak + close;
}

/** RFC 8259 §7: a character beyond the Basic Multilingual Plane is escaped as its two surrogates. */
function escapeUnits(character: string): string {
  let escaped = "";
  for (let i = 0; i < character.length; i++)
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return escaped;
}

/** Printable ASCII without quotation mark and reverse solidus: needs no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;
