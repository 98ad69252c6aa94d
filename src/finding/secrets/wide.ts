/** Text in UTF-16, as programs of Windows write it: octets that are no text to anybody who expects UTF-8. */
import type { View } from "../../octets/view.ts";

/** Asked of every payload: one octet of the first two is zero, or the second is that of a mark. */
export const mayBeWide = (octets: View, start: number): boolean => {
  const second = octets[start + 1]!;
  return second === 0 || second >= 0xfe || octets[start] === 0;
};

/**
 * Where in `octets[start … end)` UTF-16 begins whose first characters are ASCII, with the mark of its order before it or
 * without (RFC 2781 §3.2, §4); -1 where it does not.
 */
export function wideAt(octets: View, start: number, end: number): number {
  const first = octets[start]!;
  const second = octets[start + 1]!;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const at = marked ? start + 2 : start;
  if (end - at < SHORTEST || (end - at) % 2 !== 0) return -1;
  const high = octets[at] === 0 ? 0 : 1;
  for (let character = at; character < at + SHORTEST; character += 2)
    if (octets[character + high] !== 0 || !isPrintable(octets[character + 1 - high]!)) return -1;
  return at;
}

/** An octet for each character from `from` on; for one that is not ASCII a blank. */
export function narrow(octets: View, from: number, end: number): Uint8Array {
  const high = octets[from] === 0 ? 0 : 1;
  const text = new Uint8Array((end - from) >> 1);
  for (let i = 0; i < text.length; i++)
    text[i] = octets[from + i * 2 + high] === 0 ? octets[from + i * 2 + 1 - high]! : BLANK;
  return text;
}

const isPrintable = (octet: number): boolean =>
  (octet >= 0x20 && octet < 0x7f) || octet === 0x09 || octet === 0x0a || octet === 0x0d;

/** Eight octets: four characters. Numbers of sixteen bits that all are printable are rare. */
const SHORTEST = 8;
const BLANK = 0x20;
