/** Fragments of IP packets put together again, and the bounds of it. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fragments } from "../../src/packet/fragments.ts";
import {
  ethernet,
  type Ipv4Fields,
  ipv4,
  ipv6,
  join,
  octets,
  tcp,
  text,
  u16,
  u32,
} from "../build/packets.ts";
import { decoded } from "./decoded.ts";

const SAYS = '192.0.2.7:49152 > 192.0.2.1:1883 "this payload is long enough to be cut into several pieces"';
const SEGMENT = tcp({ payload: text("this payload is long enough to be cut into several pieces") });

const fragment = (
  from: number,
  to: number,
  fields: Ipv4Fields = {},
  packet: Uint8Array = SEGMENT,
): Uint8Array =>
  ethernet(
    ipv4(packet.subarray(from, to), { fragmentOffset: from, moreFragments: to < packet.length, ...fields }),
  );

const fragment6 = (from: number, to: number, identification = 1): Uint8Array =>
  ethernet(
    ipv6(
      join(
        [6, 0],
        u16(from + (to < SEGMENT.length ? 1 : 0)),
        u32(identification),
        SEGMENT.subarray(from, to),
      ),
      {
        nextHeader: 44,
      },
    ),
    0x86dd,
  );

const END = SEGMENT.length;

describe("fragments", () => {
  test("are one packet when the last of them has come, in any order", () => {
    const pieces = [fragment(0, 24), fragment(24, 32), fragment(32, 64), fragment(64, END)];
    fc.assert(
      fc.property(fc.shuffledSubarray(pieces, { minLength: 4 }), order => {
        const seen = decoded(order);
        expect(seen.segments).toEqual([SAYS]);
        expect(seen.fields).toMatchObject([{ frame: 4, position: -1 }]);
        expect(seen.undecoded).toEqual({});
      }),
    );
  });

  test("of IPv6 are one packet, whatever extension headers were cut", () => {
    const says = SAYS.replace("192.0.2.7:", "[2001:db8::7]:").replace("192.0.2.1:", "[2001:db8::1]:");
    expect(decoded([fragment6(0, 40), fragment6(40, END)]).segments).toEqual([says]);
    const options = join(octets("06 00 0104 00000000"), SEGMENT);
    const piece = (from: number, to: number): Uint8Array => {
      const more = to < options.length ? 1 : 0;
      const header = join([60, 0], u16(from + more), u32(9));
      return ethernet(ipv6(join(header, options.subarray(from, to)), { nextHeader: 44 }), 0x86dd);
    };
    expect(decoded([piece(0, 16), piece(16, options.length)]).segments).toEqual([says]);
  });

  test("of different packets are kept apart by identification, protocol and addresses", () => {
    const frames = [
      fragment(0, 32, { identification: 1 }),
      fragment(0, 32, { identification: 2 }),
      fragment(0, 32, { identification: 1, source: "192.0.2.8" }),
      fragment(0, 32, { identification: 1, protocol: 17 }),
      fragment(32, END, { identification: 2 }),
      fragment(32, END, { identification: 1 }),
    ];
    const seen = decoded(frames);
    expect(seen.segments).toEqual([SAYS, SAYS]);
    expect(seen.fields.map(one => one.frame)).toEqual([5, 6]);
    expect(seen.undecoded).toEqual({ "incomplete fragments": 2 });
  });

  test("that overlap keep the first copy of each octet", () => {
    const other = SEGMENT.slice().fill(0x58, 24);
    const seen = decoded([fragment(0, 40), fragment(24, 56, {}, other), fragment(40, END)]);
    expect(seen.segments).toEqual([expected(other, 40, 56)]);
  });

  test("that came twice are one", () => {
    const seen = decoded([fragment(0, 40), fragment(0, 40), fragment(40, END)]);
    expect(seen.segments).toEqual([SAYS]);
    expect(seen.undecoded).toEqual({});
  });

  test("that wait in vain are counted, at the latest at the end", () => {
    expect(decoded([fragment(0, 24), fragment(32, END)]).undecoded).toEqual({ "incomplete fragments": 2 });
  });

  test("are given up after thirty seconds of packet time", () => {
    const late = (second: number): readonly string[] =>
      decoded([
        { octets: fragment(0, 40), second: 0 },
        { octets: fragment(40, END), second },
      ]).segments;
    expect(late(30)).toEqual([SAYS]);
    expect(late(31)).toEqual([]);
  });

  test("but the last are multiples of eight octets; what is beyond is not taken", () => {
    const seen = decoded([fragment(0, 45), fragment(40, END)]);
    expect(seen.segments).toEqual([SAYS]);
  });

  test("that cannot be are counted", () => {
    const seen = decoded([
      // Nothing left of it.
      fragment(0, 7),
      // Beyond the largest packet.
      ethernet(ipv4(new Uint8Array(16), { fragmentOffset: 65_528, moreFragments: true })),
      // A last fragment that ends before others, and octets behind the last fragment.
      fragment(40, 72, { identification: 3 }),
      ethernet(ipv4(new Uint8Array(8), { identification: 3, fragmentOffset: 8 })),
      fragment(24, END, { identification: 4 }),
      ethernet(ipv4(new Uint8Array(8), { identification: 4, fragmentOffset: 800, moreFragments: true })),
    ]);
    expect(seen.undecoded).toEqual({ "incomplete fragments": 2, "malformed fragment": 4 });
  });

  test("that the snap length cut are counted", () => {
    const frame = fragment(0, 40);
    expect(decoded([{ octets: frame.subarray(0, -4), originalLength: frame.length }]).undecoded).toEqual({
      "truncated fragment": 1,
    });
  });

  test("beyond the ceiling push out the oldest, and that is told", () => {
    const many = Array.from({ length: 1025 }, (_, n) => ({
      octets: fragment(0, 40, { identification: n }),
      second: 0,
    }));
    const last = [0, 1024].map(identification => ({
      octets: fragment(40, END, { identification }),
      second: 0,
    }));
    const seen = decoded([...many, ...last]);
    expect(seen.limits).toEqual([
      { limit: "fragments", at: 0, frame: 1025 },
      { limit: "fragments", at: 0, frame: 1026 },
    ]);
    expect(seen.segments).toEqual([SAYS]);
  });

  test("hold no more octets than their ceiling", () => {
    // Each claims the far end of a packet with few octets of its own.
    const far = Array.from({ length: 600 }, (_, n) => ({
      octets: ethernet(
        ipv4(new Uint8Array(8), { identification: n, fragmentOffset: 65_520, moreFragments: true }),
      ),
      second: 0,
    }));
    const seen = decoded(far);
    expect(seen.limits.length).toBeGreaterThan(50);
    expect(seen.undecoded).toEqual({ "incomplete fragments": 600 });
  });

  test("in the smallest pieces are whole after as many steps", () => {
    const large = tcp({ payload: new Uint8Array(8000).fill(0x41) });
    const frames = Array.from({ length: Math.ceil(large.length / 8) }, (_, n) => ({
      octets: fragment(8 * n, Math.min(8 * n + 8, large.length), {}, large),
      second: 0,
    }));
    const seen = decoded(frames);
    expect(seen.segments).toEqual([`192.0.2.7:49152 > 192.0.2.1:1883 "${"A".repeat(8000)}"`]);
  });

  test("start with no packet whole", () => {
    expect(fragments().protocol).toBe(0);
  });
});

/** The usual text with octets `from … to` of the segment taken from another. */
function expected(other: Uint8Array, from: number, to: number): string {
  const mixed = SEGMENT.slice();
  mixed.set(other.subarray(from, to), from);
  return `192.0.2.7:49152 > 192.0.2.1:1883 "${Buffer.from(mixed.subarray(20)).toString("latin1")}"`;
}
