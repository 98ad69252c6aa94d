/** Hiding: how views show what may hold a secret. Whatever fails here hides everything. */
import { cutPayload, payload, type PayloadText, printableText } from "../../octets/payload.ts";
import { Secret, type WireText, wireOctets, wireString, wireText } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import { findAllSecrets } from "./find.ts";
import { isHidden } from "./match.ts";
import { type Message, publishSecrets, type Search, secretOfPair } from "./pair.ts";

/** What stands for a payload that cannot be cut: the same as for any other secret. */
export interface HiddenPayload {
  readonly redacted: true;
  readonly length: number;
}

/** Octets that must not be shown. */
export interface HiddenRange {
  readonly start: number;
  readonly end: number;
}

/** What stands for so many hidden characters. */
export type Mark = (characters: number) => string;

/** `‹12 characters›`: it is clear that there was something, and how much. */
export const placeholder: Mark = characters =>
  `\u2039${characters} ${characters === 1 ? "character" : "characters"}\u203a`;

/** A text without its secrets; the same text where it has none. `mark` says what stands for one. */
export function hideText(text: string, mark: Mark = placeholder, search: Search = findAllSecrets): string {
  if (text.length < SHORTEST) return text;
  const octets = Buffer.from(text);
  const hidden = hiddenOf(octets, search);
  return hidden.length === 0 ? text : cutOut(octets, hidden, octets.length, mark);
}

/** The same for text off the wire; what is not well-formed is hidden as a whole where it holds a secret. */
export function hideWire(text: WireText, mark: Mark = placeholder): WireText | Secret {
  if (typeof text === "string") return hideText(text, mark);
  return holdsSecret(text) ? new Secret(text) : text;
}

/** The value of a user property, by its name and by itself. */
export function hideValue(name: WireText, value: WireText, mark: Mark = placeholder): WireText | Secret {
  const search = searchAs(name);
  if (typeof value === "string") return hideText(value, mark, search);
  return hiddenOf(wireOctets(value), search).length > 0 ? new Secret(value) : value;
}

const searchAs =
  (name: WireText): Search =>
  octets =>
    secretOfPair(wireString(name), octets, false, findAllSecrets);

/** Whether anything in the octets must be hidden. */
export const holdsSecret = (octets: View): boolean => hiddenOfOctets(octets).length > 0;

/** What must be hidden of octets; of a value that goes by a name, if one is given. */
export const hiddenOfOctets = (octets: View, name?: WireText): readonly HiddenRange[] =>
  hiddenOf(octets, name === undefined ? findAllSecrets : searchAs(name));

/** What must be hidden of a message's payload. */
export const hiddenOfMessage = (message: Message): readonly HiddenRange[] =>
  hiddenOf(message.payload, () => publishSecrets(message, findAllSecrets));

/**
 * The first `limit` octets of a payload without its secrets: the rest of a text stays readable, octets that are no text
 * are hidden as a whole. Secrets are looked for in all of it, so that none is shown because it was cut.
 */
export function hideMessage(
  message: Message,
  limit: number,
  mark: Mark = placeholder,
): PayloadText | HiddenPayload {
  const octets = message.payload;
  const hidden = hiddenOfMessage(message);
  const shown = cutPayload(octets, limit);
  if (hidden.length === 0) return payload(shown);
  return printableText(octets) === undefined
    ? { redacted: true, length: octets.length }
    : { text: cutOut(octets, hidden, shown.length, mark) };
}

/** The start of a payload as text, of which `hidden` was said when all of it was there. */
export function cutOut(
  octets: View,
  hidden: readonly HiddenRange[],
  end: number,
  mark: Mark = placeholder,
): string {
  let text = "";
  let at = 0;
  for (const { start, end: behind } of hidden) {
    if (start >= end) break;
    const characters = behind > octets.length ? behind - start : charactersOf(octets, start, behind);
    text += wireString(wireText(octets.subarray(at, start))) + mark(characters);
    at = behind;
  }
  return at < end ? text + wireString(wireText(octets.subarray(at, end))) : text;
}

const charactersOf = (octets: View, start: number, end: number): number =>
  [...wireString(wireText(octets.subarray(start, end)))].length;

function hiddenOf(octets: View, search: Search): readonly HiddenRange[] {
  try {
    return search(octets).filter(secret => isHidden(secret.kind));
  } catch {
    return [{ start: 0, end: octets.length }];
  }
}

/** Nothing shorter is a name and a secret. */
const SHORTEST = 5;
