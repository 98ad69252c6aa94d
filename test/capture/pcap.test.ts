/** The pcap format in all its variants. */
import { describe, expect, test } from "vitest";
import { framePcapHeader } from "../../src/capture/pcap.ts";
import { type PcapFields, pcap, START } from "../build/capture.ts";
import { join, tcpFrame, text } from "../build/packets.ts";
import { collectOctets, ofType } from "./collect.ts";

const FIRST = tcpFrame({ payload: text("first") });
const SECOND = tcpFrame({ payload: text("second"), sequence: 5 });

const VARIANTS: readonly (readonly [name: string, fields: PcapFields, format: string])[] = [
  ["microseconds", {}, "pcap"],
  ["microseconds, big-endian", { bigEndian: true }, "pcap"],
  ["nanoseconds", { nanoseconds: true }, "pcap-ns"],
  ["nanoseconds, big-endian", { nanoseconds: true, bigEndian: true }, "pcap-ns"],
  ["Kuznetzov's record header", { modified: true }, "pcap-modified"],
  ["Kuznetzov's record header, big-endian", { modified: true, bigEndian: true }, "pcap-modified"],
];

describe("a pcap file", () => {
  test.each(VARIANTS)("with %s gives its frames, times and offsets", async (_name, fields, format) => {
    const file = pcap([{ octets: FIRST, at: START + 7, nanos: 999 }, SECOND], fields);
    const seen = await collectOctets(file);
    const recordHeader = fields.modified === true ? 24 : 16;
    expect(seen.frames).toEqual([
      {
        number: 1,
        at: START + 7,
        nanos: fields.nanoseconds === true ? 999 : undefined,
        position: 24 + recordHeader,
        linkType: 1,
        originalLength: FIRST.length,
        octets: FIRST,
      },
      {
        number: 2,
        at: START + 1_000_000,
        nanos: fields.nanoseconds === true ? 0 : undefined,
        position: 24 + 2 * recordHeader + FIRST.length,
        linkType: 1,
        originalLength: SECOND.length,
        octets: SECOND,
      },
    ]);
    expect(seen.notices).toEqual([
      { type: "capture.opened", format },
      { type: "capture.interface", linkType: 1, snapLength: 262_144 },
      { type: "capture.closed", octets: file.length },
    ]);
  });

  test.each([
    ["Ixia's software", 0x1c00_01ab, "pcap"],
    ["Ixia's hardware", 0x1c00_01ac, "pcap-ns"],
  ])("of %s has four octets more of file header", async (_name, magic, format) => {
    const nanoseconds = format === "pcap-ns";
    const plain = pcap([FIRST], { magic, nanoseconds });
    const seen = await collectOctets(join(plain.subarray(0, 24), [0, 0, 0, 0], plain.subarray(24)));
    expect(seen.frames.map(frame => [frame.at, frame.octets])).toEqual([[START, FIRST]]);
    expect(ofType(seen, "capture.opened")).toEqual([{ type: "capture.opened", format }]);
  });

  test("keeps what a snap length cut as original length", async () => {
    const seen = await collectOctets(pcap([{ octets: FIRST.subarray(0, 40), originalLength: FIRST.length }]));
    expect(seen.frames[0]).toMatchObject({ originalLength: FIRST.length, octets: FIRST.subarray(0, 40) });
  });

  test("until version 2.3 may have its two lengths the other way round", async () => {
    const file = pcap([{ octets: FIRST.subarray(0, 40), originalLength: FIRST.length }, SECOND], {
      minorVersion: 3,
    });
    const swapped = file.slice();
    swapped.set(file.subarray(32, 36), 36);
    swapped.set(file.subarray(36, 40), 32);
    expect((await collectOctets(swapped)).frames).toEqual((await collectOctets(file)).frames);
  });

  test("names its link type in 26 bits; the others tell of a frame check sequence", async () => {
    const seen = await collectOctets(pcap([FIRST], { linkType: 0x2400_0001 }));
    expect(ofType(seen, "capture.interface")).toEqual([
      { type: "capture.interface", linkType: 1, snapLength: 262_144 },
    ]);
    expect(seen.frames[0]?.linkType).toBe(1);
  });

  test("may say a million microseconds and more: they are added as they are", async () => {
    const file = pcap([{ octets: FIRST, at: 1_000_000 }]);
    file.set([0x40, 0x42, 0x0f, 0], 28);
    expect((await collectOctets(file)).frames[0]?.at).toBe(2_000_000);
  });

  test("counts its seconds unsigned, until 2106", async () => {
    const at = 0xffff_ffff * 1_000_000 + 999_999;
    expect((await collectOctets(pcap([{ octets: FIRST, at }]))).frames[0]?.at).toBe(at);
  });

  test("without records is a capture of no frames", async () => {
    const seen = await collectOctets(pcap([]));
    expect(seen.order).toEqual(["capture.opened", "capture.interface", "capture.closed"]);
  });

  test("may hold frames without octets", async () => {
    const seen = await collectOctets(pcap([new Uint8Array(0), FIRST]));
    expect(seen.frames.map(frame => frame.octets.length)).toEqual([0, FIRST.length]);
  });

  test("with frames beyond 64 KiB, as segmentation offload gives them, is read", async () => {
    const large = new Uint8Array(200_000).fill(7);
    const seen = await collectOctets(pcap([large, FIRST]), 50_000);
    expect(seen.frames.map(frame => frame.octets.length)).toEqual([200_000, FIRST.length]);
  });

  test("ends at a record that claims more than 262,144 octets, and says where", async () => {
    const good = pcap([FIRST]);
    const bad = pcap([SECOND]).subarray(24).slice();
    bad.set([0xff, 0xff, 0xff, 0xff], 8);
    const seen = await collectOctets(join(good, bad, SECOND));
    expect(seen.frames.map(frame => frame.octets)).toEqual([FIRST]);
    expect(ofType(seen, "capture.malformed")).toEqual([
      {
        type: "capture.malformed",
        position: good.length,
        fault: {
          unit: "Packet Record",
          field: "Captured Packet Length",
          offset: 8,
          reason: { kind: "too-large", size: 0xffff_ffff, limit: 262_144 },
        },
      },
    ]);
    expect(seen.order.at(-1)).toBe("capture.closed");
  });

  test("cut inside a record header or its data says how much is missing", async () => {
    const file = pcap([FIRST, SECOND]);
    const record = 24 + 16 + FIRST.length;
    const inHeader = await collectOctets(file.subarray(0, record + 5));
    const inData = await collectOctets(file.subarray(0, file.length - 3));
    expect(inHeader.frames.length).toBe(1);
    expect(ofType(inHeader, "capture.malformed")[0]).toMatchObject({
      position: record,
      fault: { unit: "Packet Record", field: "header", reason: { kind: "short", needed: 16, left: 5 } },
    });
    expect(ofType(inData, "capture.malformed")[0]).toMatchObject({
      position: record,
      fault: { field: "Packet Data", reason: { needed: SECOND.length, left: SECOND.length - 3 } },
    });
  });
});

describe("framePcapHeader", () => {
  test("needs more until the file header is whole", () => {
    const file = pcap([]);
    expect(framePcapHeader(file, 0, 3)).toEqual({ state: "need-more", atLeast: 4 });
    expect(framePcapHeader(file, 0, 23)).toEqual({ state: "need-more", atLeast: 24 });
    expect(framePcapHeader(file, 0, 24).state).toBe("ok");
  });

  test("refuses other magic numbers", () => {
    expect(framePcapHeader(new Uint8Array(24), 0, 24).state).toBe("malformed");
  });
});
