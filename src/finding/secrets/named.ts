/** Secrets that their name gives away: `"password":"…"`, `token=…`, `Authorization: …`, whatever surrounds them. */
import type { View } from "../../octets/view.ts";
import type { SecretKind, SecretMatch } from "./match.ts";
import { type Family, nameBefore, type Word, wordBefore } from "./names.ts";
import { isCard } from "./personal.ts";
import { isSecretValue, type Value, valueAfter } from "./values.ts";

/**
 * Finds the values of telling names in `text`, the latin1 form of `octets`. A tokenizer, not a parser: it reads JSON,
 * JSON inside of JSON strings, forms, settings and headers alike, holds no stack, and looks at each octet of a value once.
 */
export function named(octets: View, text: string, into: SecretMatch[]): void {
  const end = text.length;
  const first = into.length;
  let network = false;
  let at = 0;
  while (at < end) {
    const octet = octets[at]!;
    if (octet !== COLON && octet !== EQUALS) {
      at++;
      continue;
    }
    const name = nameBefore(octets, at, 0);
    network ||= /(?<!b)ssid$/i.test(text.slice(Math.max(name.start, name.end - 5), name.end));
    const word =
      wordBefore(octets, at, 0) ?? (text.slice(name.start, name.end) === "key" ? BARE_KEY : undefined);
    const value = word === undefined ? undefined : valueOf(octets, text, at, word);
    if (word === undefined || value === undefined) {
      at++;
      continue;
    }
    const match = matchOf(text, word, value, name.start, name.end);
    if (match !== undefined) into.push(match);
    // A text that is no secret may hold names of its own.
    at = match === undefined && value.form === "quoted" ? at + 1 : Math.max(value.end, at + 1);
  }
  for (let i = into.length - 1; i >= first; i--) {
    const match = into[i]!;
    if (network && isOfNetwork(match)) into[i] = { ...match, kind: "wifi" };
    else if (match.name === "key") into.splice(i, 1);
  }
}

/** A header's value goes on to the end of its line. */
function valueOf(octets: View, text: string, at: number, word: Word): Value | undefined {
  const value = valueAfter(octets, at, text.length);
  if (value === undefined || word.family !== "authorization" || value.form !== "bare") return value;
  const rest = /[^\r\n"'\\}]{0,4096}/y;
  rest.lastIndex = value.start;
  const line = rest.exec(text)?.[0] ?? "";
  return { ...value, end: value.start + line.trimEnd().length, prose: false };
}

function matchOf(
  text: string,
  word: Word,
  value: Value,
  nameStart: number,
  nameEnd: number,
): SecretMatch | undefined {
  const whole = text.slice(value.start, value.end);
  const scheme = word.family === "authorization" ? (SCHEME.exec(whole)?.[0].length ?? 0) : 0;
  const kind = word.text === "sig" ? "azure-sas" : KIND_OF[word.family];
  if (kind === undefined) return undefined;
  const counts = kind === "pan" ? isCard(whole) : isSecretValue(word, whole, value.form, value.prose);
  if (!counts) return undefined;
  return { kind, start: value.start + scheme, end: value.end, name: text.slice(nameStart, nameEnd) };
}

/** The password of the network that the same text names, and not that of something else beside it. */
const isOfNetwork = ({ kind, name }: SecretMatch): boolean =>
  (kind === "password" || kind === "key") && name !== undefined && NETWORK_NAME.test(name);

const NETWORK_NAME =
  /^(?:key|psk|pass|password|passwd|pwd|passphrase)\d{0,2}$|psk|passphrase|wi-?fi|wlan|wpa|wep|sta[_-]|ap[_-]|ssid/i;

/** RFC 9110 §11.4: the scheme is no secret. */
const SCHEME = /^(?:Basic|Bearer|Digest|Token)\s+/i;

/** `key` alone says something only beside an SSID. */
const BARE_KEY: Word = { text: "key", family: "key" };

const KIND_OF: Readonly<Record<Family, SecretKind | undefined>> = {
  password: "password",
  secret: "secret",
  token: "token",
  key: "key",
  authorization: "token",
  signature: "aws-signature",
  card: "pan",
  latitude: undefined,
  longitude: undefined,
  type: undefined,
  wifi: undefined,
};

const EQUALS = 0x3d;
const COLON = 0x3a;
