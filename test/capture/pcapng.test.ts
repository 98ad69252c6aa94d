/** The pcapng format: blocks, sections, interfaces and their clocks. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../src/capture/framer.ts";
import { pcapngFramer } from "../../src/capture/pcapng.ts";
import { micros } from "../../src/capture/pcapng-interface.ts";
import {
  block,
  decryptionSecrets,
  enhancedPacket,
  interfaceDescription,
  interfaceStatistics,
  obsoletePacket,
  option,
  pcapng,
  sectionHeader,
  simplePacket,
  START,
} from "../build/capture.ts";
import { join, tcpFrame, text } from "../build/packets.ts";
import { collectOctets, ofType } from "./collect.ts";

const FIRST = tcpFrame({ payload: text("first") });
const SECOND = tcpFrame({ payload: text("and the second"), sequence: 5 });

describe.each([
  ["little-endian", false],
  ["big-endian", true],
])("a %s pcapng file", (_name, big) => {
  const start = join(sectionHeader(big), interfaceDescription(1, big));

  test("gives the frames of Enhanced Packet Blocks with their times and offsets", async () => {
    const file = pcapng([FIRST, SECOND], 1, big);
    const seen = await collectOctets(file);
    expect(seen.frames.map(frame => [frame.number, frame.at, frame.octets])).toEqual([
      [1, START, FIRST],
      [2, START + 1_000_000, SECOND],
    ]);
    for (const { position, octets } of seen.frames) {
      expect(file.subarray(position, position + octets.length)).toEqual(octets);
    }
    expect(seen.order).toEqual([
      "capture.opened",
      "capture.interface",
      "frame 1",
      "frame 2",
      "capture.closed",
    ]);
  });

  test("gives the frames of Simple Packet Blocks, at the time of the packet before", async () => {
    const file = join(
      start,
      simplePacket({ octets: FIRST }, big),
      enhancedPacket({ octets: SECOND }, big),
      simplePacket({ octets: FIRST }, big),
    );
    const seen = await collectOctets(file);
    expect(seen.frames.map(frame => [frame.at, frame.octets])).toEqual([
      [0, FIRST],
      [START, SECOND],
      [START, FIRST],
    ]);
  });

  test("cuts a Simple Packet Block at the interface's snap length", async () => {
    const short = join(sectionHeader(big), interfaceDescription(1, big, undefined, 40));
    const seen = await collectOctets(
      join(short, simplePacket({ octets: FIRST.subarray(0, 40), originalLength: FIRST.length }, big)),
    );
    expect(seen.frames[0]).toMatchObject({ originalLength: FIRST.length, octets: FIRST.subarray(0, 40) });
  });

  test("gives the frames of obsolete Packet Blocks", async () => {
    const seen = await collectOctets(join(start, obsoletePacket({ octets: FIRST, at: START + 3 }, big)));
    expect(seen.frames.map(frame => [frame.at, frame.octets])).toEqual([[START + 3, FIRST]]);
  });

  test("hands on secrets before the frames that follow them", async () => {
    const secrets = text("CLIENT_RANDOM 00 01\n");
    const file = join(
      start,
      enhancedPacket({ octets: FIRST }, big),
      decryptionSecrets(secrets, undefined, big),
      enhancedPacket({ octets: SECOND }, big),
    );
    const seen = await collectOctets(file);
    expect(seen.order).toEqual([
      "capture.opened",
      "capture.interface",
      "frame 1",
      "capture.secrets",
      "frame 2",
      "capture.closed",
    ]);
    expect(ofType(seen, "capture.secrets")).toEqual([
      { type: "capture.secrets", secretsType: 0x544c_534b, octets: secrets },
    ]);
  });

  test("names interfaces, their filter and their clock", async () => {
    const options = join(
      option(2, text("eth0"), big),
      option(11, join([0], text("tcp port 1883")), big),
      option(9, Uint8Array.of(9), big),
      option(14, big ? Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 2) : Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0), big),
    );
    const file = join(
      sectionHeader(big),
      interfaceDescription(1, big, options, 96),
      enhancedPacket({ octets: FIRST }, big, 0, BigInt(START) * 1000n + 1999n),
    );
    const seen = await collectOctets(file);
    expect(ofType(seen, "capture.interface")).toEqual([
      { type: "capture.interface", linkType: 1, snapLength: 96, name: "eth0", filter: "tcp port 1883" },
    ]);
    expect(seen.frames[0]?.at).toBe(START + 1 + 2_000_000);
  });

  test("may have a negative time offset", async () => {
    const minusOne = new Uint8Array(8).fill(0xff);
    const file = join(
      sectionHeader(big),
      interfaceDescription(1, big, option(14, minusOne, big)),
      enhancedPacket({ octets: FIRST }, big),
    );
    expect((await collectOctets(file)).frames[0]?.at).toBe(START - 1_000_000);
  });

  test("has interfaces of several link types in one section", async () => {
    const file = join(
      start,
      interfaceDescription(101, big),
      enhancedPacket({ octets: FIRST }, big, 1),
      enhancedPacket({ octets: SECOND }, big, 0),
    );
    expect((await collectOctets(file)).frames.map(frame => frame.linkType)).toEqual([101, 1]);
  });

  test("tells the drops of all interfaces so far, whose counters are totals", async () => {
    const file = join(
      start,
      interfaceDescription(1, big),
      interfaceStatistics(10, 1, big, 0),
      interfaceStatistics(20, 2, big, 1),
      interfaceStatistics(30, 3, big, 0),
      sectionHeader(big),
      interfaceDescription(1, big),
      interfaceStatistics(100, 0, big, 0),
      // Of an interface that was never described.
      interfaceStatistics(100, 7, big, 9),
    );
    expect(ofType(await collectOctets(file), "capture.drops")).toEqual([
      { type: "capture.drops", dropped: 1, received: 10 },
      { type: "capture.drops", dropped: 3, received: 30 },
      { type: "capture.drops", dropped: 5, received: 50 },
      { type: "capture.drops", dropped: 5, received: 150 },
    ]);
  });

  test("says nothing of drops where the statistics do not count them", async () => {
    const noCounts = block(5, new Uint8Array(12), big);
    expect(ofType(await collectOctets(join(start, noCounts)), "capture.drops")).toEqual([]);
  });

  test("is read on behind blocks of unknown types", async () => {
    const custom = block(0x0bad, text("whatever it may be"), big);
    const seen = await collectOctets(join(start, custom, enhancedPacket({ octets: FIRST }, big), custom));
    expect(seen.frames.map(frame => frame.octets)).toEqual([FIRST]);
    expect(ofType(seen, "capture.malformed")).toEqual([]);
  });

  test("may have options behind a packet, and a broken option list says nothing", async () => {
    const flags = option(2, Uint8Array.of(1, 0, 0, 0), big);
    const broken = join(option(2, text("eth0"), big), big ? [0, 9, 0xff, 0xff] : [9, 0, 0xff, 0xff]);
    const file = join(
      sectionHeader(big),
      interfaceDescription(1, big, broken),
      enhancedPacket({ octets: FIRST }, big, 0, BigInt(START), flags),
    );
    const seen = await collectOctets(file);
    expect(seen.frames.map(frame => [frame.at, frame.octets])).toEqual([[START, FIRST]]);
    expect(ofType(seen, "capture.interface")[0]?.name).toBe("eth0");
  });

  const faults: readonly (readonly [what: string, octets: Uint8Array, field: string, kind: string])[] = [
    [
      "a Block Total Length that leads to nothing",
      block(6, new Uint8Array(0), big),
      "Block Total Length",
      "short",
    ],
    [
      "an interface that is not described",
      enhancedPacket({ octets: FIRST }, big, 5),
      "Interface ID",
      "forbidden",
    ],
    [
      "secrets longer than their block",
      patched(decryptionSecrets(text("x"), 1, big), 12, big, 100),
      "Secrets Length",
      "short",
    ],
    [
      "a captured length beyond its block",
      patched(enhancedPacket({ octets: FIRST }, big), 20, big, 0xffff_ffff),
      "Captured Packet Length",
      "short",
    ],
    [
      "a captured length beyond the ceiling",
      enhancedPacket({ octets: new Uint8Array(262_148) }, big),
      "Captured Packet Length",
      "too-large",
    ],
    [
      "a block beyond the ceiling",
      patched(block(6, new Uint8Array(40), big), 4, big, LIMITS.blockLength + 4),
      "Block Total Length",
      "too-large",
    ],
    [
      "a length that is no multiple of four",
      patched(block(6, new Uint8Array(40), big), 4, big, 53),
      "Block Total Length",
      "forbidden",
    ],
    [
      "two lengths that differ",
      patched(block(6, new Uint8Array(40), big), 48, big, 48),
      "Block Total Length",
      "forbidden",
    ],
    [
      "a byte-order magic that is none",
      patched(sectionHeader(big), 8, big, 0x1234_5678),
      "Byte-Order Magic",
      "forbidden",
    ],
    [
      "a section of another version",
      patched(sectionHeader(big), 12, big, 0x0002_0002),
      "Major Version",
      "forbidden",
    ],
  ];
  test.each(faults)("ends at %s", async (_what, bad, field, kind) => {
    const good = join(start, enhancedPacket({ octets: FIRST }, big));
    // Behind the broken block stands enough for any order in which its lengths are read.
    const seen = await collectOctets(join(good, bad, new Uint8Array(1024)));
    expect(seen.frames.length).toBe(1);
    expect(ofType(seen, "capture.malformed")[0]).toMatchObject({
      position: good.length,
      fault: { field, reason: { kind } },
    });
    expect(seen.order.at(-1)).toBe("capture.closed");
  });

  test("cut inside a block says which and how much is missing", async () => {
    const file = pcapng([FIRST], 1, big);
    const at = start.length;
    const [few, more] = await Promise.all([
      collectOctets(file.subarray(0, at + 6)),
      collectOctets(file.subarray(0, file.length - 1)),
    ]);
    expect(ofType(few, "capture.malformed")[0]).toMatchObject({
      position: at,
      fault: { unit: "Block", reason: { kind: "short", needed: 12, left: 6 } },
    });
    expect(ofType(more, "capture.malformed")[0]).toMatchObject({
      position: at,
      fault: {
        unit: "Enhanced Packet Block",
        reason: { kind: "short", needed: file.length - at, left: file.length - at - 1 },
      },
    });
    const header = await collectOctets(file.subarray(0, 20));
    expect(ofType(header, "capture.malformed")[0]).toMatchObject({
      position: 0,
      fault: { unit: "Section Header Block" },
    });
  });
});

describe("a pcapng file of several sections", () => {
  test("may change its byte order and begins its interfaces anew", async () => {
    const file = join(pcapng([FIRST], 1, false), pcapng([SECOND], 101, true), pcapng([FIRST], 1, false));
    const seen = await collectOctets(file);
    expect(seen.frames.map(frame => [frame.number, frame.linkType])).toEqual([
      [1, 1],
      [2, 101],
      [3, 1],
    ]);
    expect(ofType(seen, "capture.opened").length).toBe(1);
    expect(ofType(seen, "capture.interface").length).toBe(3);
  });

  test("has a ceiling for interfaces, and reaching it is told", async () => {
    const one = interfaceDescription(1);
    const many = new Uint8Array(one.length * (LIMITS.interfaces + 1));
    for (let at = 0; at < many.length; at += one.length) many.set(one, at);
    const seen = await collectOctets(join(sectionHeader(), many), 1 << 16);
    expect(ofType(seen, "capture.malformed")[0]?.fault).toMatchObject({
      unit: "Interface Description Block",
      reason: { kind: "too-large", limit: LIMITS.interfaces },
    });
  });
});

describe("pcapngFramer", () => {
  test("refuses a block before the first section", () => {
    const framer = pcapngFramer();
    const batch = { frames: [], notices: [] };
    const octets = interfaceDescription();
    expect(framer.take(batch, octets, 0, octets.length, 0)).toBe(0);
    expect(framer.ended).toBe(true);
    expect(batch.notices).toMatchObject([{ type: "capture.malformed", fault: { field: "Block Type" } }]);
  });
});

describe("micros", () => {
  const words = (units: bigint): [number, number] => [Number(units >> 32n), Number(units & 0xffff_ffffn)];

  test("is exact for every power of ten and of two, floored", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.integer({ min: 6, max: 20 }),
        (units, power) => {
          const exact = (units * 1_000_000n) / 10n ** BigInt(power);
          fc.pre(exact < 1n << 53n);
          expect(micros(...words(units), power)).toBe(Number(exact));
        },
      ),
    );
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.integer({ min: 0, max: 70 }),
        (units, power) => {
          const exact = (units * 1_000_000n) >> BigInt(power);
          fc.pre(exact < 1n << 53n);
          expect(micros(...words(units), 0x80 + power)).toBe(Number(exact));
        },
      ),
    );
  });

  test("multiplies clocks that are coarser than microseconds", () => {
    expect(micros(0, 1_767_323_045, 0)).toBe(1_767_323_045_000_000);
    expect(micros(0, 5, 3)).toBe(5000);
  });
});

function patched(octets: Uint8Array, at: number, big: boolean, value: number): Uint8Array {
  const copy = octets.slice();
  new DataView(copy.buffer).setUint32(at, value, !big);
  return copy;
}
