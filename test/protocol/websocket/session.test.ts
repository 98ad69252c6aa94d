import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProtocolEvent } from "../../../src/protocol/event.ts";
import { ascii, hex, join, ofType, random, Talk } from "../build.ts";
import {
  CONNECTS,
  control,
  conversation,
  faultsOf,
  packetsOf,
  publish,
  runs,
  sentBy,
} from "../mqtt/build.ts";
import { deflated, frame, MASK, masked, request, response, webSocketEvents } from "./build.ts";

const CONNECT = CONNECTS["3.1.1"];
const CONNACK = hex("20020000");
const upgraded = (): Talk => new Talk({ serverPort: 8080 }).client(request()).server(response());
const types = (events: readonly ProtocolEvent[]): string[] => events.map(event => event.type);

describe("the opening handshake", () => {
  test("is told with what it asked for and whether it was granted", () => {
    const lines = ["Authorization: Bearer abc", "Sec-WebSocket-Protocol: mqtt, mqttv3.1"];
    const asked = request(lines, "/mqtt?token=1");
    const talk = new Talk().client(asked).server(response());
    const [event] = webSocketEvents(talk);
    expect(event).toMatchObject({
      type: "websocket.upgrade",
      transport: "ws",
      direction: "client",
      frame: 1,
      from: 0,
      path: "/mqtt?token=1",
      host: "broker.example:8080",
      subprotocols: ["mqtt", "mqttv3.1"],
      accepted: true,
    });
    expect(ofType([event!], "websocket.upgrade")[0]!.headers).toContainEqual(["authorization", "Bearer abc"]);
    expect(event!.to).toBe(asked.length);
  });

  test("that was refused opens nothing", () => {
    const talk = new Talk()
      .client(request())
      .server(response([], "401 Unauthorized"))
      .client(masked(CONNECT));
    const events = webSocketEvents(talk);
    expect(events).toMatchObject([
      { type: "websocket.upgrade", accepted: false },
      { type: "mqtt.limit", limit: "websocket-frames", from: request().length },
    ]);
  });

  test("that was refused may be asked for again, behind the rest of the answer", () => {
    const talk = new Talk()
      .client(request())
      .server(response(["Content-Length: 9"], "401 Unauthorized"))
      .server(ascii("try again"))
      .client(request(["Sec-WebSocket-Protocol: mqtt", "Authorization: Basic dTpw"]), 50)
      .server(ascii("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"))
      .server(response())
      .client(masked(CONNECT));
    expect(webSocketEvents(talk).map(event => event.type)).toEqual([
      "websocket.upgrade",
      "websocket.upgrade",
      "mqtt.connect",
    ]);
  });

  test("may be cut anywhere, with frames right behind it", () => {
    const talk = new Talk()
      .client(request(), 1)
      .server(join(response(), frame(CONNACK)), 3)
      .client(masked(CONNECT), 1);
    expect(types(webSocketEvents(talk))).toEqual(["websocket.upgrade", "mqtt.connack", "mqtt.connect"]);
  });

  test("frames that were captured before the answer wait for it", () => {
    const talk = new Talk()
      .client(join(request(), masked(CONNECT)))
      .client(masked(hex("c000")))
      .server(response());
    const events = webSocketEvents(talk);
    expect(types(events)).toEqual(["websocket.upgrade", "mqtt.connect", "mqtt.pingreq"]);
    expect(events.map(event => event.frame)).toEqual([1, 1, 2]);
  });

  test("without its answer, frames say that it was granted", () => {
    const talk = new Talk().client(request()).client(masked(CONNECT)).end();
    expect(webSocketEvents(talk)).toMatchObject([
      { type: "websocket.upgrade", accepted: true },
      { type: "mqtt.connect" },
      { type: "stream.end" },
    ]);
    expect(webSocketEvents(new Talk().client(request()).end())).toMatchObject([
      { accepted: false },
      { type: "stream.end" },
    ]);
  });

  test("without an answer for long, frames are read all the same", () => {
    const talk = new Talk().client(request()).client(masked(CONNECT));
    for (let i = 0; i < 20; i++) talk.client(masked(publish("a/b", "x".repeat(1000))));
    const events = webSocketEvents(talk);
    expect(ofType(events, "mqtt.publish")).toHaveLength(20);
    expect(ofType(events, "websocket.upgrade")).toHaveLength(1);
  });

  test("of which only the server's side was captured is told as it is", () => {
    const talk = new Talk().server(response()).server(frame(CONNACK));
    expect(webSocketEvents(talk)).toMatchObject([
      { type: "websocket.upgrade", direction: "server", path: "", subprotocols: ["mqtt"], accepted: true },
      { type: "mqtt.connack" },
    ]);
  });

  test("a lost answer is a yes where frames follow it", () => {
    const talk = new Talk()
      .client(request())
      .gap("server", 200)
      .client(masked(CONNECT))
      .server(frame(CONNACK));
    expect(types(webSocketEvents(talk))).toEqual([
      "websocket.upgrade",
      "stream.gap",
      "mqtt.connect",
      "mqtt.connack",
    ]);
  });

  test("a request that is torn, endless or none closes the session", () => {
    expect(
      webSocketEvents(new Talk().client(request().subarray(0, 40)).gap("client", 9).client(request())),
    ).toMatchObject([{ type: "stream.gap" }]);
    expect(
      webSocketEvents(
        new Talk()
          .client(join(ascii("GET / HTTP/1.1\r\n"), new Uint8Array(20_000).fill(0x41)))
          .client(new Uint8Array(1_048_576).fill(0x41), 1_400)
          .server(response()),
      ),
    ).toMatchObject([
      { type: "mqtt.malformed", fault: { reason: { kind: "too-large", limit: 16_384 } } },
      { type: "mqtt.limit", limit: "websocket-frames" },
    ]);
    expect(webSocketEvents(new Talk().client(ascii("POST / HTTP/1.1\r\n\r\n")))).toEqual([]);
    expect(webSocketEvents(new Talk().client(request()).server(ascii("SSH-2.0-x\r\n\r\n")))).toMatchObject([
      { accepted: false },
    ]);
    expect(
      webSocketEvents(new Talk().client(request()).server(new Uint8Array(20_000).fill(0x41))),
    ).toMatchObject([{ type: "mqtt.malformed" }, { accepted: false }]);
  });

  test("a folded field is one value, octet for octet (RFC 9112 §5.2)", () => {
    const folded = [
      "Authorization: Basic",
      "\tZGV2aWNlOmh1bnRlcjI=",
      "  more ",
      "Sec-WebSocket-Protocol:",
      " mqtt",
    ];
    const octets = request(folded);
    const [event] = ofType(
      webSocketEvents(new Talk().client(octets).server(response())),
      "websocket.upgrade",
    );
    if (event === undefined) throw new Error("no upgrade");
    const at = event.headers.findIndex(([name]) => name === "authorization");
    const value = event.headers[at]![1];
    expect(value).toMatch(/^Basic\s+ZGV2aWNlOmh1bnRlcjI=\s+more$/);
    const place = event.places[at]!;
    const written = Buffer.from(octets).toString("latin1", place, place + value.length);
    expect(written.replaceAll("\r\n", "  ")).toBe(value);
    expect(event.subprotocols).toEqual(["mqtt"]);
  });

  test("header fields are kept to a ceiling", () => {
    const many = Array.from({ length: 300 }, (_, i) => `X-${i}: ${i}`);
    const [event] = ofType(
      webSocketEvents(new Talk().client(request(many)).server(response())),
      "websocket.upgrade",
    );
    expect(event!.headers).toHaveLength(128);
  });
});

describe("frames", () => {
  test("carry MQTT in both directions", () => {
    const talk = upgraded()
      .client(masked(CONNECT))
      .server(frame(CONNACK))
      .client(masked(publish("a/b", "hello")));
    const events = webSocketEvents(talk);
    expect(types(events)).toEqual(["websocket.upgrade", "mqtt.connect", "mqtt.connack", "mqtt.publish"]);
    expect(events.map(event => event.transport)).toEqual(["ws", "ws", "ws", "ws"]);
    expect(packetsOf(events).at(-1)).toMatchObject({
      topic: "a/b",
      payload: Uint8Array.from(Buffer.from("hello")),
    });
  });

  test("name the octets of the capture that carried a packet", () => {
    const talk = upgraded()
      .client(masked(CONNECT))
      .client(masked(publish("a/b", "hello")));
    const [, , event] = webSocketEvents(talk);
    // A frame header of two octets and a masking key of four go before the packet.
    const start = request().length + 6 + CONNECT.length + 6;
    expect(event).toMatchObject({
      type: "mqtt.publish",
      frame: 4,
      from: start,
      to: start + publish("a/b", "hello").length,
      carriers: [{ frame: 4, position: 4006, offset: start }],
    });
  });

  test.each([125, 126, 127, 65_535, 65_536])("of %i octets of payload", length => {
    const packet = publish("t", "x".repeat(length - (length > 130 ? 6 : 5)));
    for (const extended of [undefined, 8] as const) {
      const fields = extended === undefined ? {} : { extended };
      const talk = upgraded()
        .client(masked(CONNECT))
        .client(masked(packet, fields), 1448)
        .client(masked(hex("c000")));
      expect(packetsOf(webSocketEvents(talk)).map(one => one.type)).toEqual([
        "connect",
        "publish",
        "pingreq",
      ]);
    }
  });

  test("a packet may lie in several frames, and several packets in one", () => {
    const octets = join(CONNECT, publish("a/b", "1"), publish("a/b", "2"));
    const talk = upgraded();
    for (let at = 0; at < octets.length; at += 5) talk.client(masked(octets.subarray(at, at + 5)));
    expect(packetsOf(webSocketEvents(talk)).map(packet => packet.type)).toEqual([
      "connect",
      "publish",
      "publish",
    ]);
    expect(packetsOf(webSocketEvents(upgraded().client(masked(octets))))).toHaveLength(3);
  });

  test("a message may be fragmented, with pings between its fragments", () => {
    const octets = join(CONNECT, publish("a/b", "1"));
    const talk = upgraded()
      .client(masked(octets.subarray(0, 4), { fin: false }))
      .client(masked(ascii("ping"), { opcode: 9 }))
      .client(masked(octets.subarray(4, 9), { opcode: 0, fin: false }))
      .client(masked(ascii(""), { opcode: 10 }))
      .client(masked(octets.subarray(9), { opcode: 0 }));
    const events = webSocketEvents(talk);
    expect(packetsOf(events).map(packet => packet.type)).toEqual(["connect", "publish"]);
    expect(faultsOf(events)).toEqual([]);
  });

  test("law: any cut of the stream and any framing of it give the same packets", () => {
    const places = fc.array(fc.nat(1500), { maxLength: 20 });
    fc.assert(
      fc.property(
        conversation,
        places,
        places,
        fc.integer({ min: 1, max: 40 }),
        (talked, client, server, size) => {
          const framed = (octets: Uint8Array, wrap: (part: Uint8Array) => Uint8Array): Uint8Array => {
            const parts: Uint8Array[] = [];
            for (let at = 0; at < octets.length; at += size) parts.push(wrap(octets.subarray(at, at + size)));
            return join(...parts);
          };
          const mine = join(
            request(),
            framed(sentBy(talked, "client"), part => masked(part)),
          );
          const theirs = join(
            response(),
            framed(sentBy(talked, "server"), part => frame(part)),
          );
          const events = webSocketEvents(
            new Talk().cut("client", mine, client).cut("server", theirs, server),
          );
          const plain = new Talk()
            .client(join(request(), masked(sentBy(talked, "client"))))
            .server(join(response(), frame(sentBy(talked, "server"))));
          expect(packetsOf(events)).toEqual(packetsOf(webSocketEvents(plain)));
          expect(packetsOf(events)).toHaveLength(talked.turns.length);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  test("a Close ends a direction", () => {
    const talk = upgraded()
      .client(masked(CONNECT))
      .client(masked(hex("03e8"), { opcode: 8 }))
      .client(masked(publish("a/b", "1")));
    expect(packetsOf(webSocketEvents(talk)).map(packet => packet.type)).toEqual(["connect"]);
  });

  test("inside TLS are those of wss, and what is not octets is TLS's to tell", () => {
    const talk = upgraded().client(masked(CONNECT)).gap("client", 3).close("client", "fin").end();
    const events = webSocketEvents(talk, { inside: true }, "tls");
    expect(types(events)).toEqual(["websocket.upgrade", "mqtt.connect"]);
    expect(events.every(event => event.transport === "wss")).toBe(true);
  });
});

describe("what RFC 6455 forbids", () => {
  const after = (...frames: readonly Uint8Array[]): ProtocolEvent[] =>
    webSocketEvents(upgraded().client(join(masked(CONNECT), ...frames)));

  test("is said beside the packets, where they can be read", () => {
    expect(faultsOf(after(frame(hex("c000"))))).toEqual(["WebSocket frame.MASK: RFC 6455 §5.1"]);
    expect(packetsOf(after(frame(hex("c000"))))).toHaveLength(2);
    expect(faultsOf(after(masked(hex("c000"), { opcode: 1 })))).toEqual([
      "WebSocket frame.Opcode: MQTT-6.0.0-1",
    ]);
    expect(packetsOf(after(masked(hex("c000"), { opcode: 1 })))).toHaveLength(2);
    expect(faultsOf(after(masked(hex("c000"), { opcode: 0 })))).toEqual([
      "WebSocket frame.Opcode: RFC 6455 §5.4",
    ]);
    expect(faultsOf(after(masked(hex("c0"), { fin: false }), masked(hex("00"))))).toEqual([
      "WebSocket frame.Opcode: RFC 6455 §5.4",
    ]);
    expect(faultsOf(after(masked(new Uint8Array(126), { opcode: 9 }), masked(hex("c000"))))).toEqual([
      "WebSocket frame.Payload length: RFC 6455 §5.5",
    ]);
  });

  test("hides what it holds, and no frame behind it", () => {
    for (const [octets, fault] of [
      [masked(hex("c000"), { rsv: 1 }), "WebSocket frame.RSV: RFC 6455 §5.2"],
      [masked(hex("c000"), { rsv: 4 }), "WebSocket frame.RSV: RFC 6455 §5.2"],
      [masked(hex("c000"), { opcode: 3 }), "WebSocket frame.Opcode: RFC 6455 §5.2"],
      [masked(hex("c000"), { opcode: 11 }), "WebSocket frame.Opcode: RFC 6455 §5.2"],
      [hex("82ff ffffffffffffffff 00000000"), "WebSocket frame.Extended payload length: RFC 6455 §5.2"],
    ] as const) {
      const events = after(octets, masked(publish("a/b", "1")));
      expect(faultsOf(events)).toEqual([fault]);
      expect(packetsOf(events)).toHaveLength(2);
    }
  });

  test("again and again ends a direction, which is said once", () => {
    const talk = upgraded().client(masked(CONNECT));
    for (let i = 0; i < 40; i++) talk.client(masked(hex("c000"), { rsv: 1 })).client(masked(hex("c000")));
    const events = webSocketEvents(talk);
    expect(ofType(events, "mqtt.limit").map(event => event.limit)).toEqual(["websocket-frames"]);
    expect(packetsOf(events).length).toBeLessThan(20);
  });

  test("is told to a ceiling", () => {
    const bad = join(...Array.from({ length: 50 }, () => masked(hex("c000"), { opcode: 1 })));
    expect(faultsOf(after(bad))).toHaveLength(16);
  });
});

describe("gaps", () => {
  test("within a frame leave the frames behind it where they are", () => {
    const packet = publish("t", "x".repeat(500));
    const octets = masked(packet);
    const talk = upgraded()
      .client(masked(CONNECT))
      .client(octets.subarray(0, 100))
      .gap("client", 200)
      .client(join(octets.subarray(300), masked(hex("c000"))));
    const events = webSocketEvents(talk);
    expect(packetsOf(events)).toMatchObject([
      { type: "connect" },
      { type: "publish", payloadLength: 500 },
      { type: "pingreq" },
    ]);
    // The masking key is used in step with what was lost.
    expect((packetsOf(events)[1] as { payload: Uint8Array }).payload.every(octet => octet === 0x78)).toBe(
      true,
    );
    expect(faultsOf(events)).toEqual([]);
  });

  test("within a ping are nobody's loss", () => {
    const ping = masked(new Uint8Array(100), { opcode: 9 });
    const talk = upgraded()
      .client(masked(CONNECT))
      .client(ping.subarray(0, 20))
      .gap("client", 50)
      .client(join(ping.subarray(70), masked(hex("c000"))));
    expect(packetsOf(webSocketEvents(talk)).map(packet => packet.type)).toEqual(["connect", "pingreq"]);
  });

  test("behind any other, frames are found where packets fill them", () => {
    const talk = upgraded()
      .client(masked(CONNECT))
      .gap("client", 77)
      .client(join(hex("aabb"), masked(publish("a/b/c", "0"))))
      .client(join(masked(publish("a/b/c", "1")), masked(publish("a/b/c", "2"))));
    const events = webSocketEvents(talk);
    expect(
      ofType(events, "mqtt.publish").map(event => [
        String.fromCharCode(...event.packet.payload),
        event.guessed,
      ]),
    ).toEqual([
      ["0", true],
      ["1", true],
      ["2", true],
    ]);
  });

  test("behind any other, a frame is found whose segments are many", () => {
    const talk = upgraded().client(masked(CONNECT)).gap("client", 1400);
    for (const value of ["1", "2", "3"]) talk.client(masked(publish("a/b/c", value.repeat(3_000))), 1_400);
    const sizes = ofType(webSocketEvents(talk), "mqtt.publish").map(event => event.packet.payloadLength);
    expect(sizes).toEqual([3_000, 3_000, 3_000]);
  });

  test("are no place to find frames in what is none", () => {
    const next = random(7);
    const octets = Uint8Array.from({ length: 200_000 }, () => next() * 0x100);
    const events = webSocketEvents(upgraded().client(masked(CONNECT)).gap("client", 9).client(octets, 1_400));
    expect(packetsOf(events)).toHaveLength(1);
  });

  test("are told once", () => {
    const events = webSocketEvents(
      upgraded().client(masked(CONNECT)).gap("client", 77).gap("client", 5).end(),
    );
    expect(ofType(events, "stream.gap")).toHaveLength(2);
  });
});

describe("what is inside", () => {
  const other = [] as const;

  test("is MQTT without a subprotocol, where it begins with a CONNECT", () => {
    const talk = new Talk()
      .client(request(other))
      .server(response(other))
      .server(frame(hex("")))
      .client(masked(CONNECT), 1)
      .server(frame(CONNACK));
    expect(types(webSocketEvents(talk))).toEqual(["websocket.upgrade", "mqtt.connect", "mqtt.connack"]);
  });

  test("is nothing that is read, where it does not", () => {
    const talk = new Talk()
      .client(request(other))
      .server(response(other))
      .client(masked(ascii('{"type":"chat"}'), { opcode: 1 }))
      .client(masked(CONNECT));
    expect(types(webSocketEvents(talk))).toEqual(["websocket.upgrade", "mqtt.malformed"]);
  });

  test("is not waited for without end", () => {
    const talk = new Talk().client(request(other)).server(response(other));
    for (let i = 0; i < 100; i++) talk.server(frame(new Uint8Array(200)));
    talk.client(masked(CONNECT));
    expect(types(webSocketEvents(talk))).toEqual(["websocket.upgrade"]);
    const torn = new Talk()
      .client(request(other))
      .server(response(other))
      .gap("client", 5)
      .client(masked(CONNECT))
      .end();
    expect(packetsOf(webSocketEvents(torn))).toEqual([]);
  });

  test("is MQTT where the user says so, also midstream", () => {
    const talk = new Talk({ midstream: true, roles: "port" })
      .client(masked(publish("iot/sensor/temp", "1")))
      .client(masked(publish("iot/sensor/temp", "2")));
    const events = webSocketEvents(talk, { forced: true });
    expect(ofType(events, "mqtt.publish").map(event => event.guessed)).toEqual([true, true]);
  });
});

describe("permessage-deflate", () => {
  const agreed = (parameters = ""): Talk => {
    const lines = [
      "Sec-WebSocket-Protocol: mqtt",
      `Sec-WebSocket-Extensions: permessage-deflate${parameters}`,
    ];
    return new Talk().client(request(lines)).server(response(lines));
  };

  test("messages are inflated, each with what went before it", () => {
    const first = join(CONNECT, publish("iot/sensor/temp", "21.5"));
    const second = publish("iot/sensor/temp", "21.6");
    const talk = agreed()
      .client(masked(deflated(first), { rsv: 4 }))
      .client(masked(deflated(second, first), { rsv: 4 }))
      .client(masked(hex("c000")));
    const events = webSocketEvents(talk);
    expect(packetsOf(events).map(packet => packet.type)).toEqual([
      "connect",
      "publish",
      "publish",
      "pingreq",
    ]);
    expect(faultsOf(events)).toEqual([]);
    expect(ofType(events, "mqtt.publish")[1]).toMatchObject({
      frame: 4,
      carriers: [{ frame: 4, position: 4006 }],
    });
  });

  test("both directions have a context of their own, or none", () => {
    const talk = agreed("; server_no_context_takeover; client_no_context_takeover")
      .client(masked(deflated(CONNECT), { rsv: 4 }))
      .server(frame(deflated(CONNACK), { rsv: 4 }))
      .client(masked(deflated(publish("a/b", "1")), { rsv: 4 }))
      .server(frame(deflated(publish("a/b", "1")), { rsv: 4 }));
    expect(packetsOf(webSocketEvents(talk)).map(packet => packet.type)).toEqual([
      "connect",
      "connack",
      "publish",
      "publish",
    ]);
  });

  test("a message in fragments is inflated as one, whatever lies between", () => {
    const octets = deflated(join(CONNECT, publish("a/b", "x".repeat(200))));
    const talk = agreed()
      .client(masked(octets.subarray(0, 5), { rsv: 4, fin: false }), 1)
      .client(masked(ascii("p"), { opcode: 9 }))
      .client(masked(octets.subarray(5), { opcode: 0 }), 1);
    expect(packetsOf(webSocketEvents(talk)).map(packet => packet.type)).toEqual(["connect", "publish"]);
  });

  test("the window moves on over many messages", () => {
    const talk = agreed().client(masked(deflated(CONNECT), { rsv: 4 }));
    let before = CONNECT;
    for (let i = 0; i < 30; i++) {
      const message = publish("iot/sensor/temp", `${i}`.padStart(3000, String.fromCharCode(0x61 + (i % 26))));
      talk.client(masked(deflated(message, before.subarray(-32_768)), { rsv: 4 }));
      before = join(before, message);
    }
    const large = publish("iot/sensor/temp", "y".repeat(40_000));
    talk.client(masked(deflated(large, before.subarray(-32_768)), { rsv: 4 }));
    talk.client(masked(deflated(publish("t", "end"), large.subarray(-32_768)), { rsv: 4 }));
    const events = webSocketEvents(talk);
    expect(ofType(events, "mqtt.publish")).toHaveLength(32);
    expect(faultsOf(events)).toEqual([]);
  });

  test("a bomb is not inflated", () => {
    const bomb = deflated(new Uint8Array(50_000_000));
    const events = webSocketEvents(
      agreed()
        .client(masked(deflated(CONNECT), { rsv: 4 }))
        .client(masked(bomb, { rsv: 4 }))
        .client(masked(hex("c000"))),
    );
    expect(faultsOf(events)).toEqual(["WebSocket message.payload: too-large"]);
    expect(packetsOf(events)).toHaveLength(1);
  });

  test("without takeover a message that cannot be read is a hole, and the next one is read", () => {
    const talk = agreed("; client_no_context_takeover")
      .client(masked(deflated(CONNECT), { rsv: 4 }))
      .client(masked(hex("ffffffffff"), { rsv: 4 }))
      .client(masked(deflated(join(publish("a/b/c", "1"), publish("a/b/c", "2"))), { rsv: 4 }));
    const events = webSocketEvents(talk);
    expect(faultsOf(events)).toEqual(["WebSocket message.payload: RFC 7692 §7.2.2"]);
    expect(ofType(events, "mqtt.publish").map(event => event.guessed)).toEqual([true, true]);
  });

  test("a compressed message is kept to a ceiling", () => {
    const noise = Uint8Array.from(
      { length: 1_200_000 },
      (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 0xff,
    );
    const talk = agreed("; client_no_context_takeover")
      .client(masked(deflated(CONNECT), { rsv: 4 }))
      .client(masked(noise, { rsv: 4 }), 65_536);
    expect(faultsOf(webSocketEvents(talk))).toEqual(["WebSocket message.payload: too-large"]);
  });

  test("a gap in a compressed message ends a direction that goes on from it", () => {
    const octets = masked(deflated(publish("a/b", "x".repeat(50))), { rsv: 4 });
    const torn = (parameters: string): ProtocolEvent[] =>
      webSocketEvents(
        agreed(parameters)
          .client(masked(deflated(CONNECT), { rsv: 4 }))
          .client(octets.subarray(0, 9))
          .gap("client", 3)
          .client(octets.subarray(12))
          .client(masked(deflated(join(publish("a/b/c", "1"), publish("a/b/c", "2"))), { rsv: 4 })),
      );
    expect(ofType(torn(""), "mqtt.publish")).toHaveLength(0);
    expect(ofType(torn("; client_no_context_takeover"), "mqtt.publish").length).toBeLessThanOrEqual(2);
  });
});

describe("law: no octets throw", () => {
  test("frames and handshakes with anything in them are events", () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .record({
          opcode: fc.nat(15),
          fin: fc.boolean(),
          rsv: fc.nat(7),
          octets: fc.uint8Array({ maxLength: 30 }),
        })
        .map(({ octets, ...fields }) => frame(octets, { ...fields, mask: MASK })),
      fc.constant(masked(CONNECT)),
      fc.constant(control(0x30, "0001 61")),
    );
    const extension = fc.constantFrom("", "Sec-WebSocket-Extensions: permessage-deflate");
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.array(piece, { maxLength: 8 }),
        extension,
        fc.nat(60),
        (mine, theirs, line, gap) => {
          const lines = ["Sec-WebSocket-Protocol: mqtt", line];
          const talk = new Talk().client(request(lines)).server(response(lines));
          for (const octets of mine) talk.client(octets, 11);
          if (gap > 0) talk.gap("client", gap);
          for (const octets of theirs) talk.server(octets, 7).client(octets);
          expect(webSocketEvents(talk.end()).at(-1)).toMatchObject({ type: "stream.end" });
        },
      ),
      { numRuns: runs(500) },
    );
  });
});
