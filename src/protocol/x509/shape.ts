/** Where the parts of a certificate lie (RFC 5280 §4.1): what is at fault is found here, with its offset. */
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import type { View } from "../../octets/view.ts";
import { element, expect, oidText, Tag } from "./der.ts";

/** [start, end) in the certificate. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** An extension's value, without the OCTET STRING around it. */
export interface ExtensionShape {
  readonly id: string;
  readonly value: Range;
}

export interface Shape {
  readonly version: 1 | 2 | 3;
  /** Content of the INTEGER. */
  readonly serialNumber: Range;
  readonly issuer: Range;
  readonly validity: Range;
  readonly subject: Range;
  readonly subjectPublicKeyInfo: Range;
  /** The AlgorithmIdentifier outside the signed part. */
  readonly signatureAlgorithm: Range;
  /** In the order of the encoding. */
  readonly extensions: readonly ExtensionShape[];
}

/** The order of RFC 5280 §4.1; `der` was walked before. */
export function readShape(der: View): Decoded<Shape> {
  const r = new Reader("Certificate", der);
  const certificate = expect(r, "Certificate", Tag.sequence, CLAUSE).content;
  const tbs = expect(certificate, "tbsCertificate", Tag.sequence, CLAUSE).content;
  const algorithm = expect(certificate, "signatureAlgorithm", Tag.sequence, CLAUSE);
  expect(certificate, "signatureValue", Tag.bitString, CLAUSE);
  certificate.end(undefined);

  const first = element(tbs, "version");
  const version = first.tag === VERSION ? readVersion(first.content) : 1;
  const serial = first.tag === VERSION ? expect(tbs, "serialNumber", Tag.integer, CLAUSE) : first;
  if (serial.tag !== Tag.integer) tbs.reject("serialNumber", serial.tag, CLAUSE);
  expect(tbs, "signature", Tag.sequence, CLAUSE);
  const shape: Shape = {
    version,
    serialNumber: contentOf(serial.content),
    issuer: expect(tbs, "issuer", Tag.sequence, CLAUSE),
    validity: expect(tbs, "validity", Tag.sequence, CLAUSE),
    subject: expect(tbs, "subject", Tag.sequence, CLAUSE),
    subjectPublicKeyInfo: expect(tbs, "subjectPublicKeyInfo", Tag.sequence, CLAUSE),
    signatureAlgorithm: algorithm,
    extensions: readExtensions(tbs),
  };
  return r.end(shape);
}

/** RFC 5280 §4.1.2.1: 0 is version 1. */
function readVersion(r: Reader): 1 | 2 | 3 {
  const content = expect(r, "version", Tag.integer, CLAUSE).content;
  const value = content.left === 1 ? content.u8("version") : 3;
  if (value === 0 || value === 1 || value === 2) return (value + 1) as 1 | 2 | 3;
  r.reject("version", value, "RFC 5280 §4.1.2.1");
  return 3;
}

/** RFC 5280 §4.1.2.8 and §4.1.2.9: unique identifiers, then extensions, each under a tag of its own. */
function readExtensions(tbs: Reader): ExtensionShape[] {
  const extensions: ExtensionShape[] = [];
  while (tbs.left > 0) {
    const part = element(tbs, "extensions");
    if (UNIQUE_IDS.has(part.tag)) continue;
    if (part.tag !== EXTENSIONS) tbs.reject("extensions", part.tag, CLAUSE);
    const list = expect(part.content, "extensions", Tag.sequence, CLAUSE).content;
    while (list.left > 0) {
      const extension = expect(list, "extension", Tag.sequence, CLAUSE).content;
      const id = oidText(expect(extension, "extnID", Tag.oid, CLAUSE).content.rest());
      let value = element(extension, "extnValue");
      if (value.tag === Tag.boolean) value = element(extension, "extnValue");
      if (value.tag !== Tag.octetString) list.reject("extnValue", value.tag, CLAUSE);
      extensions.push({ id, value: contentOf(value.content) });
    }
  }
  return extensions;
}

const contentOf = (content: Reader): Range => ({ start: content.offset, end: content.offset + content.left });

const VERSION = 0xa0;
const UNIQUE_IDS: ReadonlySet<number> = new Set([0x81, 0x82, 0xa1, 0xa2]);
const EXTENSIONS = 0xa3;
const CLAUSE = "RFC 5280 §4.1";
