import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createHash, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Certificate, CertificateFields } from "../../../src/protocol/x509/certificate.ts";
import { parseCertificate, unparsedCertificate } from "../../../src/protocol/x509/parse.ts";
import { hex, join } from "../build.ts";
import * as make from "./certificates.ts";
import { makeCertificate } from "./certificates.ts";

function fieldsOf(der: Uint8Array): CertificateFields {
  const { fields, fault } = parseCertificate(der);
  if (fields === undefined) throw new Error(JSON.stringify(fault));
  return fields;
}

const reading = (at: number): string => new Date(at / 1000).toISOString();
const digest = (algorithm: string, octets: Uint8Array): string =>
  createHash(algorithm).update(octets).digest("hex");

describe("a certificate", () => {
  test("gives every field that its judging needs", async () => {
    const made = await makeCertificate({
      subject: "C=DE, ST=Hessen, L=Darmstadt, O=Example GmbH, OU=IoT, CN=broker.example",
      serial: "00c0ffee",
      extensions: [
        new x509.BasicConstraintsExtension(true, 3, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign,
          true,
        ),
        new x509.ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.2.3.4"]),
        new x509.SubjectAlternativeNameExtension([
          { type: "dns", value: "broker.example" },
          { type: "ip", value: "192.0.2.1" },
          { type: "ip", value: "2001:db8::7" },
          { type: "email", value: "ops@example.org" },
          { type: "url", value: "https://example.org/" },
        ]),
      ],
    });
    const certificate = parseCertificate(made.der);
    expect(certificate).toMatchObject({
      octets: made.der.length,
      sha256: digest("sha256", made.der),
      sha1: digest("sha1", made.der),
    });
    expect(certificate.fault).toBeUndefined();
    expect(certificate.der).toEqual(made.der);
    expect(certificate.der).not.toBe(made.der);
    const name = [
      { type: "C", value: "DE" },
      { type: "ST", value: "Hessen" },
      { type: "L", value: "Darmstadt" },
      { type: "O", value: "Example GmbH" },
      { type: "OU", value: "IoT" },
      { type: "CN", value: "broker.example" },
    ];
    expect(certificate.fields).toEqual({
      version: 3,
      subject: name,
      issuer: name,
      serialNumber: "00c0ffee",
      notBefore: Date.parse("2026-01-01T00:00:00Z") * 1000,
      notAfter: Date.parse("2036-01-01T00:00:00Z") * 1000,
      subjectAltNames: [
        { kind: "dns", value: "broker.example" },
        { kind: "ip", value: "192.0.2.1" },
        { kind: "ip", value: "2001:db8::7" },
        { kind: "email", value: "ops@example.org" },
        { kind: "uri", value: "https://example.org/" },
      ],
      publicKey: {
        algorithm: "ECDSA",
        bits: 256,
        curve: "P-256",
        spkiSha256: digest("sha256", new Uint8Array(made.certificate.publicKey.rawData)),
      },
      signatureAlgorithm: "ecdsa-with-SHA256",
      ca: true,
      pathLength: 3,
      keyUsage: ["digitalSignature", "keyCertSign"],
      extendedKeyUsage: ["serverAuth", "clientAuth", "1.2.3.4"],
      selfSigned: true,
    });
  });

  test("agrees with what OpenSSL says of it, for every kind of key", async () => {
    const kinds = ["P-256", "P-384", "RSA-1024", "RSA-2048", "RSA-PSS-2048", "Ed25519"] as const;
    for (const key of kinds) {
      const { der } = await makeCertificate({ key });
      const fields = fieldsOf(der);
      const theirs = new X509Certificate(der);
      const details = theirs.publicKey.asymmetricKeyDetails;
      expect(fields.serialNumber.toUpperCase()).toBe(theirs.serialNumber);
      expect(reading(fields.notAfter)).toBe(new Date(theirs.validTo).toISOString());
      if (details?.modulusLength !== undefined) {
        expect(fields.publicKey).toMatchObject({
          bits: details.modulusLength,
          exponent: String(details.publicExponent),
        });
      }
      const spki = theirs.publicKey.export({ type: "spki", format: "der" });
      expect(fields.publicKey.spkiSha256).toBe(digest("sha256", spki));
      expect(fields.selfSigned, key).toBe(true);
    }
  });

  test("names its key and its signature", async () => {
    const rows = {
      "P-384": ["ECDSA", 384, "ecdsa-with-SHA256"],
      "RSA-2048": ["RSA", 2048, "sha256WithRSAEncryption"],
      "RSA-PSS-2048": ["RSA", 2048, "RSASSA-PSS-SHA256"],
      Ed25519: ["Ed25519", 256, "Ed25519"],
    } as const;
    for (const [key, [algorithm, bits, signature]] of Object.entries(rows)) {
      const fields = fieldsOf((await makeCertificate({ key: key as make.KeyKind })).der);
      expect(fields.publicKey).toMatchObject({ algorithm, bits });
      expect(fields.signatureAlgorithm).toBe(signature);
    }
  });

  test("is self-signed where names agree and its own key verifies it, and not where only names do", async () => {
    const root = await makeCertificate({ subject: "CN=same name" });
    const other = await makeCertificate({ subject: "CN=same name", issuer: root });
    const leaf = await makeCertificate({ subject: "CN=leaf", issuer: root });
    expect([root, other, leaf].map(c => fieldsOf(c.der).selfSigned)).toEqual([true, false, false]);
    // Names agree, and the key is none that OpenSSL could use.
    expect(
      fieldsOf(make.rawCertificate({ issuer: make.commonName("x"), subject: make.commonName("x") }))
        .selfSigned,
    ).toBe(false);
  });

  test("seen again is the same object, also among many others", () => {
    const der = make.rawCertificate({ serial: hex("0123456789") });
    const first = parseCertificate(der);
    expect(parseCertificate(Uint8Array.from(der))).toBe(first);
    for (let i = 0; i < 200; i += 1) parseCertificate(make.rawCertificate({ serial: Uint8Array.of(1, i) }));
    expect(parseCertificate(der)).toBe(first);
  });

  test("is forgotten when too many others came since", () => {
    const der = make.rawCertificate({ serial: hex("09876543") });
    const first = parseCertificate(der);
    for (let i = 0; i < 4_200; i += 1)
      parseCertificate(Uint8Array.of(0x30, 3, 2, 1 + Math.floor(i / 256), i % 256));
    const second = parseCertificate(der);
    expect(second).not.toBe(first);
    expect(second).toEqual(first);
  });

  test("that nobody parses has its hashes and the reason", () => {
    const fault = {
      unit: "certificate",
      field: "certificate_list",
      offset: 0,
      reason: { kind: "too-large", size: 17, limit: 16 },
    } as const;
    const der = hex("3000");
    expect(unparsedCertificate(der, fault)).toEqual({
      der,
      octets: 2,
      sha256: digest("sha256", der),
      sha1: digest("sha1", der),
      fault,
    });
  });
});

describe("a version", () => {
  test("is 1 where the field is absent, else one more than its number", () => {
    const version = (octets: string): Uint8Array => make.tlv(0xa0, make.tlv(0x02, hex(octets)));
    expect(fieldsOf(make.rawCertificate({ version: null })).version).toBe(1);
    expect(fieldsOf(make.rawCertificate({ version: version("00") })).version).toBe(1);
    expect(fieldsOf(make.rawCertificate({ version: version("01") })).version).toBe(2);
    for (const odd of ["03", "ff", "0001"])
      expect(parseCertificate(make.rawCertificate({ version: version(odd) })).fault).toMatchObject({
        field: "version",
      });
  });
});

describe("a serial number", () => {
  test("is the octets of the INTEGER, capped", () => {
    expect(fieldsOf(make.rawCertificate({ serial: hex("00ff") })).serialNumber).toBe("00ff");
    expect(fieldsOf(make.rawCertificate({ serial: hex("80") })).serialNumber).toBe("80");
    const long = fieldsOf(make.rawCertificate({ serial: new Uint8Array(40_000).fill(0xab) })).serialNumber;
    expect(long).toBe(`${"ab".repeat(64)}…`);
  });
});

describe("a name", () => {
  const value = (tag: number, octets: Uint8Array): unknown =>
    fieldsOf(make.rawCertificate({ subject: make.name(make.attribute("2.5.4.3", make.tlv(tag, octets))) }))
      .subject[0]?.value;

  test("is read in each of its string types", () => {
    expect(value(0x0c, Uint8Array.from(Buffer.from("Grüße €")))).toBe("Grüße €");
    expect(value(0x13, make.text("plain"))).toBe("plain");
    expect(value(0x14, hex("47 72 fc df 65"))).toBe("Grüße");
    expect(value(0x16, make.text("a@b.example"))).toBe("a@b.example");
    expect(value(0x1e, hex("0047 00fc 20ac"))).toBe("Gü€");
    expect(value(0x1c, hex("00000047 000020ac"))).toBe("G€");
    expect(value(0x12, make.text("0815"))).toBe("0815");
    expect(value(0x1a, make.text("visible"))).toBe("visible");
    expect(value(0x0c, make.text("nul\0inside"))).toBe("nul\0inside");
    expect(value(0x0c, hex(""))).toBe("");
  });

  test("that is no string is given in hex, as RFC 4514 has it", () => {
    expect(value(0x02, hex("05"))).toBe("#020105");
  });

  test("keeps the order of the encoding, several values of one RDN, and unknown types by their number", () => {
    const subject = make.name(
      make.attribute("2.5.4.6", make.tlv(0x13, make.text("US"))),
      make.tlv(
        0x31,
        make.sequence(make.oid("2.5.4.3"), make.tlv(0x0c, make.text("a"))),
        make.sequence(make.oid("0.9.2342.19200300.100.1.1"), make.tlv(0x0c, make.text("b"))),
      ),
      make.attribute("1.2.840.113549.1.9.1", make.tlv(0x16, make.text("c@d"))),
      make.attribute("1.2.3.4.5", make.tlv(0x0c, make.text("e"))),
    );
    expect(fieldsOf(make.rawCertificate({ subject })).subject).toEqual([
      { type: "C", value: "US" },
      { type: "CN", value: "a" },
      { type: "UID", value: "b" },
      { type: "emailAddress", value: "c@d" },
      { type: "1.2.3.4.5", value: "e" },
    ]);
  });

  test("may be empty", () => {
    expect(fieldsOf(make.rawCertificate({ subject: make.name() })).subject).toEqual([]);
  });

  test("that does not decode is a fault where it begins", () => {
    const der = make.rawCertificate({
      subject: make.name(make.attribute("2.5.4.3", make.tlv(0x1e, hex("004700")))),
    });
    const { fault, fields } = parseCertificate(der);
    expect(fields).toBeUndefined();
    expect(fault).toMatchObject({
      unit: "Certificate",
      field: "subject",
      reason: { clause: "RFC 5280 §4.1.2.4" },
    });
    expect(Buffer.from(der).indexOf(hex("1e 03 004700"))).toBeGreaterThan(fault!.offset);
    const issuer = make.rawCertificate({ issuer: make.name(make.tlv(0x31, make.tlv(0x02, hex("01")))) });
    expect(parseCertificate(issuer).fault).toMatchObject({ field: "issuer" });
  });
});

describe("validity", () => {
  const from = (time: Uint8Array): string => {
    const { fields, fault } = parseCertificate(
      make.rawCertificate({ validity: make.sequence(time, make.utcTime("491231235959Z")) }),
    );
    return fields === undefined ? `fault at ${fault!.field}` : reading(fields.notBefore);
  };

  test("in UTCTime belongs to 1950 to 2049", () => {
    expect(from(make.utcTime("500101000000Z"))).toBe("1950-01-01T00:00:00.000Z");
    expect(from(make.utcTime("691231235959Z"))).toBe("1969-12-31T23:59:59.000Z");
    expect(from(make.utcTime("490101000000Z"))).toBe("2049-01-01T00:00:00.000Z");
    expect(from(make.utcTime("0001010000Z"))).toBe("2000-01-01T00:00:00.000Z");
    expect(from(make.utcTime("000101000000+0130"))).toBe("1999-12-31T22:30:00.000Z");
    expect(from(make.utcTime("000101000000-0500"))).toBe("2000-01-01T05:00:00.000Z");
  });

  test("in GeneralizedTime may be of any year", () => {
    expect(from(make.generalizedTime("20500101000000Z"))).toBe("2050-01-01T00:00:00.000Z");
    expect(from(make.generalizedTime("18991231235959Z"))).toBe("1899-12-31T23:59:59.000Z");
    expect(from(make.generalizedTime("99991231235959Z"))).toBe("9999-12-31T23:59:59.000Z");
    expect(from(make.generalizedTime("00500101000000Z"))).toBe("0050-01-01T00:00:00.000Z");
    expect(from(make.generalizedTime("2026010112"))).toBe("2026-01-01T12:00:00.000Z");
    expect(from(make.generalizedTime("20260101000000.25Z"))).toBe("2026-01-01T00:00:00.250Z");
  });

  test("that no calendar has is a fault", () => {
    const times = [
      "garbage",
      "",
      "261301000000Z",
      "260230000000Z",
      "260101240000Z",
      "260101006000Z",
      "260101000000",
    ];
    for (const time of times) expect(from(make.utcTime(time)), time).toBe("fault at notBefore");
    expect(from(make.generalizedTime("260101000000Z"))).toBe("fault at notBefore");
    expect(from(make.tlv(0x0c, make.text("260101000000Z")))).toBe("fault at notBefore");
    const after = make.sequence(make.utcTime("260101000000Z"), make.utcTime("never"));
    expect(parseCertificate(make.rawCertificate({ validity: after })).fault).toMatchObject({
      field: "notAfter",
    });
  });
});

describe("a public key", () => {
  const key = (spki: Uint8Array) => fieldsOf(make.rawCertificate({ spki })).publicKey;
  const EC = "1.2.840.10045.2.1";

  test("of RSA has the bits of its modulus and its exponent", () => {
    expect(key(make.rsaKey(join(hex("00"), new Uint8Array(128).fill(0x80)), hex("03")))).toMatchObject({
      bits: 1024,
      exponent: "3",
    });
    expect(key(make.rsaKey(join(hex("0001"), new Uint8Array(127)), hex("00")))).toMatchObject({
      bits: 1017,
      exponent: "0",
    });
    const wide = key(make.rsaKey(hex("7f"), new Uint8Array(65).fill(1)));
    expect(wide).toMatchObject({ bits: 7 });
    expect(wide).not.toHaveProperty("exponent");
  });

  test("on a curve has its name and size, or the size of its point", () => {
    const point = join(hex("04"), new Uint8Array(56));
    expect(key(make.spki(EC, make.oid("1.3.132.0.33"), point))).toMatchObject({
      algorithm: "ECDSA",
      curve: "P-224",
      bits: 224,
    });
    expect(key(make.spki(EC, make.oid("1.2.156.10197.1.301"), point))).toMatchObject({
      curve: "SM2",
      bits: 256,
    });
    expect(key(make.spki(EC, make.oid("1.2.3.4"), point))).toEqual(
      expect.objectContaining({ curve: "1.2.3.4" }),
    );
    expect(key(make.spki(EC, make.sequence(), point))).toMatchObject({ bits: 224 });
    expect(key(make.spki(EC, make.sequence(), join(hex("02"), new Uint8Array(28))))).toMatchObject({
      bits: 224,
    });
    expect(key(make.spki(EC, undefined, hex("")))).not.toHaveProperty("bits");
  });

  test("of DSA has the bits of its prime", () => {
    const parameters = make.sequence(
      make.tlv(0x02, join(hex("00"), new Uint8Array(128).fill(0xff))),
      make.tlv(0x02, hex("01")),
    );
    expect(key(make.spki("1.2.840.10040.4.1", parameters, hex("0201")))).toMatchObject({
      algorithm: "DSA",
      bits: 1024,
    });
    expect(key(make.spki("1.2.840.10040.4.1", undefined, hex("0201")))).not.toHaveProperty("bits");
  });

  test("of the Edwards and Montgomery curves and of ML-DSA is recognised", () => {
    const algorithms = [
      "1.3.101.110",
      "1.3.101.111",
      "1.3.101.112",
      "1.3.101.113",
      "2.16.840.1.101.3.4.3.18",
      "1.2.3.4.5",
    ];
    expect(
      algorithms.map(oid => key(make.spki(oid, undefined, hex("aa")))).map(k => [k.algorithm, k.bits]),
    ).toEqual([
      ["X25519", 256],
      ["X448", 448],
      ["Ed25519", 256],
      ["Ed448", 456],
      ["ML-DSA-65", undefined],
      ["1.2.3.4.5", undefined],
    ]);
  });

  test("that does not decode keeps its algorithm and hash, and is told beside the fields", () => {
    const certificate = parseCertificate(
      make.rawCertificate({ spki: make.spki("1.2.840.113549.1.1.1", undefined, hex("3005 0201")) }),
    );
    expect(certificate.fields?.publicKey).toEqual({
      algorithm: "RSA",
      spkiSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(certificate.fault).toMatchObject({
      unit: "Certificate",
      field: "RSAPublicKey",
      reason: { kind: "short" },
    });
    expect(certificate.fault!.offset).toBeGreaterThan(100);
  });
});

describe("a signature algorithm", () => {
  const PSS = "1.2.840.113549.1.1.10";
  const name = (algorithm: Uint8Array): string =>
    fieldsOf(make.rawCertificate({ signatureAlgorithm: algorithm })).signatureAlgorithm;

  test("is named, or given by its number", () => {
    expect(name(make.sequence(make.oid("1.2.840.113549.1.1.4")))).toBe("md5WithRSAEncryption");
    expect(name(make.sequence(make.oid("2.16.840.1.101.3.4.3.19")))).toBe("ML-DSA-87");
    expect(name(make.sequence(make.oid("1.2.3.4")))).toBe("1.2.3.4");
  });

  test("of RSASSA-PSS tells its hash, which is SHA-1 where nothing is said", () => {
    const hash = make.tlv(0xa0, make.sequence(make.oid("2.16.840.1.101.3.4.2.3"), make.tlv(0x05)));
    expect(name(make.sequence(make.oid(PSS), make.sequence(hash)))).toBe("RSASSA-PSS-SHA512");
    expect(name(make.sequence(make.oid(PSS), make.sequence()))).toBe("RSASSA-PSS-SHA1");
    expect(name(make.sequence(make.oid(PSS)))).toBe("RSASSA-PSS-SHA1");
    expect(name(make.sequence(make.oid(PSS), make.sequence(make.tlv(0xa2, make.tlv(0x02, hex("20"))))))).toBe(
      "RSASSA-PSS-SHA1",
    );
  });
});

describe("extensions", () => {
  const parse = (...extensions: Uint8Array[]): Certificate =>
    parseCertificate(make.rawCertificate({ extensions }));
  const names = (...list: Uint8Array[]) => parse(make.altNames(...list)).fields!.subjectAltNames;

  test("name a subject in every way there is", () => {
    const directory = make.tlv(0xa4, make.commonName("inside"));
    const other = make.tlv(
      0xa0,
      make.oid("1.3.6.1.4.1.311.20.2.3"),
      make.tlv(0xa0, make.tlv(0x0c, make.text("user@corp"))),
    );
    const odd = make.tlv(0xa0, make.oid("1.2.3"), make.tlv(0xa0, make.tlv(0x02, hex("07"))));
    expect(
      names(
        make.tlv(0x82, make.text("a.example")),
        make.tlv(0x82, make.text("a.example\0.evil.example")),
        make.tlv(0x82, hex("e4")),
        make.tlv(0x87, hex("c0000201")),
        make.tlv(0x87, hex("20010db8000000000000000000000007")),
        make.tlv(0x87, hex("00000000000000000000ffffc0000201")),
        make.tlv(0x87, hex("c00002")),
        directory,
        other,
        odd,
        make.tlv(0xa0, hex("05")),
        make.tlv(0x88, make.oid("1.2.3.4").subarray(2)),
        make.tlv(0xa3, hex("aabb")),
        make.tlv(0xa4, hex("3001")),
      ),
    ).toEqual([
      { kind: "dns", value: "a.example" },
      { kind: "dns", value: "a.example\0.evil.example" },
      { kind: "dns", value: "ä" },
      { kind: "ip", value: "192.0.2.1" },
      { kind: "ip", value: "2001:db8::7" },
      { kind: "ip", value: "::ffff:192.0.2.1" },
      { kind: "other", value: "c00002" },
      { kind: "directory", value: [{ type: "CN", value: "inside" }] },
      { kind: "other", value: "1.3.6.1.4.1.311.20.2.3:user@corp" },
      { kind: "other", value: "1.2.3:07" },
      { kind: "other", value: "05" },
      { kind: "other", value: "1.2.3.4" },
      { kind: "other", value: "aabb" },
      { kind: "other", value: "3001" },
    ]);
  });

  test("keep a hundred names and count the rest", () => {
    const many = Array.from({ length: 3000 }, (_, i) => make.tlv(0x82, make.text(`n${i}`)));
    const { fields } = parse(make.altNames(...many));
    expect(fields?.subjectAltNames).toHaveLength(100);
    expect(fields?.subjectAltNameCount).toBe(3000);
    expect(parse(make.altNames(...many.slice(0, 100))).fields).not.toHaveProperty("subjectAltNameCount");
  });

  test("read few names of directories, each within its own bounds", () => {
    const wide = make.name(
      ...Array.from({ length: 40 }, () => make.attribute("2.5.4.3", make.tlv(0x0c, make.text("x")))),
    );
    expect(names(make.tlv(0xa4, wide))[0]).toMatchObject({ kind: "other" });
    const many = Array.from({ length: 50 }, () => make.tlv(0xa4, make.commonName("x")));
    expect(names(...many).length).toBe(8);
  });

  test("say whether it is an authority, and how deep", () => {
    const constraints = (...parts: Uint8Array[]) => {
      const fields = parse(make.extension("2.5.29.19", make.sequence(...parts), true)).fields!;
      return [fields.ca, fields.pathLength];
    };
    const yes = make.tlv(0x01, hex("ff"));
    expect(constraints()).toEqual([false, undefined]);
    expect(constraints(yes)).toEqual([true, undefined]);
    expect(constraints(yes, make.tlv(0x02, hex("00")))).toEqual([true, 0]);
    expect(constraints(yes, make.tlv(0x02, hex("010000")))).toEqual([true, 255]);
    expect(constraints(make.tlv(0x01, hex("00")))).toEqual([false, undefined]);
    expect(constraints(make.tlv(0x02, hex("01")))).toEqual([false, 1]);
    expect(parse().fields).not.toHaveProperty("ca");
  });

  test("say what the key is for", () => {
    const usage = (octets: string): unknown =>
      parse(make.extension("2.5.29.15", make.tlv(0x03, hex(octets)), true)).fields!.keyUsage;
    expect(usage("05 a0")).toEqual(["digitalSignature", "keyEncipherment"]);
    expect(usage("07 00 80")).toEqual(["decipherOnly"]);
    expect(usage("00")).toEqual([]);
    const purposes = make.sequence(make.oid("1.3.6.1.5.5.7.3.1"), make.oid("2.5.29.37.0"), make.oid("1.2.3"));
    expect(parse(make.extension("2.5.29.37", purposes)).fields?.extendedKeyUsage).toEqual([
      "serverAuth",
      "anyExtendedKeyUsage",
      "1.2.3",
    ]);
    const many = make.sequence(...Array.from({ length: 100 }, () => make.oid("1.2.3")));
    expect(parse(make.extension("2.5.29.37", many)).fields?.extendedKeyUsage).toHaveLength(64);
  });

  test("that do not decode are left out, and told with where they are at fault", () => {
    const der = make.rawCertificate({
      extensions: [
        make.extension("2.5.29.17", hex("3009 8203 6162")),
        make.extension("2.5.29.15", make.tlv(0x03, hex("05a0"))),
      ],
    });
    const { fields, fault } = parseCertificate(der);
    expect(fields?.keyUsage).toEqual(["digitalSignature", "keyEncipherment"]);
    expect(fields?.subjectAltNames).toEqual([]);
    expect(fault).toMatchObject({ field: "subjectAltName", reason: { kind: "short" } });
    expect(fault!.offset).toBe(Buffer.from(der).indexOf(hex("3009 8203 6162")) + 2);
  });

  test("after unique identifiers are found; others than RFC 5280's are passed over", () => {
    const der = make.rawCertificate({
      more: [make.tlv(0x81, hex("00aa")), make.tlv(0x82, hex("00bb"))],
      extensions: [make.extension("1.2.3.4", hex("ff")), make.altNames(make.tlv(0x82, make.text("a")))],
    });
    expect(fieldsOf(der).subjectAltNames).toHaveLength(1);
  });

  test("of one kind twice count once, the first", () => {
    const twice = parse(
      make.altNames(make.tlv(0x82, make.text("a"))),
      make.altNames(make.tlv(0x82, make.text("b"))),
    );
    expect(twice.fields?.subjectAltNames).toEqual([{ kind: "dns", value: "a" }]);
  });
});
