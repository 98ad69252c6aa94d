import { describe, expect, test } from "vitest";
import { beginsWithHello, lateTls } from "../../../src/protocol/tls/late.ts";
import { ascii, eventsOf, hex, join, ofType, Talk } from "../build.ts";
import * as build from "./build.ts";

const HELLO = build.handshakeRecord(
  1,
  build.clientHello({ extensions: [build.serverName(ascii("mail.example"))] }),
  0x0301,
);
const ANSWER = build.handshakeRecord(2, build.serverHello());

const read = (talk: Talk) => eventsOf((connection, emit) => lateTls(connection, "tcp", emit, {}), talk);

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
      from: 10,
      to: 10,
      frame: 4,
    });
    expect(ofType(events, "tls.client_hello")[0]).toMatchObject({
      from: 15,
      message: { serverName: "mail.example" },
    });
  });

  test("is nothing where none begins", () => {
    expect(read(new Talk().client(ascii("QUIT")).gap("server", 3).server(hex("16 03 01")).end())).toEqual([]);
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
