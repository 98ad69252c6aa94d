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

/** `rule severity confidence`, with a number where a finding counts more than one. */
const said = ({ findings }: Report, ...rules: readonly string[]): readonly string[] =>
  findings
    .filter(({ rule }) => rules.includes(rule))
    .map(f => `${f.rule} ${f.severity} ${f.confidence}${f.count === 1 ? "" : ` ${f.count}`}`);

const granted = ({ conversations }: Report): readonly unknown[] =>
  conversations.flatMap(c => c.mqtt?.subscriptions ?? []).map(s => [s.filter, s.granted]);

const accepted = ({ exposed }: Report): readonly unknown[] => exposed.credentials.map(c => c.accepted);

/** What must hold of each, by folder. */
const REGRESSIONS: Readonly<Record<string, (report: Report) => void>> = {
  "finding/two-copies": ({ findings }) => {
    expect(findings.filter(f => f.rule === "MQ101")).toHaveLength(1);
    for (const { first, last } of findings) expect((first ?? "") <= (last ?? "")).toBe(true);
  },
  "mqtt/alias-behind-gap": ({ exposed, conversations }) => {
    const topics = exposed.topics.map(({ topic, messages }) => [topic, messages]);
    expect(topics).toEqual([
      ["home/door", 1],
      ["home/lock", 1],
    ]);
    expect(conversations[0]?.mqtt?.publishes.client).toBe(14);
  },
  "mqtt/connack-alone": ({ conversations }) => {
    expect(conversations[0]?.mqtt?.connackCodes).toEqual([{ id: 0, name: "Connection Accepted" }]);
  },
  "mqtt/needless-length": report => {
    expect(said(report, "MQ201", "MQ221")).toEqual(["MQ201 high certain"]);
  },
  "mqtt/secret-behind-gap": report => {
    expect(said(report, "MQ112", "MQ201")).toEqual(["MQ201 high certain", "MQ112 high tentative"]);
  },
  "mqtt/server-connect": report => {
    expect(report.conversations[0]?.mqtt).toMatchObject({ clientIds: [], credentials: [], connackCodes: [] });
    expect(said(report, "MQ101", "MQ201", "MQ221")).toEqual([
      "MQ201 high firm",
      "MQ221 medium certain",
      "MQ221 medium certain",
    ]);
  },
  "mqtt/single-packet": report => {
    expect(said(report, "MQ112", "MQ201")).toEqual(["MQ112 high tentative", "MQ201 high tentative"]);
    expect(report.verdict.outcome).toBe("warn");
  },
  "session/assigned-identifier": report => {
    expect(report.conversations[0]?.mqtt?.clientIds).toEqual(["auto-3F2A"]);
    expect(new Set(report.findings.map(f => f.subject.client))).toEqual(new Set(["auto-3F2A"]));
    expect(report.exposed.credentials[0]?.clientId).toBe("auto-3F2A");
  },
  "session/connack-first": report => {
    expect(accepted(report)).toEqual([true]);
    expect(said(report, "MQ101", "MQ201")).toEqual(["MQ101 critical certain", "MQ201 high certain"]);
    expect(report.verdict.notSeen).toEqual([]);
  },
  "session/filter-twice": report => {
    expect(granted(report)).toEqual([
      ["#", 0x80],
      ["#", 1],
    ]);
  },
  "session/forged-acceptance": report => {
    expect(accepted(report)).toEqual([false]);
    expect(said(report, "MQ101", "MQ221")).toEqual(["MQ101 high certain", "MQ221 medium certain"]);
  },
  "session/forged-refusal": report => {
    expect(granted(report)).toEqual([["#", 0]]);
    expect(said(report, "MQ202", "MQ203", "MQ221")).toEqual([
      "MQ203 critical certain",
      "MQ202 high certain",
      "MQ221 medium certain",
      "MQ221 medium certain",
    ]);
  },
  "session/gap-before-subscribe": report => {
    expect(granted(report)).toEqual([["#", 0]]);
    expect(said(report, "MQ203")).toEqual(["MQ203 critical certain"]);
  },
  "session/identifier-reused": report => {
    expect(granted(report)).toEqual([
      ["a", 0],
      ["#", 0],
      ["b", 0x80],
    ]);
  },
  "session/late-connack": report => {
    expect(accepted(report)).toEqual([true]);
  },
  "session/suback-first": report => {
    expect(granted(report)).toEqual([["#", 0]]);
    expect(said(report, "MQ203")).toEqual(["MQ203 critical certain"]);
  },
  "session/very-late-connack": report => {
    expect(accepted(report)).toEqual([true]);
    expect(said(report, "MQ101")).toEqual(["MQ101 critical certain"]);
    expect(report.verdict.notSeen).toEqual([]);
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
