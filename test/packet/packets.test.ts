/** The packet stage as a whole: what it hands on, what it counts, and that no octets make it throw. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FrameNumber } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { packets } from "../../src/packet/packets.ts";
import {
  ethernet,
  ipv4,
  join,
  octets,
  tcpFrame,
  tcpPacket,
  text,
  udp,
  udpFrame,
  vlan,
} from "../build/packets.ts";
import { decoded } from "./decoded.ts";
import { ENCAPSULATED } from "./encapsulated.ts";

const HELLO = '192.0.2.7:49152 > 192.0.2.1:1883 "hello"';

describe("the packet stage", () => {
  test("hands on segments and datagrams in the order of their frames", () => {
    const seen = decoded([
      tcpFrame({
        payload: text("hello"),
        sequence: 0xffff_fff0,
        acknowledgment: 7,
        flags: 0x18,
        window: 512,
      }),
      udpFrame({ payload: text("datagram") }),
      tcpFrame({ from: "[2001:db8::7]:49152", to: "[2001:db8::1]:8883", payload: text("six") }),
    ]);
    expect(seen.segments).toEqual([HELLO, '[2001:db8::7]:49152 > [2001:db8::1]:8883 "six"']);
    expect(seen.datagrams).toEqual(['192.0.2.7:49152 > 192.0.2.1:1883 "datagram"']);
    expect(seen.fields[0]).toEqual({
      frame: 1,
      position: 1054,
      sequence: -16,
      acknowledgment: 7,
      flags: 0x18,
      window: 512,
    });
    expect(seen.undecoded).toEqual({});
  });

  test("counts frames, octets, times, and those that the snap length cut", () => {
    const frame = tcpFrame({ payload: text("hello") });
    const seen = decoded([
      { octets: frame, second: 5 },
      { octets: frame.subarray(0, 56), originalLength: frame.length, second: 3 },
      { octets: frame, linkType: 231, second: 4 },
    ]);
    expect(seen.counters).toMatchObject({
      frames: 3,
      truncatedFrames: 1,
      knownFrames: 2,
      octets: 2 * frame.length + 56,
      first: 3_000_000,
      last: 5_000_000,
    });
    expect(decoded([]).counters).toMatchObject({ frames: 0, first: undefined, last: undefined });
  });

  test("counts by kind what is neither, the most frequent first", () => {
    const arp = ethernet(new Uint8Array(28), 0x0806);
    const seen = decoded([
      ethernet(new Uint8Array(50), 0x88cc),
      arp,
      ethernet(ipv4(new Uint8Array(8), { protocol: 1 })),
      arp,
      ethernet(ipv4(new Uint8Array(8), { protocol: 132 })),
      ethernet(new Uint8Array(50), 0x1234 + 0x800),
      { octets: arp, linkType: 231 },
    ]);
    expect(Object.entries(seen.undecoded)).toEqual([
      ["ARP", 2],
      ["EtherType 0x1a34", 1],
      ["ICMP", 1],
      ["IP protocol 132", 1],
      ["LLDP", 1],
      ["link type 231", 1],
    ]);
  });

  test("bounds the kinds that it counts, and counts the rest together", () => {
    const frames = Array.from({ length: 1000 }, (_, n) => ethernet(new Uint8Array(50), 0xa000 + n));
    const seen = decoded([...frames, ...frames, ethernet(new Uint8Array(2), 0x0800)]);
    expect(Object.keys(seen.undecoded).length).toBe(257);
    expect(Object.values(seen.undecoded).reduce((sum, n) => sum + n, 0)).toBe(2001);
    expect(seen.undecoded["other kinds"]).toBe(2001 - 2 * 256);
  });

  test("tells what it could not decode before the capture is closed, and once", () => {
    const told: string[] = [];
    const stage = packets({
      segment: () => told.push("segment"),
      datagram: () => told.push("datagram"),
      notice: notice => told.push(notice.type),
      end: () => told.push("end"),
    });
    const frame = ethernet(new Uint8Array(28), 0x0806);
    const common = {
      at: 0 as Timestamp,
      position: -1,
      linkType: 1,
      originalLength: frame.length,
      octets: frame,
    };
    stage.push({
      frames: [{ ...common, number: 1 as FrameNumber, start: 0, end: frame.length }],
      notices: [
        { type: "capture.drops", dropped: 1 },
        { type: "capture.closed", octets: 7 },
      ],
    });
    stage.end();
    expect(told).toEqual(["capture.drops", "capture.undecoded", "capture.closed", "end"]);
  });

  test("knows no position in a live capture", () => {
    const positions: number[] = [];
    const stage = packets({
      segment: segment => positions.push(segment.position),
      datagram: () => undefined,
      notice: () => undefined,
      end: () => undefined,
    });
    const frame = tcpFrame();
    const common = {
      at: 0 as Timestamp,
      position: -1,
      linkType: 1,
      originalLength: frame.length,
      octets: frame,
    };
    stage.push({
      frames: [{ ...common, number: 1 as FrameNumber, start: 0, end: frame.length }],
      notices: [],
    });
    expect(positions).toEqual([-1]);
  });

  test("follows eight IP headers in one another and no more", () => {
    const nested = (depth: number): Uint8Array => {
      let packet = tcpPacket({ payload: text("hello") });
      for (let n = 1; n < depth; n++) packet = ipv4(packet, { protocol: 4 });
      return ethernet(packet);
    };
    expect(decoded([nested(8)]).segments).toEqual([HELLO]);
    expect(decoded([nested(9)])).toMatchObject({ segments: [], undecoded: { "nested too deep": 1 } });
  });

  test("ends in a frame that is nothing but tags", () => {
    let tags = vlan(tcpPacket());
    for (let n = 0; n < 200; n++) tags = vlan(tags, 1, 0x8100);
    expect(decoded([ethernet(tags, 0x8100)]).undecoded).toEqual({ "nested too deep": 1 });
  });
});

describe.each(ENCAPSULATED)("$name", ({ linkType, frame, says }) => {
  test("carries the segment inside", () => {
    const seen = decoded([frame], linkType);
    expect(seen.segments).toEqual([says ?? HELLO]);
    expect(seen.datagrams).toEqual([]);
    expect(seen.undecoded).toEqual({});
  });

  test("cut anywhere is a segment without its end, or is counted once", () => {
    for (let length = 0; length < frame.length; length++) {
      const seen = decoded([{ octets: frame.subarray(0, length), originalLength: frame.length }], linkType);
      const counted = Object.values(seen.undecoded).reduce((sum, n) => sum + n, 0);
      expect(seen.segments.length + seen.datagrams.length + counted).toBe(1);
    }
  });

  test("with any octets changed never throws", () => {
    const change = fc.tuple(fc.nat({ max: frame.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), changes => {
        const changed = frame.slice();
        for (const [at, value] of changes) changed[at] = value;
        const seen = decoded([changed], linkType);
        const counted = Object.values(seen.undecoded).reduce((sum, n) => sum + n, 0);
        expect(seen.segments.length + seen.datagrams.length + counted).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});

describe("random octets", () => {
  test("of any link type never throw, and every frame is handed on or counted", () => {
    const linkTypes = [...new Set([...ENCAPSULATED.map(one => one.linkType), 14, 50, 229, 2, 0x3ff_ffff])];
    fc.assert(
      fc.property(fc.constantFrom(...linkTypes), fc.uint8Array({ maxLength: 200 }), (linkType, frame) => {
        const seen = decoded([frame], linkType);
        const counted = Object.values(seen.undecoded).reduce((sum, n) => sum + n, 0);
        expect(seen.segments.length + seen.datagrams.length + counted).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("Ethernet", () => {
  test("may pad a short frame: what lies behind the IP packet is no payload", () => {
    const frame = join(tcpFrame(), new Uint8Array(6).fill(0x55));
    expect(decoded([frame]).segments).toEqual(['192.0.2.7:49152 > 192.0.2.1:1883 ""']);
  });

  test("with a length in the place of the type carries LLC of that length", () => {
    const inside = join(octets("aaaa03 000000 0800"), tcpPacket({ payload: text("hello") }));
    expect(decoded([join(ethernet(inside, inside.length), [1, 2, 3])]).segments).toEqual([HELLO]);
    expect(
      decoded([ethernet(octets("424203 00"), 4), ethernet(octets("aaaa03 00000c 0104"), 8)]).undecoded,
    ).toEqual({
      "SNAP of a company": 1,
      STP: 1,
    });
  });
});

describe("UDP", () => {
  const inIp = (payload: Uint8Array): Uint8Array => ethernet(ipv4(payload, { protocol: 17 }));

  test("is shortened to its own length", () => {
    const padded = join(udp({ payload: text("abc") }), text("rest"));
    expect(decoded([inIp(padded)]).datagrams).toEqual(['192.0.2.7:49152 > 192.0.2.1:1883 "abc"']);
  });

  test("without a length takes what there is, and cannot have less than its header", () => {
    expect(decoded([inIp(udp({ payload: text("abc"), length: 0 }))]).datagrams.length).toBe(1);
    expect(decoded([inIp(udp({ payload: text("abc"), length: 7 }))]).undecoded).toEqual({
      "malformed UDP header": 1,
    });
    expect(decoded([inIp(udp().subarray(0, 6))]).undecoded).toEqual({ "truncated UDP header": 1 });
  });

  test("says what the snap length cut off", () => {
    const frame = udpFrame({ payload: text("0123456789") });
    expect(decoded([{ octets: frame.subarray(0, -4), originalLength: frame.length }]).datagrams).toEqual([
      '192.0.2.7:49152 > 192.0.2.1:1883 "012345"+4',
    ]);
  });

  test.each([4789, 4790, 6081, 2152, 3544, 5247, 1701])(
    "on port %i without a tunnel's header is a datagram",
    port => {
      for (const payload of [text("data, and no tunnel at all"), text("x"), new Uint8Array(0)]) {
        expect(decoded([udpFrame({ to: `192.0.2.1:${port}`, payload })]).datagrams.length).toBe(1);
      }
    },
  );
});
