/** Chains judged as a verifying client would judge them (RFC 5280 §6.1): roots, signatures, dates, names, purpose. */
import { X509Certificate } from "node:crypto";
import tls from "node:tls";
import { printable } from "../octets/text.ts";
import { rfc3339, type Timestamp } from "../octets/time.ts";
import type { Certificate } from "../protocol/x509/certificate.ts";
import type { Defect, Trust, TrustStatus } from "./conversation.ts";
import { matchesName, presentedNames } from "./names.ts";

/** What a chain is held against. */
export interface TrustOptions {
  /** DER of the roots that the user gave (`--ca`): where there are any, every broker's chain must end in a root. */
  readonly roots: readonly Uint8Array[];
  /** The Mozilla roots that Node ships count too. */
  readonly systemRoots: boolean;
}

export interface Expectation {
  /** undefined where no clock is to be believed: then dates are not judged. */
  readonly at: Timestamp | undefined;
  /** SNI or `--server-name`; undefined where neither is known. */
  readonly name: string | undefined;
  /** Whose certificate it is: decides the purpose that it must carry (RFC 5280 §4.2.1.12). */
  readonly of: "server" | "client";
}

export type TrustStore = (chain: readonly Certificate[], expectation: Expectation) => Trust;

/** A judge of chains; roots are parsed on its first call, and each chain is built once however often it is seen. */
export function trustStore(options: TrustOptions): TrustStore {
  const paths = new Map<string, TrustStatus>();
  let anchors: Anchors | undefined;
  return (chain, expectation) => {
    const leaf = chain[0];
    if (leaf?.fields === undefined) return { status: "unknown", defects: [] };
    anchors ??= readAnchors(options);
    const key = chain.map(c => c.sha256).join(" ");
    let status = paths.get(key);
    if (status === undefined) {
      status = statusOf(chain, anchors, options.roots.length > 0);
      if (paths.size < CHAINS_REMEMBERED) paths.set(key, status);
    }
    return {
      status,
      defects: [...leafDefects(leaf, expectation, status), ...chainDefects(chain, expectation)],
    };
  };
}

interface Anchors {
  readonly bySubject: ReadonlyMap<string, readonly X509Certificate[]>;
  readonly digests: ReadonlySet<string>;
}

function readAnchors(options: TrustOptions): Anchors {
  const certificates = options.roots.map(der => new X509Certificate(der));
  if (options.systemRoots) certificates.push(...tls.rootCertificates.map(pem => new X509Certificate(pem)));
  const bySubject = new Map<string, X509Certificate[]>();
  for (const certificate of certificates) {
    const same = bySubject.get(certificate.subject);
    if (same === undefined) bySubject.set(certificate.subject, [certificate]);
    else same.push(certificate);
  }
  return { bySubject, digests: new Set(certificates.map(c => c.fingerprint256)) };
}

/** The dates of intermediates and roots are judged by `chainDefects`; here only who signed whom counts. */
function statusOf(chain: readonly Certificate[], anchors: Anchors, rootsGiven: boolean): TrustStatus {
  const parsed = chain.map(readCertificate);
  const leaf = parsed[0];
  if (leaf === undefined) return "unknown";
  if (leadsToAnchor(leaf, parsed.slice(1), anchors, 0)) return "trusted";
  if (chain[0]?.fields?.selfSigned === true) return "self-signed";
  return rootsGiven ? "untrusted" : "not-judged";
}

function leadsToAnchor(
  certificate: X509Certificate,
  sent: readonly (X509Certificate | undefined)[],
  anchors: Anchors,
  depth: number,
): boolean {
  if (anchors.digests.has(certificate.fingerprint256)) return true;
  if (depth === LONGEST_PATH) return false;
  if ((anchors.bySubject.get(certificate.issuer) ?? []).some(root => signedBy(certificate, root)))
    return true;
  return sent.some(
    (candidate, index) =>
      candidate !== undefined &&
      candidate.ca &&
      candidate.subject === certificate.issuer &&
      signedBy(certificate, candidate) &&
      leadsToAnchor(candidate, sent.toSpliced(index, 1), anchors, depth + 1),
  );
}

/** `checkIssued` compares names and key identifiers; only `verify` looks at the signature. */
function signedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function readCertificate(certificate: Certificate): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate.der);
  } catch {
    return undefined;
  }
}

function leafDefects(leaf: Certificate, { name, of }: Expectation, status: TrustStatus): Defect[] {
  const fields = leaf.fields;
  if (fields === undefined) return [];
  const defects: Defect[] = [];
  const names = presentedNames(fields.subjectAltNames);
  if (of === "server" && name !== undefined && names.length > 0 && !matchesName(name, names)) {
    const listed = names
      .slice(0, NAMES_SHOWN)
      .map(n => (typeof n.value === "string" ? printable(n.value) : ""));
    defects.push({
      kind: "name-mismatch",
      text: `${printable(name)} is not among its names (${listed.join(", ")})`,
    });
  }
  const purpose = of === "server" ? "serverAuth" : "clientAuth";
  const usages = fields.extendedKeyUsage;
  if (usages !== undefined && !usages.includes(purpose) && !usages.includes("anyExtendedKeyUsage"))
    defects.push({
      kind: "wrong-purpose",
      text: `made for ${usages.map(u => printable(u)).join(", ")}, not for ${purpose}`,
    });
  if (status === "self-signed") defects.push({ kind: "self-signed", text: "self-signed" });
  if (status === "untrusted") defects.push({ kind: "untrusted", text: "leads to none of the roots given" });
  return defects;
}

/** RFC 5280 §4.1.2.5: both ends of the validity period belong to it. A root that was sent along is not the path's. */
function chainDefects(chain: readonly Certificate[], { at }: Expectation): Defect[] {
  const defects: Defect[] = [];
  if (at === undefined) return defects;
  for (const [index, { fields }] of chain.entries()) {
    if (fields === undefined || (index > 0 && fields.selfSigned)) continue;
    const whose = index === 0 ? "" : "the intermediate ";
    if (at > fields.notAfter)
      defects.push({ kind: "expired", text: `${whose}expired ${rfc3339(fields.notAfter).slice(0, 10)}` });
    if (at < fields.notBefore)
      defects.push({
        kind: "not-yet-valid",
        text: `${whose}valid only from ${rfc3339(fields.notBefore).slice(0, 10)}`,
      });
  }
  return defects;
}

/** OpenSSL's default depth is 100; chains of brokers have three. */
const LONGEST_PATH = 8;
const CHAINS_REMEMBERED = 4_096;
const NAMES_SHOWN = 4;
