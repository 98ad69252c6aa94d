/** Chains for the tests of trust: an authority, what it signs, and every way in which that can be wrong. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { parseCertificate } from "../../src/protocol/x509/parse.ts";
import type { Certificate } from "../../src/protocol/x509/certificate.ts";
import {
  altNames,
  type CertificateParts,
  extension,
  type MadeCertificate,
  makeCertificate,
  sequence,
  text,
  tlv,
} from "../protocol/x509/certificates.ts";

export const HOST = "mqtt.example.com";

/** `dns:…`, `ip:…` as DER octets: a GeneralName. */
export const dns = (name: string): Uint8Array => tlv(0x82, text(name));
export const ip = (...octets: number[]): Uint8Array => tlv(0x87, Uint8Array.from(octets));
export const directory = (name: Uint8Array): Uint8Array => tlv(0xa4, name);

/** An extension given as DER, as the certificate maker wants it. */
export const raw = (der: Uint8Array): x509.Extension => new x509.Extension(der);

export const names = (...list: readonly Uint8Array[]): x509.Extension => raw(altNames(...list));

/** RFC 5280 §4.2.1.10: GeneralSubtrees of both sides. */
export const constraints = (
  permitted: readonly Uint8Array[],
  excluded: readonly Uint8Array[] = [],
): x509.Extension => {
  const side = (tag: number, trees: readonly Uint8Array[]): Uint8Array =>
    trees.length === 0 ? new Uint8Array(0) : tlv(tag, ...trees.map(tree => sequence(tree)));
  return raw(extension("2.5.29.30", sequence(side(0xa0, permitted), side(0xa1, excluded)), true));
};

export const authority = (pathLength?: number): x509.Extension =>
  new x509.BasicConstraintsExtension(true, pathLength, true);
export const noAuthority = (): x509.Extension => new x509.BasicConstraintsExtension(false, undefined, true);
export const usage = (flags: x509.KeyUsageFlags): x509.Extension => new x509.KeyUsagesExtension(flags, true);
export const purposes = (...oids: string[]): x509.Extension =>
  new x509.ExtendedKeyUsageExtension(oids, false);

export const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
export const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
export const SIGNS = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;

export const root = (more: CertificateParts = {}): Promise<MadeCertificate> =>
  makeCertificate({ subject: "CN=Root", extensions: [authority(), usage(SIGNS)], ...more });

export const intermediate = (
  issuer: MadeCertificate,
  more: CertificateParts = {},
): Promise<MadeCertificate> =>
  makeCertificate({ subject: "CN=Intermediate", issuer, extensions: [authority(), usage(SIGNS)], ...more });

export const leaf = (
  issuer: MadeCertificate | undefined,
  more: CertificateParts = {},
): Promise<MadeCertificate> =>
  makeCertificate({
    subject: `CN=${HOST}`,
    ...(issuer !== undefined && { issuer }),
    extensions: [
      noAuthority(),
      usage(x509.KeyUsageFlags.digitalSignature),
      purposes(SERVER_AUTH),
      names(dns(HOST)),
    ],
    ...more,
  });

export const parsed = (...made: readonly { readonly der: Uint8Array }[]): Certificate[] =>
  made.map(({ der }) => parseCertificate(der));
