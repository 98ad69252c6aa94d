/** Text from the wire, secrets, and what may be shown. */
import { inspect, isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { payload } from "../../src/octets/payload.ts";
import {
  hexDump,
  printable,
  Secret,
  textOfKey,
  wireKey,
  wireOctets,
  wireString,
  wireText,
} from "../../src/octets/text.ts";
import { rfc3339, type Timestamp } from "../../src/octets/time.ts";

describe("wireText", () => {
  test("is a string for well-formed UTF-8 and the octets for anything else", () => {
    expect(wireText(new TextEncoder().encode("größe"))).toBe("größe");
    expect(wireText(new Uint8Array([0xc3, 0x28]))).toEqual(new Uint8Array([0xc3, 0x28]));
    expect(wireText(new Uint8Array([0xed, 0xa0, 0x80]))).toBeInstanceOf(Uint8Array);
  });

  test("gives back the very octets that came", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), data => {
        expect([...wireOctets(wireText(data))]).toEqual([...data]);
      }),
    );
  });
});

describe("printable", () => {
  test("leaves letters, digits, emoji and wide characters alone", () => {
    expect(printable("iot/температура/温度/🌡")).toBe("iot/температура/温度/🌡");
  });

  test.each([
    ["ESC", "\u001b[31mred", "\\u{1b}[31mred"],
    ["8-bit CSI", "\u009b31m", "\\u{9b}31m"],
    ["bidi override", "a\u202eb", "a\\u{202e}b"],
    ["zero width space", "a\u200bb", "a\\u{200b}b"],
    ["byte order mark", "\ufeffa", "\\u{feff}a"],
    ["line separator", "a\u2028b", "a\\u{2028}b"],
    ["tag character", "a\u{e0041}b", "a\\u{e0041}b"],
    ["lone surrogate", "a\ud800b", "a\\u{d800}b"],
    ["new line", "a\nb", "a\\u{a}b"],
  ])("makes %s visible", (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("lets no control or format character through, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), text => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test("cuts long text without halving a character", () => {
    const shown = printable("😀".repeat(300), 256);
    expect(shown.endsWith("…")).toBe(true);
    expect(shown).not.toContain("\\u{d83d}");
  });
});

describe("Secret", () => {
  const secret = new Secret("hunter2-Ünïcode");

  test("shows its length in octets and nothing else by accident", () => {
    for (const shown of [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect([secret]),
    ]) {
      expect(shown).not.toContain("hunter2");
      expect(shown).toContain("17");
    }
  });

  test("gives its value to whoever asks for it by name", () => {
    expect(secret.reveal()).toBe("hunter2-Ünïcode");
  });
});

describe("payload", () => {
  test("is text where a person could read it, else base64", () => {
    expect(payload(new TextEncoder().encode('{"t":25.3}\n'))).toEqual({ text: '{"t":25.3}\n' });
    expect(payload(new Uint8Array([0x1b, 0x5b, 0x41]))).toEqual({ base64: "G1tB" });
    expect(payload(new Uint8Array([0xff, 0xd8]))).toEqual({ base64: "/9g=" });
    expect(payload(new Uint8Array())).toEqual({ text: "" });
  });
});

describe("hexDump", () => {
  test("shows offset, octets and ASCII in lines of sixteen", () => {
    expect(hexDump(new TextEncoder().encode("MQTT over TCP\u0000\u0001."), 0x20)).toEqual([
      "000020  4d 51 54 54 20 6f 76 65 72 20 54 43 50 00 01 2e  MQTT over TCP...",
    ]);
  });
});

describe("rfc3339", () => {
  test("keeps microseconds, and times before 1970", () => {
    expect(rfc3339(1_767_323_045_678_901 as Timestamp)).toBe("2026-01-02T03:04:05.678901Z");
    expect(rfc3339(-1 as Timestamp)).toBe("1969-12-31T23:59:59.999999Z");
  });
});

describe("keys of texts", () => {
  test("no two texts share one, and each gives its text back", () => {
    const octets = fc.uint8Array({ maxLength: 6 }).map(view => wireText(view));
    const texts = fc.oneof(octets, fc.string({ unit: "grapheme", maxLength: 6 }));
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        expect(wireKey(one) === wireKey(other)).toBe(isDeepStrictEqual(wireOctets(one), wireOctets(other)));
        expect(textOfKey(wireKey(one))).toEqual(one);
      }),
      { numRuns: 2_000 },
    );
    const [one, other] = [wireText(Uint8Array.of(0x61, 0xff)), wireText(Uint8Array.of(0x61, 0xfe))];
    expect(wireString(one)).toBe(wireString(other));
    expect(wireKey(one)).not.toBe(wireKey(other));
  });
});
