import { describe, expect, test } from "vitest";
import { LIMITS } from "../../../src/protocol/limits.ts";
import {
  ENOUGH_BITS,
  firstOpen,
  forgetSearched,
  newSearch,
  searchPackets,
  weighRun,
} from "../../../src/protocol/mqtt/resync.ts";
import { type Direction } from "../../../src/stream/item.ts";
import { ascii, hex, join } from "../build.ts";
import { CONNECTS, control, publish } from "./build.ts";

const weigh = (octets: Uint8Array, from?: Direction): number =>
  weighRun(newSearch(from), octets, 0, octets.length, 1000);
const nowhere = (): boolean => false;
const find = (octets: Uint8Array, from?: Direction, last = true): number =>
  searchPackets(newSearch(from), octets, octets.length, nowhere, last);

describe("the weight of a run of packets", () => {
  test("grows with what chance would not have written", () => {
    const ping = weigh(hex("c000"));
    expect(ping).toBeGreaterThan(0);
    expect(ping).toBeLessThan(ENOUGH_BITS);
    expect(weigh(hex("c000 c000"))).toBeGreaterThan(ping);
    expect(weigh(CONNECTS["3.1.1"])).toBeGreaterThan(ENOUGH_BITS);
    expect(weigh(publish("iot/sensor/temperature", "1"))).toBeGreaterThan(ENOUGH_BITS);
    expect(weigh(publish("t", "1"))).toBeLessThan(weigh(publish("topic", "1")));
  });

  test.each([
    ["a CONNECT", CONNECTS["5.0"]],
    ["a CONNACK", hex("20 02 0000")],
    ["a CONNACK of 5.0", hex("20 06 0087 03 22 000a")],
    ["a PUBACK", hex("40 02 0001")],
    ["a PUBREL of 5.0", hex("62 04 0001 92 00")],
    ["a SUBSCRIBE", control(0x82, "0001 0003 612f62 01")],
    ["a SUBSCRIBE of 5.0", control(0x82, "0001 00 0003 612f62 01")],
    ["a SUBACK", hex("90 03 0001 01")],
    ["a SUBACK of 5.0", hex("90 05 0001 00 01 87")],
    ["an UNSUBSCRIBE", control(0xa2, "0001 0003 612f62")],
    ["an UNSUBACK", hex("b0 02 0001")],
    ["an UNSUBACK of 5.0", hex("b0 05 0001 00 11 00")],
    ["a DISCONNECT", hex("e000")],
    ["a DISCONNECT of 5.0", hex("e001 8e")],
    ["an AUTH", control(0xf0, "18 08 15 0005 504c41494e")],
    ["a PUBLISH of which only the topic is there", publish("a/b/c", "x".repeat(500)).subarray(0, 12)],
    ["a CONNECT of which only the name is there", CONNECTS["3.1.1"].subarray(0, 8)],
    ["a SUBSCRIBE of which only the beginning is there", control(0x82, "0001 0003 612f62 01").subarray(0, 6)],
    ["a SUBSCRIBE in its first octets", control(0x82, "0001 0003 612f62 01").subarray(0, 4)],
    ["a SUBACK in its first octets", hex("90 03 00")],
    ["a topic in UTF-8", publish("größe/€/😀", "1")],
    ["a topic cut within a character", publish("größe", "x".repeat(50)).subarray(0, 7)],
  ])("is above nothing for %s", (_, octets) => {
    expect(weigh(octets)).toBeGreaterThan(0);
  });

  test.each([
    ["type 0", "00 00"],
    ["wrong flags", "c1 00"],
    ["a length of five octets", "30 ffffffff ff"],
    ["a needless octet of length", "c0 80 00"],
    ["a ping with a body", "c0 02 0000"],
    ["a ping whose body is to come", "c0 7f"],
    ["a PUBLISH of QoS 3", "36 06 0001 61 0001 78"],
    ["a PUBLISH with DUP at QoS 0", "38 04 0001 61 78"],
    ["a PUBLISH too short for a topic", "30 01 00"],
    ["a topic longer than its packet", "30 04 0009 6161"],
    ["a control character in a topic", "30 05 0003 610a62"],
    ["a wildcard in a topic", "30 05 0003 612f23"],
    ["an octet that begins no character", "30 05 0003 61ff62"],
    ["a character that does not go on", "30 05 0003 61c362"],
    ["Packet Identifier 0", "32 07 0003 612f62 0000"],
    ["a PUBACK of Packet Identifier 0", "40 02 0000"],
    ["a PUBACK with a code that nobody assigned", "40 03 0001 70"],
    ["a SUBACK with a code that nobody assigned", "90 03 0001 70"],
    ["a CONNECT of another protocol", "10 0d 0004 4d515458 04 02 003c 0001 63"],
    ["a CONNECT of another protocol, begun", "10 0d 0004 4850"],
    ["a SUBSCRIBE too short for a filter, begun", "82 04 0001"],
    ["a SUBSCRIBE of Packet Identifier 0, begun", "82 20 0000 0003 61"],
    ["an acknowledgement longer than any, begun", "40 ffff7f 0001"],
  ])("is below nothing for %s", (_, octets) => {
    expect(weigh(hex(octets))).toBeLessThan(0);
  });

  test("knows which side sends what", () => {
    expect(weigh(hex("c000"), "client")).toBeGreaterThan(0);
    expect(weigh(hex("c000"), "server")).toBeLessThan(0);
    expect(weigh(hex("d000"), "server")).toBeGreaterThan(0);
    expect(weigh(hex("d000"), "client")).toBeLessThan(0);
  });

  test("looks at the beginning of what is too long to be read", () => {
    const long = control(0x82, "0001", `0003 612f62 01 ${"0001 61 00 ".repeat(300)}`);
    expect(weigh(long)).toBeGreaterThan(0);
  });
});

describe("searchPackets", () => {
  const two = join(publish("a/b/c", "1"), publish("a/b/c", "2"));

  test("finds the first place where packets line up", () => {
    expect(find(join(ascii("noise"), two))).toBe(5);
    expect(find(two)).toBe(0);
    expect(find(ascii("nothing at all, only text"))).toBe(-1);
  });

  test("waits at a place that may still prove to be one, and looks behind it all the same", () => {
    const search = newSearch(undefined);
    const begun = join(hex("a2 7f 0001 0040"), ascii("xyz"));
    expect(searchPackets(search, begun, begun.length, nowhere, false)).toBe(-1);
    expect(firstOpen(search)).toBe(0);
    const more = join(begun, two);
    expect(searchPackets(search, more, more.length, nowhere, false)).toBe(begun.length);
  });

  test("gives up a place behind which enough octets lie", () => {
    const search = newSearch(undefined);
    const octets = join(hex("90 ff1f 0001"), new Uint8Array(LIMITS.searchOctets + 10));
    searchPackets(search, octets, 4, nowhere, false);
    expect(firstOpen(search)).toBe(0);
    searchPackets(search, octets, octets.length, nowhere, false);
    expect(firstOpen(search)).toBe(octets.length);
  });

  test("a place where a segment begins needs less", () => {
    const acknowledged = hex("40 02 0001");
    expect(find(acknowledged)).toBe(-1);
    expect(searchPackets(newSearch(undefined), acknowledged, 4, at => at === 0, true)).toBe(0);
  });

  test("forgets octets that are gone", () => {
    const search = newSearch(undefined);
    const octets = join(ascii("noise"), hex("90 7f 0001"));
    searchPackets(search, octets, octets.length, nowhere, false);
    expect(firstOpen(search)).toBe(5);
    forgetSearched(search, 5);
    expect(firstOpen(search)).toBe(0);
    expect(search.next).toBe(4);
    forgetSearched(search, 100);
    expect(firstOpen(search)).toBe(0);
  });
});
