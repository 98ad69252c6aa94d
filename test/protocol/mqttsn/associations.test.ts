import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../../src/protocol/limits.ts";
import { hex, join } from "../build.ts";
import { CLIENT, CONNECT, GATEWAY, type Sent, sn, told, types } from "./build.ts";

const ELSEWHERE = [1, 20_000] as const;
const answer = (octets: Uint8Array, from: Sent["from"] = GATEWAY): Sent => ({
  octets,
  from: from!,
  to: CLIENT,
});

/** As a forwarder wraps it for a node (§5.4.20). */
const forwarded = (node: readonly number[], octets: Uint8Array): Uint8Array =>
  join(Uint8Array.of(3 + node.length, 0xfe, 0x01, ...node), octets);

describe("a forwarder", () => {
  test("carries an association for each of its nodes, on any port", () => {
    for (const to of [GATEWAY, ELSEWHERE]) {
      const from = (node: number, octets: Uint8Array): Sent => ({ octets: forwarded([0, node], octets), to });
      const { events } = told([
        from(1, CONNECT),
        from(2, sn("connect", "04 01 003c", "~other")),
        { octets: forwarded([0, 1], sn("connack", "00")), from: to, to: CLIENT },
        from(1, sn("register", "0000 0001", "~plant/key")),
        { octets: forwarded([0, 1], sn("regack", "0009 0001 00")), from: to, to: CLIENT },
        from(1, sn("publish", "20 0009 0002", "~x")),
        from(2, sn("publish", "20 0009 0002", "~x")),
      ]);
      const told7 = events.filter(({ type }) => type !== "stream.end");
      expect(told7.map(({ connection }) => connection.id)).toEqual([0, 1, 0, 0, 0, 0, 1]);
      expect(told7.map(event => ("topic" in event ? event.topic : undefined))).toEqual([
        ...[undefined, undefined, undefined, "plant/key", "plant/key", "plant/key", undefined],
      ]);
      expect(told7[0]).toMatchObject({
        to: CONNECT.length,
        carriers: [{ position: 5, length: CONNECT.length }],
      });
      expect(events).toHaveLength(9);
    }
  });

  test("wraps nothing else, and nothing that is cut", () => {
    for (const octets of [
      forwarded([1], CONNECT).subarray(0, 4),
      forwarded([1], CONNECT).subarray(0, -1),
      join(Uint8Array.of(3, 0xfe, 1), CONNECT),
      join(Uint8Array.of(0, 0xfe, 1, 7), CONNECT),
      join(Uint8Array.of(200, 0xfe, 1, 7), CONNECT),
      forwarded([1], forwarded([2], CONNECT)),
    ])
      expect(told([{ octets }]).events).toEqual([]);
  });
});

describe("what else goes over UDP", () => {
  // The first octets of each as their standards write them, and then as long as they say, or as they may.
  const others: readonly (readonly [name: string, hex: string])[] = [
    ["a DNS query", "0c04 0100 0001 0000 0000 0000 0161 00 0001 0001"],
    [
      "a DNS query whose identifier looks like a header",
      "1d04 0100 0001 0000 0000 0000 0b7370616365 00 0010 0001",
    ],
    ["a CoAP DELETE", `44 04 0401 ${"61".repeat(64)}`],
    ["a CoAP GET", "40 01 0001 b4 74656d70"],
    ["a QUIC Initial", `c0 00000001 08 ${"04".repeat(60)}`],
    ["a QUIC short header", `44 04 ${"0c01".repeat(33)}`],
    ["an NTP request", `1b 04 00fa ${"00".repeat(44)}`],
    ["a STUN binding request", "0001 0000 2112a442 000102030405060708090a0b"],
    ["a DTLS ClientHello", `16 fefd 0000 0000000000000000 0004 01000000`],
    ["a CONNECT of another protocol version", "0a 04 04 02 003c 61626364"],
    ["a CONNECT with flags that are reserved", "0a 04 e4 01 003c 61626364"],
    ["a CONNECT without a name", "06 04 04 01 003c"],
  ];

  test.each(others)("is not taken for it: %s", (_, octets) => {
    expect(told([{ octets: hex(octets), to: ELSEWHERE }]).events).toEqual([]);
    expect(told([{ octets: hex(octets), from: [7, 53], to: [1, 5353] }]).events).toEqual([]);
  });
});

describe("an association", () => {
  test("begins with a CONNECT on any port, whose sender is the client", () => {
    const { events } = told([
      { octets: CONNECT, to: ELSEWHERE },
      answer(sn("connack", "00"), ELSEWHERE),
      { octets: sn("disconnect"), to: ELSEWHERE },
    ]);
    expect(types(events)).toEqual(["connect", "connack", "disconnect", "stream.end"]);
    expect(events.map(event => event.direction)).toEqual(["client", "server", "client", "client"]);
    expect(events[0]).toMatchObject({
      transport: "udp",
      from: 0,
      to: CONNECT.length,
      carriers: [{ frame: 1, position: 0, offset: 0, length: CONNECT.length }],
      connection: {
        over: "udp",
        roles: "content",
        midstream: false,
        client: { text: "192.0.2.7:40000" },
        server: { text: "192.0.2.1:20000" },
        octets: { client: CONNECT.length + 2, server: 3 },
        segments: { client: 2, server: 1 },
        frames: 3,
      },
    });
  });

  test("begins on port 1884 with what names a topic or publishes to one", () => {
    for (const octets of [
      sn("register", "0000 0001", "~iot/temp"),
      sn("subscribe", "00 0001", "~iot/#"),
      sn("publish", "20 0001 0002", "~25.3"),
      sn("publish", "62", "~t1", "0000", "~25.3"),
    ])
      expect(types(told([{ octets }]).events)).toHaveLength(2);
  });

  test("does not begin with two octets, with numbers out of range, or with what cannot be read", () => {
    for (const octets of [
      sn("pingreq"),
      sn("disconnect"),
      sn("connack", "00"),
      sn("publish", "00 0000 0000", "~x"),
      sn("publish", "00 ffff 0000", "~x"),
      sn("publish", "00 0001 0001", "~x"),
      sn("publish", "20 0001 0000", "~x"),
      sn("publish", "80 0001 0000", "~x"),
      sn("register", "0000 0001", "00 07"),
      sn("connect", "04 01 003c"),
      sn("connect", "04 01 003c", "~a\u0007b"),
      sn("connect", "05 01 003c", "~a"),
    ])
      expect(told([{ octets }]).events).toEqual([]);
  });

  test("begins with a Client Identifier of more than 23 characters on the usual port alone", () => {
    const octets = sn("connect", "04 01 003c", "~123456789012345678901234");
    expect(types(told([{ octets }]).events)).toEqual(["connect", "stream.end"]);
    expect(told([{ octets, to: ELSEWHERE }]).events).toEqual([]);
  });

  test("does not begin elsewhere with anything but a CONNECT", () => {
    const { events } = told([
      { octets: sn("register", "0000 0001", "~iot/temp"), to: ELSEWHERE },
      { octets: sn("publish", "20 0001 0002", "~25.3"), to: ELSEWHERE },
    ]);
    expect(events).toEqual([]);
  });

  test("is open before the capture began where no CONNECT was seen, unless nobody needs one", () => {
    const midstream = (octets: Uint8Array) => told([{ octets }]).events[0]?.connection.midstream;
    expect(midstream(sn("publish", "20 0001 0002", "~25.3"))).toBe(true);
    expect(midstream(sn("publish", "61 0001 0000", "~25.3"))).toBe(false);
  });

  test("of two clients at one gateway are two, numbered in their order", () => {
    const { events } = told([
      { octets: CONNECT },
      { octets: CONNECT, from: [8, 40_000] },
      { octets: sn("pingreq") },
    ]);
    expect(events.slice(0, 3).map(event => event.connection.id)).toEqual([0, 1, 0]);
  });

  test("tells a datagram that is not what its header said, once it is one", () => {
    const broken = sn("connack");
    expect(told([answer(broken)]).events).toEqual([]);
    expect(types(told([{ octets: CONNECT }, answer(broken)]).events)).toEqual([
      "connect",
      "malformed",
      "stream.end",
    ]);
  });

  test("ends after an hour of silence", () => {
    const { events } = told([
      { octets: CONNECT, seconds: 0 },
      { octets: sn("pingreq"), seconds: 3_000 },
      { octets: CONNECT, from: [8, 40_000], seconds: 6_601 },
    ]);
    expect(events.map(event => ("how" in event ? `${event.how} ${event.at / 1e6}` : event.type))).toEqual([
      "mqttsn.connect",
      "mqttsn.pingreq",
      "idle 6601",
      "mqttsn.connect",
      "capture-ended 6601",
    ]);
  });

  test("makes room for another at the ceiling, which is said", () => {
    const sent = Array.from(
      { length: LIMITS.associations + 2 },
      (_, at): Sent => ({
        octets: CONNECT,
        from: [at % 200, 1_024 + Math.floor(at / 200)],
        seconds: 1,
      }),
    );
    const { events, limits } = told(sent);
    expect(limits).toMatchObject([{ type: "stream.limit", limit: "associations" }]);
    expect(events.filter(event => "how" in event && event.how === "evicted")).toHaveLength(2);
    expect(events.filter(event => event.type === "stream.end")).toHaveLength(sent.length);
  });
});

describe("the names of topics", () => {
  const topics = (...sent: readonly Sent[]) =>
    told([{ octets: CONNECT }, ...sent]).events.flatMap(event => ("topic" in event ? [event.topic] : []));
  const publish = { octets: sn("publish", "00 0005 0000", "~x") };

  test("are given by REGISTER of the client with REGACK", () => {
    expect(
      topics(
        { octets: sn("register", "0000 0001", "~iot/temp") },
        answer(sn("regack", "0005 0001 00")),
        publish,
      ),
    ).toEqual(["iot/temp", "iot/temp", "iot/temp"]);
  });

  test("are given by REGISTER of the gateway, and by SUBSCRIBE with SUBACK", () => {
    expect(topics(answer(sn("register", "0005 0001", "~iot/led")), publish)).toEqual(["iot/led", "iot/led"]);
    expect(
      topics(
        { octets: sn("subscribe", "00 0001", "~iot/led") },
        answer(sn("suback", "00 0005 0001 00")),
        publish,
      ),
    ).toEqual(["iot/led", "iot/led", "iot/led"]);
  });

  test("are not mixed up where both sides register under one MsgId at once", () => {
    expect(
      topics(
        { octets: sn("register", "0000 0001", "~client/topic") },
        answer(sn("register", "0005 0001", "~gateway/topic")),
        { octets: sn("regack", "0005 0001 00") },
        answer(sn("regack", "0009 0001 00")),
        publish,
        { octets: sn("publish", "00 0009 0000", "~x") },
      ),
    ).toEqual([
      "client/topic",
      "gateway/topic",
      "gateway/topic",
      "client/topic",
      "gateway/topic",
      "client/topic",
    ]);
  });

  test("are not given by a REGISTER of the gateway that the client refuses", () => {
    const sent = [
      answer(sn("register", "0005 0001", "~iot/led")),
      { octets: sn("regack", "0005 0001 03") },
      publish,
    ];
    expect(topics(...sent)).toEqual(["iot/led", "iot/led"]);
  });

  test("are not given by a refusal, nor for filters with wildcards", () => {
    expect(
      topics(
        { octets: sn("register", "0000 0001", "~iot/temp") },
        answer(sn("regack", "0005 0001 01")),
        publish,
      ),
    ).toEqual(["iot/temp", "iot/temp"]);
    expect(
      topics(
        { octets: sn("subscribe", "00 0001", "~iot/#") },
        answer(sn("suback", "00 0000 0001 00")),
        publish,
      ),
    ).toEqual(["iot/#", "iot/#"]);
  });
});

describe("what is not MQTT-SN", () => {
  test("random octets between random ports are never taken for it", () => {
    const port = fc.integer({ min: 1, max: 0xffff }).filter(number => number !== 1884);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), port, (octets, to) => {
        expect(told([{ octets, to: [1, to] }]).events).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test("random bodies behind the header of a CONNECT are none either", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), body => {
        const octets = join(Uint8Array.of(body.length + 2, 0x04), body);
        const looksRight = (body[0]! & 0xf3) === 0 && body[1] === 1;
        if (!looksRight) expect(told([{ octets }]).events).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
