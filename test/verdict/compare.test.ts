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
