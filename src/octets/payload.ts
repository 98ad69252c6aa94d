/** Octets that need not be text: as text where a person could read them, else as base64. */
import { isUtf8 } from "node:buffer";
import type { View } from "./view.ts";

/** A payload as every format prints it. */
export type PayloadText = { readonly text: string } | { readonly base64: string };

/** Octets that need not be text: `{text}` where they are printable UTF-8, else `{base64}`. */
export function payload(octets: View): PayloadText {
  const text = printableText(octets);
  return text === undefined ? { base64: base64(octets) } : { text };
}

/** The first `limit` octets of a payload; where they are text, no character is cut in half. */
export function cutPayload(octets: View, limit: number): View {
  if (octets.length <= limit) return octets;
  const whole = octets.subarray(0, wholeCharacters(octets, limit));
  return printableText(whole) === undefined ? octets.subarray(0, limit) : whole;
}

/** UTF-8 without C0 controls other than tab, line feed and carriage return, without DEL and C1; else undefined. */
export function printableText(octets: View): string | undefined {
  let ascii = true;
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i]!;
    if (octet >= 0x80) ascii = false;
    else if (octet === 0x7f || (octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d))
      return undefined;
  }
  if (ascii) return bufferOf(octets).toString("latin1");
  if (!isUtf8(octets)) return undefined;
  const text = bufferOf(octets).toString("utf8");
  return C1.test(text) ? undefined : text;
}

/** RFC 4648 §4. */
export const base64 = (octets: View): string => bufferOf(octets).toString("base64");

const bufferOf = (octets: View): Buffer => Buffer.from(octets.buffer, octets.byteOffset, octets.length);

/** RFC 3629 §3: the largest number of octets, at most `limit`, that does not end inside a character. */
function wholeCharacters(octets: View, limit: number): number {
  let at = limit;
  while (at > 0 && limit - at < 3 && octets[at]! >= 0x80 && octets[at]! < 0xc0) at--;
  return at;
}

const C1 = /[\u0080-\u009f]/;
