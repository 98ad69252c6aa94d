/** Secrets that their name gives away: `"password":"…"`, `token=…`, `Authorization: …`, `<psk>…</psk>`, whatever surrounds them. */
import type { View } from "../../octets/view.ts";
import { type Around, around, isPassphrase, isPassword, namesUser } from "./beside.ts";
import type { SecretMatch } from "./match.ts";
import { nameBefore, type Word, wordBefore } from "./names.ts";
import { type Value, valueAfter } from "./values.ts";
import { weigh } from "./weigh.ts";

/**
 * Finds the values of telling names in `text`, the latin1 form of `octets`. A tokenizer, not a parser: it reads JSON,
 * JSON inside of JSON strings, forms, settings and headers alike, holds no stack, and looks at each octet of a value once.
 */
export function named(octets: View, text: string, strict: boolean, into: SecretMatch[]): void {
  const end = text.length;
  const first = into.length;
  const networks: Networks = { closed: new Set(), parts: new Set() };
  const places: Place[] = [];
  let closed = 0;
  let part = 0;
  let at = 0;
  while (at < end) {
    const octet = octets[at]!;
    if (octet !== COLON && octet !== EQUALS && octet !== GREATER) {
      if (octet === CLOSE_OBJECT) closed++;
      if (octet === CLOSE_OBJECT || octet === OPEN_OBJECT) part++;
      at++;
      continue;
    }
    const name = nameBefore(octets, at, 0);
    const word =
      wordBefore(octets, at, 0) ?? (isKey(text.slice(name.start, name.end)) ? BARE_KEY : undefined);
    if (word?.family === "network") {
      networks.closed.add(closed);
      networks.parts.add(part);
    }
    const value = word === undefined ? undefined : valueOf(octets, text, at, word);
    if (word === undefined || value === undefined) {
      at++;
      continue;
    }
    const weighed = weigh(word, text.slice(value.start, value.end), value);
    if (weighed !== undefined) {
      const { kind, from } = weighed;
      places.push({ closed, part });
      into.push({ kind, start: value.start + from, end: value.end, name: text.slice(name.start, name.end) });
    }
    // A text that is no secret may hold names of its own.
    at = weighed === undefined && value.form === "quoted" ? at + 1 : Math.max(value.end, at + 1);
  }
  if (into.length > first) settle(text, networks, places, strict, first, into);
}

/**
 * What a name says only beside a network or a user is taken back where there is none, and is never more than likely. What
 * must be hidden (not `strict`) asks for less: a user or a network anywhere in the text.
 */
function settle(
  text: string,
  networks: Networks,
  places: readonly Place[],
  strict: boolean,
  first: number,
  into: SecretMatch[],
): void {
  const found = into.slice(first);
  let besides: readonly Around[] | undefined;
  let named: boolean | undefined;
  for (let i = found.length - 1; i >= 0; i--) {
    const match = found[i]!;
    const { name = "" } = match;
    const companion = COMPANION.test(name);
    const beside = companion || isKey(name);
    const ofNetwork = isOfNetwork(match, text, places[i]!, networks);
    if (!beside) {
      if (ofNetwork) into[first + i] = { ...match, kind: "wifi" };
      continue;
    }
    const { user, failed } = strict ? (besides ??= around(text, found))[i]! : ANYTHING;
    const tells = !strict || !isBareNumber(text, match);
    const value = text.slice(match.start, match.end);
    if (ofNetwork && tells && (!strict || (isPassphrase(value) && !(companion && failed))))
      into[first + i] = { ...match, kind: "wifi", beside };
    else if (
      companion &&
      tells &&
      (strict
        ? user && !failed && isPassword(value)
        : networks.closed.size > 0 || (named ??= namesUser(text)))
    )
      into[first + i] = { ...match, beside };
    else into.splice(first + i, 1);
  }
}

/** What is not looked at where it decides nothing. */
const ANYTHING: Around = { user: true, failed: false };

/** A number in JSON or in a log, `"pass":1767225600`; a form has an equals sign before it. */
const isBareNumber = (text: string, { start, end }: SecretMatch): boolean =>
  /[:\s]/.test(text.charAt(start - 1)) && /^\d+$/.test(text.slice(start, end));

const isKey = (name: string): boolean => name.length === 3 && name.toLowerCase() === "key";
const COMPANION = /^(?:pass|pw)\d{0,2}$/i;

/** A header's value goes on to the end of its line. */
function valueOf(octets: View, text: string, at: number, word: Word): Value | undefined {
  if (octets[at] === GREATER) return contentBefore(octets, text, at);
  const value = valueAfter(octets, at, text.length);
  if (value === undefined || word.family !== "authorization" || value.form !== "bare") return value;
  const rest = /[^\r\n"'\\}]{0,4096}/y;
  rest.lastIndex = value.start;
  const line = rest.exec(text)?.[0] ?? "";
  return { ...value, end: value.start + line.trimEnd().length, prose: false };
}

/**
 * The content of the XML element whose end tag ends at `at` (XML 1.0 §3.1): a start tag may have attributes behind its
 * name, and a namespace before it. What is looked at begins behind the tag before, so that each octet is looked at once.
 */
function contentBefore(octets: View, text: string, at: number): Value | undefined {
  let tag = nameBefore(octets, at, 0).start;
  if (octets[tag - 1] === COLON) tag = nameBefore(octets, tag - 1, 0).start;
  tag -= 2;
  if (tag < 0 || octets[tag] !== LESS || octets[tag + 1] !== SLASH) return undefined;
  const start = text.lastIndexOf(">", tag) + 1;
  if (start < tag) return start === 0 ? undefined : { start, end: tag, form: "quoted", prose: false };
  // XML 1.0 §2.7: a section of characters ends with a bracket of its own.
  const section = text.slice(Math.max(0, tag - LONGEST_SECTION), tag);
  const opening = section.lastIndexOf(CDATA);
  return opening < 0 || !section.endsWith(CDATA_END)
    ? undefined
    : {
        start: tag - section.length + opening + CDATA.length,
        end: tag - CDATA_END.length,
        form: "quoted",
        prose: false,
      };
}

const CDATA = "<![CDATA[";
const CDATA_END = "]]>";
/** More than any password has. */
const LONGEST_SECTION = 512;

/** Where a name stands among the braces of JSON: how many closed before it, and how many there were of either kind. */
interface Place {
  readonly closed: number;
  readonly part: number;
}

/** Where names of networks stand. */
interface Networks {
  readonly closed: Set<number>;
  readonly parts: Set<number>;
}

/**
 * The password of the network that the same text names, and not that of something else beside it: no object ended between
 * the two unless the name itself says network, and `key` stands in the same object.
 */
function isOfNetwork(
  { kind, name, start, end }: SecretMatch,
  text: string,
  { closed, part }: Place,
  networks: Networks,
): boolean {
  if ((kind !== "password" && kind !== "key") || name === undefined || !NETWORK_NAME.test(name)) return false;
  if (isKey(name)) return networks.parts.has(part) && !ENTRY_NAME.test(text.slice(start, end));
  return ANY_PASSWORD.test(name) ? networks.closed.has(closed) : networks.closed.size > 0;
}

/** `"key":"EVT_WU_Connected"`, `client_17`: what happened to a client of the network, and which one it is. */
const ENTRY_NAME = /^(?:[A-Z]{2,}_|[a-z]{1,32}_\d{1,8}$)/;

/** Of a network or of anything else. */
const ANY_PASSWORD = /^(?:pw|pass|password|passwd|pwd|passphrase)\d{0,2}$/i;

const NETWORK_NAME =
  /^(?:key|psk|pw|pass|password|passwd|pwd|passphrase)\d{0,2}$|psk|passphrase|wi-?fi|wlan|wpa|wep|sta[_-]|ap[_-]|ssid/i;

/** `key` alone says something only beside an SSID. */
const BARE_KEY: Word = { text: "key", family: "key" };

const EQUALS = 0x3d;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const GREATER = 0x3e;
const LESS = 0x3c;
const SLASH = 0x2f;
