/** How bad a finding is where networks of others lie between the ends, and how rules say so. */
import { describe, expect, test } from "vitest";
import { severitiesOf, severityRange, severityWords } from "../../src/finding/severities.ts";
import { RULES } from "../../src/finding/rules/index.ts";
import { Scene } from "./scene.ts";

const USER = { username: "device", password: Buffer.from("Pw-0001-long") };
const PRIVATE = "192.168.7.20:40000";
const PUBLIC = "9.9.9.9:1883";

async function severities(from: string, to: string, code = 0): Promise<Record<string, string>> {
  const scene = new Scene();
  scene
    .open(from, to)
    .login({ ...USER, keepalive: 0 }, code)
    .subscribe(["#"], [0])
    .publish("plant/door", '{"password":"hunter22"}')
    .publish("plant/kim", "kim@example.com");
  const { findings } = await scene.report();
  return Object.fromEntries(findings.map(({ rule, severity }) => [rule, severity]));
}

describe("a path that networks of others are part of", () => {
  test("makes what is read on it one level worse", async () => {
    expect(await severities(PRIVATE, "192.168.7.1:1883")).toMatchObject({
      MQ101: "critical",
      MQ112: "high",
      MQ118: "medium",
      MQ201: "high",
      MQ203: "high",
      MQ225: "info",
    });
    expect(await severities(PRIVATE, PUBLIC)).toMatchObject({
      MQ101: "critical",
      MQ112: "critical",
      MQ118: "high",
      MQ201: "critical",
      MQ203: "high",
      MQ225: "info",
    });
  });

  test("is one whichever end has the public address, and whatever IP it is", async () => {
    for (const [from, to] of [
      ["9.9.9.9:40000", "192.168.7.1:1883"],
      ["[2606:4700::1111]:40000", "[fd00::1]:1883"],
      ["[fd00::1]:40000", "[2606:4700::1111]:1883"],
    ] as const)
      expect(await severities(from, to, 5)).toMatchObject({ MQ101: "critical", MQ201: "critical" });
  });

  test("is none between addresses of a site, of documentation, or of one machine", async () => {
    for (const [from, to] of [
      ["127.0.0.1:40000", "127.0.0.1:1883"],
      ["198.51.100.7:40000", "192.0.2.1:1883"],
      ["10.1.1.1:40000", "100.64.1.1:1883"],
      ["[fe80::1]:40000", "[fe80::2]:1883"],
    ] as const)
      expect(await severities(from, to, 5)).toMatchObject({ MQ101: "high", MQ201: "high" });
  });
});

describe("a rule whose severity depends", () => {
  const rule = (id: string) => RULES.find(one => one.id === id)!;

  test("says on what", () => {
    expect(severityWords(rule("MQ101"))).toBe(
      "high; critical where the broker accepted the login; one level higher where an end of the connection has a public address",
    );
    expect(severityWords(rule("MQ313"))).toBe(
      "low; info where both sides agreed on encrypt-then-MAC (RFC 7366)",
    );
    expect(severityWords(rule("MQ315"))).toBe("medium; low with --policy nist or mozilla-intermediate");
    expect(severityRange(rule("MQ424"))).toBe("info-medium");
  });

  test("and one whose severity does not says nothing of it", () => {
    expect(severityWords(rule("MQ104"))).toBeUndefined();
    expect(severityRange(rule("MQ104"))).toBe("medium");
  });

  test("names its own severity among those that it may have", () => {
    for (const one of RULES) expect(severitiesOf(one), one.id).toContain(one.severity);
  });
});
