/** Before and after, on recorded captures of the same clients. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { captureFrames } from "../../src/capture/file.ts";
import { audit } from "../../src/pipeline.ts";
import { compareText } from "../../src/report/compare-text.ts";
import { compareJson } from "../../src/report/json.ts";
import { type Comparison, compare } from "../../src/verdict/compare.ts";
import { halves } from "../../src/verdict/halves.ts";
import type { Report } from "../../src/verdict/report.ts";
import { JUDGING } from "../build/judging.ts";

async function judged(story: string): Promise<Report> {
  const run = audit(JUDGING);
  const path = fileURLToPath(new URL(`../../fixtures/captures/${story}/capture.pcapng`, import.meta.url));
  await run.add(story, captureFrames({ path }));
  return run.finish();
}

const compared = async (
  before: string,
  after: string,
  strict = false,
  filters: string[] = [],
): Promise<Comparison> => compare(await judged(before), await judged(after), { strict, filters });

const factsOf = ({ clients }: Comparison, client: string): Record<string, string> =>
  Object.fromEntries(clients.find(c => c.before === client)!.facts.map(f => [f.name, f.state]));

describe("compare", () => {
  test("calls it secured when everything that was readable is under TLS", async () => {
    const comparison = await compared("before-after-before", "before-after-after");
    expect(comparison.verdict.outcome).toBe("SECURED");
    expect(factsOf(comparison, "sensor-a1")).toMatchObject({
      "user name": "hidden",
      password: "hidden",
      "client id": "hidden",
      topics: "hidden",
      payloads: "hidden",
      "sizes and timing": "still visible",
    });
  });

  test("calls it improved, and says what to do, when a client does not verify", async () => {
    const { verdict } = await compared("before-after-before", "expired");
    expect(verdict.outcome).toBe("IMPROVED");
    expect(verdict.mustDo.join(" ")).toMatch(/verification/i);
  });

  test("calls it improved under strict when verification was not shown", async () => {
    expect((await compared("before-after-before", "before-after-after", true)).verdict.outcome).toBe(
      "IMPROVED",
    );
  });

  test("calls it unchanged when the same is readable as before", async () => {
    expect((await compared("plaintext-password", "plaintext-password")).verdict.outcome).toBe("UNCHANGED");
  });

  test("calls it regressed when what was under TLS is readable", async () => {
    expect((await compared("before-after-after", "before-after-before")).verdict.outcome).toBe("REGRESSED");
  });

  test.each([
    ["nothing is said in one of them", "plaintext-password", "nothing"],
    ["one of them is cut", "cut", "tls13"],
  ])("is inconclusive when %s", async (_, before, after) => {
    expect((await compared(before, after)).verdict.outcome).toBe("INCONCLUSIVE");
  });

  test("does not take a capture of port 8883 alone for a clean one", async () => {
    const comparison = await compared("before-after-before", "before-after-after", false, ["tcp port 8883"]);
    expect(comparison.verdict.outcome).toBe("INCONCLUSIVE");
    expect(comparison.verdict.reasons.join(" ")).toContain("1883");
    const both = await compared("before-after-before", "before-after-after", false, [
      "tcp port 1883 or tcp port 8883",
    ]);
    expect(both.verdict.outcome).toBe("SECURED");
  });

  test("a fact is hidden only where its client was seen to talk over TLS", async () => {
    const comparison = await compared("plaintext-password", "anonymous");
    for (const { facts } of comparison.clients)
      for (const fact of facts) expect(fact.state).not.toBe("hidden");
  });

  describe("of several clients behind one address", () => {
    /** The report with its first conversation alone, once for each name, which it bears where it has one. */
    const times = (report: Report, names: readonly string[]): Report => ({
      ...report,
      conversations: report.conversations.slice(0, 1).flatMap(c =>
        names.map((name, i) => ({
          ...c,
          id: c.id * names.length + i,
          ...(c.mqtt !== undefined && { mqtt: { ...c.mqtt, clientIds: [name] } }),
        })),
      ),
    });
    const of = async (before: readonly string[], connections: number): Promise<Comparison> =>
      compare(
        times(await judged("before-after-before"), before),
        times(await judged("before-after-after"), Array<string>(connections).fill("")),
        { strict: false, filters: [] },
      );

    test("hides nothing where there are fewer connections afterwards than clients before", async () => {
      const comparison = await of(["unit-0", "unit-1", "unit-2"], 1);
      expect(comparison.verdict.outcome).toBe("INCONCLUSIVE");
      expect(comparison.verdict.reasons.join(" ")).toContain("3 clients before, 1 connection after");
      expect(comparison.clients).toHaveLength(3);
      for (const { facts } of comparison.clients) {
        expect(facts.filter(f => f.before !== undefined).length).toBeGreaterThan(0);
        for (const fact of facts) expect(fact.state).not.toBe("hidden");
      }
    });

    test.each([
      ["each has a connection of its own", ["unit-0", "unit-1", "unit-2"], 3],
      ["one had connected again and again", ["unit-0", "unit-0", "unit-0"], 1],
    ])("is secured where %s", async (_, names, connections) => {
      const comparison = await of(names, connections);
      expect(comparison.verdict.outcome).toBe("SECURED");
      for (const name of names) expect(factsOf(comparison, name)).toMatchObject({ password: "hidden" });
    });

    /** The same one after the other, a second each. */
    const inTurn = (report: Report): Report => ({
      ...report,
      conversations: report.conversations.map((c, i) => ({
        ...c,
        first: `2026-11-20T10:08:0${i}.000000Z`,
        last: `2026-11-20T10:08:0${i}.900000Z`,
      })),
    });

    test("does not take one that comes again for another that is missing", async () => {
      const before = times(await judged("before-after-before"), ["unit-0", "unit-1"]);
      const after = times(await judged("before-after-after"), ["", ""]);
      const options = { strict: false, filters: [] };
      const { verdict } = compare(before, inTurn(after), options);
      expect(verdict.outcome).toBe("INCONCLUSIVE");
      expect(verdict.reasons.join(" ")).toContain("2 clients at the same time before, 1 connection after");
      expect(compare(inTurn(before), inTurn(after), options).verdict.outcome).toBe("SECURED");
    });

    test.each([
      ["MQTT.js", ["mqttjs_1a2b3c4d", "mqttjs_5e6f7a8b", "mqttjs_9c0d1e2f"]],
      ["mosquitto", ["mosq-AbCdEfGhIjKlMnOpQr", "mosqpub|4711-host", "mosq/sTuVwXyZ0123456789"]],
      ["the broker", ["", "", ""]],
      ["programs", ["4ac1c5b0-1c3f-4a53-9b0e-0d9a3f5a8f11", "d2719a1c-9b2e-4f0a-8c57-6c2f1c3a7e22"]],
    ])("counts names that %s drew by how many of them there were at once", async (_, names) => {
      const before = times(await judged("before-after-before"), names);
      const after = times(await judged("before-after-after"), [""]);
      const options = { strict: false, filters: [] };
      expect(compare(inTurn(before), after, options).verdict.outcome).toBe("SECURED");
      expect(compare(before, after, options).verdict.outcome).toBe("INCONCLUSIVE");
    });
  });

  describe("of one capture that holds both", () => {
    /** Both stories in one report, in their order. */
    const together = async (...stories: readonly string[]): Promise<Report> => {
      const run = audit(JUDGING);
      for (const story of stories) {
        const path = fileURLToPath(
          new URL(`../../fixtures/captures/${story}/capture.pcapng`, import.meta.url),
        );
        await run.add(story, captureFrames({ path }));
      }
      return run.finish();
    };
    const split = (report: Report): Comparison => {
      const { before, after } = halves(report);
      return compare(before, after, { strict: false, filters: [] });
    };

    test("takes what was said in clear for the before, and TLS for the after", async () => {
      const { verdict, before, after } = split(await together("before-after-before", "before-after-after"));
      expect(verdict.outcome).toBe("SECURED");
      expect(before.conversations.map(c => c.tls !== undefined)).toEqual([false, false, false]);
      expect(after.conversations.map(c => c.tls !== undefined)).toEqual([true, true, true]);
    });

    test("has each half count and judge what is in it alone", async () => {
      const { before, after } = halves(await together("before-after-before", "before-after-after"));
      expect(before.coverage).toMatchObject({ connections: 3, encryptedConnections: 0 });
      expect(after.coverage).toMatchObject({ connections: 3, encryptedConnections: 3 });
      expect(before.verdict).toMatchObject({ outcome: "fail", exposure: "exposed" });
      expect(before.verdict.because.map(i => before.findings[i]!.rule)).toContain("MQ101");
      expect(after.verdict.exposure).toBe("protected");
      expect(after.verdict.outcome).not.toBe("fail");
      expect(after.exposed.credentials).toEqual([]);
      for (const topic of before.exposed.topics) expect(topic.messages).toBeGreaterThan(0);
    });

    test("does not call it secured where clients went from TLS back to clear text", async () => {
      const report = await together("before-after-before", "before-after-after");
      const swapped = {
        ...report,
        conversations: report.conversations.map(c =>
          c.tls === undefined
            ? { ...c, first: `2027${c.first.slice(4)}`, last: `2027${c.last.slice(4)}` }
            : c,
        ),
      };
      const { verdict } = split(swapped);
      expect(verdict.outcome).toBe("REGRESSED");
    });

    test("counts for the after what is still said in clear once all TLS has begun", async () => {
      const report = await together("before-after-before", "before-after-after");
      const late = report.conversations[2]!;
      const { verdict } = split({
        ...report,
        conversations: [
          ...report.conversations,
          { ...late, first: `2027${late.first.slice(4)}`, last: `2027${late.last.slice(4)}` },
        ],
      });
      expect(verdict.outcome).not.toBe("SECURED");
      expect(verdict.reasons.join(" ")).toMatch(/MQ101|MQ201/);
    });
  });

  test("has a password replaced that was readable before, though nothing is any more", async () => {
    const { verdict } = await compared("before-after-before", "before-after-after");
    expect(verdict.outcome).toBe("SECURED");
    expect(verdict.mustDo.join(" ")).toContain("replace the password");
    const improved = await compared("before-after-before", "expired");
    expect(improved.verdict.mustDo.join(" ")).toContain("replace the password");
    const nothing = await compared("before-after-after", "before-after-after");
    expect(nothing.verdict.mustDo).toEqual([]);
  });

  test("says what keeps a capture from being read", async () => {
    const { verdict } = await compared("cut", "tls13");
    expect(verdict.reasons.join(" ")).toMatch(
      /capture before could not be read to its end: cut: octet \d+: /,
    );
    expect(verdict.mustDo.join(" ")).toContain("Check the files");
  });

  test("always says what TLS still shows", async () => {
    const { residual } = await compared("before-after-before", "before-after-after");
    for (const kind of ["addresses", "server name (SNI)", "client software (JA4)", "sizes and timing"])
      expect(residual.some(line => line.startsWith(kind))).toBe(true);
  });

  test("shows no password in any format unless it is asked for", async () => {
    const comparison = await compared("before-after-before", "before-after-after");
    const options = { colour: false, width: 80 };
    expect(compareText(comparison, { ...options, reveal: false })).not.toContain("MqttP@ss2024!");
    expect(compareJson(comparison, { reveal: false })).not.toContain("MqttP@ss2024!");
    expect(compareText(comparison, { ...options, reveal: true })).toContain("MqttP@ss2024!");
    for (const row of compareText(comparison, { ...options, reveal: false }).split("\n"))
      expect(row.length).toBeLessThanOrEqual(80);
  });
});
