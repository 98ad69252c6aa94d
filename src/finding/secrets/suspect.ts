/** The first look: one pass over the octets that tells which kinds of secret could be there. Most often none. */
import type { View } from "../../octets/view.ts";
import { mayEndWord, wordBefore } from "./names.ts";
import { mayBePacked, namesPacked } from "./packed.ts";

/** What a look may suspect, one bit each. */
export const SUSPECT = {
  jwt: 0x01,
  token: 0x02,
  pem: 0x04,
  der: 0x08,
  named: 0x10,
  at: 0x20,
  digits: 0x40,
  location: 0x80,
  base64: 0x100,
  percent: 0x200,
  hex: 0x400,
  escapes: 0x800,
  packed: 0x800,
} as const;

/**
 * The suspicions that `octets[start … end)` raise, 0 for none. Makes nothing, reads each octet once and a few around those
 * that are rare in telemetry; a suspicion is cheap to raise wrongly, and is looked into elsewhere.
 */
export function suspect(octets: View, start: number, end: number): number {
  let raised = isSequence(octets, start, end) ? SUSPECT.der : 0;
  if (mayBePacked(octets[start]) && namesPacked(octets, start, end)) raised |= SUSPECT.packed;
  let latitude = false;
  let longitude = false;
  for (let at = start; at < end; at++) {
    const sign = SIGN[octets[at]!]!;
    if (sign === 0) continue;
    if (sign === SEPARATOR) {
      if (octets[at + 3] === COLON && octets[at + 15] === COLON && isPairs(octets, at)) raised |= SUSPECT.hex;
      if (!mayEndWord(octets, at, start)) continue;
      const word = wordBefore(octets, at, start);
      if (word === undefined) continue;
      if (word.family === "latitude") latitude = true;
      else if (word.family === "longitude") longitude = true;
      else if (word.family === "wifi" && octets[at + 2] !== COLON) continue;
      else raised |= word.family === "type" ? SUSPECT.location : SUSPECT.named;
    } else raised |= suspicionAt(octets, at, start, end, sign);
  }
  if (latitude && longitude) raised |= SUSPECT.location;
  return raised | encodings(octets, start, end);
}

function suspicionAt(octets: View, at: number, start: number, end: number, sign: number): number {
  const octet = octets[at]!;
  if (sign === SPACER) {
    // Four digits, a space or hyphen, digits, the same again: as cards print their number. `-----` begins PEM.
    const next = octets[at + 1]!;
    if (octet === HYPHEN && next === HYPHEN && octets[at + 2] === HYPHEN) return SUSPECT.pem;
    if (octet === HYPHEN && octets[at - 1] === 0x74 && octets[at - 2] === 0x61 && octets[at - 3] === 0x70)
      return SUSPECT.token; // glpat-
    if (octets[at + 3] === octet && octets[at + 15] === octet && isPairs(octets, at)) return SUSPECT.hex;
    const again = octets[at + 5] === octet || octets[at + 7] === octet;
    return again && isDigit(octets[at - 1]) && isDigit(next) ? SUSPECT.digits : 0;
  }
  switch (octet) {
    case 0x25: // %XX
      return isHexDigit(octets[at + 1]) && isHexDigit(octets[at + 2]) ? SUSPECT.percent : 0;
    case 0x40: // @, in an e-mail address and behind user and password in a URL
      return at > start && at + 1 < end && octets[at - 1]! > 0x20 && octets[at + 1]! > 0x20 ? SUSPECT.at : 0;
    case 0x4a: // eyJ
      return octets[at - 1] === 0x79 && octets[at - 2] === 0x65 ? SUSPECT.jwt : 0;
    case 0x4b: // AKIA
      return octets[at - 1] === 0x41 ? SUSPECT.token : 0;
    case 0x53: // ASIA, SharedAccessSignature
      return octets[at - 1] === 0x41 || octets[at + 1] === 0x68 ? SUSPECT.token : 0;
    case 0x5c: // \\u0061, for what needs no escape
      return octets[at + 1] === 0x75 && octets[at + 3] === 0x30 && isTextDigit(octets[at + 4])
        ? SUSPECT.escapes
        : 0;
    case 0x5f: // ghp_ and its kin, github_pat_, and those of others
      return (octets[at - 2] === 0x68 && octets[at - 3] === 0x67) || isTokenPrefix(octets, at)
        ? SUSPECT.token
        : 0;
    case 0x78: // xoxb and its kin
      return octets[at + 1] === 0x6f && octets[at + 2] === 0x78 ? SUSPECT.token : 0;
    case 0x79: // ya29.
      return octets[at + 1] === 0x61 && octets[at + 2] === 0x32 ? SUSPECT.token : 0;
    case 0x7a: // AIza
      return octets[at - 1] === 0x49 ? SUSPECT.token : 0;
    default:
      return 0;
  }
}

/** `github_`, `sk_live_`, `rk_live_`, `npm_` and `hf_`, by the octets around their underscore. */
function isTokenPrefix(octets: View, at: number): boolean {
  switch (octets[at - 1]) {
    case 0x62: // b
      return true;
    case 0x6b: // k
      return octets[at + 1] === 0x6c && octets[at + 2] === 0x69;
    case 0x6d: // m
      return octets[at - 2] === 0x70 && octets[at - 3] === 0x6e;
    case 0x66: // f
      return octets[at - 2] === 0x68;
    default:
      return false;
  }
}

/** One SEQUENCE of that length and nothing behind it (X.690 §8.1.3): all keys in DER are, and no number in digits is. */
function isSequence(octets: View, start: number, end: number): boolean {
  if (octets[start] !== SEQUENCE || end - start < 32) return false;
  const length = octets[start + 1]!;
  if (length < 0x80) return length === end - start - 2;
  if (length === 0x81) return octets[start + 2] === end - start - 3;
  const two = octets[start + 2]! * 0x100 + octets[start + 3]!;
  return length === 0x82 && two === end - start - 4;
}

/** A run of base64, or of text in hexadecimal, that could hold a secret: found by looking at one octet in `STRIDE`. */
function encodings(octets: View, start: number, end: number): number {
  let raised = 0;
  for (let at = start + STRIDE - 1; at < end; at += STRIDE) {
    if (BASE64[octets[at]!] === 0) continue;
    let from = at;
    let to = at + 1;
    let seen = 0;
    while (from > start && to - from < RUN && BASE64[octets[from - 1]!] !== 0) from--;
    while (to < end && to - from < RUN && BASE64[octets[to]!] !== 0) to++;
    if (to - from < RUN) continue;
    for (let i = from; i < to; i++) seen |= BASE64[octets[i]!]!;
    if ((seen & MIXED) === MIXED) return SUSPECT.base64 | SUSPECT.hex;
    if (raised === 0 && (isHexText(octets, from) || isHexText(octets, from + 1))) raised = SUSPECT.hex;
  }
  return raised;
}

/** Pairs of hexadecimal digits for characters of ASCII, in which a hash seldom goes on for long. */
function isHexText(octets: View, from: number): boolean {
  for (let at = from; at + 1 < from + RUN - 1; at += 2) {
    if (!isTextDigit(octets[at]) || !isHexDigit(octets[at + 1])) return false;
  }
  return true;
}

/** Six pairs of hexadecimal digits in a row, each behind the same separator: one more than a hardware address has. */
function isPairs(octets: View, at: number): boolean {
  const separator = octets[at];
  for (let pair = 0; pair < 6; pair++) {
    const from = at + pair * 3;
    if (octets[from] !== separator || !isHexDigit(octets[from + 1]) || !isHexDigit(octets[from + 2]))
      return false;
  }
  return true;
}

/** The first digit of a printable character of ASCII. */
const isTextDigit = (octet: number | undefined): boolean =>
  octet !== undefined && octet >= 0x32 && octet <= 0x37;

const isHexDigit = (octet: number | undefined): boolean =>
  octet !== undefined && (isDigit(octet) || ((octet | 0x20) >= 0x61 && (octet | 0x20) <= 0x66));

const isDigit = (octet: number | undefined): boolean => octet !== undefined && octet >= 0x30 && octet <= 0x39;

/** The shortest run that is decoded, eighteen octets in base64 and twelve in hexadecimal; a step shorter than it misses none. */
export const RUN = 24;
const STRIDE = 20;

const HYPHEN = 0x2d;
const COLON = 0x3a;
/** X.690 §8.9; also the digit 0. */
const SEQUENCE = 0x30;

/** Octets that are looked at more closely. */
const SEPARATOR = 1;
const SPACER = 2;
const OTHER = 3;
const SIGN = new Uint8Array(256);
for (const octet of Buffer.from(":=>")) SIGN[octet] = SEPARATOR;
for (const octet of Buffer.from("- ")) SIGN[octet] = SPACER;
for (const octet of Buffer.from("%@JKS\\_xyz")) SIGN[octet] = OTHER;

/** The two alphabets of RFC 4648 §4 and §5: 1 for what is no letter, 3 for small letters, 5 for capitals. */
const BASE64 = new Uint8Array(256);
for (const octet of Buffer.from("0123456789+/-_")) BASE64[octet] = 1;
for (let octet = 0x61; octet <= 0x7a; octet++) BASE64[octet] = 3;
for (let octet = 0x41; octet <= 0x5a; octet++) BASE64[octet] = 5;
/** Encoded text has both small letters and capitals, which hashes and paths seldom have. */
const MIXED = 6;
