import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Decoded } from "../../../src/octets/decode.ts";
import { decodeHandshake, type Settled } from "../../../src/protocol/tls/decode.ts";
import type { HandshakeMessage } from "../../../src/protocol/tls/message.ts";
import { ascii, hex, join } from "../build.ts";
import * as build from "./build.ts";

const TLS_1_0 = 0x0301;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;

const under = (version: number | undefined, cipherSuite?: number): Settled => ({ version, cipherSuite });

function value(decoded: Decoded<HandshakeMessage>): HandshakeMessage {
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.fault));
  return decoded.value;
}

const curve = (group: number): Uint8Array =>
  join(hex("03"), build.u16(group), build.vector8(build.opaque(65)));
const signature = build.vector16(build.opaque(256));
const prime = (octets: Uint8Array): Uint8Array =>
  join(build.vector16(octets), build.vector16(hex("02")), build.vector16(build.opaque(128)));

describe("a Certificate", () => {
  const two = build.vector24(build.vector24(hex("aabb")), build.vector24(hex("cc")));

  test("holds certificates in the order sent", () => {
    const message = value(decodeHandshake(11, two, under(TLS_1_2)));
    expect(message).toEqual({ type: "certificate", certificates: [hex("aabb"), hex("cc")] });
  });

  test("may hold none", () => {
    expect(value(decodeHandshake(11, build.vector24(), under(TLS_1_2)))).toMatchObject({ certificates: [] });
  });

  test("of TLS 1.3 has a context, and extensions to each certificate", () => {
    const body = join(
      build.vector8(hex("01")),
      build.vector24(build.vector24(hex("aabb")), build.vector16(hex("0005 0000"))),
    );
    expect(value(decodeHandshake(11, body, under(TLS_1_3)))).toEqual({
      type: "certificate",
      certificates: [hex("aabb")],
    });
  });

  test("cut anywhere, or with octets left over, is malformed", () => {
    for (let length = 0; length < two.length; length += 1)
      expect(decodeHandshake(11, two.subarray(0, length), under(TLS_1_2)).ok).toBe(false);
    expect(decodeHandshake(11, join(two, hex("00")), under(TLS_1_2))).toMatchObject({
      ok: false,
      fault: { unit: "certificate", reason: { kind: "trailing", octets: 1 } },
    });
    // A certificate that is longer than its list.
    expect(decodeHandshake(11, hex("000004 000009 aa"), under(TLS_1_2)).ok).toBe(false);
  });
});

describe("a CertificateRequest", () => {
  const authorities = build.vector16(build.vector16(hex("3000")), build.vector16(hex("3001aa")));

  test("of TLS 1.2 names types, algorithms and authorities", () => {
    const body = join(
      build.vector8(hex("01 40")),
      build.vector16(build.codes([0x0403, 0x0804])),
      authorities,
    );
    expect(value(decodeHandshake(13, body, under(TLS_1_2)))).toEqual({
      type: "certificate_request",
      certificateTypes: [1, 64],
      signatureAlgorithms: [0x0403, 0x0804],
      authorities: [hex("3000"), hex("3001aa")],
    });
  });

  test("before TLS 1.2 names no algorithms", () => {
    expect(
      value(decodeHandshake(13, join(build.vector8(hex("01")), authorities), under(TLS_1_0))),
    ).toMatchObject({
      signatureAlgorithms: [],
      authorities: [hex("3000"), hex("3001aa")],
    });
  });

  test("of TLS 1.3 says it in extensions", () => {
    const list = build.vector16(
      join(build.u16(0x000d), build.vector16(build.vector16(build.codes([0x0403])))),
      join(build.u16(0x002f), build.vector16(authorities)),
    );
    expect(value(decodeHandshake(13, join(build.vector8(), list), under(TLS_1_3)))).toMatchObject({
      certificateTypes: [],
      signatureAlgorithms: [0x0403],
      authorities: [hex("3000"), hex("3001aa")],
    });
    expect(value(decodeHandshake(13, join(build.vector8(), build.vector16()), under(TLS_1_3)))).toMatchObject(
      {
        signatureAlgorithms: [],
        authorities: [],
      },
    );
  });

  test("names a thousand authorities and no more", () => {
    const many = (count: number): Uint8Array =>
      join(
        build.vector8(),
        build.vector16(),
        build.vector16(...Array.from({ length: count }, () => build.vector16())),
      );
    expect(decodeHandshake(13, many(1024), under(TLS_1_2)).ok).toBe(true);
    expect(decodeHandshake(13, many(1025), under(TLS_1_2))).toMatchObject({
      ok: false,
      fault: { reason: { kind: "too-large", size: 1025, limit: 1024 } },
    });
  });
});

describe("a ServerKeyExchange", () => {
  const ECDHE_RSA = 0xc02f;
  const DHE_RSA = 0x009e;

  test("with a named curve tells group, key and how they are signed", () => {
    const body = join(curve(0x0017), hex("0401"), signature);
    expect(value(decodeHandshake(12, body, under(TLS_1_2, ECDHE_RSA)))).toEqual({
      type: "server_key_exchange",
      group: 0x0017,
      publicKey: build.opaque(65),
      signatureAlgorithm: 0x0401,
    });
  });

  test("before TLS 1.2 names no signature algorithm", () => {
    const message = value(decodeHandshake(12, join(curve(0x0017), signature), under(TLS_1_0, 0xc013)));
    expect(message).toMatchObject({ group: 0x0017 });
    expect(message).not.toHaveProperty("signatureAlgorithm");
  });

  test("counts the bits of a prime without its leading zeros", () => {
    const bitsOf = (octets: Uint8Array): unknown =>
      (
        value(decodeHandshake(12, join(prime(octets), hex("0401"), signature), under(TLS_1_2, DHE_RSA))) as {
          bits: number;
        }
      ).bits;
    expect(bitsOf(join(hex("ff"), build.opaque(127)))).toBe(1024);
    expect(bitsOf(join(hex("00 00 01"), build.opaque(127)))).toBe(1017);
    expect(bitsOf(hex("00"))).toBe(0);
    const message = value(
      decodeHandshake(12, join(prime(hex("00 c5 01")), hex("0401"), signature), under(TLS_1_2, DHE_RSA)),
    );
    expect(message).toMatchObject({ prime: hex("c501"), publicKey: build.opaque(128) });
  });

  test("of an anonymous exchange is not signed", () => {
    expect(value(decodeHandshake(12, prime(hex("ff01")), under(TLS_1_2, 0x00a6)))).toMatchObject({
      bits: 16,
    });
    expect(value(decodeHandshake(12, curve(0x0017), under(TLS_1_2, 0xc018)))).toMatchObject({
      group: 0x0017,
    });
  });

  test("with a pre-shared key begins with the hint", () => {
    const hint = build.vector16(ascii("which?"));
    expect(value(decodeHandshake(12, hint, under(TLS_1_2, 0x00a8)))).toEqual({
      type: "server_key_exchange",
      pskHint: "which?",
    });
    expect(value(decodeHandshake(12, join(hint, prime(hex("8001"))), under(TLS_1_2, 0x00aa)))).toMatchObject({
      bits: 16,
    });
    expect(value(decodeHandshake(12, join(hint, curve(0x001d)), under(TLS_1_2, 0xc037)))).toMatchObject({
      group: 0x001d,
    });
    expect(value(decodeHandshake(12, hint, under(TLS_1_2, 0x00ac)))).toMatchObject({ pskHint: "which?" });
  });

  test("of an export suite tells the bits of the temporary RSA key", () => {
    const body = join(
      build.vector16(join(hex("ff"), build.opaque(63))),
      build.vector16(hex("010001")),
      signature,
    );
    expect(value(decodeHandshake(12, body, under(TLS_1_0, 0x0003)))).toEqual({
      type: "server_key_exchange",
      bits: 512,
    });
  });

  test("with an explicit curve is named by the pseudo group, and left", () => {
    expect(value(decodeHandshake(12, hex("01 20 aabb"), under(TLS_1_2, ECDHE_RSA)))).toEqual({
      type: "server_key_exchange",
      group: 0xff01,
    });
    expect(value(decodeHandshake(12, hex("02 00"), under(TLS_1_2, ECDHE_RSA)))).toMatchObject({
      group: 0xff02,
    });
    expect(decodeHandshake(12, hex("07 00 17"), under(TLS_1_2, ECDHE_RSA))).toMatchObject({
      ok: false,
      fault: { field: "curve_type", reason: { kind: "forbidden", value: 7 } },
    });
  });

  test("under a suite that is not known, or has no such exchange, says nothing", () => {
    for (const suite of [undefined, 0xdddd, 0x1301, 0xc01d, 0x002f])
      expect(value(decodeHandshake(12, hex("03 0017"), under(TLS_1_2, suite)))).toEqual({
        type: "server_key_exchange",
      });
  });

  test("cut anywhere is malformed", () => {
    const body = join(curve(0x0017), hex("0401"), signature);
    for (let length = 0; length < body.length; length += 1)
      expect(decodeHandshake(12, body.subarray(0, length), under(TLS_1_2, ECDHE_RSA)).ok).toBe(false);
  });
});

describe("a ClientKeyExchange", () => {
  test("with a pre-shared key tells the identity", () => {
    const identity = build.vector16(ascii("device-7"));
    expect(value(decodeHandshake(16, identity, under(TLS_1_2, 0x00a8)))).toEqual({
      type: "client_key_exchange",
      pskIdentity: "device-7",
    });
    expect(
      value(decodeHandshake(16, join(identity, build.vector8(hex("aa"))), under(TLS_1_2, 0xc037))),
    ).toMatchObject({
      pskIdentity: "device-7",
      publicKey: hex("aa"),
    });
  });

  test("tells the client's half of an ephemeral exchange", () => {
    expect(value(decodeHandshake(16, build.vector8(hex("04aa")), under(TLS_1_2, 0xc02f)))).toMatchObject({
      publicKey: hex("04aa"),
    });
    expect(value(decodeHandshake(16, build.vector16(hex("bb")), under(TLS_1_2, 0x009e)))).toMatchObject({
      publicKey: hex("bb"),
    });
  });

  test("says nothing where the secret is encrypted, the key static or the suite unknown", () => {
    expect(value(decodeHandshake(16, build.vector16(build.opaque(256)), under(TLS_1_2, 0x009c)))).toEqual({
      type: "client_key_exchange",
    });
    expect(value(decodeHandshake(16, hex(""), under(TLS_1_2, 0xc02d)))).toEqual({
      type: "client_key_exchange",
    });
    expect(value(decodeHandshake(16, hex("01"), under(undefined)))).toEqual({ type: "client_key_exchange" });
  });
});

describe("a NewSessionTicket", () => {
  test("tells its lifetime in seconds", () => {
    expect(
      value(decodeHandshake(4, join(hex("0009 3a80"), build.vector16(build.opaque(9))), under(TLS_1_2))),
    ).toEqual({
      type: "new_session_ticket",
      lifetime: 604_800,
    });
    const body = join(
      hex("0000 0e10 01020304"),
      build.vector8(hex("00")),
      build.vector16(build.opaque(9)),
      build.vector16(),
    );
    expect(value(decodeHandshake(4, body, under(TLS_1_3)))).toMatchObject({ lifetime: 3600 });
  });
});

describe("a CertificateVerify", () => {
  test("tells how it was signed from TLS 1.2 on", () => {
    expect(value(decodeHandshake(15, join(hex("0201"), signature), under(TLS_1_2)))).toMatchObject({
      type: "certificate_verify",
      signatureAlgorithm: 0x0201,
    });
    expect(value(decodeHandshake(15, signature, under(TLS_1_0)))).not.toHaveProperty("signatureAlgorithm");
  });
});

describe("any other message", () => {
  test("is told by its type and length", () => {
    expect(value(decodeHandshake(0, hex(""), under(TLS_1_2)))).toEqual({
      type: "hello_request",
      code: 0,
      length: 0,
    });
    expect(value(decodeHandshake(22, build.opaque(9), under(TLS_1_2)))).toEqual({
      type: "certificate_status",
      code: 22,
      length: 9,
    });
    expect(value(decodeHandshake(99, build.opaque(9), under(TLS_1_2)))).toEqual({
      type: "other",
      code: 99,
      length: 9,
    });
  });

  test("never throws, whatever it says", () => {
    fc.assert(
      fc.property(
        fc.nat(25),
        fc.uint8Array({ maxLength: 80 }),
        fc.constantFrom(undefined, 0x0300, TLS_1_0, TLS_1_2, TLS_1_3, 0x7f12),
        fc.constantFrom(undefined, 0x0003, 0x00a8, 0x009e, 0xc02f, 0x1301),
        (type, body, version, suite) => {
          const decoded = decodeHandshake(type, body, under(version, suite));
          if (!decoded.ok) expect(decoded.fault.offset).toBeLessThanOrEqual(body.length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
