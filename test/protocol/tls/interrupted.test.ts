import { describe, expect, test } from "vitest";
import type { ProtocolEvent } from "../../../src/protocol/event.ts";
import { openTls, tls } from "../../../src/protocol/tls/session.ts";
import { ascii, type ConnectionOptions, eventsOf, hex, join, ofType, random, Talk } from "../build.ts";
import { rawCertificate } from "../x509/certificates.ts";
import * as build from "./build.ts";

const read = (talk: Talk): ProtocolEvent[] =>
  eventsOf((connection, emit) => openTls(connection, "tcp", emit, {}), talk);

const talking = (options: ConnectionOptions = {}): Talk => new Talk({ serverPort: 8883, ...options });

const HELLO = build.handshakeRecord(
  1,
  build.clientHello({ extensions: [build.serverName(ascii("broker.example"))] }),
  0x0301,
);
const ANSWER = build.handshakeRecord(2, build.serverHello({ suite: 0xc02f, extensions: [] }));
const ANSWER_13 = build.handshakeRecord(
  2,
  build.serverHello({
    suite: 0x1301,
    extensions: [build.selectedVersion(0x0304), build.serverShare(0x001d)],
  }),
);
const CHAIN = build.message(11, build.vector24(build.vector24(rawCertificate())));
const DONE = build.handshakeRecord(14, new Uint8Array(0));
const CHANGE = hex("14 03 03 00 01 01");
const data = (length: number): Uint8Array => build.record(23, build.opaque(length));
const finished = build.record(22, build.opaque(40));

const types = (events: readonly ProtocolEvent[]): string[] => events.map(e => e.type);

describe("a gap", () => {
  test("inside a record that nobody reads is led past by the record's length", () => {
    const big = data(4000);
    const talk = talking().client(HELLO).server(ANSWER).client(CHANGE).server(CHANGE);
    talk.client(big.subarray(0, 100)).gap("client", 3000).client(big.subarray(3100)).client(data(50));
    const shapes = ofType(read(talk.end()), "tls.record");
    expect(shapes.map(e => e.shape.length)).toEqual([4000, 50]);
  });

  test("that ends with the record leads to the next header", () => {
    const big = data(400);
    const talk = talking().client(HELLO).server(ANSWER).client(CHANGE);
    talk.client(big.subarray(0, 100)).gap("client", 305).client(data(50));
    const events = read(talk.end());
    expect(ofType(events, "tls.record").map(e => e.shape.length)).toEqual([400, 50]);
    expect(ofType(events, "stream.gap")[0]?.octets).toBe(305);
  });

  test("inside a message in the clear loses that message, and not the next", () => {
    const chain = build.record(22, CHAIN);
    const talk = talking().client(HELLO).server(ANSWER);
    talk.server(chain.subarray(0, 200)).gap("server", 100).server(chain.subarray(300)).server(DONE);
    const events = read(talk.end());
    expect(ofType(events, "tls.certificate")).toEqual([]);
    expect(ofType(events, "tls.handshake").map(e => e.message.type)).toEqual(["server_hello_done"]);
    expect(ofType(events, "tls.malformed")).toEqual([]);
  });

  test("over several records is followed by a search for two headers in a row", () => {
    const talk = talking().client(HELLO).server(ANSWER).client(CHANGE).server(CHANGE).gap("server", 5000);
    const rest = join(build.opaque(333), data(700), data(20), data(30));
    const events = read(talk.server(rest, 250).end());
    expect(ofType(events, "tls.record").map(e => [e.direction, e.shape.length])).toEqual([
      ["server", 700],
      ["server", 20],
      ["server", 30],
    ]);
    expect(ofType(events, "tls.malformed")).toEqual([]);
  });

  test("before a single record believes it where a chunk ends with it", () => {
    const talk = talking().client(HELLO).server(ANSWER).client(CHANGE).server(CHANGE).gap("client", 9000);
    const events = read(talk.client(join(build.opaque(40), data(123))).end());
    expect(ofType(events, "tls.record").map(e => e.shape.length)).toEqual([123]);
  });

  test("before messages in the clear reads those that a record holds as a whole", () => {
    const talk = talking().client(HELLO).server(ANSWER).gap("server", 2000);
    const kx = build.handshakeRecord(
      12,
      join(hex("03 001d"), build.vector8(build.opaque(32)), hex("0403"), build.vector16(build.opaque(70))),
    );
    const events = read(talk.server(join(build.opaque(55), kx, DONE)).end());
    expect(ofType(events, "tls.server_key_exchange")[0]?.message.group).toBe(0x001d);
    expect(ofType(events, "tls.handshake")).toHaveLength(1);
  });

  test("that swallowed ChangeCipherSpec does not make Finished a message", () => {
    const talk = talking().client(HELLO).server(ANSWER).gap("client", 80);
    const events = read(talk.client(join(finished, data(60))).end());
    expect(ofType(events, "tls.record").map(e => e.shape.contentType)).toEqual([22, 23]);
    expect(ofType(events, "tls.malformed")).toEqual([]);
  });

  test("after which no record is found ends the reading of that direction", () => {
    const talk = talking().client(HELLO).server(ANSWER).gap("server", 10);
    for (let i = 0; i < 50; i += 1) talk.server(build.opaque(1448));
    const events = read(
      talk
        .server(join(data(20), data(20), data(20)))
        .client(CHANGE)
        .end(),
    );
    expect(ofType(events, "tls.record")).toEqual([]);
    expect(ofType(events, "tls.change_cipher_spec")).toHaveLength(1);
  });

  test("while another is searched past begins the search anew", () => {
    const talk = talking().client(HELLO).server(ANSWER).client(CHANGE).gap("client", 10);
    talk
      .client(join(data(300).subarray(0, 100)))
      .gap("client", 900)
      .client(join(build.opaque(9), data(11), data(12)));
    expect(ofType(read(talk.end()), "tls.record").map(e => e.shape.length)).toEqual([11, 12]);
  });

  test("inside a record believed on trial is led past by its length", () => {
    const talk = talking().client(HELLO).server(ANSWER).client(CHANGE).gap("client", 10);
    const big = data(500);
    talk
      .client(join(hex("00"), big.subarray(0, 100)))
      .gap("client", 200)
      .client(big.subarray(300))
      .client(data(7));
    expect(ofType(read(talk.end()), "tls.record").map(e => e.shape.length)).toEqual([500, 7]);
  });
});

describe("a connection whose beginning was not captured", () => {
  test("is counted by its records, found wherever they begin", () => {
    const talk = talking({ midstream: true, roles: "port" });
    talk.client(join(build.opaque(77), data(200), data(60))).server(join(data(90), data(91)));
    const events = read(talk.end());
    expect(ofType(events, "tls.record").map(e => e.shape.length)).toEqual([200, 60, 90, 91]);
    expect(ofType(events, "tls.established")).toHaveLength(1);
    expect(ofType(events, "tls.closed")[0]?.applicationData).toEqual({
      client: { records: 2, octets: 260 },
      server: { records: 2, octets: 181 },
    });
  });

  test("but whose hellos were is read as any other, in one piece or in many", () => {
    for (const size of [undefined, 1, 7]) {
      const talk = talking({ midstream: true, roles: "port" }).client(HELLO, size).server(ANSWER, size);
      talk.client(CHANGE, size).server(CHANGE, size).client(finished, size);
      expect(types(read(talk.end()))).toEqual([
        "tls.client_hello",
        "tls.server_hello",
        "tls.change_cipher_spec",
        "tls.change_cipher_spec",
        "tls.record",
        "tls.closed",
        "stream.end",
      ]);
    }
  });

  test("reads a clear alert in it", () => {
    const talk = talking({ midstream: true }).server(hex("15 03 03 00 02 02 30"));
    expect(ofType(read(talk.end()), "tls.alert")).toMatchObject([
      { encrypted: false, level: 2, description: 48 },
    ]);
  });
});

describe("octets that are not TLS", () => {
  test("after a hello are told once, and no more is read of that direction", () => {
    const talk = talking()
      .client(HELLO)
      .server(hex("20 02 00 05"))
      .server(ascii("HTTP/1.1 400"))
      .client(CHANGE);
    const events = read(talk.end());
    expect(ofType(events, "tls.malformed")).toMatchObject([
      {
        direction: "server",
        from: 0,
        fault: { unit: "TLSPlaintext", field: "type", reason: { value: 0x20 } },
      },
    ]);
    expect(ofType(events, "tls.change_cipher_spec")).toHaveLength(1);
  });

  test("between records are told with the offset at which they stand", () => {
    const talk = talking()
      .client(HELLO)
      .server(join(ANSWER, ascii("garbage")));
    expect(ofType(read(talk.end()), "tls.malformed")).toMatchObject([{ from: ANSWER.length }]);
  });

  test("of any kind never throw, and are few events", () => {
    const next = random(7);
    for (let round = 0; round < 200; round += 1) {
      const talk = talking({ midstream: round % 2 === 0 });
      for (let piece = 0; piece < 6; piece += 1) {
        const octets = Uint8Array.from({ length: Math.floor(next() * 300) + 1 }, () =>
          Math.floor(next() * 256),
        );
        if (next() < 0.3) octets.set([22, 3, 1, 0, 40].slice(0, octets.length));
        if (next() < 0.2) talk.gap("client", 1 + Math.floor(next() * 500));
        talk.send(next() < 0.5 ? "client" : "server", octets);
      }
      expect(read(talk.end()).length).toBeLessThan(60);
    }
  });
});

describe("a ceiling", () => {
  test("of handshake records is told once, and the rest of the direction is passed over", () => {
    const requests = join(...Array.from({ length: 1500 }, () => build.handshakeRecord(0, new Uint8Array(0))));
    const events = read(talking().client(HELLO).server(ANSWER).server(requests, 1448).end());
    expect(ofType(events, "tls.handshake").length).toBe(999);
    expect(ofType(events, "tls.malformed")).toMatchObject([
      { fault: { field: "handshake", reason: { kind: "too-large", size: 1001, limit: 1000 } } },
    ]);
  });

  test("of empty records ends the reading of the direction", () => {
    const empties = join(...Array.from({ length: 80 }, () => build.record(22, new Uint8Array(0))));
    const events = read(talking().client(HELLO).server(join(empties, ANSWER)).end());
    expect(ofType(events, "tls.malformed")).toMatchObject([
      { fault: { field: "length", reason: { limit: 64 } } },
    ]);
    expect(ofType(events, "tls.server_hello")).toEqual([]);
  });

  test("of shapes leaves the rest to the counts", () => {
    const talk = talking().client(HELLO).server(ANSWER).client(CHANGE).server(CHANGE);
    for (let i = 0; i < 200; i += 1) talk.client(data(30)).server(data(40));
    const events = read(talk.end());
    expect(ofType(events, "tls.record")).toHaveLength(128);
    expect(ofType(events, "tls.closed")[0]?.applicationData).toEqual({
      client: { records: 200, octets: 6000 },
      server: { records: 200, octets: 8000 },
    });
  });

  test("of alerts and of ChangeCipherSpec keeps a flood from being told", () => {
    const alerts = join(...Array.from({ length: 10_000 }, () => hex("15 03 03 00 02 01 5a")));
    const changes = join(...Array.from({ length: 10_000 }, () => CHANGE));
    const events = read(
      talking().client(HELLO).server(ANSWER).client(alerts, 1448).client(changes, 1448).end(),
    );
    expect(ofType(events, "tls.alert")).toHaveLength(32);
    expect(ofType(events, "tls.change_cipher_spec")).toHaveLength(8);
    expect(ofType(events, "tls.malformed").map(e => [e.fault.field, e.fault.reason])).toEqual([
      ["alert", { kind: "too-large", size: 33, limit: 32 }],
      ["change_cipher_spec", { kind: "too-large", size: 9, limit: 8 }],
    ]);
  });

  test("of malformed messages keeps a flood of them from being told", () => {
    const bad = join(...Array.from({ length: 100 }, () => build.handshakeRecord(2, hex("03"))));
    expect(ofType(read(talking().client(HELLO).server(bad).end()), "tls.malformed")).toHaveLength(16);
  });

  test("of certificates lists a thousand, parses sixteen and counts the rest", () => {
    const certificate = build.vector24(rawCertificate({ serial: hex("0102") }));
    const some = join(
      ...Array.from({ length: 20 }, () => certificate),
      ...Array.from({ length: 1100 }, () => build.vector24(hex("3000"))),
    );
    const list = build.message(11, build.vector24(some));
    const talk = talking().client(HELLO).server(ANSWER);
    for (let at = 0; at < list.length; at += 16_000)
      talk.server(build.record(22, list.subarray(at, at + 16_000)));
    const events = read(talk.end());
    const chain = ofType(events, "tls.certificate")[0]!.chain;
    expect(chain).toHaveLength(1024);
    expect(chain.filter(c => c.fields !== undefined)).toHaveLength(16);
    expect(chain[16]).toMatchObject({
      fault: { field: "certificate_list", reason: { size: 17, limit: 16 } },
    });
    expect(ofType(events, "tls.malformed")).toMatchObject([
      { fault: { unit: "certificate", reason: { kind: "too-large", size: 1120, limit: 1024 } } },
    ]);
  });

  test("of a message's size is told, and what follows is read", () => {
    const talk = talking()
      .client(HELLO)
      .server(build.record(22, join(hex("02 ff ff ff"), build.opaque(100))));
    const events = read(talk.end());
    expect(ofType(events, "tls.malformed")).toMatchObject([
      { fault: { unit: "Handshake", reason: { size: 0xffffff } } },
    ]);
  });
});

describe("certificates that do not parse", () => {
  test("are listed with their hash, and told", () => {
    const list = build.vector24(build.vector24(hex("3003020101")), build.vector24(rawCertificate()));
    const talk = talking()
      .client(HELLO)
      .server(join(ANSWER, build.handshakeRecord(11, list)));
    const events = read(talk.end());
    const chain = ofType(events, "tls.certificate")[0]!.chain;
    expect(chain.map(c => c.fields === undefined)).toEqual([true, false]);
    expect(ofType(events, "x509.malformed")).toMatchObject([
      { sha256: chain[0]!.sha256, fault: { unit: "Certificate" } },
    ]);
  });
});

describe("an alert", () => {
  const alertsOf = (talk: Talk) => ofType(read(talk.end()), "tls.alert");

  test("of two octets in TLS 1.3 is in the clear, before and after ChangeCipherSpec", () => {
    const talk = talking().client(HELLO).server(ANSWER_13).client(hex("15 03 03 00 02 02 2d"));
    talk.client(CHANGE).client(hex("15 03 03 00 02 01 00"));
    expect(alertsOf(talk)).toMatchObject([
      { encrypted: false, level: 2, description: 45 },
      { encrypted: false, level: 1, description: 0 },
    ]);
  });

  test("behind ChangeCipherSpec in TLS 1.2 shows its shape alone", () => {
    const talk = talking()
      .client(HELLO)
      .server(ANSWER)
      .client(CHANGE)
      .client(build.record(21, build.opaque(26)));
    expect(alertsOf(talk)).toMatchObject([{ encrypted: true, direction: "client" }]);
  });

  test("that is too long for the clear is taken for encrypted where ChangeCipherSpec was not seen", () => {
    expect(
      alertsOf(
        talking()
          .client(HELLO)
          .server(ANSWER)
          .client(build.record(21, build.opaque(26))),
      ),
    ).toMatchObject([{ encrypted: true }]);
  });

  test("may come two to a record, or one in two", () => {
    const talk = talking().client(HELLO).server(hex("15 03 01 00 04 01 70 02 28"));
    talk.client(hex("15 03 01 00 01 02")).client(hex("15 03 01 00 01 50"));
    expect(alertsOf(talk).map(a => [a.direction, a.level, a.description])).toEqual([
      ["server", 1, 0x70],
      ["server", 2, 0x28],
      ["client", 2, 0x50],
    ]);
  });
});

describe("early data", () => {
  test("is seen as records before the ServerHello, and counted as no answer to it", () => {
    const offer = build.handshakeRecord(
      1,
      build.clientHello({
        suites: [0x1301],
        extensions: [build.supportedVersions(0x0304), build.empty(0x002a), build.psk([ascii("ticket"), 9])],
      }),
    );
    const answer = build.handshakeRecord(
      2,
      build.serverHello({
        suite: 0x1301,
        extensions: [build.selectedVersion(0x0304), [0x0029, hex("00 00")]],
      }),
    );
    const talk = talking().client(offer).client(CHANGE).client(data(120)).server(answer).server(data(60));
    const events = read(talk.client(data(21)).client(data(53)).client(data(200)).end());
    expect(types(events).slice(0, 4)).toEqual([
      "tls.client_hello",
      "tls.change_cipher_spec",
      "tls.record",
      "tls.server_hello",
    ]);
    expect(ofType(events, "tls.server_hello")[0]?.resumed).toBe(true);
    expect(ofType(events, "tls.closed")[0]?.applicationData.client).toEqual({ records: 1, octets: 200 });
  });
});

describe("a pre-shared key given out of band", () => {
  test("is no resumption", () => {
    const offer = build.handshakeRecord(
      1,
      build.clientHello({
        extensions: [build.supportedVersions(0x0304), build.psk([ascii("psk-device-7"), 0])],
      }),
    );
    const answer = build.handshakeRecord(
      2,
      build.serverHello({
        suite: 0x1301,
        extensions: [build.selectedVersion(0x0304), [0x0029, hex("00 00")]],
      }),
    );
    const hello = ofType(read(talking().client(offer).server(answer).end()), "tls.server_hello")[0];
    expect(hello).toMatchObject({ resumed: false, message: { selectedPsk: 0 } });
  });
});

describe("a heartbeat", () => {
  test("in the clear tells the payload length that it claims (CVE-2014-0160)", () => {
    const talk = talking().client(HELLO).server(ANSWER).client(hex("18 03 02 00 03 01 40 00"));
    expect(ofType(read(talk.end()), "tls.record")).toMatchObject([
      {
        shape: {
          contentType: 24,
          length: 3,
          protected: false,
          heartbeat: { type: 1, payloadLength: 0x4000 },
        },
      },
    ]);
  });

  test("behind ChangeCipherSpec, or cut short, shows its shape alone", () => {
    const talk = talking().client(HELLO).server(ANSWER).server(hex("18 03 02 00 01 02")).client(CHANGE);
    const shapes = ofType(read(talk.client(build.record(24, build.opaque(50))).end()), "tls.record");
    expect(shapes.map(e => [e.shape.length, e.shape.heartbeat])).toEqual([
      [1, undefined],
      [50, undefined],
    ]);
  });

  test("comes a limited number of times", () => {
    const beats = join(...Array.from({ length: 100 }, () => hex("18 03 02 00 03 01 00 01")));
    expect(ofType(read(talking().client(join(HELLO, beats)).end()), "tls.record")).toHaveLength(64);
  });
});

describe("a second handshake inside the first", () => {
  test("shows shapes alone", () => {
    const talk = talking().client(HELLO).server(ANSWER).client(CHANGE).server(CHANGE);
    talk.client(build.record(22, build.opaque(240))).server(build.record(22, build.opaque(3000)));
    const events = read(talk.end());
    expect(ofType(events, "tls.client_hello")).toHaveLength(1);
    expect(ofType(events, "tls.record").map(e => e.shape.length)).toEqual([240, 3000]);
  });
});

describe("a client alone", () => {
  test("whose second hello follows ChangeCipherSpec asked for TLS 1.3 and was retried", () => {
    const talk = talking().client(HELLO).client(CHANGE).client(HELLO).client(finished);
    const events = read(talk.end());
    expect(ofType(events, "tls.client_hello")).toHaveLength(2);
    expect(ofType(events, "tls.record").map(e => e.shape.contentType)).toEqual([22]);
  });
});

describe("SSLv2", () => {
  const SPECS = hex("00002f 000005 010080 0700c0");
  const v2 = (version: number, specs = SPECS): Uint8Array => {
    const body = join(
      hex("01"),
      build.u16(version),
      build.u16(specs.length),
      hex("0000 0010"),
      specs,
      build.opaque(16),
    );
    return join(build.u16(0x8000 + body.length), body);
  };

  test("hello of a client that is answered in TLS", () => {
    for (const size of [undefined, 1]) {
      const talk = talking().client(v2(0x0301), size).server(ANSWER, size).client(CHANGE, size);
      const events = read(talk.end());
      expect(ofType(events, "tls.sslv2_hello")).toEqual([]);
      expect(ofType(events, "tls.client_hello")).toMatchObject([
        {
          direction: "client",
          message: {
            legacyVersion: 0x0301,
            cipherSuites: [0x00002f, 0x000005, 0x010080, 0x0700c0],
            extensions: [],
          },
        },
      ]);
      expect(ofType(events, "tls.server_hello")).toHaveLength(1);
      expect(ofType(events, "tls.change_cipher_spec")).toHaveLength(1);
    }
  });

  test("answered in SSLv2 is told of both sides, and read no further", () => {
    const body = join(hex("04 00 01 0002 0003 0003 0010"), hex("aabbcc"), hex("0700c0"), build.opaque(16));
    const talk = talking()
      .client(v2(0x0002))
      .server(join(build.u16(0x8000 + body.length), body));
    const events = read(talk.client(hex("80 40 02 11 22")).server(build.opaque(40)).end());
    expect(ofType(events, "tls.sslv2_hello").map(e => [e.direction, e.version])).toEqual([
      ["client", 2],
      ["server", 2],
    ]);
    expect(ofType(events, "tls.certificate")).toMatchObject([
      { direction: "server", chain: [{ octets: 3 }] },
    ]);
    expect(ofType(events, "tls.malformed")).toEqual([]);
  });

  test("framing around anything else is malformed, and ends the direction", () => {
    const talk = talking().client(hex("80 05 01 00 02 00 03")).client(HELLO);
    expect(types(read(talk.end()))).toEqual(["tls.malformed", "tls.closed", "stream.end"]);
    const long = talking().client(hex("ff ff 01")).client(HELLO);
    expect(ofType(read(long.end()), "tls.malformed")).toMatchObject([
      { fault: { reason: { kind: "too-large" } } },
    ]);
  });
});

describe("integrity without encryption in TLS 1.3 (RFC 9150)", () => {
  const sealed = (type: number, content: Uint8Array, padding = 0): Uint8Array =>
    build.record(23, join(content, build.u8(type), new Uint8Array(padding), build.opaque(32)));

  test("shows certificate, Finished and data", () => {
    const offer = build.handshakeRecord(
      1,
      build.clientHello({ suites: [0xc0b4], extensions: [build.supportedVersions(0x0304)] }),
    );
    const answer = build.handshakeRecord(
      2,
      build.serverHello({ suite: 0xc0b4, extensions: [build.selectedVersion(0x0304)] }),
    );
    const chain = join(build.vector8(), build.vector24(build.vector24(rawCertificate()), build.vector16()));
    const talk = talking().client(offer).server(answer).server(CHANGE).client(CHANGE);
    talk.server(sealed(22, join(build.message(8, build.vector16()), build.message(11, chain)), 5));
    talk
      .server(sealed(22, build.message(20, build.opaque(32))))
      .client(sealed(22, build.message(20, build.opaque(32))));
    talk.client(sealed(23, ascii("a CONNECT"))).client(sealed(21, hex("01 00")));
    const said: string[] = [];
    const events = eventsOf(
      (connection, emit) =>
        openTls(connection, "tcp", emit, {
          inner: () => ({
            push: item => {
              if (item.kind === "chunk") said.push(Buffer.from(item.octets).toString());
            },
            end: () => undefined,
          }),
        }),
      talk.end(),
    );
    expect(ofType(events, "tls.certificate")[0]?.chain[0]?.fields?.subject[0]?.value).toBe("subject");
    expect(ofType(events, "tls.handshake").map(e => e.message.type)).toEqual([
      "other",
      "finished",
      "finished",
    ]);
    expect(ofType(events, "tls.established")).toHaveLength(1);
    expect(ofType(events, "tls.alert")).toMatchObject([{ encrypted: false, description: 0 }]);
    expect(said).toEqual(["a CONNECT"]);
  });
});

describe("the TLS protocol", () => {
  test("opens a session that tells stream items too", () => {
    const talk = talking().client(HELLO).close("client", "fin").close("server", "rst");
    const overlap = {
      ...talk.items[1]!,
      kind: "overlap",
      direction: "client",
      offset: 0,
      length: 3,
    } as const;
    const events: ProtocolEvent[] = [];
    const session = tls.open(talk.connection, "tcp", e => events.push(e));
    for (const item of [...talk.items, overlap as never, ...talk.end("rst").items.slice(-1)])
      session.push(item);
    session.end();
    expect(types(events)).toEqual([
      "tls.client_hello",
      "stream.close",
      "stream.close",
      "stream.overlap",
      "tls.closed",
      "stream.end",
    ]);
  });
});
