import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/octets/decode.ts";
import { frameHandshake, HandshakeAssembler, holdsMessages } from "../../../src/protocol/tls/handshake.ts";
import { hex, join } from "../build.ts";
import { message, opaque } from "./build.ts";

type Heard = { type: number; body: string; from: number; to: number } | { fault: Fault; from: number };

function assembler(midstream = false) {
  const heard: Heard[] = [];
  const machine = new HandshakeAssembler(
    {
      message: ({ type, body }, from, to) => {
        heard.push({ type, body: Buffer.from(body).toString("hex"), from, to });
      },
      malformed: (fault, from) => heard.push({ fault, from }),
    },
    midstream,
  );
  return { heard, machine };
}

describe("the handshake framer", () => {
  test("needs more for every proper prefix of a message", () => {
    const whole = message(11, opaque(40));
    for (let length = 0; length < whole.length; length += 1)
      expect(frameHandshake(whole.subarray(0, length)).state).toBe("need-more");
    expect(frameHandshake(join(whole, hex("0e")))).toMatchObject({ state: "ok", length: 44 });
  });

  test("allows a Certificate twice the octets of other messages", () => {
    expect(frameHandshake(hex("0b 04 00 00")).state).toBe("need-more");
    expect(frameHandshake(hex("0b 04 00 01"))).toMatchObject({ state: "malformed" });
    expect(frameHandshake(hex("01 02 00 00")).state).toBe("need-more");
    expect(frameHandshake(hex("01 02 00 01"))).toMatchObject({
      state: "malformed",
      fault: { reason: { kind: "too-large", size: 131_073, limit: 131_072 } },
    });
  });
});

describe("the handshake assembler", () => {
  test("tells messages that share a fragment one by one, with their offsets", () => {
    const { heard, machine } = assembler();
    machine.push(join(message(14, hex("")), message(20, hex("0102"))), 100);
    expect(heard).toEqual([
      { type: 14, body: "", from: 100, to: 104 },
      { type: 20, body: "0102", from: 104, to: 110 },
    ]);
  });

  test("joins a message over fragments cut anywhere, and copies what it keeps", () => {
    const whole = join(message(1, hex("0a0b0c0d0e")), message(2, hex("ff")));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 13 }), { maxLength: 6 }), places => {
        const { heard, machine } = assembler();
        const bounds = [0, ...new Set(places.toSorted((a, b) => a - b)), whole.length];
        for (let i = 1; i < bounds.length; i += 1) {
          const piece = Uint8Array.from(whole.subarray(bounds[i - 1], bounds[i]));
          machine.push(piece, 50 + bounds[i - 1]!);
          piece.fill(0);
        }
        expect(heard).toEqual([
          { type: 1, body: "0a0b0c0d0e", from: 50, to: 59 },
          { type: 2, body: "ff", from: 59, to: 64 },
        ]);
        expect(machine.pending).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  test("says where an unfinished message begins", () => {
    const { machine } = assembler();
    machine.push(join(message(14, hex("")), hex("01 00")), 10);
    expect(machine.pending).toBe(14);
  });

  test("passes over a message above its ceiling and reads the next", () => {
    const { heard, machine } = assembler();
    const size = 131_073;
    machine.push(join(hex("01 02 00 01"), opaque(10)), 0);
    machine.push(opaque(size - 10), 14);
    machine.push(message(14, hex("")), size + 4);
    expect(heard).toMatchObject([{ fault: { field: "length" }, from: 0 }, { type: 14 }]);
  });

  test("loses one message to a hole inside it, and reads the next", () => {
    const { heard, machine } = assembler();
    machine.push(join(hex("0b 00 00 20"), opaque(8)), 0);
    machine.skip(20);
    machine.push(join(opaque(4), message(14, hex(""))), 32);
    expect(heard).toEqual([{ type: 14, body: "", from: 36, to: 40 }]);
  });

  test("after a hole that swallowed a header waits for a fragment of whole messages", () => {
    const { heard, machine } = assembler();
    machine.push(hex("0b 00"), 0);
    machine.skip(20);
    expect(machine.push(opaque(16), 22)).toBe(false);
    expect(machine.push(message(14, hex("")), 38)).toBe(true);
    expect(heard).toMatchObject([{ type: 14 }]);
  });

  test("in the middle of a stream believes only whole messages", () => {
    const { heard, machine } = assembler(true);
    expect(machine.push(opaque(40), 0)).toBe(false);
    expect(machine.push(message(20, opaque(12)), 40)).toBe(true);
    expect(heard).toHaveLength(1);
  });
});

describe("holdsMessages", () => {
  test("tells whole messages from encrypted ones", () => {
    expect(holdsMessages(join(message(2, opaque(9)), message(14, hex(""))))).toBe(true);
    expect(holdsMessages(message(99, opaque(9)))).toBe(false);
    expect(holdsMessages(join(message(2, opaque(9)), hex("0e")))).toBe(false);
    expect(holdsMessages(hex(""))).toBe(false);
    expect(holdsMessages(opaque(40))).toBe(false);
  });
});
