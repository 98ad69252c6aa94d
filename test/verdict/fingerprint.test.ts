/** Fingerprints of findings: what they depend on, and what they do not. */
import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/finding/finding.ts";
import { Secret } from "../../src/octets/text.ts";
import { fingerprintOf } from "../../src/verdict/fingerprint.ts";

const finding = (changes: Partial<Finding> = {}): Finding => ({
  rule: "MQ101",
  name: "cleartext-password",
  title: "Password sent without TLS",
  severity: "high",
  confidence: "certain",
  subject: { client: "sensor-a1", broker: "192.0.2.1:1883" },
  secret: new Secret("hunter2"),
  count: 1,
  first: undefined,
  last: undefined,
  evidence: [],
  ...changes,
});
const salt = new Uint8Array([1, 2, 3, 4]);

describe("fingerprintOf", () => {
  test("survives another capture: positions, counts, times and wording do not matter", () => {
    const other = finding({
      count: 9,
      title: "other words",
      severity: "critical",
      evidence: [{ capture: 3, field: "x" }],
    });
    expect(fingerprintOf(other, undefined)).toBe(fingerprintOf(finding(), undefined));
  });

  test.each([
    ["rule", { rule: "MQ102" }],
    ["client", { subject: { client: "sensor-b2", broker: "192.0.2.1:1883" } }],
    ["broker", { subject: { client: "sensor-a1", broker: "192.0.2.2:1883" } }],
    ["subject", { subject: { client: "sensor-a1", broker: "192.0.2.1:1883", what: "#" } }],
  ] as const)("changes with the %s", (_, changes) => {
    expect(fingerprintOf(finding(changes), undefined)).not.toBe(fingerprintOf(finding(), undefined));
  });

  test("cannot be moved from one part into the next", () => {
    const a = finding({ subject: { client: "ab", broker: "c" } });
    const b = finding({ subject: { client: "a", broker: "bc" } });
    expect(fingerprintOf(a, undefined)).not.toBe(fingerprintOf(b, undefined));
  });

  test("holds the secret where a salt keeps it from being tried, and leaves it out where none does", () => {
    const changed = finding({ secret: new Secret("hunter3") });
    expect(fingerprintOf(changed, undefined)).toBe(fingerprintOf(finding(), undefined));
    expect(fingerprintOf(changed, salt)).not.toBe(fingerprintOf(finding(), salt));
  });
});
