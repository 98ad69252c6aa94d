/** The value behind a name: where it begins and ends in JSON, in `key=value` and in headers, and whether it is one. */
import type { View } from "../../octets/view.ts";
import type { Family, Word } from "./names.ts";

export interface Value {
  /** Of the value itself, without quotation marks. */
  readonly start: number;
  readonly end: number;
  /** `list` is all of an array. */
  readonly form: "quoted" | "bare" | "list";
  /** Behind it goes on what reads like a sentence. */
  readonly prose: boolean;
}

/**
 * The value behind the separator `octets[at]`, undefined where there is none or an object of its own. Looks at each octet
 * of the value once; `end` is where what is looked at ends, and ends a value that is not closed.
 */
export function valueAfter(octets: View, at: number, end: number): Value | undefined {
  let start = octets[at] === COLON && octets[at + 1] === EQUALS ? at + 2 : at + 1;
  while (start < end && (octets[start] === SPACE || octets[start] === TAB)) start++;
  let escapes = 0;
  while (start + escapes < end && octets[start + escapes] === BACKSLASH) escapes++;
  const first = octets[start + escapes];
  if (start + escapes < end && (first === QUOTE || first === APOSTROPHE)) {
    const from = start + escapes + 1;
    return { start: from, end: closing(octets, from, end, first, escapes), form: "quoted", prose: false };
  }
  if (escapes > 0 || start >= end) return undefined;
  if (first === OPEN_LIST) return { start, end: listEnd(octets, start, end), form: "list", prose: false };
  if (first === OPEN_OBJECT || first === EQUALS) return undefined;
  let to = start;
  while (to < end && ENDS_BARE[octets[to]!] === 0) to++;
  return to === start
    ? undefined
    : { start, end: to, form: "bare", prose: octets[at] === COLON && goesOn(octets, to, end) };
}

/** Whether a value is a secret of its family, and no placeholder, counter or status. `text` is latin1. */
export function isSecretValue(word: Word, text: string, form: Value["form"], prose = false): boolean {
  if (form === "list") return text.length >= MIN_LIST;
  if (text.length < LEAST[word.family] || isPlaceholder(text)) return false;
  if (prose && !(/\d/.test(text) && /[A-Za-z]/.test(text))) return false;
  switch (word.family) {
    case "password":
    case "companion":
      if (word.second === true && (form === "bare" || /^\d+$/.test(text))) return false;
      if (form === "quoted" && LABEL.test(text)) return false;
      // `pwd` may be a working directory, and a small number counts something.
      return (
        !(word.text === "pwd" && /^(?:\/|[A-Za-z]:(?:\\|$))/.test(text)) &&
        !/^-?(?:\d{1,3}|\d+\.\d+)$/.test(text)
      );
    case "secret":
      return !NUMBER.test(text);
    case "token":
    case "key":
      return !/\s/.test(text) && /[\dA-Z]|.{24}/.test(text) && !NUMBER.test(text) && !isSerial(text);
    case "authorization":
      return true;
    case "signature":
      return !/\s/.test(text);
    default:
      return false;
  }
}

/** What stands where a secret would, and is none. `text` is latin1. */
export const isPlaceholder = (text: string): boolean => PLACEHOLDER.test(text) || TEMPLATE.test(text);

/** `LOT-2026-00017`, `NOAA-19`: a number that counts on. */
export const isSerial = (text: string): boolean => /^[A-Z]{2,8}-\d{1,8}(?:-\d{1,8})?$/.test(text);

/** The closing quotation mark behind as many backslashes as the opening one had; without one, the end. */
function closing(octets: View, from: number, end: number, quote: number, escapes: number): number {
  let backslashes = 0;
  for (let at = from; at < end; at++) {
    const octet = octets[at]!;
    if (octet === BACKSLASH) backslashes++;
    else if (octet === quote && (escapes === 0 ? backslashes % 2 === 0 : backslashes <= escapes))
      return at - backslashes;
    else backslashes = 0;
  }
  return end;
}

/** Where the array that begins at `start` ends, whatever is in it. */
function listEnd(octets: View, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    if (octets[at] === OPEN_LIST) depth++;
    else if (octets[at] === CLOSE_LIST && --depth === 0) return at + 1;
  }
  return end;
}

/** `password: wrong, try again` and `token: expired since Monday` say something about a secret and not the secret. */
function goesOn(octets: View, at: number, end: number): boolean {
  let next = at;
  while (next < end && octets[next] === SPACE) next++;
  if (next === at || next >= end) return false;
  const octet = octets[next]! | 0x20;
  return octet >= 0x61 && octet <= 0x7a;
}

/** The least number of octets that makes a value. */
const LEAST: Readonly<Record<Family, number>> = {
  password: 1,
  secret: 4,
  token: 8,
  key: 8,
  authorization: 4,
  signature: 16,
  card: 13,
  latitude: 1,
  longitude: 1,
  type: 1,
  wifi: 1,
  network: 1,
  handle: 1,
  companion: 4,
};

/** Two short strings and what is around them. */
const MIN_LIST = 8;

const NUMBER = /^-?[\d.]{1,15}$/;

/** What a form writes beside its field, with a capital, `Passwort vergessen?`; small it is what everybody chooses. UTF-8 in latin1. */
const LABEL =
  /^(?:Password|Passwort|Kennwort|Contrase(?:n|\u00c3\u00b1)a|Mot de passe|Senha|Wachtwoord|Passphrase)(?:$| [A-Za-z])/;

/** Words that stand where a secret is not shown, not set, or only spoken of. Linear: one alternative after the other. */
const PLACEHOLDER =
  /^(?:[*xX.?#_-]{1,64}|null|nil|none|undefined|nan|n\/a|true|false|yes|no|on|off|ok|set|unset|not[ _-]?set|no[ _-](?:secret|password|token|key|credentials)|empty|unknown|string|redacted|hidden|masked|removed|required|optional|enabled|disabled|valid|invalid|wrong|incorrect|expired|missing|changed|reset|accepted|rejected)$/i;

/** `${PASSWORD}` (where it is bare, without its end), `$PASSWORD`, `{{password}}`, `<password>`, `%PASSWORD%`, `[REDACTED]`, `(hidden)`, `***89`, `•••`, `‹12 characters›` (in latin1). */
const TEMPLATE =
  /^(?:\$\{[^}]*\}?|\$[A-Z_]+|\{\{[^}]*\}\}|<[^>]*>|%[A-Z_]+%|\[[^\]]*\]|\([^)]*\)|\*{3,64}.{0,4}|\u00e2\u0080[\u00a2\u00b9].*)$/s;

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COLON = 0x3a;
const EQUALS = 0x3d;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;

/** What ends a value without quotation marks. */
const ENDS_BARE = new Uint8Array(256);
for (const octet of Buffer.from("\0\t\n\r ,;&}]\"'\\|")) ENDS_BARE[octet] = 1;
