/** An X.509 certificate (RFC 5280) as seen on the wire: its octets, its hashes, and its fields where they parse. */
import type { Fault } from "../../octets/decode.ts";
import type { Timestamp } from "../../octets/time.ts";
import type { Owned } from "../../octets/view.ts";

/** One attribute of a distinguished name: `type` is the short name (`CN`) or the dotted OID. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** RFC 5280 §4.1.2.4, in the order of the encoding. */
export type DistinguishedName = readonly NameAttribute[];

export type SubjectAltName =
  | { readonly kind: "dns" | "email" | "uri"; readonly value: string }
  | { readonly kind: "ip"; readonly value: string }
  | { readonly kind: "directory"; readonly value: DistinguishedName }
  | { readonly kind: "other"; readonly value: string };

export interface PublicKey {
  /** `RSA`, `ECDSA`, `Ed25519`, `Ed448`, `DSA`, `ML-DSA-65` … or the dotted OID. */
  readonly algorithm: string;
  readonly bits?: number;
  /** Named curve: `P-256`. */
  readonly curve?: string;
  /** RSA public exponent, decimal. */
  readonly exponent?: string;
  readonly spkiSha256: string;
}

/** What a certificate says; all of it under its issuer's signature, none of it checked here. */
export interface CertificateFields {
  readonly version: 1 | 2 | 3;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Lower-case hex of the INTEGER's octets, capped. */
  readonly serialNumber: string;
  readonly notBefore: Timestamp;
  readonly notAfter: Timestamp;
  /** The first `LIMITS.altNames` of them. */
  readonly subjectAltNames: readonly SubjectAltName[];
  /** How many there are, where some were not kept. */
  readonly subjectAltNameCount?: number;
  readonly publicKey: PublicKey;
  /** `sha256WithRSAEncryption` … or the dotted OID. */
  readonly signatureAlgorithm: string;
  /** BasicConstraints cA; undefined where the extension is absent. */
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** Names of RFC 5280 §4.2.1.3: `digitalSignature`, `keyCertSign` … */
  readonly keyUsage?: readonly string[];
  /** Dotted OIDs, with the short names where known: `serverAuth`, `clientAuth`. */
  readonly extendedKeyUsage?: readonly string[];
  /** Issuer equals subject and the signature verifies with its own key. */
  readonly selfSigned: boolean;
}

/** Every certificate is listed with its hash, also those that do not parse. */
export interface Certificate {
  readonly der: Owned;
  readonly sha256: string;
  readonly sha1: string;
  readonly octets: number;
  readonly fields?: CertificateFields;
  /** Why there are no fields; beside fields, what is wrong with a key or an extension that was left out. */
  readonly fault?: Fault;
}
