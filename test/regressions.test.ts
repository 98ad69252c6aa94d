/** Bugs that were found once: each has left the octets that showed it. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { captureFrames } from "../src/capture/file.ts";
import { audit } from "../src/pipeline.ts";
import type { Report } from "../src/verdict/report.ts";
import { JUDGING } from "./build/judging.ts";

const FOLDER = fileURLToPath(new URL("../fixtures/regressions/", import.meta.url));

async function judged(regression: string): Promise<Report> {
  const run = audit(JUDGING);
  await run.add(regression, captureFrames({ path: `${FOLDER}${regression}/capture.pcap` }));
  return run.finish();
}

/** What must hold of each, by folder. */
const REGRESSIONS: Readonly<Record<string, (report: Report) => void>> = {
  "session/late-connack": report => {
    expect(report.exposed.credentials.map(c => c.accepted)).toEqual([true]);
  },
  "tls/raw-public-key": ({ conversations, findings }) => {
    const [tls] = conversations.map(conversation => conversation.tls);
    expect(tls?.rawPublicKey).toMatchObject({ algorithm: "RSA", bits: 2048, exponent: "65537" });
    expect(tls).toMatchObject({ chain: [], clientVerifies: "unknown", trust: { status: "unknown" } });
    expect(findings.filter(finding => finding.severity !== "info")).toEqual([]);
  },
  "stream/early-reset": ({ conversations, findings }) => {
    const [conversation] = conversations;
    expect(conversation).toMatchObject({ ended: "rst", frames: 10 });
    expect(conversation?.tls?.alerts).toMatchObject([{ from: "client", description: { id: 45 } }]);
    expect(conversation?.tls?.clientVerifies).toBe("yes");
    expect(findings.map(finding => finding.rule)).toContain("MQ502");
  },
  "session/late-client-hello": report => {
    expect(report.conversations.map(c => c.tls?.clientVerifies)).toEqual(["no"]);
    const { MQ406, MQ501 } = Object.fromEntries(report.findings.map(f => [f.rule, f.count]));
    expect({ MQ406, MQ501 }).toEqual({ MQ406: 1, MQ501: 1 });
  },
};

describe("regressions", () => {
  const found = readdirSync(FOLDER).flatMap(unit =>
    readdirSync(`${FOLDER}${unit}`).map(name => `${unit}/${name}`),
  );

  test("each folder has a test, and each test a folder with its origin", () => {
    expect(found.sort()).toEqual(Object.keys(REGRESSIONS).sort());
    for (const name of found) expect(existsSync(`${FOLDER}${name}/origin.md`)).toBe(true);
  });

  test.each(Object.keys(REGRESSIONS))("%s stays mended", async name => {
    REGRESSIONS[name]!(await judged(name));
  });
});
