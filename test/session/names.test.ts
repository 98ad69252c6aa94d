/** Host names against the names in a certificate, RFC 9525. */
import { describe, expect, test } from "vitest";
import type { SubjectAltName } from "../../src/protocol/x509/certificate.ts";
import { matchesName, presentedNames } from "../../src/session/names.ts";

const dns = (value: string): SubjectAltName => ({ kind: "dns", value });
const ip = (value: string): SubjectAltName => ({ kind: "ip", value });

describe("matchesName", () => {
  test.each([
    ["mqtt.example.com", [dns("mqtt.example.com")], true],
    ["MQTT.Example.COM.", [dns("mqtt.example.com")], true],
    ["mqtt.example.com", [dns("other.example.com"), dns("mqtt.example.com")], true],
    ["mqtt.example.com", [dns("*.example.com")], true],
    ["a.mqtt.example.com", [dns("*.example.com")], false],
    ["example.com", [dns("*.example.com")], false],
    ["mqtt.example.com", [dns("m*.example.com")], false],
    ["mqtt.example.com", [dns("mqtt.*.com")], false],
    ["mqtt.com", [dns("*.com")], false],
    ["mqtt.example.com", [dns("*")], false],
    ["192.0.2.1", [ip("192.0.2.1")], true],
    ["192.0.2.1", [dns("192.0.2.1")], false],
    ["2001:db8::1", [ip("2001:db8:0:0:0:0:0:1")], true],
    ["[2001:db8::1]", [ip("2001:db8::1")], true],
    ["192.0.2.1", [ip("192.0.2.2")], false],
    ["mqtt.example.com", [{ kind: "email", value: "mqtt.example.com" }], false],
  ] as const)("%s against %j is %s", (reference, names, expected) => {
    expect(matchesName(reference, names)).toBe(expected);
  });
});

describe("presentedNames", () => {
  test("counts only names that a host can be held against", () => {
    expect(presentedNames([{ kind: "uri", value: "urn:x" }, dns("a.example"), ip("::1")])).toEqual([
      dns("a.example"),
      ip("::1"),
    ]);
  });
});
