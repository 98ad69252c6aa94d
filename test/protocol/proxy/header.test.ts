import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recognizeProxy } from "../../../src/protocol/proxy/header.ts";
import { ascii, hex, join } from "../build.ts";

const SIGNATURE = "0d0a0d0a000d0a515549540a";
const line = (text: string) => recognizeProxy(ascii(text));
const binary = (text: string) => recognizeProxy(hex(`${SIGNATURE}${text}`));

describe("a PROXY header of version 1", () => {
  test("names both ends of an IPv4 connection", () => {
    expect(line("PROXY TCP4 203.0.113.9 192.0.2.1 51544 1883\r\n\x10")).toEqual({
      state: "yes",
      length: 45,
      header: { version: 1, source: "203.0.113.9:51544", destination: "192.0.2.1:1883" },
    });
  });

  test.each([
    ["2001:DB8:0:0:0:0:0:7", "[2001:db8::7]:4711"],
    ["::", "[::]:4711"],
    ["1::", "[1::]:4711"],
    ["::ffff:192.0.2.1", "[::ffff:192.0.2.1]:4711"],
    ["fe80:1:2:3:4:5:6:7", "[fe80:1:2:3:4:5:6:7]:4711"],
  ])("writes the IPv6 address %s as all views do", (address, text) => {
    expect(line(`PROXY TCP6 ${address} 2001:db8::1 4711 1883\r\n`)).toMatchObject({
      header: { source: text },
    });
  });

  test("UNKNOWN names nobody, whatever follows it", () => {
    expect(line("PROXY UNKNOWN\r\n")).toEqual({ state: "yes", length: 15, header: { version: 1 } });
    expect(line("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n")).toMatchObject({
      state: "yes",
      header: { version: 1 },
    });
  });

  test.each([
    "PROXY TCP4 203.0.113.9 192.0.2.1 51544\r\n",
    "PROXY TCP4 203.0.113.999 192.0.2.1 51544 1883\r\n",
    "PROXY TCP4 203.0.113.9 192.0.2.1 051544 1883\r\n",
    "PROXY TCP4 203.0.113.9 192.0.2.1 65536 1883\r\n",
    "PROXY TCP4  203.0.113.9 192.0.2.1 1 2\r\n",
    "PROXY TCP6 203.0.113.9 192.0.2.1 1 2\r\n",
    "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
    "PROXY UDP4 203.0.113.9 192.0.2.1 1 2\r\n",
    "PROXY \r\n",
    `PROXY TCP4 ${"1".repeat(200)}`,
  ])("is strict: %j is none", text => {
    expect(line(text)).toEqual({ state: "no" });
  });

  test("needs its whole line", () => {
    const text = "PROXY TCP4 203.0.113.9 192.0.2.1 51544 1883\r\n";
    for (let length = 1; length < text.length; length++)
      expect(line(text.slice(0, length))).toEqual({ state: "unsure" });
  });
});

describe("a PROXY header of version 2", () => {
  test("names both ends of an IPv4 connection, and is as long as it says", () => {
    expect(binary("21 11 000c cb007109 c0000201 c958 075b 10")).toEqual({
      state: "yes",
      length: 28,
      header: { version: 2, source: "203.0.113.9:51544", destination: "192.0.2.1:1883" },
    });
    expect(binary("21 11 000f cb007109 c0000201 c958 075b aabbcc 10")).toMatchObject({ length: 31 });
  });

  test("names both ends of an IPv6 connection", () => {
    const address = (last: string) => `20010db80000000000000000000000${last}`;
    expect(binary(`21 21 0024 ${address("07")} ${address("01")} 1267 075b`)).toMatchObject({
      state: "yes",
      header: { source: "[2001:db8::7]:4711", destination: "[2001:db8::1]:1883" },
    });
  });

  test("LOCAL, UNIX and unspecified connections name nobody", () => {
    expect(binary("20 11 000c cb007109 c0000201 c958 075b")).toEqual({
      state: "yes",
      length: 28,
      header: { version: 2 },
    });
    expect(binary("20 00 0000")).toEqual({ state: "yes", length: 16, header: { version: 2 } });
    expect(binary("21 00 0000")).toMatchObject({ state: "yes", header: { version: 2 } });
    expect(binary(`21 31 00d8 ${"61".repeat(216)}`)).toMatchObject({ state: "yes", header: { version: 2 } });
  });

  test.each([
    "11 11 000c",
    "22 11 000c",
    "21 41 000c",
    "21 13 000c",
    "21 11 000b",
    "21 21 000c",
    "21 31 000c",
    "21 00 ffff",
  ])("is strict: %s is none", text => {
    expect(binary(`${text} ${"00".repeat(40)}`)).toEqual({ state: "no" });
  });

  test("needs all of itself", () => {
    const octets = hex(`${SIGNATURE}21 11 000c cb007109 c0000201 c958 075b`);
    for (let length = 1; length < octets.length; length++)
      expect(recognizeProxy(octets.subarray(0, length))).toEqual({ state: "unsure" });
  });
});

describe("anything else", () => {
  test("is no PROXY header", () => {
    for (const octets of [
      hex(""),
      hex("10 0d 0004"),
      ascii("PROXIES"),
      ascii("GET / HTTP/1.1\r\n"),
      hex("0d0a0d0a01"),
    ])
      expect(recognizeProxy(octets)).toEqual({ state: "no" });
  });

  test("law: no octets throw, and a header never claims more than there is", () => {
    const begun = fc.constantFrom(
      ascii("PROXY TCP4 "),
      ascii("PROXY UNKNOWN"),
      hex(SIGNATURE),
      hex(`${SIGNATURE}2111`),
      hex(""),
    );
    fc.assert(
      fc.property(begun, fc.uint8Array({ maxLength: 60 }), (start, rest) => {
        const octets = join(start, rest);
        const found = recognizeProxy(octets);
        if (found.state === "yes") expect(found.length).toBeLessThanOrEqual(octets.length);
      }),
      { numRuns: 500 },
    );
  });
});
