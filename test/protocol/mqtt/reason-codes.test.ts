import { describe, expect, test } from "vitest";
import { codesOf } from "../../../src/protocol/mqtt/reason-codes.ts";

describe("codes of MQTT", () => {
  test("zero has the name of its packet and version", () => {
    expect(codesOf("connack", "3.1").of(0)).toEqual({ id: 0, name: "Connection Accepted" });
    expect(codesOf("connack", "3.1.1").nameOf(5)).toBe("Connection Refused, not authorized");
    expect(codesOf("connack", "5.0").nameOf(0)).toBe("Success");
    expect(codesOf("disconnect", "5.0").nameOf(0)).toBe("Normal disconnection");
    expect(codesOf("suback", "5.0").nameOf(0)).toBe("Granted QoS 0");
    expect(codesOf("suback", "3.1.1").nameOf(0x80)).toBe("Failure");
    expect(codesOf("puback", "5.0").nameOf(0x10)).toBe("No matching subscribers");
  });

  test("a code that no version knows is named by its number", () => {
    expect(codesOf("connack", "3.1.1").of(0x86)).toEqual({ id: 0x86, name: "0x86" });
    expect(codesOf("auth", "5.0").of(0xff)).toEqual({ id: 0xff, name: "0xFF" });
  });

  test("a version that was not seen is taken for 5.0", () => {
    expect(codesOf("connack", undefined).nameOf(0x87)).toBe("Not authorized");
  });
});
