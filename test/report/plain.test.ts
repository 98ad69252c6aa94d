import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Secret, wireText } from "../../src/octets/text.ts";
import { jsonText, quote } from "../../src/report/json-text.ts";
import { plain } from "../../src/report/plain.ts";

const ILL_FORMED = wireText(new Uint8Array([0x61, 0xff, 0x62]));
const HIDDEN = { reveal: false };
const SHOWN = { reveal: true };

describe("plain", () => {
  test("a secret is its length unless it may be shown", () => {
    expect(plain({ password: new Secret("pässword") }, HIDDEN)).toEqual({
      password: { redacted: true, length: 9 },
    });
    expect(plain({ password: new Secret("pässword") }, SHOWN)).toEqual({ password: "pässword" });
    expect(plain(new Secret(ILL_FORMED), SHOWN)).toEqual({ base64: "Yf9i" });
  });

  test("ill-formed text is base64, wherever it stands", () => {
    expect(plain([{ topic: ILL_FORMED }], HIDDEN)).toEqual([{ topic: { base64: "Yf9i" } }]);
  });

  test("what is undefined is left out, and what JSON cannot hold is null", () => {
    expect(plain({ a: undefined, b: Number.NaN, c: [undefined], d: 5n }, HIDDEN)).toEqual({
      b: null,
      c: [null],
      d: "5",
    });
  });

  test("names off the wire are pairs, never keys", () => {
    const map = new Map([["__proto__", new Secret("x")]]);
    expect(plain({ map, set: new Set(["a"]) }, HIDDEN)).toEqual({
      map: [["__proto__", { redacted: true, length: 1 }]],
      set: ["a"],
    });
  });

  test("a key called __proto__ changes no prototype", () => {
    const result = plain(JSON.parse('{"__proto__":{"polluted":true}}'), HIDDEN);
    expect(jsonText(result ?? null)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("a secret that is printed by accident shows its length", () => {
    const secret = new Secret("MqttP@ss2024!");
    expect([`${secret}`, JSON.stringify(secret), inspect(secret)].join()).not.toContain("MqttP");
  });
});

describe("JSON text", () => {
  test("reads back as the value it was made of", () => {
    const value = {
      a: [1, "two", null, { deep: ["\u001b[2J", "\u202e", "😀", "\ud800"] }],
      "k\u0085": "\u{e0041}",
    };
    expect(JSON.parse(jsonText(value))).toEqual(value);
    expect(JSON.parse(jsonText(value, 2))).toEqual(value);
  });

  test("is written as JSON.stringify writes it, where nothing is harmful", () => {
    const value = { a: [1, "zwei", []], b: {}, c: [{ d: true }] };
    expect(jsonText(value)).toBe(JSON.stringify(value));
    expect(jsonText(value, 2)).toBe(JSON.stringify(value, null, 2));
  });

  test.each([
    ["DEL", "\u007f", "\\u007f"],
    ["C1", "\u009b2J", "\\u009b2J"],
    ["a bidi override", "\u202e", "\\u202e"],
    ["a zero-width space", "\u200b", "\\u200b"],
    ["a line separator", "\u2028", "\\u2028"],
    ["a tag character", "\u{e0041}", "\\udb40\\udc41"],
    ["a lone surrogate", "\ud800", "\\ud800"],
    ["ESC", "\u001b", "\\u001b"],
  ])("%s is escaped", (_, text, escaped) => {
    expect(quote(text)).toBe(`"${escaped}"`);
    expect(JSON.parse(quote(text))).toBe(text);
  });
});
