/** Values of flags: right ones are read, wrong ones are one line that says what was wanted. */
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/cli/usage-error.ts";
import * as value from "../../src/cli/values.ts";

describe("flag values", () => {
  test("ports are a list, or all", () => {
    expect(value.ports("1883, 8883")).toEqual(new Set([1883, 8883]));
    expect(value.ports("all")).toBe("all");
  });

  test("protocols may be forced on several ports", () => {
    expect(value.decodeAs("8080=tls", value.decodeAs("9001=ws"))).toEqual(
      new Map([
        [9001, "ws"],
        [8080, "tls"],
      ]),
    );
  });

  test("a payload limit is a number of octets or all", () => {
    expect(value.payloadLimit("0")).toBe(0);
    expect(value.payloadLimit("all")).toBe(Number.POSITIVE_INFINITY);
  });

  test("times are RFC 3339, and a date is its first second", () => {
    expect(value.time("2026-01-02")).toBe(Date.parse("2026-01-02T00:00:00Z") * 1000);
    expect(value.time("2026-01-02T03:04:05+01:00")).toBe(Date.parse("2026-01-02T02:04:05Z") * 1000);
  });

  test("durations have units, and are seconds without one", () => {
    expect(["90", "90s", "1.5m", "2h"].map(value.duration)).toEqual([90, 90, 90, 7200]);
  });

  test("files are rotated by size or by time", () => {
    expect(["100MB", "10MiB", "4kB", "1.5GiB"].map(value.rotation)).toEqual([
      { octets: 100_000_000 },
      { octets: 10_485_760 },
      { octets: 4000 },
      { octets: 1_610_612_736 },
    ]);
    expect(["60s", "5m", "2h"].map(value.rotation)).toEqual(
      [60, 300, 7200].map(seconds => ({ micros: seconds * 1_000_000 })),
    );
    for (const text of ["10", "10M", "1kB", "0s", "-5m", "MB", "5m 3s"])
      expect(() => value.rotation(text), text).toThrow(UsageError);
    expect(() => value.filesKept("0")).toThrow(UsageError);
  });

  test("severities are the report's, and never is one of them", () => {
    expect([value.failOn("critical"), value.failOn("info"), value.failOn("never")]).toEqual([
      "critical",
      "info",
      "never",
    ]);
  });

  test("reports name a format and a file, which may hold an equals sign", () => {
    expect(value.reportTo("json=a=b.json")).toEqual([{ format: "json", file: "a=b.json" }]);
  });

  test("pins are a certificate's or a key's hash, of one broker or of all", () => {
    const digits = "0a".repeat(32);
    const colons = digits.toUpperCase().match(/../g)?.join(":") ?? "";
    expect(value.pin(`broker.example=sha256:${colons}`, value.pin(`sha256:${digits}`))).toEqual([
      { sha256: digits },
      { host: "broker.example", sha256: digits },
    ]);
  });

  test("a policy is one of three packs", () => {
    expect(["bcp195", "nist", "mozilla-intermediate"].map(value.policy)).toEqual([
      "bcp195",
      "nist",
      "mozilla-intermediate",
    ]);
  });

  test.each([
    ["--ports", () => value.ports("1883,x")],
    ["--ports", () => value.ports("0")],
    ["--ports", () => value.ports("70000")],
    ["--ports", () => value.ports("")],
    ["--decode-as", () => value.decodeAs("mqtt=1883")],
    ["--payload-limit", () => value.payloadLimit("-1")],
    ["--pin", () => value.pin("sha256:0a")],
    ["--pin", () => value.pin("sha1:0a")],
    ["--policy", () => value.policy("pci")],
    ["--at", () => value.time("yesterday")],
    ["--at", () => value.time("1700000000")],
    ["--duration", () => value.duration("ten")],
    ["--fail-on", () => value.failOn("severe")],
    ["--report", () => value.reportTo("json")],
    ["--report", () => value.reportTo("json=")],
  ])("a wrong value of %s is one line that names the flag", (flag, parse) => {
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(new RegExp(`^${flag}: .*is not [^\\n]+$`));
  });

  test("a wrong value cannot act on the terminal", () => {
    expect(() => value.failOn("\u001b]0;x\u0007")).toThrow(/\\u\{1b\}/);
  });
});
