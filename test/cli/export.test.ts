/** What the dashboard's `e` leaves behind. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { exportReport } from "../../src/cli/export.ts";
import { captureFrames } from "../../src/capture/file.ts";
import { auditOptions } from "../../src/cli/judging.ts";
import { parseArguments } from "../../src/cli/arguments.ts";
import { audit } from "../../src/pipeline.ts";
import type { Report } from "../../src/verdict/report.ts";
import { fileURLToPath } from "node:url";

const folder = mkdtempSync(join(tmpdir(), "mqtt-sniff-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function report(): Promise<Report> {
  const path = fileURLToPath(
    new URL("../../fixtures/captures/plaintext-password/capture.pcapng", import.meta.url),
  );
  const request = parseArguments([path], "0", 80);
  if (request.command !== "audit") throw new Error("no audit");
  const run = audit(auditOptions(request.flags));
  await run.add(path, captureFrames({ path }));
  return run.finish();
}

describe("the exported report", () => {
  test("is there in words and as JSON, for its owner alone, without secrets, and is never written over", async () => {
    const judged = await report();
    expect(exportReport(judged, false, folder)).toContain("mqtt-sniff-report.txt and .json, secrets hidden");
    writeFileSync(join(folder, "mqtt-sniff-report-2.json"), "mine");
    expect(exportReport(judged, true, folder)).toMatch(/mqtt-sniff-report-3\.txt and \.json$/);
    expect(readdirSync(folder).sort()).toEqual([
      "mqtt-sniff-report-2.json",
      "mqtt-sniff-report-3.json",
      "mqtt-sniff-report-3.txt",
      "mqtt-sniff-report.json",
      "mqtt-sniff-report.txt",
    ]);
    const read = (file: string): string => readFileSync(join(folder, file), "utf8");
    expect(read("mqtt-sniff-report-2.json")).toBe("mine");
    expect(statSync(join(folder, "mqtt-sniff-report.json")).mode & 0o777).toBe(0o600);
    expect(JSON.parse(read("mqtt-sniff-report.json"))).toMatchObject({ verdict: { exposure: "exposed" } });
    expect(read("mqtt-sniff-report.txt")).toContain("EXPOSED");
    expect(read("mqtt-sniff-report.txt")).not.toContain("MqttP@ss2024!");
    expect(read("mqtt-sniff-report-3.txt")).toContain("MqttP@ss2024!");
  });

  test("says in one line why it could not be written", async () => {
    const line = exportReport(await report(), false, join(folder, "missing"));
    expect(line).toMatch(/^the report was not written: .*no such folder$/);
    symlinkSync("loop", join(folder, "loop"));
    expect(exportReport(await report(), false, join(folder, "loop"))).toMatch(
      /^the report was not written: [^\n]*$/,
    );
  });
});
