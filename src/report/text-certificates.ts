/** A certificate field by field: what `--verbose` adds to a chain. */
import { faultText } from "../octets/decode.ts";
import type { ReportCertificate } from "../verdict/report-tls.ts";
import { hang, type Page } from "./page.ts";
import { counted } from "./words.ts";

/** All fields of each certificate, `title` in front of the first; nothing for an empty chain. */
export function certificateRows(title: string, chain: readonly ReportCertificate[], page: Page): string[] {
  return chain.flatMap((certificate, index) => [
    `    ${title} ${index + 1} of ${chain.length}`,
    ...fieldsOf(certificate).flatMap(([name, text]) =>
      text === undefined || text === "" ? [] : hang(page, `      ${name}`, FIELD_INDENT, page.safe(text)),
    ),
  ]);
}

type Field = readonly [name: string, text: string | undefined];

function fieldsOf(certificate: ReportCertificate): readonly Field[] {
  const { fault, publicKey } = certificate;
  const timestamps = certificate.signedCertificateTimestamps;
  return [
    ["subject", certificate.subject],
    ["issuer", certificate.selfSigned === true ? `${certificate.issuer} (self-signed)` : certificate.issuer],
    ["serial number", certificate.serialNumber],
    ["valid", certificate.notBefore && `${certificate.notBefore} to ${certificate.notAfter}`],
    ["names", certificate.subjectAltNames?.join(", ")],
    ["public key", publicKey && keyText(publicKey)],
    ["signature", certificate.signatureAlgorithm],
    ["authority", authorityText(certificate)],
    ["key usage", certificate.keyUsage?.join(", ")],
    ["purposes", certificate.extendedKeyUsage?.join(", ")],
    ["OCSP", certificate.ocsp?.join(", ")],
    ["CRL", certificate.crlDistributionPoints?.join(", ")],
    ["issuer at", certificate.caIssuers?.join(", ")],
    ["policies", certificate.certificatePolicies?.join(", ")],
    ["transparency", timestamps === undefined ? undefined : counted(timestamps, "timestamp")],
    ["version", certificate.version === undefined ? undefined : String(certificate.version)],
    ["fault", fault && faultText(fault)],
    ["SHA-256", certificate.sha256],
    ["key SHA-256", publicKey?.sha256],
    ["octets", String(certificate.octets)],
  ];
}

/** `RSA 2048, exponent 65537`, `ECDSA P-256`. */
function keyText({ algorithm, bits, curve, exponent }: NonNullable<ReportCertificate["publicKey"]>): string {
  const size = curve ?? (bits === undefined ? "" : String(bits));
  return `${algorithm} ${size}${exponent === undefined ? "" : `, exponent ${exponent}`}`.trim();
}

function authorityText({ ca, pathLength, subject }: ReportCertificate): string | undefined {
  if (subject === undefined) return undefined;
  if (ca !== true) return ca === false ? "no" : "not said";
  return pathLength === undefined
    ? "yes"
    : `yes, over ${counted(pathLength, "further authority", "further authorities")}`;
}

const FIELD_INDENT = 21;
