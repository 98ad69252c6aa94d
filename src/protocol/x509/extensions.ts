/** The extensions of a certificate that its judging needs: names, purposes, and whether it is an authority. */
import type { Fault } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { hex, wireString } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import { addressText } from "../../packet/address.ts";
import type { CertificateFields, DistinguishedName, SubjectAltName } from "./certificate.ts";
import { element, expect, oidText, Tag } from "./der.ts";
import { LIMITS } from "./limits.ts";
import { oidName } from "./oids.ts";
import type { ExtensionShape } from "./shape.ts";

/** Reads a directory name given as a whole element; undefined where it does not parse. */
export type ReadName = (der: View) => DistinguishedName | undefined;

export type ExtensionFields = Pick<
  CertificateFields,
  "subjectAltNames" | "subjectAltNameCount" | "ca" | "pathLength" | "keyUsage" | "extendedKeyUsage"
>;

/**
 * RFC 5280 §4.2.1, out of the whole certificate. The first extension of a kind counts, since there must not be two
 * (§4.2). One that does not decode leaves its field out, or short, and gives the fault.
 */
export function decodeExtensions(
  der: View,
  list: readonly ExtensionShape[],
  readName: ReadName,
): { readonly fields: ExtensionFields; readonly fault: Fault | undefined } {
  let fault: Fault | undefined;
  const read = <Value>(id: string, decode: (r: Reader) => Value): Value | undefined => {
    const range = list.find(extension => extension.id === id)?.value;
    if (range === undefined) return undefined;
    const r = new Reader("Certificate", der, range.start, range.end, {
      origin: 0,
      trouble: { fault: undefined },
    });
    const value = decode(r);
    fault ??= r.fault;
    return value;
  };
  const names = read(SUBJECT_ALT_NAME, r => decodeAltNames(r, readName));
  const constraints = read(BASIC_CONSTRAINTS, decodeBasicConstraints);
  const keyUsage = read(KEY_USAGE, decodeKeyUsage);
  const extendedKeyUsage = read(EXTENDED_KEY_USAGE, decodePurposes);
  const fields: ExtensionFields = {
    subjectAltNames: names?.kept ?? [],
    ...(names !== undefined && names.count > names.kept.length && { subjectAltNameCount: names.count }),
    ...constraints,
    ...(keyUsage !== undefined && { keyUsage }),
    ...(extendedKeyUsage !== undefined && { extendedKeyUsage }),
  };
  return { fields, fault };
}

/** RFC 5280 §4.2.1.6. */
function decodeAltNames(r: Reader, readName: ReadName): { kept: SubjectAltName[]; count: number } {
  const list = expect(r, "subjectAltName", Tag.sequence, "RFC 5280 §4.2.1.6").content;
  const kept: SubjectAltName[] = [];
  let count = 0;
  let directories = 0;
  while (list.left > 0) {
    const { tag, content } = element(list, "GeneralName");
    if (list.fault !== undefined) break;
    count += 1;
    if (tag === DIRECTORY_NAME) directories += 1;
    if (kept.length < LIMITS.altNames && directories <= LIMITS.directoryNames)
      kept.push(altName(tag, content.rest(), readName));
  }
  return { kept, count };
}

function altName(tag: number, value: View, readName: ReadName): SubjectAltName {
  switch (tag) {
    case 0x81:
      return { kind: "email", value: ia5(value) };
    case 0x82:
      return { kind: "dns", value: ia5(value) };
    case 0x86:
      return { kind: "uri", value: ia5(value) };
    case 0x87:
      return ipName(value);
    case 0x88:
      return { kind: "other", value: oidText(value) };
    case DIRECTORY_NAME: {
      const name = readName(value);
      return name === undefined ? { kind: "other", value: hex(value) } : { kind: "directory", value: name };
    }
    default:
      return { kind: "other", value: tag === OTHER_NAME ? otherName(value) : hex(value) };
  }
}

/** Four octets or sixteen; anything else is no address. */
function ipName(value: View): SubjectAltName {
  const words = new DataView(value.buffer, value.byteOffset, value.length);
  if (value.length === 4) return { kind: "ip", value: addressText(4, 0, 0, 0, words.getInt32(0)) };
  if (value.length !== 16) return { kind: "other", value: hex(value) };
  const [a, b, c, d] = [0, 4, 8, 12].map(at => words.getInt32(at)) as [number, number, number, number];
  return { kind: "ip", value: addressText(6, a, b, c, d) };
}

/** `1.3.6.1.4.1.311.20.2.3:user@example.org`: the type, and its value as text where it is text. */
function otherName(value: View): string {
  const r = new Reader("otherName", value);
  const type = oidText(expect(r, "type-id", Tag.oid, "RFC 5280 §4.2.1.6").content.rest());
  const inside = element(element(r, "value").content, "value");
  const content = inside.content.rest();
  if (r.fault !== undefined) return hex(value);
  return `${type}:${inside.tag === Tag.utf8String ? wireString(new Uint8Array(content) as never) : hex(content)}`;
}

/** RFC 5280 §4.2.1.9: cA defaults to false. */
function decodeBasicConstraints(r: Reader): { ca: boolean; pathLength?: number } {
  const content = expect(r, "basicConstraints", Tag.sequence, "RFC 5280 §4.2.1.9").content;
  if (content.left === 0) return { ca: false };
  const first = element(content, "cA");
  const ca = first.tag === Tag.boolean && first.content.u8("cA") !== 0;
  const length =
    first.tag === Tag.integer ? first : content.left > 0 ? element(content, "pathLenConstraint") : undefined;
  if (length?.tag !== Tag.integer) return { ca };
  const octets = length.content.rest();
  // More than a path could have: of no other consequence than 255.
  return { ca, pathLength: octets.length === 1 ? octets[0]! : 255 };
}

/** RFC 5280 §4.2.1.3: bits from the most significant one on. */
function decodeKeyUsage(r: Reader): string[] {
  const content = expect(r, "keyUsage", Tag.bitString, "RFC 5280 §4.2.1.3").content;
  content.u8("unused bits");
  const octets = content.rest();
  return USAGES.filter((_, bit) => ((octets[Math.floor(bit / 8)] ?? 0) & (0x80 >> (bit % 8))) !== 0);
}

/** RFC 5280 §4.2.1.12. */
function decodePurposes(r: Reader): string[] {
  const list = expect(r, "extKeyUsage", Tag.sequence, "RFC 5280 §4.2.1.12").content;
  const purposes: string[] = [];
  while (list.left > 0) {
    const purpose = expect(list, "KeyPurposeId", Tag.oid, "RFC 5280 §4.2.1.12").content.rest();
    if (list.fault === undefined && purposes.length < LIMITS.purposes)
      purposes.push(oidName(oidText(purpose)));
  }
  return purposes;
}

/** IA5String: one octet a character, NUL and all; octets that are not ASCII are taken as Latin-1. */
const ia5 = (value: View): string =>
  Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");

const SUBJECT_ALT_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";

const OTHER_NAME = 0xa0;
const DIRECTORY_NAME = 0xa4;

const USAGES = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
];
