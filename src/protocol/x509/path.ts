/** Extensions that are read when somebody asks: what decides whether a path leads through a certificate, and where more of it is told. */
import { Reader } from "../../octets/reader.ts";
import { hex } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import type { Certificate, DistinguishedName } from "./certificate.ts";
import { element, expect, oidText, Tag, unsigned } from "./der.ts";
import { LIMITS } from "./limits.ts";
import { decodeName } from "./names.ts";
import { oidName } from "./oids.ts";
import { accessMethods, countTimestamps, distributionPoints, policies } from "./places.ts";

/** A subtree of names (RFC 5280 §4.2.1.10); of other kinds than these nothing is judged. */
export type Subtree =
  | { readonly kind: "dns" | "email" | "uri"; readonly value: string }
  | { readonly kind: "ip"; readonly network: View; readonly mask: View }
  | { readonly kind: "directory"; readonly value: DistinguishedName }
  | { readonly kind: "other"; readonly value: string };

/** The extensions of RFC 5280 §4.2 that a verifier looks at beside those in `CertificateFields`. */
export interface PathExtensions {
  /** Empty where there are no constraints of that side. */
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
  /** Authority Information Access: where an OCSP responder is, and where the issuer's certificate lies. */
  readonly ocsp: readonly string[];
  readonly caIssuers: readonly string[];
  /** CRL distribution points; one that is named in another way than by a URI is its kind. */
  readonly crl: readonly string[];
  /** Certificate policies, as dotted identifiers. */
  readonly policies: readonly string[];
  /** Signed certificate timestamps that the certificate brings along (RFC 6962 §3.3). */
  readonly timestamps: number;
  /** RFC 7633: the certificate wants an OCSP response beside it. */
  readonly mustStaple: boolean;
  /** Critical extensions that no verifier of TLS knows: who meets one must refuse (RFC 5280 §4.2). */
  readonly unknownCritical: readonly string[];
  /** A critical extension that small stacks do not process: they refuse the certificate, verifying or not. */
  readonly demanding: boolean;
}

/** Of a certificate that parsed; read once, however often it is asked. */
export function extensionsOf(certificate: Certificate): PathExtensions {
  let known = memory.get(certificate);
  if (known === undefined) {
    known = pathExtensions(certificate.der);
    memory.set(certificate, known);
  }
  return known;
}

/** Extensions that do not decode are taken for absent. */
function pathExtensions(der: View): PathExtensions {
  const found: { -readonly [Name in keyof PathExtensions]: PathExtensions[Name] } & {
    unknownCritical: string[];
  } = {
    ...NONE,
    unknownCritical: [],
  };
  for (const { id, critical, value } of readExtensions(der)) {
    if (critical && !PROCESSED_BY_ALL.has(id)) found.demanding = true;
    switch (id) {
      case NAME_CONSTRAINTS:
        Object.assign(found, nameConstraints(value));
        break;
      case AUTHORITY_INFO_ACCESS:
        Object.assign(found, accessMethods(value));
        break;
      case CRL_POINTS:
        found.crl = distributionPoints(value);
        break;
      case POLICIES:
        found.policies = policies(value);
        break;
      case TIMESTAMPS:
        found.timestamps = countTimestamps(value);
        break;
      case TLS_FEATURE:
        found.mustStaple = wantsStaple(value);
        break;
      default:
        if (critical && !KNOWN.has(id) && found.unknownCritical.length < LIMITS.purposes)
          found.unknownCritical.push(oidName(id));
    }
  }
  return found;
}

/** The modulus of an RSA key, big-endian without leading zeros; undefined for keys of other kinds. */
export function rsaModulus(der: View): View | undefined {
  const tbs = tbsOf(der);
  const spki = tbs.parts[tbs.parts.length - 1];
  if (spki === undefined) return undefined;
  const r = new Reader("subjectPublicKeyInfo", spki);
  const algorithm = oidText(
    expect(expect(r, "algorithm", Tag.sequence, CLAUSE).content, "oid", Tag.oid, CLAUSE).content.rest(),
  );
  if (algorithm !== RSA) return undefined;
  const key = expect(r, "subjectPublicKey", Tag.bitString, CLAUSE).content;
  key.u8("unused bits");
  const sequence = expect(key, "RSAPublicKey", Tag.sequence, CLAUSE).content;
  const modulus = unsigned(expect(sequence, "modulus", Tag.integer, CLAUSE).content.rest());
  return r.fault === undefined && modulus.length > 0 ? modulus : undefined;
}

interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: View;
}

/** tbsCertificate up to the public key, by its parts, and a reader of what follows it. */
function tbsOf(der: View): { readonly parts: readonly View[]; readonly rest: Reader } {
  const certificate = expect(new Reader("Certificate", der), "Certificate", Tag.sequence, CLAUSE).content;
  const tbs = expect(certificate, "tbsCertificate", Tag.sequence, CLAUSE).content;
  const first = element(tbs, "version");
  const parts: View[] = [];
  // Serial number (unless it was first), signature, issuer, validity, subject, key.
  for (let left = first.tag === VERSION ? 6 : 5; left > 0; left -= 1)
    parts.push(element(tbs, "part").content.rest());
  return { parts, rest: tbs };
}

function readExtensions(der: View): Extension[] {
  const { rest } = tbsOf(der);
  const list: Extension[] = [];
  while (rest.left > 0) {
    const part = element(rest, "extensions");
    if (part.tag !== EXTENSIONS) continue;
    const sequence = expect(part.content, "extensions", Tag.sequence, CLAUSE).content;
    while (sequence.left > 0) {
      const extension = expect(sequence, "extension", Tag.sequence, CLAUSE).content;
      const id = oidText(expect(extension, "extnID", Tag.oid, CLAUSE).content.rest());
      let next = element(extension, "extnValue");
      const critical = next.tag === Tag.boolean && next.content.u8("critical") !== 0;
      if (next.tag === Tag.boolean) next = element(extension, "extnValue");
      list.push({ id, critical, value: next.content.rest() });
    }
  }
  return list;
}

/** RFC 5280 §4.2.1.10: minimum and maximum are not used, and are not read. */
function nameConstraints(value: View): Pick<PathExtensions, "permitted" | "excluded"> {
  const sides: { permitted: Subtree[]; excluded: Subtree[] } = { permitted: [], excluded: [] };
  const r = expect(new Reader("nameConstraints", value), "nameConstraints", Tag.sequence, CLAUSE).content;
  while (r.left > 0) {
    const side = element(r, "GeneralSubtrees");
    const list = side.tag === PERMITTED ? sides.permitted : sides.excluded;
    while (side.content.left > 0) {
      const base = element(expect(side.content, "GeneralSubtree", Tag.sequence, CLAUSE).content, "base");
      if (r.fault === undefined && list.length < LIMITS.altNames)
        list.push(subtree(base.tag, base.content.rest()));
    }
  }
  return sides;
}

function subtree(tag: number, value: View): Subtree {
  const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");
  switch (tag) {
    case 0x81:
      return { kind: "email", value: text };
    case 0x82:
      return { kind: "dns", value: text };
    case 0x86:
      return { kind: "uri", value: text };
    case 0x87: {
      const half = value.length / 2;
      if (half !== 4 && half !== 16) return { kind: "other", value: hex(value) };
      return { kind: "ip", network: value.subarray(0, half), mask: value.subarray(half) };
    }
    case 0xa4: {
      const name = value.length <= LIMITS.nameOctets ? decodeName(value) : undefined;
      return name === undefined ? { kind: "other", value: hex(value) } : { kind: "directory", value: name };
    }
    default:
      return { kind: "other", value: hex(value.subarray(0, LIMITS.serialOctets)) };
  }
}

/** RFC 7633 §6: a list of ExtensionType numbers, of which status_request is 5 and status_request_v2 17. */
function wantsStaple(value: View): boolean {
  const list = expect(new Reader("tlsfeature", value), "Features", Tag.sequence, CLAUSE).content;
  while (list.left > 0) {
    const feature = expect(list, "feature", Tag.integer, CLAUSE).content.rest();
    if (feature.length === 1 && (feature[0] === 5 || feature[0] === 17)) return true;
  }
  return false;
}

const NONE: PathExtensions = {
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
};

const CLAUSE = "RFC 5280 §4.2";
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const PERMITTED = 0xa0;
const RSA = "1.2.840.113549.1.1.1";
const NAME_CONSTRAINTS = "2.5.29.30";
const CRL_POINTS = "2.5.29.31";
const AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
const POLICIES = "2.5.29.32";
/** RFC 6962 §3.3. */
const TIMESTAMPS = "1.3.6.1.4.1.11129.2.4.2";
const TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

/**
 * Extensions that verifiers process, or know to be none of their business: subjectKeyIdentifier, keyUsage,
 * subjectAltName, issuerAltName, basicConstraints, policyMappings, authorityKeyIdentifier,
 * policyConstraints, extendedKeyUsage, inhibitAnyPolicy, Netscape's certificate type.
 */
const KNOWN: ReadonlySet<string> = new Set([
  "2.5.29.14",
  "2.5.29.15",
  "2.5.29.17",
  "2.5.29.18",
  "2.5.29.19",
  "2.5.29.33",
  "2.5.29.35",
  "2.5.29.36",
  "2.5.29.37",
  "2.5.29.54",
  "2.16.840.1.113730.1.1",
]);

/** Those that no stack does without: keyUsage, subjectAltName, basicConstraints, extKeyUsage, Netscape's certificate type. */
const PROCESSED_BY_ALL: ReadonlySet<string> = new Set([
  "2.5.29.15",
  "2.5.29.17",
  "2.5.29.19",
  "2.5.29.37",
  "2.16.840.1.113730.1.1",
]);

/** As long as the certificate is remembered, so is this. */
const memory = new WeakMap<Certificate, PathExtensions>();
