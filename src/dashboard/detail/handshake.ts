/** A handshake message or a record of TLS explained: its fields in the standards' words. */
import { hex } from "../../octets/text.ts";
import { rfc3339 } from "../../octets/time.ts";
import type { View } from "../../octets/view.ts";
import type { Settled } from "../../protocol/tls/decode.ts";
import { markHandshake, markRecord, markSslv2 } from "../../protocol/tls/marks.ts";
import {
  alertDescriptions,
  cipherSuites,
  extensionTypes,
  handshakeTypes,
  protocolVersions,
  signatureSchemes,
  supportedGroups,
} from "../../protocol/tls/registry.ts";
import type { CertificateFields, DistinguishedName } from "../../protocol/x509/certificate.ts";
import { parseCertificate } from "../../protocol/x509/parse.ts";
import { nameText } from "../../verdict/certificate.ts";
import { shown } from "../line.ts";
import type { Unit } from "../history.ts";
import { type Explained, explain, octetsCount, type Reading, type Words } from "./field.ts";

/** The fields of a handshake message. Nothing in one is a secret: an observer reads it, and it protects what follows. */
export function explainHandshake(unit: Unit, settled: Settled): Explained {
  const octets = unit.octets.subarray(0, unit.kept);
  return explain(octets, markHandshake(octets, settled), [], WORDS);
}

/** The fields of a hello of SSLv2. */
export function explainSslv2(unit: Unit): Explained {
  const octets = unit.octets.subarray(0, unit.kept);
  return explain(octets, markSslv2(octets, unit.direction), [], WORDS);
}

/** The fields of a record. What a heartbeat holds may be the memory of its sender. */
export function explainRecord(unit: Unit, reveal: boolean): Explained {
  const octets = unit.octets.subarray(0, unit.kept);
  const marks = markRecord(octets);
  const hidden = marks.filter(({ field }) => field === "fragment" && !reveal);
  return explain(
    octets,
    marks,
    hidden.map(({ from, to }) => ({ start: from, end: to })),
    RECORD_WORDS,
  );
}

/** `CN=broker.example, O=Lab`. */
const safeName = (name: DistinguishedName): string => shown(nameText(name), 200) || "(empty)";

const WORDS: Words = {
  number(value, { mark, marks, index, octets }) {
    switch (mark.field) {
      case "msg_type":
        return `${value}, ${handshakeTypes.nameOf(value)}`;
      case "length":
        return octetsCount(value);
      case "legacy_version":
      case "server_version":
      case "ProtocolVersion":
        return `${code(value)}, ${protocolVersions.nameOf(value)}`;
      case "cipher_suite":
      case "CipherSuite":
        return `${code(value)}, ${cipherSuites.nameOf(value)}`;
      case "extension_type":
        return `${value}, ${extensionTypes.nameOf(value)}`;
      case "group":
      case "namedcurve":
        return `${code(value)}, ${supportedGroups.nameOf(value)}`;
      case "algorithm":
      case "SignatureAndHashAlgorithm":
        return `${code(value)}, ${signatureSchemes.nameOf(value)}`;
      case "code":
        return listed(value, extensionOf({ mark, marks, index, octets }));
      case "CIPHER-SPEC":
        return `0x${value.toString(16).padStart(6, "0")}${value < 0x1_0000 ? `, ${cipherSuites.nameOf(value)}` : ""}`;
      case "CLIENT-VERSION":
      case "SERVER-VERSION":
        return `${code(value)}, ${value === 2 ? "SSL 2.0" : protocolVersions.nameOf(value)}`;
      case "name_type":
        return value === 0 ? "0, host_name" : undefined;
      case "ticket_lifetime":
        return `${value.toLocaleString("en-US")} s`;
      case "curve_type":
        return value === 3 ? "3, named_curve" : undefined;
      default:
        return undefined;
    }
  },
  octets(reading) {
    const { mark, octets } = reading;
    switch (mark.field) {
      case "random":
      case "legacy_session_id":
      case "legacy_session_id_echo":
        return hex(octets.subarray(mark.from, mark.to));
      case "list":
        return mark.as === "octets"
          ? [...octets.subarray(mark.from, mark.to)].map(value => smallCode(value, reading)).join(", ")
          : undefined;
      case "legacy_compression_methods":
        return [...octets.subarray(mark.from, mark.to)]
          .map(value => (value === 0 ? "null" : String(value)))
          .join(", ");
      default:
        return certificateText(reading);
    }
  },
};

const RECORD_WORDS: Words = {
  number(value, { mark }) {
    switch (mark.field) {
      case "type":
        return `${value}, ${CONTENT_TYPES.get(value) ?? "unknown"}`;
      case "legacy_record_version":
        return `${code(value)}, ${protocolVersions.nameOf(value)}`;
      case "length":
        return octetsCount(value);
      case "level":
        return `${value}, ${value === 1 ? "warning" : value === 2 ? "fatal" : "unknown"}`;
      case "description":
        return `${value}, ${alertDescriptions.nameOf(value)}`;
      default:
        return undefined;
    }
  },
};

/** RFC 8446 §5.1, RFC 6520 §3. */
const CONTENT_TYPES: ReadonlyMap<number, string> = new Map([
  [20, "change_cipher_spec"],
  [21, "alert"],
  [22, "handshake"],
  [23, "application_data"],
  [24, "heartbeat"],
]);

const code = (value: number): string => `0x${value.toString(16).padStart(4, "0")}`;

/** The extension whose content a mark lies in. */
function extensionOf({ marks, index, octets }: Reading): number {
  for (let at = index; at >= 0; at--) {
    const mark = marks[at]!;
    if (mark.field === "extension_type") return octets[mark.from]! * 0x100 + octets[mark.from + 1]!;
  }
  return -1;
}

function listed(value: number, extension: number): string {
  switch (extension) {
    case 10:
      return `${code(value)}, ${supportedGroups.nameOf(value)}`;
    case 13:
      return `${code(value)}, ${signatureSchemes.nameOf(value)}`;
    case 43:
      return `${code(value)}, ${protocolVersions.nameOf(value)}`;
    default:
      return String(value);
  }
}

function smallCode(value: number, reading: Reading): string {
  if (extensionOf(reading) === 11) return POINT_FORMATS[value] ?? String(value);
  return extensionOf(reading) === 45 ? (PSK_MODES[value] ?? String(value)) : String(value);
}

/** RFC 8422 §5.1.2. */
const POINT_FORMATS = ["uncompressed", "ansiX962_compressed_prime", "ansiX962_compressed_char2"];

/** RFC 8446 §4.2.9. */
const PSK_MODES = ["psk_ke", "psk_dhe_ke"];

/** What the parts of a certificate say. */
function certificateText(reading: Reading): string | undefined {
  const { mark, octets } = reading;
  if (mark.as === "number") return undefined;
  const fields = certificateAround(reading);
  if (fields === undefined) return undefined;
  switch (mark.field) {
    case "ASN.1Cert":
      return `${octetsCount(mark.to - mark.from)}: ${safeName(fields.subject)}`;
    case "version":
      return String(fields.version);
    case "serialNumber":
      return fields.serialNumber;
    case "issuer":
      return safeName(fields.issuer);
    case "subject":
      return safeName(fields.subject);
    case "validity":
      return `${rfc3339(fields.notBefore).slice(0, 10)} to ${rfc3339(fields.notAfter).slice(0, 10)}`;
    case "subjectPublicKeyInfo":
      return keyText(fields.publicKey);
    case "signature":
    case "signatureAlgorithm":
      return shown(fields.signatureAlgorithm);
    case "extnID":
    case "extnValue":
      return hexStart(octets.subarray(mark.from, mark.to));
    default:
      return undefined;
  }
}

/** `RSA 2048 bits`, `ECDSA P-256`. */
export const keyText = ({ algorithm, bits, curve }: CertificateFields["publicKey"]): string =>
  [shown(algorithm), curve ?? (bits === undefined ? undefined : `${bits} bits`)]
    .filter(part => part !== undefined)
    .join(" ");

/** The fields of the certificate that a mark lies in. */
function certificateAround({ marks, index, mark, octets }: Reading): CertificateFields | undefined {
  for (let at = index; at >= 0; at--) {
    const outer = marks[at]!;
    if (outer.field !== "ASN.1Cert" || outer.as !== "octets") continue;
    if (mark.to > outer.to) return undefined;
    return parseCertificate(octets.subarray(outer.from, outer.to)).fields;
  }
  return undefined;
}

const hexStart = (octets: View): string => `${hex(octets.subarray(0, 24))}${octets.length > 24 ? "…" : ""}`;
