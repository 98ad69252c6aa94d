/** The cursor that every decoder reads with. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { faultText } from "../../src/octets/decode.ts";
import { marked, Reader } from "../../src/octets/reader.ts";

const octets = (...values: number[]): Uint8Array => new Uint8Array(values);

describe("Reader", () => {
  test("reads integers big-endian, also those above 2^31", () => {
    const r = new Reader("unit", octets(0xff, 0x12, 0x34, 0xab, 0xcd, 0xef, 0xff, 0xff, 0xff, 0xff));
    expect([r.u8("a"), r.u16("b"), r.u24("c"), r.u32("d")]).toEqual([0xff, 0x1234, 0xabcdef, 0xffff_ffff]);
    expect(r.end("done")).toEqual({ ok: true, value: "done" });
  });

  test("names field, offset, need and rest in a fault", () => {
    const r = new Reader("server_hello", octets(3, 3, 1));
    r.u16("legacy_version");
    r.take(32, "random");
    const decoded = r.end(undefined);
    expect(decoded).toEqual({
      ok: false,
      fault: {
        unit: "server_hello",
        field: "random",
        offset: 2,
        reason: { kind: "short", needed: 32, left: 1 },
      },
    });
    expect(decoded.ok ? "" : faultText(decoded.fault)).toBe(
      "server_hello.random at 2: 32 octets needed, 1 left",
    );
  });

  test("gives zeros and no octets after its first fault, and keeps that fault", () => {
    const r = new Reader("unit", octets(1));
    r.u16("first");
    expect([r.u8("second"), r.u32("third"), r.take(1, "fourth").length, r.left]).toEqual([0, 0, 0, 0]);
    r.reject("fifth", 1, "clause");
    expect(r.fault?.field).toBe("first");
  });

  test("a sub-reader cannot see past its length, and shares the fault", () => {
    const r = new Reader("unit", octets(0, 2, 0xaa, 0xbb, 0xcc));
    const inner = r.sub(r.u16("length"), "inner");
    expect([inner.u8("a"), inner.u8("b"), inner.left]).toEqual([0xaa, 0xbb, 0]);
    inner.u8("c");
    expect(r.fault).toMatchObject({ field: "c", offset: 4 });
    expect(r.left).toBe(0);
  });

  test("octets left over are a fault where the unit must end", () => {
    const r = new Reader("unit", octets(1, 2, 3));
    r.u8("a");
    expect(r.end(0)).toMatchObject({
      ok: false,
      fault: { offset: 1, reason: { kind: "trailing", octets: 2 } },
    });
    expect(new Reader("unit", octets(1, 2)).soFar(7)).toEqual({ ok: true, value: 7 });
  });

  test("refuses values and sizes with the clause or the limit", () => {
    const r = new Reader("CONNECT", octets(9));
    r.reject("Protocol Level", r.u8("Protocol Level"), "MQTT-3.1.2-2");
    expect(faultText(r.fault!)).toBe("CONNECT.Protocol Level at 1: 9 is not allowed (MQTT-3.1.2-2)");
    const large = new Reader("certificate", octets());
    large.tooLarge("certificate_list", 300_000, 262_144);
    expect(faultText(large.fault!)).toBe(
      "certificate.certificate_list at 0: 300000 is more than the limit of 262144",
    );
  });

  test("never reads outside of its bounds, whatever is asked of it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.array(fc.nat(6), { maxLength: 30 }), (data, reads) => {
        const around = new Uint8Array([0xee, ...data, 0xee]);
        const r = new Reader("unit", around, 1, 1 + data.length);
        const seen: number[] = [];
        for (const n of reads) seen.push(...r.take(n, "x"));
        expect(seen).toEqual([...data].slice(0, seen.length));
      }),
    );
  });
});

describe("marked octets", () => {
  test("remember what was read of them, where and as what, also inside a part", () => {
    const view = marked(octets(0, 2, 3, 4, 0xff, 0xff, 0xff, 0xff, 9));
    const r = new Reader("unit", view);
    const inner = r.sub(r.u16("list"), "list");
    inner.u8("first");
    expect(r.u32("ticket")).toBe(0xffff_ffff);
    r.rest();
    expect(view.marks).toEqual([
      { field: "list", from: 0, to: 2, as: "number" },
      { field: "list", from: 2, to: 4, as: "part" },
      { field: "first", from: 2, to: 3, as: "number" },
      { field: "ticket", from: 4, to: 8, as: "number" },
      { field: "rest", from: 8, to: 9, as: "octets" },
    ]);
  });

  test("count from where their unit begins, and end where it cannot be read", () => {
    const view = marked(octets(7, 7, 0, 5, 1));
    const r = new Reader("unit", view, 2);
    r.take(r.u16("name"), "name");
    r.u8("after");
    expect(view.marks).toEqual([{ field: "name", from: 0, to: 2, as: "number" }]);
  });
});
