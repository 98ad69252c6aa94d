import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeClientHello } from "../../../src/protocol/tls/client-hello.ts";
import type { ClientHello, HelloRetryRequest, ServerHello } from "../../../src/protocol/tls/message.ts";
import { decodeHelloRetryRequest, decodeServerHello } from "../../../src/protocol/tls/server-hello.ts";
import { ascii, hex, join } from "../build.ts";
import * as build from "./build.ts";

function client(parts: build.HelloParts): ClientHello {
  const decoded = decodeClientHello(build.clientHello(parts));
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.fault));
  return decoded.value;
}

function server(octets: Uint8Array): ServerHello | HelloRetryRequest {
  const decoded = decodeServerHello(octets);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.fault));
  return decoded.value;
}

describe("a ClientHello", () => {
  test("gives its fields in wire order, GREASE and all", () => {
    const hello = client({
      sessionId: hex("aabb"),
      suites: [0x0a0a, 0x1301, 0xc02b, 0xffff],
      extensions: [
        build.empty(0x1a1a),
        build.serverName(ascii("broker.example")),
        build.alpn(ascii("mqtt"), ascii("x-amzn-mqtt-ca")),
        build.supportedVersions(0x2a2a, 0x0304, 0x0303),
        build.groups(0x3a3a, 0x11ec, 0x001d),
        build.pointFormats(0, 1),
        build.signatureAlgorithms(0x0403, 0x0804),
        build.keyShares(0x3a3a, 0x001d),
        [0x002d, hex("01 01")],
        build.psk([ascii("device-7"), 0], [hex("ff00"), 77]),
      ],
    });
    expect(hello).toMatchObject({
      type: "client_hello",
      legacyVersion: 0x0303,
      cipherSuites: [0x0a0a, 0x1301, 0xc02b, 0xffff],
      compressionMethods: [0],
      serverName: "broker.example",
      alpn: ["mqtt", "x-amzn-mqtt-ca"],
      supportedVersions: [0x2a2a, 0x0304, 0x0303],
      groups: [0x3a3a, 0x11ec, 0x001d],
      pointFormats: [0, 1],
      signatureAlgorithms: [0x0403, 0x0804],
      keyShares: [0x3a3a, 0x001d],
      pskModes: [1],
      pskAges: [0, 77],
    });
    expect(hello.pskIdentities?.[0]).toBe("device-7");
    expect(hello.pskIdentities?.[1]).toEqual(hex("ff00"));
    expect(hello.extensions.map(e => e.type)).toEqual([
      0x1a1a, 0x0000, 0x0010, 0x002b, 0x000a, 0x000b, 0x000d, 0x0033, 0x002d, 0x0029,
    ]);
  });

  test("of SSL 3.0 ends after its compression methods", () => {
    const hello = client({ version: 0x0300, suites: [0x0004, 0x0005] });
    expect(hello.extensions).toEqual([]);
    expect(hello).not.toHaveProperty("serverName");
    expect(hello.ja3Text).toBe("768,4-5,,,");
  });

  test("keeps the first of two extensions of a kind, and both in the list", () => {
    const hello = client({
      extensions: [build.serverName(ascii("first")), build.serverName(ascii("second"))],
    });
    expect(hello.serverName).toBe("first");
    expect(hello.extensions).toHaveLength(2);
  });

  test("leaves out what an extension does not say well, and stays a hello", () => {
    const hello = client({
      extensions: [
        [0x0000, hex("00 09 00")],
        [0x0010, hex("00 03 09 61 62")],
        [0x000a, hex("00 03 00 17 00")],
        [0x0033, hex("00 02 00 17")],
        [0x0029, hex("00 01 00")],
      ],
    });
    for (const field of ["serverName", "alpn", "groups", "keyShares", "pskIdentities"])
      expect(hello).not.toHaveProperty(field);
  });

  test("knows key_share under the number that drafts gave it", () => {
    expect(client({ extensions: [[0x0028, build.keyShares(0x001d)[1]]] }).keyShares).toEqual([0x001d]);
  });

  test("with octets left over, cut, or with an impossible session id is malformed", () => {
    const whole = build.clientHello({ extensions: [build.groups(0x0017)] });
    expect(decodeClientHello(join(whole, hex("00")))).toMatchObject({
      ok: false,
      fault: { unit: "client_hello", reason: { kind: "trailing", octets: 1 } },
    });
    for (let length = 0; length < whole.length; length += 1) {
      // A hello may end before its extensions.
      if (length === build.clientHello().length) continue;
      expect(decodeClientHello(whole.subarray(0, length)).ok).toBe(false);
    }
    expect(decodeClientHello(build.clientHello({ sessionId: build.opaque(33) }))).toMatchObject({
      ok: false,
      fault: { field: "legacy_session_id", offset: 35, reason: { kind: "too-large", size: 33, limit: 32 } },
    });
  });

  test("may offer 512 suites and 512 extensions, and no more", () => {
    const many = (length: number): number[] => Array.from({ length }, (_, i) => i);
    expect(client({ suites: many(512) }).cipherSuites).toHaveLength(512);
    expect(decodeClientHello(build.clientHello({ suites: many(513) }))).toMatchObject({
      ok: false,
      fault: { field: "cipher_suites", reason: { kind: "too-large", size: 513, limit: 512 } },
    });
    const list = (length: number): build.Extension[] => many(length).map(i => build.empty(0x5000 + i));
    expect(client({ extensions: list(512) }).extensions).toHaveLength(512);
    expect(decodeClientHello(build.clientHello({ extensions: list(513) }))).toMatchObject({
      ok: false,
      fault: { field: "extensions", reason: { kind: "too-large" } },
    });
  });

  test("never throws, whatever its octets", () => {
    const whole = build.clientHello({ extensions: [build.serverName(ascii("a")), build.keyShares(0x17)] });
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.nat(255),
        fc.uint8Array({ maxLength: 40 }),
        (at, octet, more) => {
          const mutated = Uint8Array.from(whole);
          mutated[at] = octet;
          decodeClientHello(mutated);
          decodeClientHello(join(mutated.subarray(0, at), more));
        },
      ),
    );
  });
});

describe("JA3", () => {
  test("is what its authors published for two hellos", () => {
    const first = client({
      version: 0x0301,
      suites: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
      extensions: [build.serverName(ascii("a")), build.groups(23, 24, 25), build.pointFormats(0)],
    });
    expect(first.ja3Text).toBe("769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
    expect(first.ja3).toBe("ada70206e40642a3e4461f35503241d5");
    const second = client({ version: 0x0301, suites: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99] });
    expect(second.ja3).toBe("de350869b8c85de67a350c8d186f11e6");
  });
});

/** The hello that FoxIO's description of JA4 takes as its example. */
const EXAMPLE: build.HelloParts = {
  suites: [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
    0x002f, 0x0035,
  ],
  extensions: [
    build.empty(0x001b),
    build.serverName(ascii("example.org")),
    build.keyShares(0x001d),
    build.alpn(ascii("h2"), ascii("http/1.1")),
    build.empty(0x4469),
    build.empty(0x0017),
    [0x002d, hex("01 01")],
    build.signatureAlgorithms(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601),
    build.empty(0x0005),
    build.empty(0x0023),
    build.empty(0x0012),
    build.supportedVersions(0x0304, 0x0303),
    [0xff01, hex("00")],
    build.pointFormats(0),
    build.groups(0x001d, 0x0017, 0x0018),
    build.empty(0x0015),
  ],
};

describe("JA4", () => {
  const alpnPart = (name: string): string => client({ extensions: [build.alpn(hex(name))] }).ja4.slice(8, 10);

  test("is what its description says of its example", () => {
    expect(client(EXAMPLE).ja4).toBe("t13d1516h2_8daaf6152771_e5627efa2ab1");
  });

  test("has no underscore without signature algorithms", () => {
    const extensions = EXAMPLE.extensions!.map(e => (e[0] === 0x000d ? build.empty(0x000d) : e));
    expect(client({ ...EXAMPLE, extensions }).ja4).toBe("t13d1516h2_8daaf6152771_6d807ffa2a79");
  });

  test("says zeros where there are no suites and no extensions", () => {
    expect(client({ version: 0x0301, suites: [] }).ja4).toBe("t10i000000_000000000000_000000000000");
    const onlyName = client({
      suites: [],
      extensions: [build.serverName(ascii("a")), build.alpn(ascii("mqtt"))],
    });
    expect(onlyName.ja4).toBe("t12d0002mt_000000000000_000000000000");
  });

  test("takes the first and last character of the first protocol name, or of its hex", () => {
    expect(alpnPart("6832")).toBe("h2");
    expect(alpnPart("68747470 2f312e31")).toBe("h1");
    expect(alpnPart("61")).toBe("aa");
    expect(alpnPart("ab")).toBe("ab");
    expect(alpnPart("abcd")).toBe("ad");
    expect(alpnPart("30ab")).toBe("3b");
    expect(alpnPart("3031abcd")).toBe("3d");
    expect(alpnPart("30abcd31")).toBe("01");
    expect(alpnPart("")).toBe("00");
    expect(client({ extensions: [[0x0010, hex("00 00")]] }).ja4.slice(8, 10)).toBe("00");
  });

  test("takes the highest version offered, and names what it does not know 00", () => {
    const version = (...offered: number[]): string =>
      client({ extensions: [build.supportedVersions(...offered)] }).ja4.slice(1, 3);
    expect(version(0x0303, 0x0304, 0xfafa)).toBe("13");
    expect(version(0x0301, 0x0302)).toBe("11");
    expect(version(0x7f1c, 0x0303)).toBe("00");
    expect(client({ version: 0x0300 }).ja4.slice(1, 3)).toBe("s3");
    expect(client({ version: 0x0002 }).ja4.slice(1, 3)).toBe("s2");
  });

  test("counts no further than 99", () => {
    const suites = Array.from({ length: 120 }, (_, i) => i);
    expect(client({ suites }).ja4.slice(4, 8)).toBe("9900");
  });
});

describe("GREASE (RFC 8701)", () => {
  const VALUES = Array.from({ length: 16 }, (_, i) => i * 0x1010 + 0x0a0a);
  const bare = client(EXAMPLE);

  test("in any place, with any value, changes neither JA3 nor JA4", () => {
    for (const value of VALUES) {
      const extensions = EXAMPLE.extensions!.map(([type, data]): build.Extension => {
        if (type === 0x000a) return build.groups(value, 0x001d, 0x0017, 0x0018);
        if (type === 0x0033) return build.keyShares(value, 0x001d);
        if (type === 0x002b) return build.supportedVersions(value, 0x0304, 0x0303);
        if (type === 0x000d)
          return build.signatureAlgorithms(
            0x0403,
            0x0804,
            value,
            0x0401,
            0x0503,
            0x0805,
            0x0501,
            0x0806,
            0x0601,
          );
        return [type, data];
      });
      const hello = client({
        suites: [value, ...EXAMPLE.suites!],
        extensions: [
          build.empty(value),
          ...extensions,
          [value === 0xfafa ? 0x0a0a : value + 0x1010, hex("00")],
        ],
      });
      expect(hello.ja3).toBe(bare.ja3);
      expect(hello.ja4).toBe(bare.ja4);
      expect(hello.cipherSuites[0]).toBe(value);
    }
  });
});

describe("a ServerHello", () => {
  test("of TLS 1.2 has the version of its first field", () => {
    const hello = server(
      build.serverHello({
        sessionId: hex("01"),
        suite: 0xc02f,
        extensions: [build.empty(0x0017), build.alpn(ascii("mqtt"))],
      }),
    );
    expect(hello).toMatchObject({
      type: "server_hello",
      version: 0x0303,
      cipherSuite: 0xc02f,
      alpn: "mqtt",
      ja3sText: "771,49199,23-16",
    });
    expect(hello.ja3s).toMatch(/^[0-9a-f]{32}$/);
    expect(hello).not.toHaveProperty("group");
  });

  test("of TLS 1.3 has the version that supported_versions selects", () => {
    const hello = server(
      build.serverHello({
        suite: 0x1302,
        extensions: [build.selectedVersion(0x0304), build.serverShare(0x11ec), [0x0029, hex("00 01")]],
      }),
    );
    expect(hello).toMatchObject({ legacyVersion: 0x0303, version: 0x0304, group: 0x11ec, selectedPsk: 1 });
  });

  test("with the fixed random is a HelloRetryRequest, whose key_share is a group alone", () => {
    const hello = server(
      build.serverHello({
        random: build.RETRY_RANDOM,
        suite: 0x1301,
        extensions: [build.selectedVersion(0x0304), [0x0033, hex("00 18")]],
      }),
    );
    expect(hello).toMatchObject({ type: "hello_retry_request", version: 0x0304, group: 0x0018 });
  });

  test("of draft-18 has no session id and no compression method", () => {
    const extensions = build.vector16(
      build.u16(0x0028),
      build.vector16(build.u16(0x001d), build.vector16(build.opaque(32))),
    );
    const octets = join(build.u16(0x7f12), build.opaque(32), build.u16(0x1301), extensions);
    expect(server(octets)).toMatchObject({ version: 0x7f12, cipherSuite: 0x1301, group: 0x001d });
  });

  test("that says 0x0304 in its first field is of a draft that did so", () => {
    const octets = join(build.u16(0x0304), build.opaque(32), build.u16(0xc02b), build.vector16());
    expect(server(octets)).toMatchObject({ version: 0x0304, cipherSuite: 0xc02b });
  });

  test("of draft-23 is told by supported_versions", () => {
    expect(server(build.serverHello({ extensions: [build.selectedVersion(0x7f17)] }))).toMatchObject({
      version: 0x7f17,
    });
  });

  test("of SSL 3.0 ends after its compression method", () => {
    expect(server(build.serverHello({ version: 0x0300, suite: 0x000a }))).toMatchObject({
      version: 0x0300,
      extensions: [],
      ja3sText: "768,10,",
    });
  });

  test("with octets left over is malformed", () => {
    expect(decodeServerHello(join(build.serverHello({ extensions: [] }), hex("00"))).ok).toBe(false);
    expect(decodeServerHello(hex("03 03"))).toMatchObject({
      ok: false,
      fault: {
        unit: "server_hello",
        field: "random",
        offset: 2,
        reason: { kind: "short", needed: 32, left: 0 },
      },
    });
  });
});

describe("the drafts' HelloRetryRequest", () => {
  test("names a suite from draft-19 on", () => {
    const share = build.vector16(build.u16(0x0028), build.vector16(build.u16(0x0017)));
    expect(decodeHelloRetryRequest(join(build.u16(0x7f13), build.u16(0x1301), share))).toMatchObject({
      ok: true,
      value: { type: "hello_retry_request", version: 0x7f13, cipherSuite: 0x1301, group: 0x0017 },
    });
    expect(decodeHelloRetryRequest(join(build.u16(0x7f10), share))).toMatchObject({
      ok: true,
      value: { version: 0x7f10, cipherSuite: 0, group: 0x0017 },
    });
  });
});
