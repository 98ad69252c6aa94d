/** Compressed certificates (RFC 8879): opened within bounds, and never believed further than they say themselves. */
import * as fc from "fast-check";
import { brotliCompressSync, deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Decoded } from "../../../src/octets/decode.ts";
import { decodeHandshake } from "../../../src/protocol/tls/decode.ts";
import { LIMITS } from "../../../src/protocol/tls/limits.ts";
import type { HandshakeMessage } from "../../../src/protocol/tls/message.ts";
import { openTls } from "../../../src/protocol/tls/session.ts";
import { eventsOf, hex, join, ofType, Talk } from "../build.ts";
import { rawCertificate } from "../x509/certificates.ts";
import * as build from "./build.ts";

const ZLIB = 1;
const BROTLI = 2;
const COMPRESSED_CERTIFICATE = 25;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;

const CHAIN = join(build.vector8(), build.vector24(build.vector24(rawCertificate()), build.vector16()));

/** The message's body, as long as it says or not. */
const packed = (algorithm: number, octets: Uint8Array, length = CHAIN.length): Uint8Array =>
  join(build.u16(algorithm), build.u24(length), build.vector24(octets));

const read = (body: Uint8Array, version = TLS_1_3): Decoded<HandshakeMessage> =>
  decodeHandshake(COMPRESSED_CERTIFICATE, body, { version, cipherSuite: 0x1301 });

const faultOf = (body: Uint8Array) => {
  const decoded = read(body);
  return decoded.ok ? undefined : decoded.fault;
};

describe("a CompressedCertificate", () => {
  test.each([
    ["zlib", packed(ZLIB, deflateSync(CHAIN))],
    ["brotli", packed(BROTLI, brotliCompressSync(CHAIN))],
  ])("opens with %s to the Certificate that it stands for", (_, body) => {
    const value = { type: "certificate", certificates: [rawCertificate()] };
    expect(read(body)).toEqual({ ok: true, value });
  });

  test.each([
    ["zlib", ZLIB, deflateSync],
    ["brotli", BROTLI, brotliCompressSync],
  ])("that is a bomb of %s goes off no further than it says", (_, algorithm, compress) => {
    const bomb = compress(new Uint8Array(4 * 1_048_576));
    const before = process.memoryUsage().arrayBuffers;
    const clause = "RFC 8879 §4";
    expect(faultOf(packed(algorithm, bomb, 1_000))).toMatchObject({
      unit: "compressed_certificate",
      field: "compressed_certificate_message",
      offset: 8,
      reason: { kind: "forbidden", value: "more than 1000 octets", clause },
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * 1_048_576);
  });

  test("is not opened where it says that it is larger than any Certificate may be", () => {
    const size = LIMITS.certificateMessage + 1;
    expect(faultOf(packed(ZLIB, deflateSync(CHAIN), size))?.reason).toEqual({
      kind: "too-large",
      size,
      limit: LIMITS.certificateMessage,
    });
  });

  test("shorter than it says, or of another form, is a fault", () => {
    const value = (body: Uint8Array): unknown => {
      const fault = faultOf(body);
      return fault?.reason.kind === "forbidden" ? fault.reason.value : fault;
    };
    const short = packed(ZLIB, deflateSync(CHAIN), CHAIN.length + 1);
    expect(value(short)).toBe(`${CHAIN.length} octets of ${CHAIN.length + 1}`);
    expect(value(packed(BROTLI, deflateSync(CHAIN)))).toBe("octets of another form");
    expect(value(packed(ZLIB, hex("00")))).toBe("octets of another form");
  });

  test("cut anywhere, or with octets left over, is malformed", () => {
    const body = packed(ZLIB, deflateSync(CHAIN));
    for (let length = 0; length < body.length; length += 1)
      expect(read(body.subarray(0, length)).ok, String(length)).toBe(false);
    expect(read(join(body, hex("00"))).ok).toBe(false);
  });

  test("of an algorithm that nobody here knows is told by its name alone, and so is one outside TLS 1.3", () => {
    const bare = { ok: true, value: { type: "other", code: COMPRESSED_CERTIFICATE } };
    expect(read(packed(0x4000, hex("aa")))).toMatchObject(bare);
    expect(read(packed(ZLIB, deflateSync(CHAIN)), TLS_1_2)).toMatchObject(bare);
  });

  test("does not throw, whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(ZLIB, BROTLI, 3),
        fc.nat(2_000),
        fc.uint8Array(),
        (algorithm, length, octets) => {
          read(packed(algorithm, octets, length));
        },
      ),
    );
  });

  test("is judged like any other where the suite does not encrypt (RFC 9150)", () => {
    const sealed = (content: Uint8Array): Uint8Array =>
      build.record(23, join(content, build.u8(22), build.opaque(32)));
    const body = packed(BROTLI, brotliCompressSync(CHAIN));
    const talk = new Talk({ serverPort: 8883 })
      .client(
        build.handshakeRecord(
          1,
          build.clientHello({ suites: [0xc0b4], extensions: [build.supportedVersions(TLS_1_3)] }),
        ),
      )
      .server(
        build.handshakeRecord(
          2,
          build.serverHello({ suite: 0xc0b4, extensions: [build.selectedVersion(TLS_1_3)] }),
        ),
      )
      .server(sealed(build.message(COMPRESSED_CERTIFICATE, body)));
    const events = eventsOf((connection, emit) => openTls(connection, "tcp", emit, {}), talk.end());
    expect(ofType(events, "tls.certificate")[0]?.chain[0]?.fields?.subject[0]?.value).toBe("subject");
    expect(ofType(events, "tls.malformed")).toEqual([]);
  });
});
