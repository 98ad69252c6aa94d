/** Chains judged as a verifying client would judge them (RFC 5280 §6.1): roots, signatures, dates, names, purpose. */
import { isIP } from "node:net";
import { printable } from "../octets/text.ts";
import { rfc3339, type Timestamp } from "../octets/time.ts";
import type { Certificate, CertificateFields } from "../protocol/x509/certificate.ts";
import type { Defect, Trust, TrustStatus } from "./conversation.ts";
import { LIMITS } from "./limits.ts";
import { matchesName, presentedNames } from "./names.ts";
import {
  type Anchor,
  type Anchors,
  climb,
  type Link,
  linkOf,
  names,
  type Path,
  pathsFrom,
  SERVER,
} from "./path.ts";
import { Recent } from "./recent.ts";
import { anchorsOf, type Pin, type Roots, readRoots } from "./roots.ts";

/** What a chain is held against. */
export interface TrustOptions {
  /** DER of the roots that the user gave (`--ca`): where there are any, every broker's chain must end in a root. */
  readonly roots: readonly Uint8Array[];
  /** The Mozilla roots that Node ships count too. */
  readonly systemRoots: boolean;
  readonly pins?: readonly Pin[];
}

export interface Expectation {
  /** undefined where no clock is to be believed: then dates are not judged. */
  readonly at: Timestamp | undefined;
  /** SNI or `--server-name`; undefined where neither is known. */
  readonly name: string | undefined;
  /** The broker's address: a pin may be for it. */
  readonly address?: string;
}

export type TrustStore = (chain: readonly Certificate[], expectation: Expectation) => Trust;

/** A judge of brokers' chains; each chain is followed once however often it is seen. */
export function trustStore(options: TrustOptions): TrustStore {
  const { pins = [] } = options;
  const followed = new Recent<Followed>(LIMITS.chains, () => {});
  const authorities = new Recent<Link>(LIMITS.authorities, () => {});
  let roots: Roots | undefined;

  return (chain, expectation) => {
    const [leaf] = chain;
    if (leaf?.fields === undefined) return UNKNOWN;
    roots ??= readRoots(options.roots, options.systemRoots);
    const own = pins.filter(({ host }) => host === undefined || isHost(host, expectation));
    const key = `${own.map(pin => pin.sha256).join(" ")}|${chain.map(c => c.sha256).join(" ")}`;
    let known = followed.get(key);
    if (known === undefined) {
      const expected = own.length > 0 || options.roots.length > 0;
      known = follow(chain, anchorsOf(roots, own), authorities, { expected, pinned: own.length > 0 });
      followed.set(key, known);
    }
    return judged(known, leaf.fields, expectation);
  };
}

/**
 * What the pins say of a key that stands in the place of certificates (RFC 7250 §6): no root vouches for one, and it has
 * neither name nor dates.
 */
export function trustInKey(pins: readonly Pin[], spkiSha256: string, expectation: Expectation): Trust {
  const own = pins.filter(({ host }) => host === undefined || isHost(host, expectation));
  if (own.length === 0) return UNKNOWN;
  if (own.some(pin => pin.sha256 === spkiSha256))
    return { status: "trusted", defects: [], expected: true, anchor: "pin" };
  return { status: "untrusted", defects: [NOT_PINNED], expected: true };
}

const isHost = (host: string, { name, address }: Expectation): boolean =>
  host.toLowerCase() === name?.toLowerCase() || host === address;

/** What is known of a chain whatever the time and the name. */
interface Followed {
  readonly paths: readonly Path[];
  /** Where there is no path: what stands in its place. */
  readonly status: TrustStatus;
  readonly defects: readonly Defect[];
  /** The user said whom clients ought to trust here. */
  readonly expected: boolean;
  readonly sent: readonly Link[];
  readonly unchecked?: string;
}

interface Wanted {
  readonly expected: boolean;
  readonly pinned: boolean;
}

function follow(
  chain: readonly Certificate[],
  anchors: Anchors,
  authorities: Recent<Link>,
  wanted: Wanted,
): Followed {
  const sent = chain.map(linkOf).filter(link => link !== undefined);
  const [leaf] = sent;
  const { expected, pinned } = wanted;
  if (leaf === undefined) return { paths: [], status: "unknown", defects: [], expected, sent };
  for (const link of sent.slice(1))
    if (link.fields.ca === true && !link.fields.selfSigned) authorities.set(link.x509.subject, link);
  const found = pathsFrom(leaf, sent.slice(1), anchors);
  const paths = found.paths.filter(path => !pinned || path.anchor.kind === "pin");
  const sound = paths.filter(path => path.fault === undefined);
  if (sound.length > 0) return { paths: sound, status: "trusted", defects: [], expected, sent };
  // Who can check what is not checked here may well have a path.
  if (found.unchecked !== undefined && !pinned)
    return { paths: [], status: "unknown", defects: [], expected, sent, unchecked: found.unchecked };
  const [faulty] = paths;
  if (faulty?.fault !== undefined)
    return {
      paths: [],
      status: "untrusted",
      defects: [{ kind: "untrusted", text: faulty.fault }],
      expected: true,
      sent,
    };
  if (pinned)
    return {
      paths: [],
      status: "untrusted",
      defects: [NOT_PINNED],
      expected,
      sent,
    };
  if (leaf.fields.selfSigned)
    return {
      paths: [],
      status: "self-signed",
      defects: [{ kind: "self-signed", text: "self-signed" }],
      expected,
      sent,
    };
  const status = expected ? "untrusted" : "not-judged";
  const missing = missingIssuer(leaf, sent, anchors, authorities);
  if (missing !== undefined)
    return { paths: [], status, defects: [{ kind: "incomplete", text: missing }], expected, sent };
  const defects: Defect[] = expected ? [{ kind: "untrusted", text: "leads to none of the roots given" }] : [];
  return { paths: [], status, defects, expected, sent };
}

/** Says which certificate was not sent, where it is seen elsewhere, or the last one sent says where it lies. */
function missingIssuer(
  leaf: Link,
  sent: readonly Link[],
  anchors: Anchors,
  authorities: Recent<Link>,
): string | undefined {
  const climbed = climb(leaf, sent.slice(1));
  const last = climbed[climbed.length - 1]!;
  if (last.fields.selfSigned || sent.some(link => link !== last && names(link, last))) return undefined;
  const issuer = commonName(last.fields.issuer);
  const elsewhere = authorities.get(last.x509.issuer);
  if (
    elsewhere !== undefined &&
    pathsFrom(last, [elsewhere], anchors).paths.some(path => path.fault === undefined)
  )
    return `sent without the intermediate ${issuer}, which is known from elsewhere`;
  return last === leaf && leaf.extensions().caIssuers.length > 0 && anchors.issuersOf(leaf).length === 0
    ? `sent without the intermediate ${issuer}`
    : undefined;
}

function judged(followed: Followed, leaf: CertificateFields, expectation: Expectation): Trust {
  const { at, name } = expectation;
  const [path, dates] = bestPath(followed, at);
  const pinned = path?.anchor.kind === "pin";
  return {
    status: followed.status,
    defects: [
      ...(pinned ? [] : nameDefects(leaf, followed.sent[0], name)),
      ...purposeDefects(leaf),
      ...followed.defects,
      ...dates,
    ],
    expected: followed.expected,
    ...(followed.unchecked !== undefined && { unchecked: followed.unchecked }),
    ...(path !== undefined && {
      anchor: path.anchor.kind,
      path: path.links.map(link => link.certificate.sha256),
    }),
  };
}

/**
 * The first path that is valid at that time, else the first one. Without any the broker's own certificate alone: a
 * client may have another way from it to a root than over what was sent.
 */
function bestPath(
  { paths, sent }: Followed,
  at: Timestamp | undefined,
): readonly [Path | undefined, readonly Defect[]] {
  const judgedPaths = paths.map(path => [path, dateDefects(path.links, at, path.anchor)] as const);
  const best = judgedPaths.find(([, defects]) => defects.length === 0) ?? judgedPaths[0];
  return best ?? [undefined, dateDefects(sent.slice(0, 1), at)];
}

/** RFC 5280 §4.1.2.5: both ends of the validity period belong to it. */
function dateDefects(links: readonly Link[], at: Timestamp | undefined, anchor?: Anchor): Defect[] {
  if (at === undefined) return [];
  const defects: Defect[] = [];
  for (const [index, { fields }] of links.entries()) {
    const last = anchor !== undefined && index > 0 && index === links.length - 1;
    const whose = index === 0 ? "" : last ? "the root " : "the intermediate ";
    if (at > fields.notAfter)
      defects.push({
        kind: "expired",
        text: `${whose}expired ${rfc3339(fields.notAfter).slice(0, 10)}`,
        ...(last && { ofAnchor: true }),
      });
    if (at < fields.notBefore)
      defects.push({
        kind: "not-yet-valid",
        text: `${whose}valid only from ${rfc3339(fields.notBefore).slice(0, 10)}`,
        ...(last && { ofAnchor: true }),
      });
  }
  return defects;
}

function nameDefects(
  { subjectAltNames, subjectAltNameCount }: CertificateFields,
  leaf: Link | undefined,
  name: string | undefined,
): Defect[] {
  const presented = presentedNames(subjectAltNames);
  if (name === undefined || presented.length === 0 || matchesName(name, presented)) return [];
  // Of a long list some were not kept: OpenSSL looks through all of it.
  if (subjectAltNameCount !== undefined && (leaf === undefined || isAmongAll(name, leaf))) return [];
  const listed = presented
    .slice(0, NAMES_SHOWN)
    .map(n => (typeof n.value === "string" ? printable(n.value) : ""));
  return [
    { kind: "name-mismatch", text: `${printable(name)} is not among its names (${listed.join(", ")})` },
  ];
}

const isAmongAll = (name: string, { x509 }: Link): boolean =>
  isIP(name) === 0
    ? x509.checkHost(name, { subject: "never", partialWildcards: false }) !== undefined
    : x509.checkIP(name) !== undefined;

/** RFC 5280 §4.2.1.3 and §4.2.1.12: what a TLS server's certificate must be good for, where it says anything. */
function purposeDefects({ extendedKeyUsage, keyUsage }: CertificateFields): Defect[] {
  if (extendedKeyUsage !== undefined && !extendedKeyUsage.some(usage => SERVER.has(usage))) {
    const usages = extendedKeyUsage.map(usage => printable(usage)).join(", ");
    return [{ kind: "wrong-purpose", text: `made for ${usages}, not for serverAuth` }];
  }
  if (keyUsage !== undefined && !keyUsage.some(usage => KEY_USAGES.has(usage)))
    return [
      { kind: "wrong-purpose", text: `its key is for ${keyUsage.join(", ") || "nothing"}, not for TLS` },
    ];
  return [];
}

const commonName = (name: CertificateFields["subject"]): string =>
  printable((name.find(part => part.type === "CN") ?? name[0])?.value ?? "without a name", LIMITS.shownName);

const NOT_PINNED: Defect = { kind: "untrusted", text: "not the one that was pinned" };
const UNKNOWN: Trust = { status: "unknown", defects: [] };
const NAMES_SHOWN = 4;
/** RFC 8446 §4.4.2.2, RFC 5246 §7.4.2: one of these is needed, by key exchange. */
const KEY_USAGES: ReadonlySet<string> = new Set(["digitalSignature", "keyEncipherment", "keyAgreement"]);
