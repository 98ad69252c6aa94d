/** The whole way, as the library's users have it: a source goes in, watchers see it pass, a verdict comes out. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { captureFrames } from "../src/capture/file.ts";
import type { FrameBatch, Source } from "../src/capture/frame.ts";
import { type AuditOptions, audit } from "../src/pipeline.ts";
import type { Observation, Watcher } from "../src/verdict/observation.ts";
import type { Report } from "../src/verdict/report.ts";
import { JUDGING } from "./build/judging.ts";

const story = (name: string): Source =>
  captureFrames({
    path: fileURLToPath(new URL(`../fixtures/captures/${name}/capture.pcapng`, import.meta.url)),
  });

async function judged(names: readonly string[], options: Partial<AuditOptions> = {}): Promise<Report> {
  const run = audit({ ...JUDGING, ...options });
  for (const name of names) await run.add(name, story(name));
  return run.finish();
}

function watcher(events: boolean): Watcher & { readonly seen: Observation[] } {
  const seen: Observation[] = [];
  return { events, seen, observe: observation => seen.push(observation) };
}

describe("an audit", () => {
  test.each([
    ["plaintext-password", "fail", "exposed", true],
    ["anonymous", "fail", "exposed", true],
    ["plaintext-on-8883", "fail", "exposed", true],
    ["null-cipher", "fail", "exposed", undefined],
    ["anonymous-kx", "fail", "interceptable", false],
    ["expired", "fail", "interceptable", false],
    ["tls10", "fail", "weak", false],
    ["weak-key", "fail", "weak", false],
    ["tls13", undefined, "protected", false],
    ["nothing", "inconclusive", "unknown", false],
    ["cut", "fail", "exposed", false],
    ["gap", "fail", "exposed", false],
  ] as const)("comes to its verdict on %s: %s, %s", async (name, outcome, exposure, complete) => {
    const { verdict } = await judged([name]);
    expect(verdict.exposure).toBe(exposure);
    if (outcome === undefined) expect(["pass", "warn"]).toContain(verdict.outcome);
    else expect(verdict.outcome).toBe(outcome);
    if (complete !== undefined) expect(verdict.complete).toBe(complete);
  });

  test("of several captures takes the worst, and each conversation names its own", async () => {
    const report = await judged(["tls13", "plaintext-password"]);
    expect(report.verdict.exposure).toBe("exposed");
    expect(report.captures.map(c => c.path)).toEqual(["tls13", "plaintext-password"]);
    for (const conversation of report.conversations)
      expect(conversation.exposure).toBe(conversation.capture === 0 ? "protected" : "exposed");
    expect(new Set(report.conversations.map(c => c.id)).size).toBe(report.conversations.length);
  });

  test("enters what is found twice once, with a count", async () => {
    const once = await judged(["plaintext-password"]);
    const twice = await judged(["plaintext-password", "plaintext-password"]);
    const count = (report: Report): number | undefined =>
      report.findings.find(f => f.rule === "MQ101")?.count;
    expect(twice.findings.map(f => f.fingerprint).sort()).toEqual(
      once.findings.map(f => f.fingerprint).sort(),
    );
    expect(count(twice)).toBe(2 * count(once)!);
  });

  test("never fails where findings never do, and says what it found all the same", async () => {
    const report = await judged(["plaintext-password"], { failOn: "never" });
    expect(report.verdict.outcome).toBe("warn");
    expect(report.findings.map(f => f.rule)).toContain("MQ101");
  });

  test("calls TLS that it could not open inconclusive when it is strict", async () => {
    expect((await judged(["tls13"], { strict: true })).verdict.outcome).toBe("inconclusive");
  });

  test("a capture that could not be read is never the clean one", async () => {
    const run = audit(JUDGING);
    run.unreadable("gone.pcap", "no such file");
    await run.add("tls13", story("tls13"));
    const { verdict, captures } = run.finish();
    expect(verdict).toMatchObject({ outcome: "inconclusive", exposure: "unknown", complete: false });
    expect(captures.map(c => c.path)).toEqual(["gone.pcap", "tls13"]);
  });

  test("stops when there is enough, and judges what came until then", async () => {
    const run = audit(JUDGING);
    let asked = 0;
    const one = async function* (): Source {
      for await (const batch of story("plaintext-password"))
        for (const frame of batch.frames) yield { frames: [frame], notices: [] } satisfies FrameBatch;
    };
    await run.add("first frames", one(), async () => ++asked === 6);
    const report = run.finish();
    expect(report.coverage.frames).toBe(6);
    expect(report.verdict.exposure).toBe("exposed");
  });
});

describe("a watcher", () => {
  test("sees captures, events, findings, coverage, and the verdict last", async () => {
    const all = watcher(true);
    const run = audit(JUDGING, [all]);
    await run.add("plaintext-password", story("plaintext-password"));
    run.finish();
    const kinds = all.seen.map(observation => observation.kind);
    expect(kinds[0]).toBe("capture");
    expect(kinds.at(-1)).toBe("verdict");
    expect(kinds.filter(kind => kind === "verdict")).toHaveLength(1);
    for (const kind of ["notice", "event", "finding", "covered"] as const) expect(kinds).toContain(kind);
    expect(kinds.indexOf("finding")).toBeLessThan(kinds.indexOf("covered"));
  });

  test("that wants no events is told none", async () => {
    const few = watcher(false);
    const run = audit(JUDGING, [few]);
    await run.add("plaintext-password", story("plaintext-password"));
    run.finish();
    expect(few.seen.some(observation => observation.kind === "event")).toBe(false);
    expect(few.seen.some(observation => observation.kind === "finding")).toBe(true);
  });
});

describe("a live audit", () => {
  /** The story as if it came from an interface. */
  async function* live(name: string): Source {
    for await (const { frames, notices } of story(name))
      yield {
        frames,
        notices: notices.map(one => (one.type === "capture.opened" ? { ...one, format: "live" } : one)),
      };
  }
  const advice = async (source: Source): Promise<string[]> => {
    const seen = watcher(false);
    const run = audit(JUDGING, [seen]);
    await run.add("one", source);
    return seen.seen.flatMap(one =>
      one.kind === "notice" && one.notice.type === "capture.advice" ? [one.notice.about] : [],
    );
  };

  test("says at once what to do about devices that were connected before, a stored one does not", async () => {
    expect(await advice(live("midstream"))).toEqual(["midstream"]);
    expect(await advice(live("plaintext-password"))).toEqual([]);
    expect(await advice(story("midstream"))).toEqual([]);
  });
});
