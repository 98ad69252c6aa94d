/** Paths from a certificate to a root (RFC 5280 §6.1), and what is wrong with each whatever the time and the name. */
import { type KeyObject, X509Certificate } from "node:crypto";
import { printable } from "../octets/text.ts";
import type { Certificate, CertificateFields } from "../protocol/x509/certificate.ts";
import { extensionsOf, type PathExtensions } from "../protocol/x509/path.ts";
import { forbiddenName } from "./constraints.ts";
import { LIMITS } from "./limits.ts";

/** A certificate with what a verifier asks it: parsed by OpenSSL for its signature, by this program for the rest. */
export interface Link {
  readonly certificate: Certificate;
  readonly fields: CertificateFields;
  readonly x509: X509Certificate;
  /** Made when first asked for. */
  readonly extensions: () => PathExtensions;
}

/** From the leaf to the anchor, both included. */
export interface Path {
  readonly links: readonly Link[];
  readonly anchor: Anchor;
  /** Why no verifier would take it; undefined where nothing speaks against it. */
  readonly fault: string | undefined;
}

export interface Paths {
  readonly paths: readonly Path[];
  /** A path may be missing since this signature could not be checked here: why. */
  readonly unchecked: string | undefined;
}

/** Whom the user, the system or a pin vouches for. */
export interface Anchor {
  readonly kind: "given" | "system" | "pin";
  readonly link: Link;
}

/** Where trust may end: asked for the issuer of a certificate, and whether it is one itself. */
export interface Anchors {
  issuersOf(link: Link): readonly Anchor[];
  is(link: Link): Anchor | undefined;
}

/** undefined for what did not parse here or there. */
export function linkOf(certificate: Certificate): Link | undefined {
  const { fields } = certificate;
  if (fields === undefined) return undefined;
  try {
    const x509 = new X509Certificate(certificate.der);
    return { certificate, fields, x509, extensions: () => extensionsOf(certificate) };
  } catch {
    return undefined;
  }
}

/**
 * All paths that signatures prove, sound ones first, within `LIMITS.signatures` and `LIMITS.paths`: a chain made so
 * that every certificate could have issued every other must not cost more.
 */
export function pathsFrom(leaf: Link, sent: readonly Link[], anchors: Anchors): Paths {
  const budget: Budget = { signatures: LIMITS.signatures, paths: [], unchecked: undefined };
  extend([leaf], sent, anchors, budget);
  const paths = budget.paths.sort((a, b) => Number(a.fault !== undefined) - Number(b.fault !== undefined));
  return { paths, unchecked: budget.unchecked };
}

/** The certificates that lead upwards from the leaf as far as signatures prove it, whether or not a root is reached. */
export function climb(leaf: Link, sent: readonly Link[]): readonly Link[] {
  const links = [leaf];
  let left: number = LIMITS.signatures;
  while (links.length <= LIMITS.longestPath) {
    const last = links[links.length - 1]!;
    if (last.fields.selfSigned) return links;
    const next = sent.find(
      link => !links.includes(link) && names(link, last) && left-- > 0 && signed(last, link) === true,
    );
    if (next === undefined) return links;
    links.push(next);
  }
  return links;
}

/** The subject of one is the issuer of the other; whether it also signed is another question. */
export const names = (issuer: Link, link: Link): boolean => issuer.x509.subject === link.x509.issuer;

interface Budget {
  signatures: number;
  readonly paths: Path[];
  unchecked: string | undefined;
}

function extend(links: readonly Link[], sent: readonly Link[], anchors: Anchors, budget: Budget): void {
  const last = links[links.length - 1]!;
  const itself = anchors.is(last);
  if (itself !== undefined) return keep(links, itself, budget);
  if (links.length > LIMITS.longestPath) return;
  for (const anchor of anchors.issuersOf(last))
    if (spend(budget) && proved(last, anchor.link, budget)) keep([...links, anchor.link], anchor, budget);
  for (const candidate of sent) {
    if (links.includes(candidate) || !names(candidate, last)) continue;
    if (!spend(budget)) return;
    if (proved(last, candidate, budget)) extend([...links, candidate], sent, anchors, budget);
  }
}

function spend(budget: Budget): boolean {
  budget.signatures -= 1;
  if (budget.signatures < 0) budget.unchecked ??= "more signatures than are checked";
  return budget.signatures >= 0 && budget.paths.length < LIMITS.paths;
}

function proved(link: Link, issuer: Link, budget: Budget): boolean {
  const answer = signed(link, issuer);
  if (answer === undefined)
    budget.unchecked ??= `signed with ${printable(issuer.fields.publicKey.algorithm)}`;
  return answer === true;
}

function keep(links: readonly Link[], anchor: Anchor, budget: Budget): void {
  if (budget.paths.length < LIMITS.paths) budget.paths.push({ links, anchor, fault: faultOf(links, anchor) });
}

/**
 * undefined: it cannot be told here. The longest keys are left alone, since a signature under one takes long enough to be
 * an attack on whoever checks it; keys of kinds that this OpenSSL does not know check nothing.
 */
function signed(link: Link, issuer: Link): boolean | undefined {
  if ((issuer.fields.publicKey.bits ?? 0) > LIMITS.keyBits) return undefined;
  let key: KeyObject;
  try {
    key = issuer.x509.publicKey;
  } catch {
    return undefined;
  }
  try {
    return link.x509.verify(key);
  } catch {
    return false;
  }
}

/** RFC 5280 §6.1.3 and §6.1.4, without dates and without the name that was asked for. */
function faultOf(links: readonly Link[], anchor: Anchor): string | undefined {
  // A pinned certificate is trusted for itself, and need not be an authority.
  const judged = anchor.kind === "pin" ? links.slice(0, -1) : links;
  let below = 0;
  for (const [index, { fields, extensions }] of links.entries()) {
    if (index > 0 && index < judged.length) {
      const fault = issuerFault(fields, below, index === links.length - 1);
      if (fault !== undefined) return fault;
    }
    if (index < judged.length) {
      const [unknown] = extensions().unknownCritical;
      if (unknown !== undefined)
        return `${nameOf(fields, index)} has a critical extension that nobody knows (${printable(unknown)})`;
    }
    if (index > 0 && !sameName(fields)) below += 1;
    if (index === 0) continue;
    for (const [lower, named] of links.slice(0, index).entries()) {
      // RFC 5280 §4.2.1.10: self-issued certificates on the way are exempt.
      if (lower > 0 && sameName(named.fields)) continue;
      const name = forbiddenName(named.fields, extensions());
      if (name !== undefined) return `${nameOf(fields, index)} may not sign for ${printable(name)}`;
    }
  }
  return undefined;
}

/** `below`: intermediates between this one and the leaf that are not self-issued. */
function issuerFault(fields: CertificateFields, below: number, last: boolean): string | undefined {
  const { ca, pathLength, keyUsage, extendedKeyUsage, version, selfSigned } = fields;
  // A self-signed root of version 1 has no way to say that it is one.
  const authority =
    ca ?? ((last && version === 1 && selfSigned) || keyUsage?.includes("keyCertSign") === true);
  if (!authority) return `${nameOf(fields, 1)} is no authority (CA is false)`;
  if (keyUsage !== undefined && !keyUsage.includes("keyCertSign"))
    return `${nameOf(fields, 1)} may not sign certificates`;
  if (pathLength !== undefined && below > pathLength)
    return `the path below ${nameOf(fields, 1)} is too long`;
  if (extendedKeyUsage !== undefined && !extendedKeyUsage.some(usage => SERVER.has(usage)))
    return `${nameOf(fields, 1)} may not sign for servers`;
  return undefined;
}

function nameOf(fields: CertificateFields, index: number): string {
  if (index === 0) return "the certificate";
  const name = fields.subject.find(part => part.type === "CN") ?? fields.subject[0];
  return printable(name?.value ?? "an unnamed authority", LIMITS.shownName);
}

const sameName = ({ subject, issuer }: CertificateFields): boolean =>
  subject.length === issuer.length &&
  subject.every((part, index) => part.type === issuer[index]?.type && part.value === issuer[index]?.value);

/** Purposes that include a TLS server's; the last two are what OpenSSL takes for it as well. */
export const SERVER: ReadonlySet<string> = new Set(["serverAuth", "anyExtendedKeyUsage", "nsSGC", "msSGC"]);
