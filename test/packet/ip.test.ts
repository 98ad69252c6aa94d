/** IPv4, IPv6 and TCP headers that say something odd. */
import { describe, expect, test } from "vitest";
import { ethernet, ipv4, ipv6, join, octets, tcp, tcpFrame, tcpPacket, text } from "../build/packets.ts";
import { decoded } from "./decoded.ts";

const SEGMENT = tcp({ payload: text("hello") });
const counted = (frame: Uint8Array, linkType = 1): Readonly<Record<string, number>> =>
  decoded([frame], linkType).undecoded;

describe("IPv4", () => {
  test("that promises more than the capture holds gives a payload that is missing its end", () => {
    const promised = ethernet(ipv4(SEGMENT, { totalLength: 20 + SEGMENT.length + 100 }));
    expect(decoded([promised]).segments).toEqual(['192.0.2.7:49152 > 192.0.2.1:1883 "hello"+100']);
    const whole = tcpFrame({ payload: text("hello") });
    expect(decoded([{ octets: whole.subarray(0, -2), originalLength: whole.length }]).segments).toEqual([
      '192.0.2.7:49152 > 192.0.2.1:1883 "hel"+2',
    ]);
  });

  test("without a length is as long as its frame was", () => {
    const large = ethernet(ipv4(tcp({ payload: new Uint8Array(70_000).fill(0x41) }), { totalLength: 0 }));
    expect(decoded([large]).segments[0]?.length).toBeGreaterThan(70_000);
    expect(decoded([{ octets: large.subarray(0, 60), originalLength: large.length }]).segments).toEqual([
      '192.0.2.7:49152 > 192.0.2.1:1883 "AAAAAA"+69994',
    ]);
  });

  test("whose header cannot be is counted", () => {
    expect(counted(ethernet(octets("4400 0014"), 0x0800))).toEqual({ "truncated IPv4 header": 1 });
    expect(counted(ethernet(join(octets("44"), new Uint8Array(19))))).toEqual({ "malformed IPv4 header": 1 });
    expect(counted(ethernet(join(octets("65"), new Uint8Array(19))))).toEqual({ "malformed IPv4 header": 1 });
    expect(counted(ethernet(ipv4(SEGMENT, { totalLength: 19 })))).toEqual({ "malformed IPv4 header": 1 });
    expect(counted(ethernet(join(octets("4f00 0040"), new Uint8Array(16))))).toEqual({
      "truncated IPv4 header": 1,
    });
  });
});

describe("IPv6", () => {
  test("whose header cannot be is counted", () => {
    expect(counted(ethernet(new Uint8Array(39), 0x86dd))).toEqual({ "truncated IPv6 header": 1 });
    expect(counted(ethernet(new Uint8Array(40), 0x86dd))).toEqual({ "malformed IPv6 header": 1 });
  });

  test.each([0, 43, 44, 51, 60, 135])("with extension header %i cut short is counted", nextHeader => {
    const kind = nextHeader === 51 ? "truncated AH" : "truncated IPv6 extension header";
    const inside = (length: number): Uint8Array =>
      ethernet(ipv6(new Uint8Array(length), { nextHeader }), 0x86dd);
    expect(counted(inside(7))).toEqual({ [kind]: 1 });
    const longer = ethernet(ipv6(join([6, 200], new Uint8Array(30)), { nextHeader }), 0x86dd);
    if (nextHeader !== 44) expect(counted(longer)).toEqual({ [kind]: 1 });
  });

  test("with a jumbo option that is none is as long as its frame", () => {
    for (const options of ["0600 000000000000", "0600 0104 00000000", "0600 c2ff 00000000"]) {
      const frame = ethernet(
        ipv6(join(octets(options), SEGMENT), { nextHeader: 0, payloadLength: 0 }),
        0x86dd,
      );
      expect(decoded([frame]).segments.length).toBe(1);
    }
  });

  test("without anything behind it is counted", () => {
    expect(counted(ethernet(ipv6(new Uint8Array(0), { nextHeader: 59 }), 0x86dd))).toEqual({
      "IPv6 without next header": 1,
    });
    expect(counted(ethernet(ipv6(new Uint8Array(8), { nextHeader: 58 }), 0x86dd))).toEqual({ ICMPv6: 1 });
  });
});

describe("raw IP", () => {
  test("of another version, or of no octets, is counted", () => {
    expect(counted(octets("50"), 101)).toEqual({ "IP of an unknown version": 1 });
    expect(counted(new Uint8Array(0), 101)).toEqual({ "empty packet": 1 });
  });
});

describe("TCP", () => {
  const segment = tcp({ payload: text("hello"), options: octets("0101080a 00000001 00000002") });

  test("passes over its options", () => {
    expect(decoded([ethernet(ipv4(segment))]).segments).toEqual(['192.0.2.7:49152 > 192.0.2.1:1883 "hello"']);
  });

  test("whose options the snap length cut off is missing its whole payload", () => {
    const frame = ethernet(ipv4(segment));
    for (const length of [54, 60, 66]) {
      const cut = { octets: frame.subarray(0, length), originalLength: frame.length };
      expect(decoded([cut]).segments).toEqual(['192.0.2.7:49152 > 192.0.2.1:1883 ""+5']);
    }
    expect(decoded([{ octets: frame.subarray(0, 53), originalLength: frame.length }]).undecoded).toEqual({
      "truncated TCP header": 1,
    });
  });

  test("whose data offset cannot be is counted", () => {
    const [short, long] = [segment.slice(), segment.slice()];
    short[12] = 0x40;
    long[12] = 0xf0;
    expect(counted(ethernet(ipv4(short)))).toEqual({ "malformed TCP header": 1 });
    expect(counted(ethernet(ipv4(long)))).toEqual({ "malformed TCP header": 1 });
  });

  test("gives sequence numbers as signed words and ports as they are", () => {
    const seen = decoded(
      [
        tcpPacket({
          from: "192.0.2.7:65535",
          to: "192.0.2.1:1",
          sequence: 0x8000_0000,
          acknowledgment: 0xffff_ffff,
        }),
      ],
      228,
    );
    expect(seen.segments).toEqual(['192.0.2.7:65535 > 192.0.2.1:1 ""']);
    expect(seen.fields[0]).toMatchObject({ sequence: -0x8000_0000, acknowledgment: -1 });
  });
});
