/** JA4, the TLS client fingerprint of FoxIO (its algorithm is under the BSD 3-Clause licence; this code is our own). */
import { createHash } from "node:crypto";
import { type WireText, wireOctets } from "../../octets/text.ts";
import type { ClientHelloFields } from "./client-hello.ts";
import { ALPN, SERVER_NAME } from "./extensions.ts";
import { isGrease } from "./registry.ts";

/**
 * `t13d1516h2_8daaf6152771_e5627efa2ab1` of a ClientHello over TCP: protocol, version, SNI, counts of suites and
 * extensions, ALPN; then hashes of the sorted suites, and of the sorted extensions with the signature algorithms.
 */
export function ja4(hello: ClientHelloFields): string {
  const suites = hello.cipherSuites.filter(notGrease);
  const extensions = hello.extensions.map(e => e.type).filter(notGrease);
  const name = extensions.includes(SERVER_NAME) ? "d" : "i";
  const head = `t${version(hello)}${name}${count(suites)}${count(extensions)}${alpn(hello.alpn?.[0])}`;
  return `${head}_${hash(sorted(suites))}_${hash(extensionPart(extensions, hello.signatureAlgorithms ?? []))}`;
}

/** The highest of supported_versions, else legacy_version. */
function version(hello: ClientHelloFields): string {
  const offered = (hello.supportedVersions ?? []).filter(notGrease);
  return VERSIONS.get(offered.length > 0 ? Math.max(...offered) : hello.legacyVersion) ?? "00";
}

/** First and last character of the first protocol name; of its hex where either is not alphanumeric. */
function alpn(first: WireText | undefined): string {
  if (first === undefined) return "00";
  const octets = wireOctets(first);
  if (octets.length === 0) return "00";
  const head = octets[0]!;
  const tail = octets[octets.length - 1]!;
  if (alphanumeric(head) && alphanumeric(tail)) return String.fromCharCode(head, tail);
  return hexOctet(head).charAt(0) + hexOctet(tail).charAt(1);
}

/** SNI and ALPN are told by the first part; signature algorithms keep the order of the wire. */
function extensionPart(extensions: readonly number[], signatures: readonly number[]): string {
  const list = sorted(extensions.filter(type => type !== SERVER_NAME && type !== ALPN));
  const algorithms = signatures.filter(notGrease).map(hexCode).join(",");
  return list === "" || algorithms === "" ? list : `${list}_${algorithms}`;
}

const hash = (list: string): string =>
  list === "" ? "000000000000" : createHash("sha256").update(list).digest("hex").slice(0, 12);

const sorted = (codes: readonly number[]): string =>
  codes
    .toSorted((a, b) => a - b)
    .map(hexCode)
    .join(",");

const count = (codes: readonly number[]): string => String(Math.min(codes.length, 99)).padStart(2, "0");
const hexCode = (code: number): string => code.toString(16).padStart(4, "0");
const hexOctet = (octet: number): string => octet.toString(16).padStart(2, "0");
const notGrease = (code: number): boolean => !isGrease(code);

const alphanumeric = (octet: number): boolean =>
  (octet >= 0x30 && octet <= 0x39) || (octet >= 0x41 && octet <= 0x5a) || (octet >= 0x61 && octet <= 0x7a);

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0304, "13"],
  [0x0303, "12"],
  [0x0302, "11"],
  [0x0301, "10"],
  [0x0300, "s3"],
  [0x0002, "s2"],
]);
