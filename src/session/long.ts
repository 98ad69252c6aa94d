/** Texts as long as MQTT allows: 65,535 octets each, of which a hostile capture has as many as it likes. */
import { hash } from "node:crypto";
import { Secret, type WireText, wireKey } from "../octets/text.ts";

/** Stands for a text in what remembers many: the text itself, or a digest where it is long. */
export const shortKey = (text: WireText): string =>
  text.length <= LONGEST_KEY ? wireKey(text) : digestOf(text);

/** Names somebody whose own name is too long to be repeated with everything that is said of him. */
export const shortName = (text: WireText): WireText =>
  text.length <= LONGEST_NAME
    ? text
    : `${text.length} octets, SHA-256 ${digestOf(text).slice(0, SHOWN_DIGITS)}`;

/** What a text takes in a report at most: a control character is six there. */
export function costOf(text: WireText | Secret | undefined): number {
  if (text === undefined) return 0;
  const revealed = text instanceof Secret ? text.reveal() : text;
  if (typeof revealed !== "string") return revealed.length * 2 + ENTRY;
  return revealed.length * (PLAIN.test(revealed) ? 1 : 6) + ENTRY;
}

const digestOf = (text: WireText): string => hash("sha256", text);

const PLAIN = /^[ !#-[\]-~]*$/;
/** What an entry of a list costs beside its text. */
const ENTRY = 64;
const LONGEST_KEY = 256;
const LONGEST_NAME = 1_024;
const SHOWN_DIGITS = 32;
