/** Private keys, as text and as octets. Public keys and certificates are none. */
import type { View } from "../../octets/view.ts";
import type { SecretMatch } from "./match.ts";
import { PRIVATE_KEY } from "./patterns.ts";

/** Keys in PEM (RFC 7468), each with its lines to the end; one that is cut reaches to the end of the text. */
export function pemKeys(text: string, into: SecretMatch[]): void {
  const lastEnd = text.lastIndexOf("-----END");
  let from = 0;
  for (const match of text.matchAll(PRIVATE_KEY)) {
    const start = match.index;
    if (start < from) continue;
    const begin = match[0];
    const closing = start < lastEnd ? text.indexOf("-----END", start) : -1;
    const dashes = closing < 0 ? -1 : text.indexOf("-----", closing + 8);
    const end = dashes < 0 ? text.length : dashes + 5;
    const sealed = begin.includes("ENCRYPTED") || text.slice(start, start + 160).includes("4,ENCRYPTED");
    into.push({ kind: "private-key", start, end, ...(sealed && { sealed }) });
    from = end;
  }
}

/**
 * Whether `octets[start … end)` are one private key in DER and nothing else: PKCS#8 (RFC 5958 §2), PKCS#1 (RFC 8017
 * §A.1.2) or SEC1 (RFC 5915 §3). `sealed` is PKCS#8's EncryptedPrivateKeyInfo.
 */
export function derKey(octets: View, start: number, end: number): "key" | "sealed" | undefined {
  const outer = element(octets, start, end);
  if (outer?.tag !== SEQUENCE || outer.end !== end) return undefined;
  const first = element(octets, outer.start, end);
  if (first === undefined) return undefined;
  const second = element(octets, first.end, end);
  if (second === undefined) return undefined;
  if (first.tag === SEQUENCE) return isSealed(octets, first, second, end) ? "sealed" : undefined;
  if (first.tag !== INTEGER || first.end - first.start !== 1) return undefined;
  const version = octets[first.start]!;
  if (version > 1) return undefined;
  if (second.tag === SEQUENCE) return isPkcs8(octets, second, end) ? "key" : undefined;
  if (second.tag === OCTET_STRING) return version === 1 && isSec1(octets, second, end) ? "key" : undefined;
  return version === 0 && isPkcs1(octets, second, end) ? "key" : undefined;
}

/** An AlgorithmIdentifier, then the key as octets that begin with another element of DER. */
function isPkcs8(octets: View, algorithm: Element, end: number): boolean {
  const key = element(octets, algorithm.end, end);
  return (
    key?.tag === OCTET_STRING &&
    key.end - key.start >= 32 &&
    element(octets, algorithm.start, end)?.tag === OBJECT_IDENTIFIER
  );
}

/** RFC 5958 §3: an AlgorithmIdentifier of PBES2 or its kin, then all the rest. */
const isSealed = (octets: View, algorithm: Element, data: Element, end: number): boolean =>
  data.tag === OCTET_STRING &&
  data.end === end &&
  data.end - data.start >= 32 &&
  element(octets, algorithm.start, end)?.tag === OBJECT_IDENTIFIER &&
  startsWith(octets, algorithm.start + 2, PKCS5);

/** A private value as long as a field element, then parameters or the public key under [0] or [1]. */
function isSec1(octets: View, key: Element, end: number): boolean {
  const length = key.end - key.start;
  const next = element(octets, key.end, end);
  return length >= 20 && length <= 66 && (key.end === end || next?.tag === 0xa0 || next?.tag === 0xa1);
}

/** Modulus, exponents, primes: eight integers behind the version. */
function isPkcs1(octets: View, modulus: Element, end: number): boolean {
  let at: Element | undefined = modulus;
  for (let n = 0; n < 8; n++) {
    if (at?.tag !== INTEGER) return false;
    if (n === 0 && at.end - at.start < 64) return false;
    if (n === 7) return at.end === end;
    at = element(octets, at.end, end);
  }
  return false;
}

interface Element {
  readonly tag: number;
  /** Of its content. */
  readonly start: number;
  readonly end: number;
}

/** X.690 §8.1 and §10.1: one element whose length is definite and lies within. */
function element(octets: View, at: number, end: number): Element | undefined {
  if (at + 2 > end) return undefined;
  const tag = octets[at]!;
  let length = octets[at + 1]!;
  let start = at + 2;
  if (length >= 0x80) {
    const more = length - 0x80;
    if (more === 0 || more > 3 || start + more > end) return undefined;
    length = 0;
    for (let i = 0; i < more; i++) length = length * 0x100 + octets[start + i]!;
    start += more;
  }
  return start + length > end ? undefined : { tag, start, end: start + length };
}

function startsWith(octets: View, at: number, those: readonly number[]): boolean {
  return those.every((octet, i) => octets[at + i] === octet);
}

const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const SEQUENCE = 0x30;
/** 1.2.840.113549.1.5: PKCS #5, without its last arc. */
const PKCS5: readonly number[] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
