import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/octets/decode.ts";
import { checkNesting, oidText } from "../../../src/protocol/x509/der.ts";
import { parseCertificate } from "../../../src/protocol/x509/parse.ts";
import { hex, join, random } from "../build.ts";
import * as make from "./certificates.ts";

const faultOf = (der: Uint8Array): Fault => {
  const { fault } = parseCertificate(der);
  if (fault === undefined) throw new Error("no fault");
  return fault;
};

/** Sequences one inside the other; lengths are the true ones. */
function nested(depth: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let level = depth, length = 0; level > 0; level -= 1) {
    const head = join(Uint8Array.of(0x30), make.derLength(length));
    parts.push(head);
    length += head.length;
  }
  return Uint8Array.from(Buffer.concat(parts.toReversed()));
}

describe("a certificate made to hurt", () => {
  test("by its nesting is refused at depth 33, however deep it is", () => {
    for (const depth of [33, 100, 1_000, 10_000])
      expect(faultOf(nested(depth))).toMatchObject({
        field: "depth",
        reason: { kind: "too-large", size: 33, limit: 32 },
      });
    expect(checkNesting("x", nested(32))).toBeUndefined();
    expect(faultOf(nested(200_000))).toMatchObject({
      field: "Certificate",
      reason: { kind: "too-large", limit: 65_536 },
    });
  });

  test("by its nesting in strings is not looked into", () => {
    let inside = hex("0400");
    for (let level = 0; level < 5000; level += 1) inside = make.tlv(0x04, inside);
    expect(
      parseCertificate(make.rawCertificate({ extensions: [make.extension("1.2.3", inside)] })).fields,
    ).toBeDefined();
  });

  test("by the number of its elements is refused at 4,001", () => {
    const many = make.sequence(...Array.from({ length: 20_000 }, () => hex("0500")));
    expect(faultOf(many)).toMatchObject({
      field: "elements",
      reason: { kind: "too-large", size: 4001, limit: 4000 },
    });
  });

  test("by its size is refused unread, and hashed all the same", () => {
    const huge = make.sequence(make.tlv(0x02, new Uint8Array(16 * 1_048_576)));
    expect(faultOf(huge)).toMatchObject({
      field: "Certificate",
      offset: 0,
      reason: { size: huge.length, limit: 65_536 },
    });
    expect(parseCertificate(huge)).toMatchObject({
      octets: huge.length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("by an indefinite or impossible length is refused where it stands", () => {
    expect(faultOf(hex("3080 0000"))).toMatchObject({
      field: "length",
      offset: 2,
      reason: { value: "indefinite length" },
    });
    expect(faultOf(hex("30 89 010101010101010101"))).toMatchObject({
      field: "length",
      reason: { value: 0x89 },
    });
    expect(faultOf(hex("30 84 ffffffff"))).toMatchObject({
      reason: { kind: "short", needed: 0xffff_ffff, left: 0 },
    });
    expect(faultOf(hex("1f ffffffff01 00"))).toMatchObject({ field: "identifier" });
    expect(faultOf(hex("30"))).toMatchObject({ field: "length", offset: 1, reason: { kind: "short" } });
    expect(faultOf(hex(""))).toMatchObject({ field: "identifier", offset: 0, reason: { kind: "short" } });
  });

  test("by a long object identifier is read on behind it", () => {
    const long = make.tlv(0x06, new Uint8Array(30_000).fill(0x81));
    const { fields } = parseCertificate(make.rawCertificate({ signatureAlgorithm: make.sequence(long) }));
    expect(fields?.signatureAlgorithm).toMatch(/^0x(?:81){64}$/);
    const subject = make.name(make.tlv(0x31, make.sequence(long, make.tlv(0x0c, make.text("x")))));
    expect(faultOf(make.rawCertificate({ subject }))).toMatchObject({
      field: "subject",
      reason: { kind: "too-large", limit: 8192 },
    });
  });

  test("by a name of many parts is read up to a ceiling", () => {
    const parts = (count: number): Uint8Array =>
      make.name(
        ...Array.from({ length: count }, () => make.attribute("2.5.4.3", make.tlv(0x0c, make.text("x")))),
      );
    expect(parseCertificate(make.rawCertificate({ subject: parts(120) })).fields?.subject).toHaveLength(120);
    expect(faultOf(make.rawCertificate({ issuer: parts(200) }))).toMatchObject({
      field: "issuer",
      reason: { kind: "too-large", size: 513, limit: 512 },
    });
  });
});

describe("a damaged certificate", () => {
  const whole = make.rawCertificate({
    extensions: [
      make.altNames(make.tlv(0x82, make.text("broker.example")), make.tlv(0x87, hex("c0000201"))),
      make.extension("2.5.29.19", make.sequence(make.tlv(0x01, hex("ff"))), true),
      make.extension("2.5.29.37", make.sequence(make.oid("1.3.6.1.5.5.7.3.1"))),
    ],
  });

  test("cut at any octet has a fault within itself", () => {
    for (let length = 0; length < whole.length; length += 1) {
      const fault = faultOf(whole.subarray(0, length));
      expect(fault.offset).toBeLessThanOrEqual(length);
      expect(["short", "forbidden"]).toContain(fault.reason.kind);
    }
  });

  test("with octets after it says how many and where", () => {
    expect(faultOf(join(whole, hex("0000")))).toMatchObject({
      field: "end",
      offset: whole.length,
      reason: { kind: "trailing", octets: 2 },
    });
  });

  test("with an element too many says so", () => {
    const [tag, ...rest] = [0x30, whole];
    expect(tag).toBe(0x30);
    const inner = (rest[0] as Uint8Array).subarray(4);
    expect(faultOf(make.sequence(inner, hex("0500")))).toMatchObject({
      field: "end",
      reason: { kind: "trailing", octets: 2 },
    });
  });

  test("with any bit turned gives fields or a fault, and never throws", () => {
    let parsed = 0;
    for (let at = 0; at < whole.length; at += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Uint8Array.from(whole);
        flipped[at] = flipped[at]! ^ (1 << bit);
        const { fields, fault } = parseCertificate(flipped);
        expect(fields !== undefined || fault !== undefined).toBe(true);
        if (fields !== undefined) parsed += 1;
        if (fault !== undefined) expect(fault.offset).toBeLessThanOrEqual(whole.length);
      }
    expect(parsed).toBeGreaterThan(whole.length);
  });

  test("of random octets never throws", () => {
    const next = random(3);
    for (let round = 0; round < 2000; round += 1) {
      const octets = Uint8Array.from({ length: Math.floor(next() * 90) }, () => Math.floor(next() * 256));
      if (round % 2 === 0 && octets.length > 2) octets.set([0x30, octets.length - 2]);
      expect(parseCertificate(octets).fields).toBeUndefined();
    }
  });

  test("with a part of another kind names the part and where it stands", () => {
    const wrong = make.tlv(0x0c, make.text("no"));
    const parts = {
      issuer: { issuer: wrong },
      validity: { validity: wrong },
      subject: { subject: wrong },
      subjectPublicKeyInfo: { spki: wrong },
      signature: { signatureAlgorithm: wrong },
    } as const;
    for (const [field, raw] of Object.entries(parts)) {
      const der = make.rawCertificate(raw);
      const fault = faultOf(der);
      if (field === "signature") expect(fault.field).toBe("signatureAlgorithm");
      else
        expect(fault).toMatchObject({
          field,
          reason: { kind: "forbidden", value: 0x0c, clause: "RFC 5280 §4.1" },
        });
    }
    const serial = make.sequence(
      make.sequence(make.tlv(0x04, hex("01"))),
      make.sequence(),
      make.tlv(0x03, hex("00")),
    );
    expect(faultOf(serial)).toMatchObject({ field: "serialNumber" });
    expect(faultOf(make.rawCertificate({ more: [make.tlv(0xa9, hex("0500"))] }))).toMatchObject({
      field: "extensions",
    });
    expect(
      faultOf(
        make.rawCertificate({ extensions: [make.sequence(make.oid("1.2"), make.tlv(0x02, hex("01")))] }),
      ),
    ).toMatchObject({
      field: "extnValue",
    });
  });
});

describe("an object identifier", () => {
  const read = (octets: string): string => oidText(hex(octets));

  test("is written with its dots", () => {
    expect(read("2a864886f70d010101")).toBe("1.2.840.113549.1.1.1");
    expect(read("550403")).toBe("2.5.4.3");
    expect(read("00")).toBe("0.0");
    expect(read("27")).toBe("0.39");
    expect(read("28")).toBe("1.0");
    expect(read("883703")).toBe("2.999.3");
    expect(read("2a ffffffffffffffffff7f")).toBe("1.2.1180591620717411303423");
  });

  test("that does not end, or ends too late, is written in hex", () => {
    expect(read("")).toBe("0x");
    expect(read("2a86")).toBe("0x2a86");
    expect(oidText(new Uint8Array(65).fill(1))).toBe(`0x${"01".repeat(64)}`);
  });
});
