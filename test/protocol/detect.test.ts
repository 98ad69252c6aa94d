import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProtocolEvent } from "../../src/protocol/event.ts";
import { type ProtocolOptions, protocols } from "../../src/protocol/protocols.ts";
import type { LimitEvent } from "../../src/protocol/event.ts";
import { ascii, type ConnectionOptions, eventsOf, hex, join, ofType, Talk } from "./build.ts";
import { CONNECTS, conversation, packetsOf, publish, runs, sentBy } from "./mqtt/build.ts";
import { frame, masked, request, response } from "./websocket/build.ts";

/** A ClientHello that offers one suite, as its record begins. */
const CLIENT_HELLO = hex(`16 0301 002f 01 00002b 0303 ${"11".repeat(32)} 00 0002 1301 01 00 0000`);
const SERVER_HELLO = hex(`16 0303 002c 02 000028 0303 ${"22".repeat(32)} 00 1301 00 0000`);

const PORTS: ReadonlySet<number> = new Set([1883, 8883, 8884]);

/** What the whole protocol stage says of a script. */
function staged(talk: Talk, options: Partial<ProtocolOptions> = {}): ProtocolEvent[] {
  const all = { decodeAs: new Map(), ports: PORTS, ...options };
  return eventsOf(
    (connection, emit) =>
      protocols(
        {
          event: emit,
          limit: () => undefined,
          datagram: () => undefined,
          notice: () => undefined,
          end: () => undefined,
        },
        all,
      ).open(connection),
    talk,
  );
}

const spoken = (events: readonly ProtocolEvent[]): (string | undefined)[] =>
  ofType(events, "stream.protocol").map(event => event.protocol);

const types = (events: readonly ProtocolEvent[]): string[] => events.map(event => event.type);

const on = (serverPort: number, more: ConnectionOptions = {}): Talk => new Talk({ serverPort, ...more });

describe("MQTT", () => {
  test("is recognised by its CONNECT, on any port", () => {
    for (const version of ["3.1", "3.1.1", "5.0"] as const) {
      const events = staged(on(40_000).client(join(CONNECTS[version], hex("c000"))));
      expect(types(events)).toEqual(["stream.protocol", "mqtt.connect", "mqtt.pingreq"]);
      expect(spoken(events)).toEqual(["mqtt"]);
    }
  });

  test("is recognised in single octets, and every event keeps its frame", () => {
    const events = staged(on(40_000).client(join(CONNECTS["3.1.1"], hex("c000")), 1));
    expect(types(events)).toEqual(["stream.protocol", "mqtt.connect", "mqtt.pingreq"]);
    expect(events.map(event => event.frame)).toEqual([8, 15, 17]);
  });

  test("needs the protocol's name, not two octets", () => {
    for (const octets of ["10 0d 0004 4d515458 04", "10 02 0004 4d51", "10 ffffffff"])
      expect(spoken(staged(on(40_000).client(`${octets} 000000000000`).end()))).toEqual([undefined]);
    expect(spoken(staged(on(40_000).client("10 0d").end()))).toEqual([undefined]);
    expect(spoken(staged(on(40_000).client("c000").server("d000").end()))).toEqual([undefined]);
  });

  test("the side that sends its CONNECT is the client, where no handshake was seen", () => {
    const talk = on(40_000, { roles: "first-segment", midstream: true })
      .client(hex("d000"))
      .server(join(CONNECTS["3.1.1"], hex("c000")));
    const events = staged(talk);
    expect(talk.connection.swaps).toBe(1);
    expect(types(events)).toContain("mqtt.connect");
    expect(ofType(events, "mqtt.connect")[0]!.direction).toBe("client");
    expect(ofType(events, "mqtt.pingreq")[0]!.direction).toBe("client");
  });

  test("law: a conversation is found behind any cut, on any port", () => {
    const places = fc.array(fc.nat(400), { maxLength: 8 });
    fc.assert(
      fc.property(
        conversation,
        places,
        places,
        fc.constantFrom(1883, 40_000),
        (talked, client, server, port) => {
          const talk = on(port)
            .cut("client", sentBy(talked, "client"), client)
            .cut("server", sentBy(talked, "server"), server);
          expect(packetsOf(staged(talk))).toHaveLength(talked.turns.length);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});

describe("packets without a CONNECT", () => {
  test("are believed where MQTT is expected", () => {
    const talk = new Talk({ midstream: true, roles: "port" }).client(publish("iot/sensor/temp", "21"));
    expect(types(staged(talk))).toEqual(["stream.protocol", "mqtt.publish"]);
    expect(types(staged(new Talk({ midstream: true, roles: "port" }).server("20020000")))).toEqual([
      "stream.protocol",
      "mqtt.connack",
    ]);
  });

  test("are searched there, where the capture begins within one", () => {
    const talk = new Talk({ midstream: true, roles: "port" }).client(
      join(ascii("rest of a payload"), publish("iot/sensor/temp", "21"), publish("iot/sensor/temp", "22")),
    );
    expect(types(staged(talk))).toEqual(["stream.protocol", "mqtt.publish", "mqtt.publish"]);
  });

  test("are read from the first octet of a connection, where it begins with one", () => {
    expect(
      types(staged(new Talk().client(join(publish("iot/sensor/temp", "21"), CONNECTS["3.1.1"])))),
    ).toEqual(["stream.protocol", "mqtt.publish", "mqtt.malformed", "mqtt.connect"]);
  });

  test("behind a lost CONNECT are read all the same", () => {
    const events = staged(
      new Talk().gap("client", 15).client(publish("iot/sensor/temp", "21")).server("20020000"),
    );
    expect(spoken(events)).toEqual(["mqtt"]);
    expect(types(events)).toEqual(["stream.protocol", "stream.gap", "mqtt.publish", "mqtt.connack"]);
  });

  test("one ping is no MQTT, a ping and its answer are", () => {
    const midstream = { midstream: true, roles: "port" } as const;
    expect(spoken(staged(new Talk(midstream).client("c000").end()))).toEqual([undefined]);
    expect(types(staged(new Talk(midstream).client("c000").server("d000")))).toEqual([
      "stream.protocol",
      "mqtt.pingreq",
      "mqtt.pingresp",
    ]);
  });

  test("elsewhere need several of both sides and nothing else", () => {
    const midstream = { midstream: true, roles: "first-segment" } as const;
    const many = join(publish("iot/sensor/temp", "21"), publish("iot/sensor/temp", "22"));
    expect(spoken(staged(on(40_000, midstream).client(many).end()))).toEqual([undefined]);
    expect(
      spoken(
        staged(
          on(40_000, midstream)
            .client(many)
            .server(join(many, hex("d000"))),
        ),
      ),
    ).toEqual(["mqtt"]);
    expect(
      spoken(
        staged(
          on(40_000, midstream)
            .client(join(hex("00"), many))
            .server(many)
            .end(),
        ),
      ),
    ).toEqual([undefined]);
    expect(
      spoken(staged(on(40_000, midstream).client(many).server(ascii("220 mail ready\r\n")).end())),
    ).toEqual([undefined]);
  });

  test("elsewhere are believed of one side where the other is silent, and three are messages", () => {
    const many = join(...[21, 22, 23].map(value => publish("iot/sensor/temp", `${value}`)));
    for (const roles of ["port", "first-segment"] as const)
      for (const side of ["client", "server"] as const) {
        const talk = on(40_000, { midstream: true, roles })[side](many);
        expect(packetsOf(staged(talk))).toHaveLength(3);
        const other = on(40_000, { midstream: true, roles })[side](join(many, ascii("GET / HTTP/1.1\r\n")));
        expect(packetsOf(staged(other.end()))).toEqual([]);
      }
    const behindGap = on(40_000).gap("client", 15).client(many);
    expect(packetsOf(staged(behindGap))).toHaveLength(3);
  });

  test("elsewhere are believed of a broker alone that answers a CONNECT of which no segment was captured", () => {
    const answered = join(hex("20020000 9003000100"), ...["1", "2", "3"].map(value => publish("a", value)));
    const answers = (octets: Uint8Array, more: ConnectionOptions = {}): number =>
      packetsOf(staged(on(40_000, more).server(octets).end())).length;
    expect(answers(answered, { unseen: "client" })).toBe(5);
    // A client that was seen and said nothing was answered by nobody.
    expect(answers(answered)).toBe(0);
    expect(answers(answered.subarray(4), { unseen: "client" })).toBe(0);
    expect(answers(join(answered, ascii("220 ready\r\n")), { unseen: "client" })).toBe(0);
    const lost = on(40_000).gap("client", 30).server(answered);
    expect(packetsOf(staged(lost.end()))).toHaveLength(5);
  });

  test("that are too few are told to look like MQTT", () => {
    const one = publish("iot/sensor/temp", "21");
    const like = (talk: Talk) => ofType(staged(talk.end()), "stream.protocol").map(event => event.like);
    const midstream = { midstream: true, roles: "port" } as const;
    expect(like(on(40_000, midstream).server(one))).toEqual(["mqtt"]);
    expect(like(on(40_000, midstream).server(one).client("00"))).toEqual([undefined]);
    expect(like(on(40_000).client(one))).toEqual([undefined]);
    expect(like(on(40_000, { unseen: "client" }).server(join(hex("20020000"), one)))).toEqual(["mqtt"]);
    expect(like(on(40_000).server(join(hex("20020000"), one)))).toEqual([undefined]);
  });

  /** What other protocols send, and octets that are shaped like packets without being any. */
  const foreign: Readonly<Record<string, fc.Arbitrary<Uint8Array>>> = {
    "random octets": fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
    "octets with the headers of messages": fc
      .array(fc.tuple(fc.nat(15), fc.uint8Array({ minLength: 1, maxLength: 100 })), {
        minLength: 1,
        maxLength: 30,
      })
      .map(units =>
        join(...units.map(([flags, value]) => join(Uint8Array.of(0x30 + flags, value.length), value))),
      ),
    "BER sequences, as LDAP and SNMP send them": fc
      .array(fc.tuple(fc.nat(127), fc.uint8Array({ minLength: 1, maxLength: 100 })), {
        minLength: 1,
        maxLength: 30,
      })
      .map(units =>
        join(...units.map(([id, value]) => join(Uint8Array.of(0x30, value.length + 3, 2, 1, id), value))),
      ),
    "lengths and texts": fc
      .array(fc.string({ minLength: 1, maxLength: 100 }), { minLength: 1, maxLength: 30 })
      .map(texts => join(...texts.map(text => join(Uint8Array.of(0, text.length), ascii(text))))),
    Modbus: fc
      .array(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(20), fc.nat(0xffff)), { minLength: 1, maxLength: 60 })
      .map(asked =>
        join(
          ...asked.map(([high, low, unit, register]) =>
            Uint8Array.of(high, low, 0, 0, 0, 6, unit, 3, register >> 8, register & 0xff, 0, 1),
          ),
        ),
      ),
    AMQP: fc
      .array(fc.tuple(fc.constantFrom(1, 2, 3, 8), fc.uint8Array({ minLength: 1, maxLength: 100 })), {
        minLength: 1,
        maxLength: 20,
      })
      .map(frames =>
        join(
          ...frames.map(([type, body]) =>
            join(Uint8Array.of(type, 0, 1, 0, 0, 0, body.length), body, Uint8Array.of(0xce)),
          ),
        ),
      ),
    "lines of text": fc
      .array(
        fc.constantFrom(
          "SEND",
          "destination:/queue/a",
          "0",
          "1 FETCH",
          "=x",
          "SSH-2.0-x",
          "<a/>",
          "GET / HTTP/1.1",
          "\0",
        ),
        {
          minLength: 1,
          maxLength: 60,
        },
      )
      .map(lines => ascii(lines.join("\r\n"))),
  };

  test.each(Object.keys(foreign))("law: %s are none on any port that is not MQTT's", name => {
    const ways = fc.tuple(
      foreign[name]!,
      fc.constantFrom("client", "server"),
      fc.constantFrom("port", "first-segment"),
    );
    fc.assert(
      fc.property(ways, fc.boolean(), ([octets, side, roles], midstream) => {
        const talk = on(40_000, { midstream, roles: roles as "port" });
        expect(packetsOf(staged(talk[side as "client"](octets).end()))).toEqual([]);
      }),
      { numRuns: runs(300) },
    );
  });

  test.each(Object.keys(foreign))("law: %s do not look like messages behind the rest of a packet", name => {
    const size = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(
        foreign[name]!,
        size,
        fc.constantFrom("client" as const, "server" as const),
        (octets, cut, side) => {
          const talk = on(40_000, { midstream: true, roles: "port" });
          talk.send(side, hex("ff00ff00")).send(side, octets, cut);
          const told = ofType(staged(talk.end()), "stream.protocol");
          expect(told).toMatchObject([{ protocol: undefined, like: undefined }]);
        },
      ),
      { numRuns: runs(300) },
    );
  });

  test("are no MQTT because all ports are to be judged", () => {
    const talk = on(40_000, { midstream: true, roles: "port" })
      .client(publish("iot/sensor/temp", "21"))
      .end();
    expect(spoken(staged(talk, { ports: "all" }))).toEqual([undefined]);
    expect(
      spoken(
        staged(on(40_000, { midstream: true, roles: "port" }).client(publish("iot/sensor/temp", "21")), {
          ports: new Set([40_000]),
        }),
      ),
    ).toEqual(["mqtt"]);
  });
});

describe("TLS", () => {
  test("is recognised by its hello, on any port and in single octets", () => {
    for (const port of [1883, 8883, 40_000]) {
      const events = staged(on(port).client(CLIENT_HELLO, 1).server(SERVER_HELLO));
      expect(spoken(events)).toEqual(["tls"]);
      expect(types(events)).toContain("tls.client_hello");
    }
  });

  test("is recognised by the server's side alone", () => {
    expect(spoken(staged(on(40_000).server(SERVER_HELLO)))).toEqual(["tls"]);
  });

  test("begun midstream is believed where it is expected", () => {
    const record = hex(`17 0303 0020 ${"ab".repeat(32)}`);
    const midstream = { midstream: true, roles: "port" } as const;
    expect(spoken(staged(on(8883, midstream).client(record)))).toEqual(["tls"]);
    expect(spoken(staged(on(443, midstream).client(record)))).toEqual(["tls"]);
    expect(spoken(staged(on(40_000, midstream).client(record), { ports: "all" }))).toEqual(["tls"]);
    expect(spoken(staged(on(40_000, midstream).client(record).end()))).toEqual([undefined]);
  });

  test("the side that sends its ClientHello is the client, where no handshake was seen", () => {
    const talk = on(40_000, { roles: "first-segment", midstream: true })
      .server(CLIENT_HELLO)
      .client(SERVER_HELLO);
    const events = staged(talk);
    expect(talk.connection.swaps).toBe(1);
    expect(ofType(events, "tls.client_hello")).toMatchObject([{ direction: "client" }]);
    expect(ofType(events, "tls.server_hello")).toMatchObject([{ direction: "server" }]);
  });

  test("an SSLv2 hello is TLS", () => {
    expect(
      spoken(
        staged(
          on(8883).client(
            "802b 01 0300 0012 0000 0010 010080 020080 030080 040080 060040 0700c0 000102030405060708090a0b0c0d0e0f",
          ),
        ),
      ),
    ).toEqual(["tls"]);
  });
});

describe("what TLS carries", () => {
  /** A handshake that agrees on TLS_RSA_WITH_NULL_SHA, and then records with a MAC of twenty octets. */
  const opened = (): Talk => {
    const finished = `14 0303 0001 01 16 0303 0024 ${"33".repeat(36)}`;
    return on(8883)
      .client(hex(`16 0301 002f 01 00002b 0303 ${"11".repeat(32)} 00 0002 0002 01 00 0000`))
      .server(
        hex(
          `16 0303 002c 02 000028 0303 ${"22".repeat(32)} 00 0002 00 0000 16 0303 0004 0e 000000 ${finished}`,
        ),
      )
      .client(hex(finished));
  };
  const record = (content: Uint8Array): Uint8Array =>
    join(
      hex("17 0303"),
      Uint8Array.of((content.length + 20) >> 8, (content.length + 20) & 0xff),
      content,
      new Uint8Array(20),
    );

  test("is recognised like a connection of its own, where it is readable", () => {
    const events = staged(
      opened()
        .client(record(CONNECTS["3.1.1"]))
        .server(record(hex("20020000")))
        .end(),
    );
    expect(ofType(events, "mqtt.connect")).toMatchObject([{ transport: "tls", direction: "client" }]);
    expect(ofType(events, "mqtt.connack")).toMatchObject([{ transport: "tls", direction: "server" }]);
    expect(spoken(events)).toEqual(["tls"]);
  });

  test("may be WebSocket, or nothing that is read", () => {
    const talk = opened()
      .client(record(request()))
      .server(record(response()))
      .client(record(masked(CONNECTS["3.1.1"])));
    expect(ofType(staged(talk.end()), "mqtt.connect")).toMatchObject([{ transport: "wss" }]);
    const other = staged(
      opened()
        .client(record(ascii("EHLO x\r\n")))
        .server(record(ascii("250 x\r\n")))
        .end(),
    );
    expect(other.some(event => event.type.startsWith("mqtt."))).toBe(false);
  });
});

describe("WebSocket", () => {
  test("is recognised by a request that asks for MQTT", () => {
    const events = staged(on(8080).client(request(), 7).server(response()).client(masked(CONNECTS["3.1.1"])));
    expect(spoken(events)).toEqual(["websocket"]);
    expect(types(events)).toEqual(["stream.protocol", "websocket.upgrade", "mqtt.connect"]);
  });

  test("without a subprotocol is recognised by the answer", () => {
    const events = staged(
      on(8080)
        .client(request([]))
        .server(response([]))
        .client(masked(CONNECTS["3.1.1"]))
        .server(frame(hex("20020000"))),
    );
    expect(types(events)).toEqual(["stream.protocol", "websocket.upgrade", "mqtt.connect", "mqtt.connack"]);
    expect(
      spoken(staged(on(8080).client(request([])).server(ascii("HTTP/1.1 404 Not Found\r\n\r\n")).end())),
    ).toEqual([undefined]);
    expect(spoken(staged(on(8080).client(request([])).end()))).toEqual([undefined]);
  });

  test("is recognised by an answer alone that grants MQTT", () => {
    expect(
      spoken(
        staged(
          on(8080)
            .server(response())
            .server(frame(hex("20020000"))),
        ),
      ),
    ).toEqual(["websocket"]);
    expect(spoken(staged(on(8080).server(response([])).end()))).toEqual([undefined]);
  });

  test("is recognised by its frames alone where the handshake is not there", () => {
    const sent = [1, 2, 3, 4].map(value => masked(publish("iot/sensor/temp", `${value}`)));
    const told = [1, 2, 3, 4].map(value => frame(publish("iot/alarm", `${value}`)));
    for (const port of [1883, 9001])
      for (const roles of ["port", "first-segment"] as const) {
        const both = on(port, { midstream: true, roles });
        for (const [index, octets] of sent.entries()) both.client(octets).server(told[index]!);
        expect(packetsOf(staged(both))).toHaveLength(8);
        const turned = on(port, { midstream: true, roles: "first-segment" }).server(join(...sent));
        expect(ofType(staged(turned), "mqtt.publish").map(event => event.direction)).toEqual(
          sent.map(() => "client"),
        );
        const alone = on(port, { midstream: true, roles }).server(join(...told));
        expect(packetsOf(staged(alone))).toHaveLength(4);
      }
    const chat = [1, 2, 3, 4].map(value => masked(ascii(`{"message":${value}}`), { opcode: 1 }));
    const talk = on(9001, { midstream: true, roles: "port" }).client(join(...chat));
    expect(spoken(staged(talk.end()))).toEqual([undefined]);
  });

  test("the side that sends the request is the client, where no handshake was seen", () => {
    const talk = on(8080, { roles: "first-segment", midstream: true })
      .server(request())
      .client(response())
      .server(masked(CONNECTS["3.1.1"]));
    expect(ofType(staged(talk), "mqtt.connect")).toMatchObject([{ direction: "client" }]);
  });

  test("any other HTTP is nothing", () => {
    for (const text of [
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\n\r\n",
      "GET /\r\n\r\n",
      "GETTING\r\n",
    ])
      expect(
        types(staged(on(80).client(ascii(text)).server(ascii("HTTP/1.1 200 OK\r\n\r\n")).end())),
      ).toEqual(["stream.protocol"]);
  });
});

describe("WebSocket", () => {
  test("is recognised by a request that is longer than what is looked at", () => {
    const octets = request(["Sec-WebSocket-Protocol: mqtt", `Cookie: ${"a".repeat(9_000)}`]);
    for (const size of [1_400, 100_000]) {
      const talk = on(40_000).client(octets, size).server(response()).client(masked(CONNECTS["3.1.1"]));
      const told = types(staged(talk.end()));
      expect(told).toEqual(["stream.protocol", "websocket.upgrade", "mqtt.connect", "stream.end"]);
    }
  });
});

describe("PROXY", () => {
  const line = "PROXY TCP4 203.0.113.9 192.0.2.1 51544 1883\r\n";

  test.each([1, 3, 1000])("a header is told, and what follows it is looked at anew (chunks of %i)", size => {
    const events = staged(on(40_000).client(join(ascii(line), CONNECTS["3.1.1"], hex("c000")), size));
    expect(types(events)).toEqual(["proxy.header", "stream.protocol", "mqtt.connect", "mqtt.pingreq"]);
    expect(events[0]).toMatchObject({
      version: 1,
      source: "203.0.113.9:51544",
      destination: "192.0.2.1:1883",
      from: 0,
      to: line.length,
    });
    expect(events[0]!.carriers.reduce((sum, carrier) => sum + carrier.length, 0)).toBe(line.length);
    expect(events[2]).toMatchObject({ from: line.length, to: line.length + CONNECTS["3.1.1"].length });
  });

  test("a header in a segment of its own is told when it comes", () => {
    const events = staged(on(8883).client(ascii(line)).client(CLIENT_HELLO));
    expect(types(events).slice(0, 3)).toEqual(["proxy.header", "stream.protocol", "tls.client_hello"]);
    expect(events[0]!.frame).toBe(1);
    expect(events[1]!.frame).toBe(2);
  });

  test("of version 2 goes before TLS, WebSocket and MQTT alike", () => {
    const header = hex("0d0a0d0a000d0a515549540a 21 11 000c cb007109 c0000201 c958 075b");
    expect(spoken(staged(on(40_000).client(join(header, CLIENT_HELLO))))).toEqual(["tls"]);
    expect(spoken(staged(on(40_000).client(join(header, request()))))).toEqual(["websocket"]);
    expect(spoken(staged(on(1883).client(join(header, CONNECTS["5.0"]))))).toEqual(["mqtt"]);
  });

  test("is the client's first word or none", () => {
    expect(types(staged(on(40_000).server(ascii(line)).client(CONNECTS["3.1.1"])))).not.toContain(
      "proxy.header",
    );
    expect(
      types(
        staged(
          on(40_000, { midstream: true, roles: "port" })
            .client(join(ascii(line), CONNECTS["3.1.1"]))
            .end(),
        ),
      ),
    ).toEqual(["stream.protocol"]);
    expect(
      types(
        staged(
          on(40_000)
            .gap("client", 4)
            .client(join(ascii(line), CONNECTS["3.1.1"]))
            .end(),
        ),
      ),
    ).not.toContain("proxy.header");
    expect(types(staged(on(40_000).client(ascii("PROXY TCP4 nonsense\r\n")).end()))).toEqual([
      "stream.protocol",
    ]);
    expect(types(staged(on(40_000).client(ascii("PROXY TCP4 203")).end()))).toEqual(["stream.protocol"]);
  });

  test("may follow that of a proxy in front of it, four times at most", () => {
    const inner = "PROXY TCP4 203.0.113.7 203.0.113.9 4711 1883\r\n";
    const connect = CONNECTS["3.1.1"];
    for (const size of [1, 7, 1000]) {
      const events = staged(
        on(40_000)
          .client(join(ascii(line), ascii(inner), connect), size)
          .end(),
      );
      expect(types(events)).toEqual([
        "proxy.header",
        "proxy.header",
        "stream.protocol",
        "mqtt.connect",
        "stream.end",
      ]);
      const second = ofType(events, "proxy.header")[1]!;
      const { length } = line;
      expect(second).toMatchObject({ source: "203.0.113.7:4711", from: length, to: length + inner.length });
      expect(second.carriers.reduce((sum, carrier) => sum + carrier.length, 0)).toBe(inner.length);
    }
    const many = (times: number): Uint8Array =>
      join(...Array.from({ length: times }, () => ascii(line)), connect);
    expect(spoken(staged(on(40_000).client(many(4)).end()))).toEqual(["mqtt"]);
    expect(spoken(staged(on(40_000).client(many(5)).end()))).toEqual([undefined]);
  });

  test("of the greatest length is passed as a whole", () => {
    const size = 8_192 - 16;
    const values = join(hex("04 1fed"), new Uint8Array(size - 15));
    const header = join(hex("0d0a0d0a000d0a515549540a 21 11"), Uint8Array.of(size >> 8, size & 255));
    const addresses = hex("cb007109 c0000201 c958 075b");
    for (const chunk of [1_000, 100_000]) {
      const talk = on(40_000)
        .client(join(header, addresses, values, request()), chunk)
        .server(response());
      expect(spoken(staged(talk.client(masked(CONNECTS["5.0"])).end()))).toEqual(["websocket"]);
    }
  });
});

describe("anything else", () => {
  test("is told once, and what it says later changes nothing", () => {
    const talk = on(25).server(ascii("220 mail ready\r\n")).client(new Uint8Array(5_000));
    for (let i = 0; i < 10; i++) talk.server(new Uint8Array(1000)).client(CONNECTS["3.1.1"]);
    expect(types(staged(talk.end()))).toEqual(["stream.protocol"]);
  });

  test("is not waited for without end", () => {
    const talk = on(1883, { midstream: true, roles: "port" });
    for (let i = 0; i < 40; i++)
      talk.client(new Uint8Array(1000).fill(0xff)).server(new Uint8Array(1000).fill(0xff));
    for (let i = 0; i < 30; i++) talk.client(new Uint8Array(1000).fill(0xff));
    const events = staged(talk);
    expect(spoken(events)).toEqual([undefined]);
    expect(events[0]!.frame).toBeLessThan(150);
    const small = on(40_000).server(new Uint8Array(8000), 1).end();
    expect(spoken(staged(small))).toEqual([undefined]);
  });

  test("that only has gaps and an end is unknown", () => {
    expect(spoken(staged(on(1883).gap("client", 10).close("client", "fin").end()))).toEqual([undefined]);
  });
});

describe("a protocol that the user names", () => {
  const decodeAs = (protocol: "mqtt" | "tls" | "ws"): Partial<ProtocolOptions> => ({
    decodeAs: new Map([[40_000, protocol]]),
  });

  test("is read whatever the octets are", () => {
    expect(spoken(staged(on(40_000).client("ffff").end(), decodeAs("mqtt")))).toEqual(["mqtt"]);
    expect(spoken(staged(on(40_000).client("ffff").end(), decodeAs("tls")))).toEqual(["tls"]);
    expect(spoken(staged(on(40_000).client("ffff").end(), decodeAs("ws")))).toEqual(["websocket"]);
    expect(
      spoken(staged(new Talk({ serverPort: 9, clientPort: 40_000 }).client("ffff").end(), decodeAs("tls"))),
    ).toEqual(["tls"]);
    expect(spoken(staged(on(40_000).gap("client", 9).end(), decodeAs("mqtt")))).toEqual(["mqtt"]);
  });

  test("is read midstream, and its octets still say who is the client", () => {
    const talk = on(40_000, { midstream: true, roles: "first-segment" }).server(CONNECTS["3.1.1"]);
    expect(ofType(staged(talk, decodeAs("mqtt")), "mqtt.connect")).toMatchObject([{ direction: "client" }]);
    const frames = on(40_000, { midstream: true, roles: "port" })
      .client(masked(publish("iot/sensor/temp", "21")))
      .client(masked(publish("iot/sensor/temp", "22")));
    expect(types(staged(frames, decodeAs("ws")))).toEqual([
      "stream.protocol",
      "mqtt.publish",
      "mqtt.publish",
    ]);
  });
});

describe("the stage", () => {
  test("passes on what is none of its business", () => {
    const seen: unknown[] = [];
    const stage = protocols(
      {
        event: event => seen.push(event),
        limit: (limit: LimitEvent) => seen.push(limit.type, limit.limit),
        datagram: datagram => seen.push(datagram),
        notice: notice => seen.push(notice),
        end: () => seen.push("end"),
      },
      { decodeAs: new Map(), ports: PORTS },
    );
    stage.limit({ limit: "connections", at: 1 as never, frame: 1 as never });
    stage.notice({ type: "capture.closed", octets: 5 });
    const datagram = { octets: Uint8Array.of(1, 2, 3), start: 0, end: 3 };
    stage.datagram(datagram as never);
    stage.end();
    expect(seen).toEqual([
      "stream.limit",
      "connections",
      { type: "capture.closed", octets: 5 },
      datagram,
      "end",
    ]);
  });

  test("ends the session of a connection with it", () => {
    const talk = new Talk().client(CONNECTS["3.1.1"]).close("client", "fin").end("fin");
    const sink = {
      event: () => undefined,
      limit: () => undefined,
      datagram: () => undefined,
      notice: () => undefined,
      end: () => undefined,
    };
    const stage = protocols(sink, { decodeAs: new Map(), ports: PORTS }).open(talk.connection);
    for (const item of talk.items) stage.push(item);
    expect(() => stage.end()).not.toThrow();
    const unknown = protocols(sink, { decodeAs: new Map(), ports: PORTS }).open(talk.connection);
    expect(() => unknown.end()).not.toThrow();
  });

  test("law: no octets throw, and a protocol is told once", () => {
    const start = fc.constantFrom(
      hex(""),
      CLIENT_HELLO.subarray(0, 20),
      CONNECTS["5.0"].subarray(0, 9),
      request().subarray(0, 60),
      ascii("PROXY TCP4 "),
      hex("17030300"),
    );
    fc.assert(
      fc.property(
        start,
        fc.uint8Array({ maxLength: 60 }),
        start,
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(20),
        fc.boolean(),
        fc.constantFrom(1883, 443, 40_000),
        (a, b, c, d, gap, midstream, port) => {
          const talk = on(port, { midstream, roles: midstream ? "port" : "handshake" });
          talk.client(join(a, b), 13);
          if (gap > 0) talk.gap("server", gap);
          talk.server(join(c, d), 11).client(join(c, b)).end();
          const told = spoken(staged(talk));
          // What speaks nothing known may still go over to TLS.
          expect(told.length === 1 || (told[0] === undefined && told[1] === "tls" && told.length === 2)).toBe(
            true,
          );
        },
      ),
      { numRuns: runs(800) },
    );
  });
});
