/** Certificates made for tests, and ASN.1 by hand for those that nobody would make. */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { join } from "../build.ts";

x509.cryptoProvider.set(webcrypto as never);

export interface MadeCertificate {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly keyPem: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certificate: x509.X509Certificate;
}

export type KeyKind = "P-256" | "P-384" | "RSA-2048" | "RSA-1024" | "RSA-PSS-2048" | "Ed25519";

export interface CertificateParts {
  readonly subject?: x509.JsonName | string;
  readonly key?: KeyKind;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly serial?: string;
  readonly extensions?: readonly x509.Extension[];
  /** Signs it; absent: itself. */
  readonly issuer?: MadeCertificate;
  readonly hash?: "SHA-1" | "SHA-256" | "SHA-384";
}

/** A certificate with its key, as PEM for TLS and as DER for parsers. */
export async function makeCertificate(parts: CertificateParts = {}): Promise<MadeCertificate> {
  const { key = "P-256", hash = "SHA-256", issuer, subject = "CN=broker.example" } = parts;
  const keys = (await webcrypto.subtle.generateKey(KEYS[key], true, [
    "sign",
    "verify",
  ])) as webcrypto.CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: parts.serial ?? "0a0b0c",
    subject,
    issuer: issuer === undefined ? subject : issuer.certificate.subject,
    notBefore: parts.notBefore ?? new Date("2026-01-01T00:00:00Z"),
    notAfter: parts.notAfter ?? new Date("2036-01-01T00:00:00Z"),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: { hash, saltLength: 32 } as never,
    extensions: [...(parts.extensions ?? [])],
  });
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    der: new Uint8Array(certificate.rawData),
    pem: certificate.toString("pem"),
    keyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    keys,
    certificate,
  };
}

const rsa = (name: string, modulusLength: number) => ({
  name,
  hash: "SHA-256",
  publicExponent: Uint8Array.of(1, 0, 1),
  modulusLength,
});

const KEYS: Readonly<Record<KeyKind, never>> = {
  "P-256": { name: "ECDSA", namedCurve: "P-256" },
  "P-384": { name: "ECDSA", namedCurve: "P-384" },
  "RSA-2048": rsa("RSASSA-PKCS1-v1_5", 2048),
  "RSA-1024": rsa("RSASSA-PKCS1-v1_5", 1024),
  "RSA-PSS-2048": rsa("RSA-PSS", 2048),
  Ed25519: { name: "Ed25519" },
} as never;

/** One element: identifier, length in the shortest form, content. */
export function tlv(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = join(...parts);
  return join(Uint8Array.of(tag), derLength(content.length), content);
}

export function derLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 0x100)) octets.unshift(rest % 0x100);
  return Uint8Array.of(0x80 + octets.length, ...octets);
}

export const sequence = (...parts: Uint8Array[]): Uint8Array => tlv(0x30, ...parts);
export const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, "latin1"));

/** Dotted decimal to DER. */
export function oid(dotted: string): Uint8Array {
  const [a = 0, b = 0, ...rest] = dotted.split(".").map(Number);
  const octets: number[] = [];
  for (const arc of [a * 40 + b, ...rest]) {
    const digits = [arc % 0x80];
    for (let left = Math.floor(arc / 0x80); left > 0; left = Math.floor(left / 0x80))
      digits.unshift((left % 0x80) + 0x80);
    octets.push(...digits);
  }
  return tlv(0x06, Uint8Array.from(octets));
}

export const attribute = (type: string, value: Uint8Array): Uint8Array =>
  tlv(0x31, sequence(oid(type), value));

export const name = (...attributes: Uint8Array[]): Uint8Array => sequence(...attributes);
export const commonName = (value: string): Uint8Array => name(attribute("2.5.4.3", tlv(0x0c, text(value))));
export const utcTime = (value: string): Uint8Array => tlv(0x17, text(value));
export const generalizedTime = (value: string): Uint8Array => tlv(0x18, text(value));

export interface RawParts {
  /** The element `[0]`; `null` leaves it out. */
  readonly version?: Uint8Array | null;
  readonly serial?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly validity?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly signatureAlgorithm?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
  /** Further elements of tbsCertificate, before the extensions. */
  readonly more?: readonly Uint8Array[];
}

/** A certificate whose signature is worth nothing, out of parts that need not fit. */
export function rawCertificate(parts: RawParts = {}): Uint8Array {
  const algorithm = parts.signatureAlgorithm ?? sequence(oid("1.2.840.113549.1.1.11"), tlv(0x05));
  const version = parts.version === undefined ? tlv(0xa0, tlv(0x02, Uint8Array.of(2))) : parts.version;
  return sequence(
    sequence(
      version ?? new Uint8Array(0),
      tlv(0x02, parts.serial ?? Uint8Array.of(1)),
      algorithm,
      parts.issuer ?? commonName("issuer"),
      parts.validity ?? sequence(utcTime("260101000000Z"), utcTime("360101000000Z")),
      parts.subject ?? commonName("subject"),
      parts.spki ?? rsaKey(Uint8Array.of(0, ...new Uint8Array(256).fill(0xc1)), Uint8Array.of(1, 0, 1)),
      ...(parts.more ?? []),
      ...(parts.extensions === undefined ? [] : [tlv(0xa3, sequence(...parts.extensions))]),
    ),
    algorithm,
    tlv(0x03, Uint8Array.of(0, 0xaa, 0xbb)),
  );
}

export const spki = (algorithm: string, parameters: Uint8Array | undefined, key: Uint8Array): Uint8Array =>
  sequence(sequence(oid(algorithm), parameters ?? new Uint8Array(0)), tlv(0x03, Uint8Array.of(0), key));

export const rsaKey = (modulus: Uint8Array, exponent: Uint8Array): Uint8Array =>
  spki("1.2.840.113549.1.1.1", tlv(0x05), sequence(tlv(0x02, modulus), tlv(0x02, exponent)));

/** An extension; `critical` writes the BOOLEAN that is otherwise left out. */
export const extension = (id: string, value: Uint8Array, critical = false): Uint8Array =>
  sequence(oid(id), critical ? tlv(0x01, Uint8Array.of(0xff)) : new Uint8Array(0), tlv(0x04, value));

export const altNames = (...names: Uint8Array[]): Uint8Array => extension("2.5.29.17", sequence(...names));
