import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameControlPacket } from "../../../src/protocol/mqtt/frame.ts";
import { hex } from "../build.ts";
import { conversation, runs } from "./build.ts";

describe("frameControlPacket", () => {
  test("frames a packet and says where it lies", () => {
    const octets = hex("c000 3003000161");
    const framed = frameControlPacket(octets, 2);
    expect(framed).toMatchObject({
      state: "ok",
      length: 5,
      unit: { type: 3, flags: 0, remaining: 3, headerLength: 2, start: 2, body: 4, end: 7, minimal: true },
    });
  });

  test.each([
    [0, "00"],
    [127, "7f"],
    [128, "8001"],
    [16_383, "ff7f"],
    [16_384, "808001"],
    [2_097_151, "ffff7f"],
    [2_097_152, "80808001"],
    [268_435_455, "ffffff7f"],
  ])("a Remaining Length of %i is %s", (length, octets) => {
    const header = hex(`30${octets}`);
    const framed = frameControlPacket(header);
    if (length === 0) expect(framed).toMatchObject({ state: "ok", length: 2 });
    else expect(framed).toEqual({ state: "need-more", atLeast: header.length + length });
  });

  test("a Remaining Length may use all four octets and no fifth", () => {
    expect(frameControlPacket(hex("30 ffffff7f"))).toMatchObject({
      state: "need-more",
      atLeast: 268_435_460,
    });
    expect(frameControlPacket(hex("30 ffffffff 00"))).toEqual({
      state: "malformed",
      fault: {
        unit: "Control Packet",
        field: "Remaining Length",
        offset: 1,
        reason: { kind: "forbidden", value: 0xff, clause: "MQTT 5.0 §1.5.5" },
      },
    });
    expect(frameControlPacket(hex("30 80808080"))).toMatchObject({ state: "malformed" });
  });

  test("a Remaining Length longer than needed is accepted and noted", () => {
    expect(frameControlPacket(hex("c0 80808000"))).toMatchObject({
      state: "ok",
      length: 5,
      unit: { remaining: 0, minimal: false },
    });
    expect(frameControlPacket(hex("30 8300 000161"))).toMatchObject({
      state: "ok",
      unit: { remaining: 3, minimal: false },
    });
  });

  test("type 0 is forbidden", () => {
    expect(frameControlPacket(hex("00 00"))).toMatchObject({
      state: "malformed",
      fault: { field: "Control Packet type", offset: 0 },
    });
  });

  test("no octets, and a first octet alone, need more", () => {
    expect(frameControlPacket(hex(""))).toEqual({ state: "need-more", atLeast: 2 });
    expect(frameControlPacket(hex("30"))).toEqual({ state: "need-more", atLeast: 2 });
    expect(frameControlPacket(hex("30 80"))).toEqual({ state: "need-more", atLeast: 3 });
  });

  test("law: every proper prefix of a packet needs more, and the whole of it is ok", () => {
    fc.assert(
      fc.property(conversation, ({ turns }) => {
        for (const { octets } of turns) {
          for (let end = 0; end < octets.length; end++)
            expect(frameControlPacket(octets, 0, end).state).toBe("need-more");
          expect(frameControlPacket(octets)).toMatchObject({ state: "ok", length: octets.length });
        }
      }),
      { numRuns: Math.min(100, runs(20)) },
    );
  });

  test("law: what a packet is does not depend on what follows it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), (octets, more) => {
        const alone = frameControlPacket(octets);
        const followed = frameControlPacket(Uint8Array.from([...octets, ...more]));
        if (alone.state === "ok") expect(followed).toMatchObject({ state: "ok", length: alone.length });
        if (alone.state === "malformed") expect(followed.state).toBe("malformed");
      }),
      { numRuns: runs(500) },
    );
  });
});
