import { describe, expect, test } from "vitest";
import type { ProtocolEvent } from "../../src/protocol/event.ts";
import { beginsWithHello } from "../../src/protocol/late.ts";
import { protocols } from "../../src/protocol/protocols.ts";
import { ascii, eventsOf, hex, join, ofType, Talk } from "./build.ts";
import { CONNECTS, packetsOf, publish } from "./mqtt/build.ts";
import * as build from "./tls/build.ts";
import { masked, request, response } from "./websocket/build.ts";

const HELLO = build.handshakeRecord(
  1,
  build.clientHello({ extensions: [build.serverName(ascii("mail.example"))] }),
  0x0301,
);
const ANSWER = build.handshakeRecord(2, build.serverHello());

const UNHEARD = () => undefined;

function read(talk: Talk): ProtocolEvent[] {
  const options = { decodeAs: new Map(), ports: new Set([1883, 8883]) };
  const sink = { limit: UNHEARD, datagram: UNHEARD, notice: UNHEARD, end: UNHEARD };
  return eventsOf((connection, emit) => protocols({ ...sink, event: emit }, options).open(connection), talk);
}

const types = (talk: Talk): string[] => read(talk.end()).map(event => event.type);

describe("TLS that begins after other talk", () => {
  test("is read from the chunk that begins with a ClientHello", () => {
    const talk = new Talk({ serverPort: 25 }).server(ascii("220 mail.example")).client(ascii("STARTTLS\r\n"));
    talk.server(ascii("220 go ahead\r\n")).client(HELLO).server(ANSWER).client(hex("14 03 03 00 01 01"));
    const events = read(talk.end());
    expect(events.map(e => e.type)).toEqual([
      "stream.protocol",
      "tls.client_hello",
      "tls.server_hello",
      "tls.change_cipher_spec",
      "tls.closed",
      "stream.end",
    ]);
    expect(ofType(events, "stream.protocol")[0]).toMatchObject({
      protocol: "tls",
      frame: 4,
    });
    expect(ofType(events, "tls.client_hello")[0]).toMatchObject({
      from: 15,
      message: { serverName: "mail.example" },
    });
  });

  test("is nothing where none begins", () => {
    const talk = new Talk({ serverPort: 25 }).client(ascii("QUIT")).gap("server", 3).server(hex("16 03 01"));
    const events = read(talk.end());
    expect(ofType(events, "stream.protocol").map(event => event.protocol)).toEqual([undefined]);
    expect(events).toHaveLength(1);
  });
});

describe("MQTT that begins after other talk", () => {
  const through = (port: number, ask: Uint8Array, answer: Uint8Array): Talk =>
    new Talk({ serverPort: port })
      .client(ask)
      .server(answer)
      .client(CONNECTS["3.1.1"])
      .server(hex("20020000"));
  const MQTT = ["stream.protocol", "mqtt.connect", "mqtt.connack", "stream.end"];

  test("is read behind what a proxy was asked", () => {
    const http = through(
      3128,
      ascii("CONNECT b:1883 HTTP/1.1\r\nHost: b:1883\r\n\r\n"),
      ascii("HTTP/1.1 200 OK\r\n\r\n"),
    );
    expect(types(http)).toEqual(MQTT);
    const socks = new Talk({ serverPort: 1080 }).client(hex("05 01 00")).server(hex("05 00"));
    socks.client(hex("05 01 00 01 0a000001 075b")).server(hex("05 00 00 01 0a000001 075b"));
    expect(types(socks.client(CONNECTS["5.0"]).server(hex("2003000000")))).toEqual(MQTT);
  });

  test("is read behind a page that came over the same connection", () => {
    const talk = new Talk({ serverPort: 80 })
      .client(ascii("GET /index.html HTTP/1.1\r\nHost: b\r\n\r\n"))
      .server(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
    expect(types(talk.client(request()).server(response()).client(masked(CONNECTS["3.1.1"])))).toEqual([
      "stream.protocol",
      "websocket.upgrade",
      "mqtt.connect",
      "stream.end",
    ]);
  });

  test("is not taken out of what is carried", () => {
    const mail = new Talk({ serverPort: 25 }).server(ascii("220 mail ready\r\n")).client(ascii("DATA\r\n"));
    mail.client(new Uint8Array(5_000).fill(0x41)).client(CONNECTS["3.1.1"]);
    expect(types(mail)).toEqual(["stream.protocol"]);
    const server = new Talk({ serverPort: 80 }).client(ascii("GET / HTTP/1.1\r\n\r\n"));
    expect(types(server.server(ascii("HTTP/1.1 200 OK\r\n\r\n")).server(CONNECTS["3.1.1"]))).toEqual([
      "stream.protocol",
    ]);
  });
});

describe("beginsWithHello", () => {
  test("wants record and message to fit", () => {
    expect(beginsWithHello(HELLO)).toBe(true);
    expect(beginsWithHello(HELLO.subarray(0, 11))).toBe(true);
    expect(beginsWithHello(HELLO.subarray(0, 10))).toBe(false);
    expect(beginsWithHello(ANSWER)).toBe(false);
    expect(beginsWithHello(join(HELLO.subarray(0, 6), hex("00 00 05"), HELLO.subarray(9)))).toBe(false);
    expect(beginsWithHello(join(HELLO.subarray(0, 9), hex("07"), HELLO.subarray(10)))).toBe(false);
    // A hello over several records announces more than the first one holds.
    expect(beginsWithHello(join(hex("16 0301 0020"), HELLO.subarray(5)))).toBe(true);
  });
});

describe("messages behind the rest of a packet, where no SYN was seen", () => {
  const message = publish("iot/sensor/temp", "21");
  const torn = (roles: "port" | "first-segment" = "port", side: "client" | "server" = "client"): Talk =>
    new Talk({ serverPort: 40_000, midstream: true, roles }).send(side, message.subarray(9));
  const like = (talk: Talk) => ofType(read(talk.end()), "stream.protocol").map(event => event.like);
  const times = (count: number): Uint8Array => join(...Array.from({ length: count }, () => message));

  test("are read from the eighth in a row on", () => {
    for (const roles of ["port", "first-segment"] as const)
      for (const side of ["client", "server"] as const) {
        const talk = torn(roles, side).send(side, times(20), message.length);
        expect(packetsOf(read(talk.end()))).toHaveLength(12);
      }
  });

  test("are told to look like MQTT where they are fewer, three or more, and cut anywhere behind a header", () => {
    for (let size = 5; size <= 3 * message.length; size += 7) {
      const talk = torn().client(message).client(times(4), size);
      expect(ofType(read(talk.end()), "stream.protocol")).toMatchObject([
        { protocol: undefined, like: "mqtt" },
      ]);
    }
    expect(like(torn().client(times(2)))).toEqual([undefined]);
    expect(like(torn().client(times(3)).client(ascii("220 mail")))).toEqual([undefined]);
  });

  test("go on behind a loss, within a message and behind it", () => {
    const within = torn().client(times(2)).client(message.subarray(0, 10)).gap("client", 3);
    expect(like(within.client(join(message.subarray(13), message)))).toEqual(["mqtt"]);
    const behind = torn()
      .client(join(times(2), hex("c000")))
      .gap("client", 500);
    expect(like(behind.client(ascii("inside")).client(times(2)))).toEqual(["mqtt"]);
  });

  test("are none on a connection that was seen from its beginning", () => {
    const whole = () => new Talk({ serverPort: 40_000 }).client(ascii("0")).client(times(20), message.length);
    expect(like(whole())).toEqual([undefined]);
    expect(packetsOf(read(whole().end()))).toEqual([]);
  });
});
