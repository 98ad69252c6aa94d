/** How addresses are written. */
import { isIPv6 } from "node:net";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressText, destinationText, endpointText, sourceText } from "../../src/packet/address.ts";

const v6 = (...w: [number, number, number, number]): string => addressText(6, ...w);

describe("addressText", () => {
  test("IPv4 is dotted decimal, also where the word is negative", () => {
    expect(addressText(4, 0, 0, 0, 0xc000_0201 | 0)).toBe("192.0.2.1");
    expect(addressText(4, 0, 0, 0, 0xc000_0201)).toBe("192.0.2.1");
    expect(addressText(4, 0, 0, 0, 0)).toBe("0.0.0.0");
    expect(addressText(4, 0, 0, 0, -1)).toBe("255.255.255.255");
  });

  test("the longest run of zero groups is shortened, the first of equal ones (RFC 5952 §4.2)", () => {
    expect(v6(0x2001_0db8, 0, 0, 7)).toBe("2001:db8::7");
    expect(v6(0x2001_0db8, 0, 0x0001_0000, 0x0000_0001)).toBe("2001:db8::1:0:0:1");
    expect(v6(0x2001_0000, 0x0000_0001, 0, 1)).toBe("2001:0:0:1::1");
    expect(v6(0, 0, 0, 0)).toBe("::");
    expect(v6(0, 0, 0, 1)).toBe("::1");
    expect(v6(0xfe80_0000, 0, 0, 0)).toBe("fe80::");
  });

  test("one zero group is not shortened (RFC 5952 §4.2.2)", () => {
    expect(v6(0x2001_0db8, 0x0000_0001, 0x0001_0001, 0x0001_0001)).toBe("2001:db8:0:1:1:1:1:1");
  });

  test("a mapped IPv4 address ends in dotted decimal (RFC 5952 §5)", () => {
    expect(v6(0, 0, 0xffff, 0xc000_0201 | 0)).toBe("::ffff:192.0.2.1");
  });

  test("every IPv6 text is a valid address and says the same words", () => {
    const word = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.integer({ min: 0, max: 0xffff }),
    );
    fc.assert(
      fc.property(word, word, word, word, (a, b, c, d) => {
        const text = v6(a, b, c, d);
        expect(isIPv6(text)).toBe(true);
        const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
        if (!text.includes(".")) expect(canonical).toBe(text);
      }),
    );
  });
});

describe("endpointText", () => {
  test("IPv6 addresses stand in brackets", () => {
    expect(endpointText(4, 0, 0, 0, 0xc000_0207 | 0, 49_152)).toBe("192.0.2.7:49152");
    expect(endpointText(6, 0x2001_0db8, 0, 0, 7, 49_152)).toBe("[2001:db8::7]:49152");
    expect(endpointText(6, 0, 0, 0xffff, 0xc000_0201 | 0, 1883)).toBe("[::ffff:192.0.2.1]:1883");
  });
});

describe("sourceText and destinationText", () => {
  test("they name the two sides of a packet", () => {
    const packet = {
      family: 6,
      source0: 0x2001_0db8,
      source1: 0,
      source2: 0,
      source3: 1,
      destination0: 0x2001_0db8,
      destination1: 0,
      destination2: 0,
      destination3: 2,
      sourcePort: 1,
      destinationPort: 2,
    } as const;
    expect(sourceText(packet)).toBe("2001:db8::1");
    expect(destinationText(packet)).toBe("2001:db8::2");
  });
});
