import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Timestamp } from "../../src/octets/time.ts";
import { own } from "../../src/octets/view.ts";
import type { Certificate, CertificateFields } from "../../src/protocol/x509/certificate.ts";
import { parseCertificate } from "../../src/protocol/x509/parse.ts";
import { reportCertificate, withPem } from "../../src/verdict/certificate.ts";
import { judge, parseReport } from "../story.ts";

const fields: CertificateFields = {
  version: 3,
  subject: [
    { type: "C", value: "US" },
    { type: "O", value: "Example, Inc." },
    { type: "CN", value: "broker.example" },
  ],
  issuer: [{ type: "CN", value: "Lab Root" }],
  serialNumber: "0097e6",
  notBefore: 0 as Timestamp,
  notAfter: 86_400_000_000 as Timestamp,
  subjectAltNames: [
    { kind: "dns", value: "broker.example" },
    { kind: "ip", value: "192.0.2.1" },
    { kind: "directory", value: [{ type: "CN", value: "x" }] },
  ],
  publicKey: { algorithm: "ECDSA", bits: 256, curve: "P-256", spkiSha256: "00" },
  signatureAlgorithm: "ecdsa-with-SHA256",
  selfSigned: false,
};
const certificate = (more: Partial<Certificate>): Certificate => ({
  der: own(new Uint8Array([0x30, 0])),
  sha256: "aa",
  sha1: "bb",
  octets: 2,
  ...more,
});

/** The certificates of the story whose broker names ways of revocation. */
async function revocable(): Promise<readonly Certificate[]> {
  const { conversations } = parseReport(await judge("revocable", "--verbose", "--format", "json"));
  return (conversations[0]?.tls?.chain ?? []).map(({ pem }) =>
    parseCertificate(new X509Certificate(pem!).raw),
  );
}

describe("a certificate in the report", () => {
  test("tells its fields and leaves out what it does not carry", () => {
    expect(reportCertificate(certificate({ fields }))).toEqual({
      sha256: "aa",
      octets: 2,
      subject: "C=US, O=Example, Inc., CN=broker.example",
      issuer: "CN=Lab Root",
      serialNumber: "0097e6",
      notBefore: "1970-01-01T00:00:00.000000Z",
      notAfter: "1970-01-02T00:00:00.000000Z",
      subjectAltNames: ["DNS:broker.example", "IP:192.0.2.1", "directory:CN=x"],
      publicKey: { algorithm: "ECDSA", bits: 256, curve: "P-256", sha256: "00" },
      signatureAlgorithm: "ecdsa-with-SHA256",
      version: 3,
      selfSigned: false,
    });
  });

  test("tells what it is for and where more of it is told, and is PEM where that is asked for", async () => {
    const [made] = await revocable();
    expect(reportCertificate(made!)).toMatchObject({
      version: 3,
      ca: false,
      keyUsage: ["digitalSignature", "keyEncipherment"],
      extendedKeyUsage: ["serverAuth"],
      ocsp: ["http://ocsp.example.com"],
      crlDistributionPoints: ["http://crl.example.com/fleet.crl"],
      publicKey: { algorithm: "RSA", bits: 2048, exponent: "65537" },
    });
    expect(reportCertificate(made!).pem).toBeUndefined();
    expect(new X509Certificate(withPem(made!).pem!).raw.equals(made!.der)).toBe(true);
  });

  test("is one row however often it is asked for", async () => {
    const [made] = await revocable();
    expect(reportCertificate(made!)).toBe(reportCertificate(made!));
  });

  test("tells the fault of an extension beside the fields that could be read", () => {
    const fault = {
      unit: "Certificate",
      field: "keyUsage",
      offset: 300,
      reason: { kind: "trailing", octets: 2 },
    } as const;
    expect(reportCertificate(certificate({ fields, fault }))).toMatchObject({ fault, issuer: "CN=Lab Root" });
  });

  test("that does not parse tells its hash and the fault", () => {
    const fault = {
      unit: "Certificate",
      field: "tbsCertificate",
      offset: 4,
      reason: { kind: "short", needed: 3, left: 0 },
    } as const;
    expect(reportCertificate(certificate({ fault }))).toEqual({ sha256: "aa", octets: 2, fault });
  });
});
