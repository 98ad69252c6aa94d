/** Roots and pins: where trust ends. */
import { X509Certificate } from "node:crypto";
import tls from "node:tls";
import type { Timestamp } from "../octets/time.ts";
import { parseCertificate } from "../protocol/x509/parse.ts";
import { type Anchor, type Anchors, type Link, linkOf } from "./path.ts";

/** `--pin`: a certificate, or a public key, that must be seen; of every broker, or of one. */
export interface Pin {
  /** Name or address of the broker. */
  readonly host?: string;
  /** SHA-256 of the certificate or of its SubjectPublicKeyInfo, in lower-case hex. */
  readonly sha256: string;
}

/** Roots by the names and by the hashes of their certificates. */
export interface Roots {
  readonly bySubject: ReadonlyMap<string, readonly Anchor[]>;
  readonly bySha256: ReadonlyMap<string, Anchor>;
}

/** Reads the roots that were given and those that Node ships; a root that is both counts as given. */
export function readRoots(roots: readonly Uint8Array[], systemRoots: boolean): Roots {
  const bySubject = new Map<string, Anchor[]>();
  const bySha256 = new Map<string, Anchor>();
  const add = (x509: X509Certificate, kind: Anchor["kind"]): void => {
    const digest = x509.fingerprint256.replaceAll(":", "").toLowerCase();
    if (bySha256.has(digest)) return;
    const anchor = lazyAnchor(x509, kind);
    bySha256.set(digest, anchor);
    const same = bySubject.get(x509.subject);
    if (same === undefined) bySubject.set(x509.subject, [anchor]);
    else same.push(anchor);
  };
  for (const der of roots) add(new X509Certificate(der), "given");
  if (systemRoots) for (const pem of tls.rootCertificates) add(new X509Certificate(pem), "system");
  return { bySubject, bySha256 };
}

/** Of some hundred and forty roots one or two are ever asked: only they are parsed. */
function lazyAnchor(x509: X509Certificate, kind: Anchor["kind"]): Anchor {
  let link: Link | undefined;
  return {
    kind,
    get link(): Link {
      return (link ??= linkOf(parseCertificate(x509.raw)) ?? unreadable(x509));
    },
  };
}

/** A root that OpenSSL reads and this program does not: it anchors, and nothing more is known of it. */
function unreadable(x509: X509Certificate): Link {
  const certificate = parseCertificate(x509.raw);
  const fields = { ...NO_FIELDS, publicKey: { algorithm: "unknown", spkiSha256: "" } };
  return {
    certificate,
    fields,
    x509,
    extensions: () => ({
      permitted: [],
      excluded: [],
      ocsp: [],
      caIssuers: [],
      crl: [],
      policies: [],
      timestamps: 0,
      mustStaple: false,
      unknownCritical: [],
      demanding: false,
    }),
  };
}

/** Where trust may end: a root, or what a pin names. */
export const anchorsOf = (roots: Roots, pins: readonly Pin[]): Anchors => ({
  issuersOf: link => roots.bySubject.get(link.x509.issuer) ?? [],
  is(link) {
    const { sha256 } = link.certificate;
    const { spkiSha256 } = link.fields.publicKey;
    if (pins.some(pin => pin.sha256 === sha256 || pin.sha256 === spkiSha256)) return { kind: "pin", link };
    return roots.bySha256.get(sha256);
  },
});

const NO_FIELDS = {
  version: 3,
  subject: [],
  issuer: [],
  serialNumber: "",
  notBefore: 0 as Timestamp,
  notAfter: Number.POSITIVE_INFINITY as Timestamp,
  subjectAltNames: [],
  signatureAlgorithm: "",
  ca: true,
  selfSigned: true,
} as const;
