/** Before and after, on recorded captures of the same clients. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { captureFrames } from "../../src/capture/file.ts";
import { audit } from "../../src/pipeline.ts";
import { compareText } from "../../src/report/compare-text.ts";
import { compareJson } from "../../src/report/json.ts";
import { type Comparison, compare } from "../../src/verdict/compare.ts";
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
