/** A certificate as the report and the event lines print it: one row for both. */
import type { Fault } from "../octets/decode.ts";
import { rfc3339 } from "../octets/time.ts";
import type { Certificate, DistinguishedName, SubjectAltName } from "../protocol/x509/certificate.ts";
import type { ReportCertificate } from "./report.ts";

/** Its hash and size always; its fields where they parsed, else the fault. */
export function reportCertificate({ sha256, octets, fields, fault }: Certificate): ReportCertificate {
  if (fields === undefined)
    return { sha256, octets, ...(fault !== undefined && { fault: reportFault(fault) }) };
  const { algorithm, bits, curve } = fields.publicKey;
  return {
    sha256,
    octets,
    subject: nameText(fields.subject),
    issuer: nameText(fields.issuer),
    serialNumber: fields.serialNumber,
    notBefore: rfc3339(fields.notBefore),
    notAfter: rfc3339(fields.notAfter),
    subjectAltNames: fields.subjectAltNames.map(altNameText),
    publicKey: { algorithm, ...(bits !== undefined && { bits }), ...(curve !== undefined && { curve }) },
    signatureAlgorithm: fields.signatureAlgorithm,
    ...(fields.ca !== undefined && { ca: fields.ca }),
    selfSigned: fields.selfSigned,
  };
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
