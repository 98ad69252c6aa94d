/** Names that announce a secret: the last word of a JSON key, of a header, of a parameter, of a topic. */
import type { View } from "../../octets/view.ts";
import { LIMITS } from "./limits.ts";

/** What a name says of its value; each family has its own idea of which values count. */
export type Family =
  | "password"
  | "secret"
  | "token"
  | "key"
  | "authorization"
  | "signature"
  | "card"
  | "latitude"
  | "longitude"
  | "type"
  | "wifi"
  | "network"
  | "handle"
  | "companion";

export interface Word {
  /** In lower case and without separators, as names are compared. */
  readonly text: string;
  readonly family: Family;
  /** The name, or a word of it, begins here: `gps_lat` and `gpsLat`, not `flat`. */
  readonly whole?: true;
  /** Another word stands before it: `wifi_pass`, not `pass`. */
  readonly second?: true;
}

const of = (family: Family, ...texts: string[]): Word[] => texts.map(text => ({ text, family }));
const whole = (family: Family, ...texts: string[]): Word[] =>
  texts.map(text => ({ text, family, whole: true }));

/** A name counts by its end: `mqttPassword` is one, `passwordHash` and `tokenType` are none. */
export const WORDS: readonly Word[] = [
  // Names of a request, an uplink or a page: AWS IoT device shadow, The Things Stack, and what lists go on by.
  ...of("handle", "clienttoken", "clientrequesttoken", "uplinktoken", "pagetoken", "nexttoken"),
  ...of("handle", "continuationtoken", "correlationtoken", "synctoken"),
  ...of(
    "password",
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "passcode",
    "passwort",
    "psk",
    "wifipass",
    "mqttpass",
  ),
  ...whole("password", "pwd"),
  { text: "pass", family: "password", whole: true, second: true },
  // A password beside a user or a network; alone it counts what was tested.
  ...whole("companion", "pass", "pw"),
  ...of("password", "kennwort", "contrasena", "motdepasse", "wachtwoord"),
  ...whole("password", "senha"),
  ...of("secret", "secret", "secrets", "credential", "credentials"),
  ...of("token", "token", "tokens"),
  ...whole("token", "bearer"),
  ...of(
    "key",
    "apikey",
    "apikeys",
    "accesskey",
    "secretkey",
    "privatekey",
    "privkey",
    "authkey",
    "sharedkey",
  ),
  ...of("key", "encryptionkey", "aeskey", "hmackey", "signingkey", "sessionkey", "masterkey", "accountkey"),
  ...of("key", "networkkey", "networkskey", "nwkkey", "nwkskey", "appskey", "wifikey", "wpakey", "wepkey"),
  ...whole("key", "appkey"),
  ...whole("authorization", "authorization", "auth"),
  ...of("signature", "xamzsignature", "xamzcustomauthorizersignature"),
  ...whole("signature", "sig"),
  ...whole("card", "pan", "card", "cardnumber", "cardno", "ccnumber", "creditcard", "creditcardnumber"),
  ...whole("latitude", "lat", "latitude"),
  ...whole("longitude", "lon", "lng", "long", "longitude"),
  { text: "type", family: "type", whole: true, second: true },
  ...whole("wifi", "wifi"),
  ...whole("network", "ssid", "essid"),
];

/**
 * The word that the name before `octets[at]` ends with, `at` being the separator between a name and its value; undefined
 * where it says nothing. `from` is where what is looked at begins. Reads a few octets, and makes no string.
 */
export function wordBefore(octets: View, at: number, from: number): Word | undefined {
  const end = nameEnd(octets, at, from);
  return end > from ? wordAt(octets, end, from) : undefined;
}

/** Whether a word could stand before a separator, by the two octets before it: most often it is clear that none does. */
export function mayEndWord(octets: View, at: number, from: number): boolean {
  let last = at - 1;
  if (last > from && octets[last] === QUOTE) last--;
  return (
    last > from &&
    (!isLetter(octets[last]!) || BY_ENDING[ending(octets[last - 1]!, octets[last]!)] !== undefined)
  );
}

/** The word that a name ends with. */
export function wordOf(name: string): Word | undefined {
  const octets = Buffer.from(name.slice(-LIMITS.name), "latin1");
  return octets.length === 0 ? undefined : wordAt(octets, octets.length, 0);
}

/** `octets[start … end)` of the name before a separator: letters, digits, and what joins them. */
export function nameBefore(
  octets: View,
  at: number,
  from: number,
): { readonly start: number; readonly end: number } {
  const end = nameEnd(octets, at, from);
  let start = end;
  while (start > from && end - start < LIMITS.name && NAME[octets[start - 1]!] === 1) start--;
  return { start, end };
}

/** Where the name before a separator ends: spaces, a closing quotation mark and its escapes are passed over. */
function nameEnd(octets: View, at: number, from: number): number {
  let end = at;
  for (let spaces = 0; end > from && octets[end - 1] === SPACE && spaces < 4; spaces++) end--;
  if (end <= from) return end;
  const last = octets[end - 1]!;
  if (last !== QUOTE && last !== APOSTROPHE && last !== BRACKET) return end;
  end--;
  while (end > from && octets[end - 1] === BACKSLASH) end--;
  return end;
}

function wordAt(octets: View, nameEnd: number, from: number): Word | undefined {
  let end = nameEnd;
  // `Password1`, `psk_2`: numbered ones are named like the first.
  while (end > from && nameEnd - end < 3 && NUMBERING[octets[end - 1]!] === 1) end--;
  if (end - from < 2) return undefined;
  const words = BY_ENDING[ending(octets[end - 2]!, octets[end - 1]!)];
  if (words === undefined) return undefined;
  for (const word of words) {
    const start = startOf(octets, end, from, word.text);
    if (start < 0) continue;
    if (word.whole === true && !beginsWord(octets, start, from)) continue;
    if (word.second === true && (start <= from || NAME[octets[start - 1]!] !== 1)) continue;
    return word;
  }
  return undefined;
}

/** A place for two letters of any case: most names are told from all words by their last two. */
const ending = (a: number, b: number): number => ((a & 0x1f) << 5) | (b & 0x1f);

/** Where a text begins that ends at `end`, whatever its case and its separators; -1 where it does not stand there. */
function startOf(octets: View, end: number, from: number, text: string): number {
  let at = end - 1;
  let left = text.length - 1;
  for (; left >= 0; at--) {
    if (at < from) return -1;
    const octet = octets[at]!;
    if ((octet | CASE) === text.charCodeAt(left)) left--;
    else if (!isJoint(octet) || left === text.length - 1) return -1;
  }
  return at + 1;
}

/** The first letter of a word: behind no letter, or a capital behind a small one. */
function beginsWord(octets: View, start: number, from: number): boolean {
  if (start <= from) return true;
  const before = octets[start - 1]!;
  if (!isLetter(before)) return true;
  return before >= 0x61 && octets[start]! < 0x61;
}

const isLetter = (octet: number): boolean => (octet | CASE) >= 0x61 && (octet | CASE) <= 0x7a;

/** What stands between the words of a name: `api_key`, `api-key`, `api.key`, `API key`. */
const isJoint = (octet: number): boolean =>
  octet === 0x5f || octet === 0x2d || octet === 0x2e || octet === SPACE;

/** The bit that tells small ASCII letters from capitals. */
const CASE = 0x20;
const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;
const BRACKET = 0x5d;

/** Letters, digits, `_`, `-` and `.`: what names are made of. */
const NAME = new Uint8Array(256);
for (let octet = 0; octet < 0x80; octet++) if (/[\w.-]/.test(String.fromCharCode(octet))) NAME[octet] = 1;

const NUMBERING = new Uint8Array(256);
for (const octet of Buffer.from("0123456789_")) NUMBERING[octet] = 1;

/** Words by their last two letters. */
const BY_ENDING: (readonly Word[] | undefined)[] = Array.from({ length: 0x400 }, (_, place) => {
  const words = WORDS.filter(
    ({ text }) => ending(text.charCodeAt(text.length - 2), text.charCodeAt(text.length - 1)) === place,
  );
  return words.length === 0 ? undefined : words;
});
