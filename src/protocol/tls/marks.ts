/** Which octets of a handshake message or a record are which field: read once more, and what was read is kept. */
import { type Mark, marked } from "../../octets/reader.ts";
import type { View } from "../../octets/view.ts";
import type { Direction } from "../../stream/item.ts";
import { LIMITS as X509_LIMITS } from "../x509/limits.ts";
import { checkNesting } from "../x509/der.ts";
import { readShape } from "../x509/shape.ts";
import { decodeHandshake, HandshakeType, type Settled } from "./decode.ts";
import * as ext from "./extensions.ts";
import { MESSAGE_HEADER } from "./handshake.ts";
import { LIMITS } from "./limits.ts";
import { ContentType, HEADER } from "./record.ts";
import { decodeSslv2ClientHello, decodeSslv2ServerHello } from "./sslv2.ts";

/**
 * The fields of a whole message with its four octets of header, in the order of its octets, a part before what is in it;
 * empty ones too; extensions and certificates are looked into. What lies behind the last was not read.
 */
export function markHandshake(octets: View, settled: Settled): Mark[] {
  const type = octets[0];
  const marks: Mark[] = [
    { field: "msg_type", from: 0, to: 1, as: "number" },
    { field: "length", from: 1, to: MESSAGE_HEADER, as: "number" },
  ];
  if (type === undefined || octets.length < MESSAGE_HEADER) return [];
  const body = marked(octets.subarray(MESSAGE_HEADER));
  decodeHandshake(type, body, settled);
  const contents = type === HandshakeType.clientHello ? OF_CLIENT : OF_SERVER;
  let certificates = 0;
  for (const [index, mark] of body.marks.entries()) {
    marks.push(moved(mark, MESSAGE_HEADER));
    if (mark.as !== "octets") continue;
    const inside = octets.subarray(MESSAGE_HEADER + mark.from, MESSAGE_HEADER + mark.to);
    if (mark.field === "extension_data") {
      const decode = contents.get(codeBefore(body.marks, index, body));
      if (decode === undefined) continue;
      const data = marked(inside);
      decode(data);
      for (const found of data.marks) marks.push(moved(found, MESSAGE_HEADER + mark.from));
    } else if (mark.field === "ASN.1Cert" && ++certificates <= LIMITS.parsedCertificates) {
      for (const found of markCertificate(inside)) marks.push(moved(found, MESSAGE_HEADER + mark.from));
    }
  }
  return marks;
}

/** The fields of a hello of SSLv2, without its record header. */
export function markSslv2(octets: View, from: Direction): Mark[] {
  const view = marked(octets);
  if (from === "client") decodeSslv2ClientHello(view);
  else decodeSslv2ServerHello(view);
  return view.marks;
}

/** RFC 5280 §4.1: the parts of a certificate, each with its identifier and length. */
function markCertificate(der: View): Mark[] {
  if (der.length > X509_LIMITS.octets || checkNesting("Certificate", der) !== undefined) return [];
  const view = marked(der);
  readShape(view);
  const marks: Mark[] = [];
  // X.690 §8.1: an element is read as identifier, length and content, all under its field's name.
  for (let at = 0; at < view.marks.length; at++) {
    const { field, from } = view.marks[at]!;
    let last = at;
    while (view.marks[last]!.as === "number" && view.marks[last + 1]?.field === field) last++;
    if (view.marks[last]!.as === "number") continue;
    const to = view.marks[last]!.to;
    // A tag around a field of the same name is its own business.
    const again = marks.some(outer => outer.field === field && outer.from <= from && outer.to >= to);
    if (field !== "rest" && !again) marks.push({ field, from, to, as: "part" });
    at = last;
  }
  // The signature's algorithm is read before what is signed.
  return marks.sort((a, b) => a.from - b.from || b.to - a.to);
}

/** The fields of a record of which the header is there, and of an alert (RFC 8446 §5.1, §6). */
export function markRecord(octets: View): Mark[] {
  if (octets.length < HEADER) return [];
  const marks: Mark[] = [
    { field: "type", from: 0, to: 1, as: "number" },
    { field: "legacy_record_version", from: 1, to: 3, as: "number" },
    { field: "length", from: 3, to: HEADER, as: "number" },
  ];
  if (octets[0] === ContentType.alert && octets.length === HEADER + 2)
    marks.push(
      { field: "level", from: HEADER, to: HEADER + 1, as: "number" },
      { field: "description", from: HEADER + 1, to: HEADER + 2, as: "number" },
    );
  else if (octets[0] === ContentType.changeCipherSpec && octets.length === HEADER + 1)
    marks.push({ field: "change_cipher_spec", from: HEADER, to: HEADER + 1, as: "number" });
  else if (octets.length > HEADER)
    marks.push({ field: "fragment", from: HEADER, to: octets.length, as: "octets" });
  return marks;
}

/** The extension_type that was read before an extension_data and its length. */
function codeBefore(marks: readonly Mark[], index: number, octets: View): number {
  const { field, from } = marks[index - 2] ?? { field: "", from: 0 };
  return field === "extension_type" ? octets[from]! * 0x100 + octets[from + 1]! : -1;
}

const moved = (mark: Mark, by: number): Mark => ({ ...mark, from: mark.from + by, to: mark.to + by });

type Contents = ReadonlyMap<number, (data: View) => unknown>;

const OF_CLIENT: Contents = new Map<number, (data: View) => unknown>([
  [ext.SERVER_NAME, ext.decodeServerName],
  [ext.ALPN, ext.decodeProtocolNames],
  [ext.SUPPORTED_VERSIONS, ext.decodeSupportedVersions],
  [ext.SUPPORTED_GROUPS, ext.decodeCodes],
  [ext.EC_POINT_FORMATS, ext.decodeSmallCodes],
  [ext.SIGNATURE_ALGORITHMS, ext.decodeCodes],
  [ext.KEY_SHARE, ext.decodeKeyShares],
  [ext.PRE_SHARED_KEY, ext.decodeOfferedPsks],
  [ext.PSK_KEY_EXCHANGE_MODES, ext.decodeSmallCodes],
]);

const OF_SERVER: Contents = new Map<number, (data: View) => unknown>([
  [ext.ALPN, ext.decodeProtocolNames],
  [ext.SUPPORTED_VERSIONS, ext.decodeCode],
  [ext.EC_POINT_FORMATS, ext.decodeSmallCodes],
  [ext.SIGNATURE_ALGORITHMS, ext.decodeCodes],
  [ext.KEY_SHARE, ext.decodeServerShare],
  [ext.PRE_SHARED_KEY, ext.decodeCode],
]);
