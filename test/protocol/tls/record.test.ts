import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameRecord } from "../../../src/protocol/tls/record.ts";
import { hex, join } from "../build.ts";
import { opaque, record } from "./build.ts";

describe("the record framer", () => {
  test("cuts a whole record and says its length", () => {
    const octets = join(record(22, hex("01 02 03"), 0x0301), hex("17 03"));
    expect(frameRecord(octets)).toEqual({
      state: "ok",
      unit: { type: 22, version: 0x0301, fragment: hex("01 02 03") },
      length: 8,
    });
  });

  test("needs more for every proper prefix of a record", () => {
    const whole = record(23, opaque(300));
    for (let length = 0; length < whole.length; length += 1)
      expect(frameRecord(whole.subarray(0, length)).state).toBe("need-more");
    expect(frameRecord(whole).state).toBe("ok");
  });

  test("takes a record without content", () => {
    expect(frameRecord(record(22, new Uint8Array(0)))).toMatchObject({ state: "ok", length: 5 });
  });

  test("refuses what no content type begins, on its first octet", () => {
    for (const octet of [0x00, 0x10, 0x13, 0x19, 0x48, 0xff])
      expect(frameRecord(Uint8Array.of(octet))).toMatchObject({
        state: "malformed",
        fault: {
          unit: "TLSPlaintext",
          field: "type",
          offset: 0,
          reason: { kind: "forbidden", value: octet },
        },
      });
  });

  test("refuses a version that is not 3.x", () => {
    expect(frameRecord(hex("16 02"))).toMatchObject({
      state: "malformed",
      fault: { field: "legacy_record_version" },
    });
  });

  test("takes 2^14 + 2048 octets of fragment and no more (RFC 5246 §6.2.3)", () => {
    expect(frameRecord(record(23, opaque(18_432))).state).toBe("ok");
    expect(frameRecord(hex("17 03 03 48 01"))).toMatchObject({
      state: "malformed",
      fault: { field: "length", offset: 3, reason: { kind: "too-large", size: 18_433, limit: 18_432 } },
    });
  });

  test("says something of any octets", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), octets => {
        expect(["ok", "need-more", "malformed"]).toContain(frameRecord(octets).state);
      }),
    );
  });
});
