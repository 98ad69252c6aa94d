/** A certificate's octets become its fields or a fault; a certificate seen a thousand times is parsed once. */
import { createHash, X509Certificate } from "node:crypto";
import type { Decoded, Fault } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { hex } from "../../octets/text.ts";
import { own, type View } from "../../octets/view.ts";
import type { Certificate, CertificateFields, DistinguishedName } from "./certificate.ts";
import { checkNesting } from "./der.ts";
import { decodeExtensions } from "./extensions.ts";
import { LIMITS } from "./limits.ts";
import { decodeName } from "./names.ts";
import { decodePublicKey } from "./public-key.ts";
import { type Range, readShape, type Shape } from "./shape.ts";
import { readSignatureAlgorithm } from "./signature.ts";
import { readValidity } from "./time.ts";

/** Parses one certificate (RFC 5280 §4.1), or gives what was parsed of the same octets before. Never throws. */
export function parseCertificate(der: View): Certificate {
  const sha256 = digest("sha256", der);
  const known = memory.find(sha256);
  if (known !== undefined) return known;
  const certificate = { ...hashed(der, sha256), ...parse(der) };
  memory.keep(certificate);
  return certificate;
}

/** A certificate that is listed without being parsed, and why. */
export const unparsedCertificate = (der: View, fault: Fault): Certificate => ({
  ...hashed(der, digest("sha256", der)),
  fault,
});

const hashed = (der: View, sha256: string): Certificate => ({
  der: own(der),
  sha256,
  sha1: digest("sha1", der),
  octets: der.length,
});

function parse(der: View): Pick<Certificate, "fields" | "fault"> {
  if (der.length > LIMITS.octets)
    return {
      fault: {
        unit: UNIT,
        field: UNIT,
        offset: 0,
        reason: { kind: "too-large", size: der.length, limit: LIMITS.octets },
      },
    };
  const nesting = checkNesting(UNIT, der);
  if (nesting !== undefined) return { fault: nesting };
  const shape = readShape(der);
  if (!shape.ok) return { fault: shape.fault };
  const issuer = name(der, shape.value.issuer, "issuer");
  if (!issuer.ok) return { fault: issuer.fault };
  const subject = name(der, shape.value.subject, "subject");
  if (!subject.ok) return { fault: subject.fault };
  return completed(der, shape.value, issuer.value, subject.value);
}

function completed(
  der: View,
  shape: Shape,
  issuer: DistinguishedName,
  subject: DistinguishedName,
): Pick<Certificate, "fields" | "fault"> {
  const validity = at(der, shape.validity);
  const { notBefore, notAfter } = readValidity(validity);
  if (validity.fault !== undefined) return { fault: validity.fault };
  const spki = at(der, shape.subjectPublicKeyInfo);
  const publicKey = decodePublicKey(spki, within(der, shape.subjectPublicKeyInfo));
  const signature = at(der, shape.signatureAlgorithm);
  const signatureAlgorithm = readSignatureAlgorithm(signature);
  const extensions = decodeExtensions(der, shape.extensions, directoryName);
  const fields: CertificateFields = {
    version: shape.version,
    subject,
    issuer,
    serialNumber: serialText(within(der, shape.serialNumber)),
    notBefore,
    notAfter,
    publicKey,
    signatureAlgorithm,
    ...extensions.fields,
    selfSigned: sameName(issuer, subject) && verifiesItself(der),
  };
  const fault = spki.fault ?? signature.fault ?? extensions.fault;
  return fault === undefined ? { fields } : { fields, fault };
}

/** RFC 5280 §4.1.2.4, §4.1.2.6. */
function name(der: View, range: Range, field: string): Decoded<DistinguishedName> {
  const octets = within(der, range);
  const nodes = checkNesting(UNIT, octets, LIMITS.nameNodes);
  if (nodes !== undefined) return { ok: false, fault: { ...nodes, field, offset: range.start } };
  if (octets.length > LIMITS.nameOctets) {
    const reason = { kind: "too-large", size: octets.length, limit: LIMITS.nameOctets } as const;
    return { ok: false, fault: { unit: UNIT, field, offset: range.start, reason } };
  }
  const value = decodeName(octets);
  if (value !== undefined) return { ok: true, value };
  const reason = { kind: "forbidden", value: "not a Name", clause: "RFC 5280 §4.1.2.4" } as const;
  return { ok: false, fault: { unit: UNIT, field, offset: range.start, reason } };
}

/** A name inside an extension: its nesting lay in an OCTET STRING, and was not walked yet. */
function directoryName(der: View): DistinguishedName | undefined {
  const bounded =
    der.length <= LIMITS.nameOctets &&
    checkNesting("directoryName", der, LIMITS.directoryNodes) === undefined;
  return bounded ? decodeName(der) : undefined;
}

const within = (der: View, range: Range): View => der.subarray(range.start, range.end);

/** A reader of one part, whose faults have offsets in the certificate. */
const at = (der: View, range: Range): Reader =>
  new Reader(UNIT, der, range.start, range.end, { origin: 0, trouble: { fault: undefined } });

const serialText = (octets: View): string =>
  octets.length > LIMITS.serialOctets ? `${hex(octets.subarray(0, LIMITS.serialOctets))}…` : hex(octets);

const sameName = (a: DistinguishedName, b: DistinguishedName): boolean =>
  a.length === b.length && a.every((part, i) => part.type === b[i]?.type && part.value === b[i]?.value);

/** Signatures and keys that OpenSSL does not know verify nothing. */
function verifiesItself(der: View): boolean {
  try {
    const certificate = new X509Certificate(der);
    return certificate.verify(certificate.publicKey);
  } catch {
    return false;
  }
}

const digest = (algorithm: "sha1" | "sha256", der: View): string =>
  createHash(algorithm).update(der).digest("hex");

/** Certificates by their SHA-256; the one not asked for longest makes room. */
function remembering() {
  const certificates = new Map<string, Certificate>();
  let octets = 0;
  return {
    find(sha256: string): Certificate | undefined {
      const found = certificates.get(sha256);
      if (found === undefined) return undefined;
      certificates.delete(sha256);
      certificates.set(sha256, found);
      return found;
    },
    keep(certificate: Certificate): void {
      certificates.set(certificate.sha256, certificate);
      octets += certificate.octets;
      for (const [sha256, oldest] of certificates) {
        if (certificates.size <= LIMITS.remembered && octets <= LIMITS.rememberedOctets) return;
        certificates.delete(sha256);
        octets -= oldest.octets;
      }
    },
  };
}

const UNIT = "Certificate";

/** What was parsed depends on nothing but the octets: sharing it changes no result. */
const memory = remembering();
