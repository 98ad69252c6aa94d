import * as mqttPacket from "mqtt-packet";
import { describe, expect, test } from "vitest";
import { wireKey, wireText } from "../../src/octets/text.ts";
import { costOf, shortKey, shortName } from "../../src/session/long.ts";
import { jsonText } from "../../src/report/json-text.ts";
import { jsonReport } from "../../src/report/json.ts";
import { connect, Scene } from "../finding/scene.ts";

describe("a text as long as MQTT allows", () => {
  const long = "x".repeat(65_535);

  test("has a key and a name that are short, and nobody else's", () => {
    expect(shortKey(long).length).toBeLessThanOrEqual(256);
    expect(shortKey(long)).not.toBe(shortKey(`${long.slice(1)}y`));
    expect(shortName(long)).toMatch(/^65535 octets, SHA-256 [0-9a-f]{32}$/);
    for (const text of ["", "sensor-1", "x".repeat(256), wireText(Uint8Array.of(0xff))])
      expect(shortKey(text)).toBe(wireKey(text));
    expect(shortName("x".repeat(1_024))).toBe("x".repeat(1_024));
  });

  test("costs no less than what a report makes of it", () => {
    for (const text of [long, "\u0001".repeat(500), '"\\'.repeat(90), "é€😀".repeat(50)])
      expect(costOf(text)).toBeGreaterThanOrEqual(jsonText(text).length);
  });

  test("of hundreds of clients is judged for each, listed for some, and the rest is said", async () => {
    const scene = new Scene();
    const clients = 300;
    for (let n = 0; n < clients; n++) {
      const own = (what: string): string => `${what}${n} ${long}`.slice(0, 65_535);
      const will = { topic: own("t"), payload: Buffer.from("1"), qos: 0 as const, retain: false };
      const line = scene.open(`198.51.100.${n % 250}:${20_000 + n}`);
      const password = Buffer.from(own("p"));
      const octets = mqttPacket.generate(connect({ clientId: own("c"), username: own("u"), password, will }));
      for (let at = 0; at < octets.length; at += 60_000)
        line.send("client", Uint8Array.from(octets.subarray(at, at + 60_000)));
      line.send("server", { cmd: "connack", sessionPresent: false, returnCode: 0 });
    }
    const report = await scene.report();
    const ofPasswords = report.findings.filter(({ evidence }) => evidence[0]?.field === "CONNECT.Password");
    expect(new Set(ofPasswords.map(({ subject }) => subject.client)).size).toBe(clients);
    expect(report.conversations).toHaveLength(clients);
    expect(report.exposed.credentials.length).toBeGreaterThan(10);
    expect(report.verdict.notSeen.join()).toMatch(/\d+ texts beyond the list: judged, not shown/);
    expect(jsonReport(report, { reveal: true }).length).toBeLessThan(60_000_000);
  }, 60_000);
});
