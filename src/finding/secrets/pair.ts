/** Secrets where the name and its value come apart: a user property, a header, a parameter, a topic and its payload. */
import type { WireText } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import { findSecrets } from "./find.ts";
import { type SecretMatch, settled } from "./match.ts";
import { WORDS, wordOf } from "./names.ts";
import { kindOf, weigh } from "./weigh.ts";

/** What looks for secrets in octets: for a rule, or for whoever hides them. */
export type Search = (octets: View) => readonly SecretMatch[];

/** What is asked of a message. */
export interface Message {
  readonly resolvedTopic: WireText;
  readonly payload: View;
}

/**
 * The secrets of a message's payload: in it, or all of it where the last level of its topic says so
 * (`config/wifi/password`).
 */
export function publishSecrets(
  { resolvedTopic, payload }: Message,
  search: Search = findSecrets,
): readonly SecretMatch[] {
  const secrets = search(payload);
  if (typeof resolvedTopic !== "string" || !mayName(resolvedTopic) || payload.length > LONGEST)
    return secrets;
  const first = payload[0];
  if (first === OPEN_OBJECT || first === OPEN_LIST || secrets.length > 0) return secrets;
  const name = levelOf(resolvedTopic);
  return BACKLOG.test(name) ? secretsOfCommands(payload) : secretOfPair(name, payload, false, search);
}

/** Tasmota's `Backlog`: commands with a space before their value and a semicolon behind it. */
function secretsOfCommands(payload: View): readonly SecretMatch[] {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString("latin1");
  const found: SecretMatch[] = [];
  for (const { 1: name = "", 2: value = "", index } of text.matchAll(COMMAND)) {
    const word = wordOf(name);
    const weighed = word === undefined ? undefined : weigh(word, value, QUOTED);
    if (weighed === undefined) continue;
    const end = index + text.slice(index).indexOf(value, name.length) + value.length;
    found.push({ kind: weighed.kind, start: end - value.length + weighed.from, end, name });
  }
  return settled(found);
}

const BACKLOG = /^backlog\d?$/i;
const COMMAND = /(?<![^\s;])([A-Za-z]{3,24}\d{0,2}) +([^;\s][^;]{0,128})/g;

/**
 * The secrets of a value by its name and by itself. `wanted`: the name alone makes it one, as in the query of a request
 * that asks to be let in.
 */
export function secretOfPair(
  name: string,
  value: View,
  wanted = false,
  search: Search = findSecrets,
): readonly SecretMatch[] {
  const found = [...search(value)];
  const word = wordOf(name);
  // Nothing stands beside it.
  if (word !== undefined && word.family !== "companion" && value.length <= LONGEST) {
    const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");
    const weighed = weigh(
      wanted && kindOf(word) !== undefined ? { ...word, family: "secret" } : word,
      text,
      QUOTED,
    );
    const kind = kindOf(word);
    if (weighed !== undefined && kind !== undefined)
      found.push({ kind, start: weighed.from, end: value.length, name: name.slice(-SHOWN_NAME) });
  }
  return settled(found);
}

/** Whether a topic could end with a telling word: by its last letters, since this is asked of every message. */
export function mayName(topic: string): boolean {
  let last = topic.length - 1;
  // `cmnd/plug/Password1`; what ends in a longer number is a device.
  if (isDigit(topic.charCodeAt(last))) last--;
  const code = topic.charCodeAt(last);
  if (last < 2 || code > 0x7f || LAST[code | 0x20] === 0) return false;
  const ending = code + 0x100 * topic.charCodeAt(last - 1) + 0x1_0000 * topic.charCodeAt(last - 2);
  return ENDINGS.has(ending | 0x20_2020);
}

/** Whether the last level of a topic does say that the payload is a secret: `X-Amz-Signature` does, `temperature` does not. */
export function names(topic: string): boolean {
  if (!mayName(topic)) return false;
  const level = levelOf(topic);
  if (BACKLOG.test(level)) return true;
  const word = wordOf(level);
  return word !== undefined && word.family !== "companion" && kindOf(word) !== undefined;
}

const levelOf = (topic: string): string => topic.slice(topic.lastIndexOf("/") + 1);

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const TELLING = WORDS.filter(word => word.family !== "companion" && kindOf(word) !== undefined)
  .map(word => word.text)
  .concat("backlog")
  .map(text => Buffer.from(text.slice(-3)));
const ENDINGS: ReadonlySet<number> = new Set(TELLING.map(end => end.readUIntBE(0, 3)));
const LAST = new Uint8Array(0x80);
for (const end of TELLING) LAST[end[2]!] = 1;

/** Nothing stands around the value. */
const QUOTED = { form: "quoted", prose: false } as const;

/** Longer than any password, and than most tokens; what is longer is recognised by its form. */
const LONGEST = 4_096;
const SHOWN_NAME = 48;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;
