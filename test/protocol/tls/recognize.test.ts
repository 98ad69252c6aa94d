import { describe, expect, test } from "vitest";
import { recognizeTls } from "../../../src/protocol/tls/recognize.ts";
import { ascii, hex, join } from "../build.ts";
import * as build from "./build.ts";

const HELLO = build.handshakeRecord(1, build.clientHello(), 0x0301);
const ANSWER = build.handshakeRecord(2, build.serverHello());
const SSLV2 = join(hex("80 2e 01 0002 0015 0000 0010"), build.opaque(21), build.opaque(16));

describe("TLS is recognised", () => {
  test("by a hello of the side that sends one, from its sixth octet on", () => {
    for (let length = 0; length <= HELLO.length; length += 1)
      expect(recognizeTls(HELLO.subarray(0, length), "client")).toBe(length < 6 ? "unsure" : "yes");
    expect(recognizeTls(ANSWER, "server")).toBe("yes");
    expect(recognizeTls(hex("16 0301 0030 06"), "server")).toBe("yes");
    expect(recognizeTls(HELLO, "server")).toBe("no");
    expect(recognizeTls(ANSWER, "client")).toBe("no");
    expect(recognizeTls(hex("16 0303 0028 9f"), "client")).toBe("no");
  });

  test("by a hello that lies in records of one octet", () => {
    expect(recognizeTls(hex("16 0301 0001 01 16 0301 0001 00"), "client")).toBe("yes");
  });

  test("by an alert as first answer", () => {
    expect(recognizeTls(hex("15 0303 0002 02 46"), "server")).toBe("yes");
    expect(recognizeTls(hex("15 0303 0002"), "server")).toBe("unsure");
    expect(recognizeTls(hex("15 0303 0002 09 46"), "server")).toBe("no");
    expect(recognizeTls(hex("15 0303 001a 55"), "server")).toBe("yes");
    expect(recognizeTls(hex("15 0303 0003 02"), "server")).toBe("no");
  });

  test("by protected records where the beginning is missing", () => {
    expect(recognizeTls(hex("17 0303 0045"), "client")).toBe("yes");
    expect(recognizeTls(hex("17 0303 0004"), "client")).toBe("no");
    expect(recognizeTls(hex("14 0303 0001 01"), "server")).toBe("yes");
    expect(recognizeTls(hex("14 0303 0002 01"), "server")).toBe("no");
  });

  test("by a whole SSLv2 hello of a client", () => {
    for (let length = 0; length <= SSLV2.length; length += 1)
      expect(recognizeTls(SSLV2.subarray(0, length), "client")).toBe(
        length < SSLV2.length ? "unsure" : "yes",
      );
    expect(recognizeTls(SSLV2, "server")).toBe("no");
    expect(recognizeTls(hex("80 2e 02"), "client")).toBe("no");
    expect(recognizeTls(hex("ff ff 01 00 02"), "client")).toBe("no");
    expect(recognizeTls(join(SSLV2.subarray(0, 3), hex("09 09"), SSLV2.subarray(5)), "client")).toBe("no");
    expect(recognizeTls(join(SSLV2.subarray(0, 7), hex("00 05"), SSLV2.subarray(9)), "client")).toBe("no");
    expect(recognizeTls(join(SSLV2.subarray(0, 9), hex("00 40"), SSLV2.subarray(11)), "client")).toBe("no");
  });

  test("in nothing else", () => {
    const others = [
      ascii("GET / HTTP/1.1"),
      hex("10 0c 0004 4d515454"),
      hex("16 02"),
      hex("16 03 05"),
      hex("18 03 03 00 03 01"),
      hex("13"),
    ];
    for (const octets of others) {
      expect(recognizeTls(octets, "client")).toBe("no");
      expect(recognizeTls(octets, "server")).toBe("no");
    }
    expect(recognizeTls(hex("16 03 01 00 00"), "client")).toBe("no");
    expect(recognizeTls(hex("16 03 01 48 01"), "client")).toBe("no");
    expect(recognizeTls(hex(""), "client")).toBe("unsure");
  });
});
