/** Secrets in CBOR, MessagePack and Sparkplug B: names and values behind their lengths. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findAllSecrets, findSecrets } from "../../../src/finding/secrets/find.ts";

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map(part => Buffer.from(part as string)));
const textsOf = (octets: Uint8Array): string[] =>
  findSecrets(octets).map(({ start, end }) => Buffer.from(octets.subarray(start, end)).toString());

/** `{"user":"kim","password":VALUE}` */
const FORMS: readonly (readonly [what: string, of: (value: string) => Buffer])[] = [
  ["CBOR", v => bytes([0xa2, 0x64], "user", [0x63], "kim", [0x68], "password", [0x60 + v.length], v)],
  ["CBOR of any length", v => bytes([0xbf, 0x68], "password", [0x78, v.length], v, [0xff])],
  [
    "CBOR that says what it is",
    v => bytes([0xd9, 0xd9, 0xf7, 0xa1, 0x78, 8], "password", [0x79, 0, v.length], v),
  ],
  ["a string of octets in CBOR", v => bytes([0xa1, 0x68], "password", [0x40 + v.length], v)],
  ["MessagePack", v => bytes([0x82, 0xa4], "user", [0xa3], "kim", [0xa8], "password", [0xa0 + v.length], v)],
  ["MessagePack with long heads", v => bytes([0xde, 0, 1, 0xd9, 8], "password", [0xda, 0, v.length], v)],
  ["a list of maps", v => bytes([0x91, 0x81, 0xa8], "password", [0xd9, v.length], v)],
  [
    "a metric of Sparkplug B",
    v =>
      bytes(
        [0x08, 0x80, 0xf0, 0xc5, 0x8e, 0xa1, 0x34, 0x12, 0x22, 0x0a, 15],
        "Config/password",
        [0x10, 0x04, 0x18, 0x80, 0xf0, 0xc5, 0x8e, 0xa1, 0x34, 0x20, 0x0c, 0x7a, v.length],
        v,
        [0x18, 0x01],
      ),
  ],
];

describe("maps that are no text", () => {
  test.each(FORMS)("%s", (_, of) => {
    expect(textsOf(of("hunter2-Blue"))).toEqual(["hunter2-Blue"]);
    expect(findAllSecrets(of("hunter2-Blue"))).toEqual(findSecrets(of("hunter2-Blue")));
  });

  test.each(FORMS)("with a placeholder are none: %s", (_, of) => {
    expect(findSecrets(of("********"))).toEqual([]);
  });

  test.each(FORMS)("that are cut are read no further: %s", (_, of) => {
    const whole = of("hunter2-Blue");
    for (let end = 0; end < whole.length; end++)
      for (const match of findSecrets(whole.subarray(0, end))) expect(match.end).toBeLessThanOrEqual(end);
  });

  test.each([
    ["nothing set", bytes([0xa1, 0x68], "password", [0xf6])],
    ["a flag", bytes([0xa1, 0x68], "password", [0xf5])],
    ["a name that ends otherwise", bytes([0xa1, 0x6c], "passwordHash", [0x64], "abcd")],
    ["a name with no length before it", bytes([0xa1, 0x05], "password", [0x6c], "hunter2-Blue")],
    ["telemetry", bytes([0xa2, 0x61], "t", [0xfb, 0x40, 0x35, 0x80, 0, 0, 0, 0, 0, 0x61], "h", [0x18, 0x28])],
    [
      "a flag of Sparkplug B",
      bytes([0x08, 0x01, 0x12, 0x15, 0x0a, 0x0f], "Config/password", [0x20, 0x0b, 0x70, 0x01]),
    ],
  ])("hold none in %s", (_, octets) => {
    expect(findSecrets(octets)).toEqual([]);
  });

  test("are looked for in any octets without harm", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0x08, 0x82, 0xa2, 0xd9, 0xde),
        fc.uint8Array({ maxLength: 300 }),
        (first, rest) => {
          const octets = Uint8Array.of(first, ...rest);
          for (const { start, end } of findSecrets(octets)) {
            expect(start).toBeLessThan(end);
            expect(end).toBeLessThanOrEqual(octets.length);
          }
        },
      ),
    );
  });
});
