/** A certificate as the report and the event lines print it: one row for both. */
import type { Fault } from "../octets/decode.ts";
import { rfc3339 } from "../octets/time.ts";
import type {
  Certificate,
  DistinguishedName,
  PublicKey,
  SubjectAltName,
} from "../protocol/x509/certificate.ts";
import { extensionsOf } from "../protocol/x509/path.ts";
import type { ReportCertificate, ReportPublicKey } from "./report-tls.ts";

/** Its hash and size always; its fields where they parsed, else the fault. Made once for each certificate. */
export function reportCertificate(certificate: Certificate): ReportCertificate {
  let known = memory.get(certificate);
  if (known === undefined) {
    known = rowOf(certificate);
    memory.set(certificate, known);
  }
  return known;
}

/** With its octets as PEM (RFC 7468 §5): what other tools take. */
export const withPem = (certificate: Certificate): ReportCertificate => ({
  ...reportCertificate(certificate),
  pem: pemOf(certificate.der),
});

function rowOf(certificate: Certificate): ReportCertificate {
  const { sha256, octets, fields, fault } = certificate;
  const faulty = fault === undefined ? {} : { fault: reportFault(fault) };
  if (fields === undefined) return { sha256, octets, ...faulty };
  const { pathLength, keyUsage, extendedKeyUsage } = fields;
  const { ocsp, caIssuers, crl, policies, timestamps, mustStaple } = extensionsOf(certificate);
  return {
    sha256,
    octets,
    ...faulty,
    subject: nameText(fields.subject),
    issuer: nameText(fields.issuer),
    serialNumber: fields.serialNumber,
    notBefore: rfc3339(fields.notBefore),
    notAfter: rfc3339(fields.notAfter),
    subjectAltNames: fields.subjectAltNames.map(altNameText),
    publicKey: reportPublicKey(fields.publicKey),
    signatureAlgorithm: fields.signatureAlgorithm,
    version: fields.version,
    ...(fields.ca !== undefined && { ca: fields.ca }),
    ...(pathLength !== undefined && { pathLength }),
    ...(keyUsage !== undefined && { keyUsage }),
    ...(extendedKeyUsage !== undefined && { extendedKeyUsage }),
    ...listed({ ocsp, caIssuers, crlDistributionPoints: crl, certificatePolicies: policies }),
    ...(timestamps > 0 && { signedCertificateTimestamps: timestamps }),
    ...(mustStaple && { mustStaple }),
    selfSigned: fields.selfSigned,
  };
}

/** A key of a certificate, or one that was shown without. */
export const reportPublicKey = ({
  algorithm,
  bits,
  curve,
  exponent,
  spkiSha256,
}: PublicKey): ReportPublicKey => ({
  algorithm,
  ...(bits !== undefined && { bits }),
  ...(curve !== undefined && { curve }),
  ...(exponent !== undefined && { exponent }),
  sha256: spkiSha256,
});

/** The lists that hold something. */
const listed = (
  lists: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));

function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der.buffer, der.byteOffset, der.length)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** `C=US, O=Example, CN=broker.example`: in the order of the encoding, values as they are. */
export const nameText = (name: DistinguishedName): string => name.map(a => `${a.type}=${a.value}`).join(", ");

/** `DNS:broker.example`, `IP:192.0.2.1`: the kind is told, since an address in a dNSName is not an address. */
export const altNameText = (name: SubjectAltName): string =>
  `${ALT_NAME_KINDS[name.kind]}:${altNameValue(name)}`;

/** The name alone. */
export const altNameValue = (name: SubjectAltName): string =>
  name.kind === "directory" ? nameText(name.value) : name.value;

/** The four facts of a fault, whatever else the object carries. */
export const reportFault = ({ unit, field, offset, reason }: Fault): Fault => ({
  unit,
  field,
  offset,
  reason,
});

const ALT_NAME_KINDS: Readonly<Record<SubjectAltName["kind"], string>> = {
  dns: "DNS",
  ip: "IP",
  email: "email",
  uri: "URI",
  directory: "directory",
  other: "other",
};

/** As long as the certificate is remembered, so is its row. */
const memory = new WeakMap<Certificate, ReportCertificate>();
