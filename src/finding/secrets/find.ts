/** The search for secrets in octets: a look that most often finds nothing to look at, then the detectors it asks for. */
import type { View } from "../../octets/view.ts";
import { inBase64, inEscapes, inHex, inPercent } from "./encoded.ts";
import { readJwt } from "./jwt.ts";
import { derKey, pemKeys } from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { NO_MATCHES, type SecretMatch, settled } from "./match.ts";
import { named } from "./named.ts";
import { packed } from "./packed.ts";
import {
  JWT,
  SHARED_ACCESS,
  SHARED_ACCESS_SIGNATURE,
  TOKENS,
  URL_PASSWORD,
  WIFI_CODE,
  WIFI_CODE_PASSWORD,
} from "./patterns.ts";
import { emails, groupedCards, locations } from "./personal.ts";
import { SUSPECT, suspect } from "./suspect.ts";
import { isPlaceholder } from "./values.ts";
import { mayBeWide, narrow, wideAt } from "./wide.ts";

/**
 * The secrets and personal data in the first 64 KiB, in order, none inside another; the same empty list where there are
 * none. Looks at each octet a bounded number of times, and makes no string unless something looks suspicious.
 */
export const findSecrets = (octets: View): readonly SecretMatch[] => look(octets, LIMITS.octets, true);

/** The same for whoever hides: in all octets, and also where names of secrets stand among octets that are no text. */
export const findAllSecrets = (octets: View): readonly SecretMatch[] => look(octets, octets.length, false);

/** false where `findSecrets` finds nothing in `octets[start … end)`; may be wrong the other way. */
export const mayHoldSecrets = (octets: View, start: number, end: number): boolean =>
  end - start >= SHORTEST &&
  (suspect(octets, start, end) !== 0 || (mayBeWide(octets, start) && wideAt(octets, start, end) >= 0));

function look(octets: View, limit: number, strict: boolean): readonly SecretMatch[] {
  const end = Math.min(octets.length, limit);
  if (end < SHORTEST) return NO_MATCHES;
  const wide = wideAt(octets, 0, end);
  if (wide >= 0) return inWide(octets, wide, end, strict);
  return lookIn(octets, end, strict);
}

/** In UTF-16 each character is two octets, and so is each of a secret. */
function inWide(octets: View, from: number, end: number, strict: boolean): readonly SecretMatch[] {
  const text = narrow(octets, from, end);
  return lookIn(text, text.length, strict).map(match => ({
    ...match,
    start: from + match.start * 2,
    end: from + match.end * 2,
    encoded: true,
  }));
}

function lookIn(octets: View, end: number, strict: boolean): readonly SecretMatch[] {
  const suspicions = suspect(octets, 0, end);
  if (suspicions === 0) return NO_MATCHES;
  return search(end === octets.length ? octets : octets.subarray(0, end), suspicions, strict, false);
}

/** `pwd=x`: nothing shorter is a name and a value. */
const SHORTEST = 5;

/** `inside`: of something that was encoded, which is decoded no further. */
function search(octets: View, suspicions: number, strict: boolean, inside: boolean): readonly SecretMatch[] {
  const raised = (suspicion: number): boolean => (suspicions & suspicion) !== 0;
  const found: SecretMatch[] = [];
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("latin1");
  if (raised(SUSPECT.der)) wholeKey(octets, found);
  if (raised(SUSPECT.packed)) packed(octets, text, found);
  if (raised(SUSPECT.pem)) pemKeys(text, found);
  if (raised(SUSPECT.jwt)) webTokens(text, found);
  if (raised(SUSPECT.token)) {
    issuedTokens(text, found);
    sharedAccess(text, found);
  }
  if (!inside) {
    const within = (decoded: View): readonly SecretMatch[] => searchInside(decoded, strict);
    if (raised(SUSPECT.base64)) inBase64(text, within, found);
    if (raised(SUSPECT.hex)) inHex(text, within, found);
    if (raised(SUSPECT.escapes)) inEscapes(text, within, found);
    if (raised(SUSPECT.percent)) inPercent(text, within, found);
  }
  if (!strict || isReadable(octets)) {
    if (raised(SUSPECT.named)) {
      named(octets, text, strict, found);
      wifiCodes(text, found);
    }
    if (raised(SUSPECT.at)) {
      urls(text, found);
      emails(text, found);
    }
    if (raised(SUSPECT.digits)) groupedCards(text, found);
    if (raised(SUSPECT.location)) locations(octets, text, found);
  }
  return settled(found);
}

/** What was meant to be encoded decodes to text, the rest to noise. */
function searchInside(octets: View, strict: boolean): readonly SecretMatch[] {
  if (strict && !isAscii(octets)) return NO_MATCHES;
  const suspicions = suspect(octets, 0, octets.length);
  return suspicions === 0 ? NO_MATCHES : search(octets, suspicions, strict, true);
}

function wholeKey(octets: View, into: SecretMatch[]): void {
  const key = derKey(octets, 0, octets.length);
  if (key === undefined) return;
  into.push({ kind: "private-key", start: 0, end: octets.length, ...(key === "sealed" && { sealed: true }) });
}

function webTokens(text: string, into: SecretMatch[]): void {
  let read = 0;
  const pattern = new RegExp(JWT);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const first = match[1]!;
    // `{"` in base64: what stands before it in the same run is a name in front of the token.
    const begins = first.indexOf("eyJ");
    const parts = begins < 0 ? "" : match[0].slice(begins);
    const token = begins < 0 ? undefined : read++ < LIMITS.webTokens ? webToken(parts) : parts;
    const start = match.index + Math.max(begins, 0);
    if (token !== undefined) into.push({ kind: "jwt", start, end: start + token.length });
    // What follows the first part may be the first part of a token itself.
    pattern.lastIndex = token === undefined ? match.index + first.length : start + token.length;
  }
}

/** Five parts, or three of them: what follows may be the end of a sentence. */
function webToken(text: string): string | undefined {
  if (readJwt(text) !== undefined) return text;
  const three = text.split(".", 3).join(".");
  return readJwt(three) === undefined ? undefined : three;
}

function issuedTokens(text: string, into: SecretMatch[]): void {
  for (const { kind, pattern } of TOKENS)
    for (const match of text.matchAll(pattern))
      into.push({ kind, start: match.index, end: match.index + match[0].length });
}

/** Of a shared access signature only the signature is secret: what it is for and until when may be read. */
function sharedAccess(text: string, into: SecretMatch[]): void {
  for (const match of text.matchAll(SHARED_ACCESS)) {
    const signature = SHARED_ACCESS_SIGNATURE.exec(match[0]);
    if (signature === null || !/(?<![^ +&])s[re]=/.test(match[0])) continue;
    const start = match.index + signature.index + 4;
    into.push({ kind: "azure-sas", start, end: start + signature[1]!.length });
  }
}

function urls(text: string, into: SecretMatch[]): void {
  for (const match of text.matchAll(URL_PASSWORD)) {
    const password = match[2]!;
    // As documentation writes it: `mqtt://user:password@host`.
    if (isPlaceholder(password) || /^(?:\{.*\}|password|pass)$/i.test(password)) continue;
    const end = match.index + match[0].length - 1;
    into.push({ kind: "url-password", start: end - password.length, end });
  }
}

function wifiCodes(text: string, into: SecretMatch[]): void {
  for (const match of text.matchAll(WIFI_CODE)) {
    const password = WIFI_CODE_PASSWORD.exec(match[0]);
    if (password === null || isPlaceholder(password[1]!) || !/[:;]S:/.test(match[0])) continue;
    const start = match.index + password.index + 3;
    into.push({ kind: "wifi", start, end: start + password[1]!.length });
  }
}

/** Text, give or take a terminator: names and addresses mean nothing among octets that are none. */
function isReadable(octets: View): boolean {
  let strange = 0;
  for (const octet of octets) if (octet < 0x09 || octet === 0x7f || (octet > 0x0d && octet < 0x20)) strange++;
  return strange * 16 <= octets.length;
}

/** Printable ASCII, give or take. */
function isAscii(octets: View): boolean {
  let strange = 0;
  for (const octet of octets) if (octet < 0x09 || octet > 0x7e || (octet > 0x0d && octet < 0x20)) strange++;
  return strange * 16 <= octets.length;
}
