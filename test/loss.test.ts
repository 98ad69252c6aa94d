/** Captures of which something is missing: any one frame, the beginning, the end. What is left is said, and nothing else. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { captureFrames } from "../src/capture/file.ts";
import { audit } from "../src/pipeline.ts";
import type { SniffEvent } from "../src/session/event.ts";
import type { Report } from "../src/verdict/report.ts";
import { pcap } from "./build/capture.ts";
import { type CollectedFrame, collectOctets, streamOf } from "./capture/collect.ts";
import { fileOf } from "./story.ts";
import { JUDGING } from "./build/judging.ts";

interface Told {
  /** What each packet says, a guess with its type and sender alone: its version, and a topic's alias, may be unknown. */
  readonly packets: readonly string[];
  readonly gaps: number;
  readonly report: Report;
}

async function toldOf(octets: Uint8Array): Promise<Told> {
  const packets: string[] = [];
  let gaps = 0;
  const run = audit(JUDGING, [
    {
      events: true,
      observe: observation => {
        if (observation.kind !== "event") return;
        const { event } = observation;
        if (event.type === "stream.gap") gaps++;
        if (event.type.startsWith("mqtt.") && "packet" in event) packets.push(said(event));
      },
    },
  ]);
  await run.add("capture", captureFrames(streamOf(octets, 65_536)));
  return { packets, gaps, report: run.finish() };
}

const said = (event: Extract<SniffEvent, { readonly guessed: boolean }>): string =>
  `${event.type} ${event.direction}${event.guessed ? "" : JSON.stringify({ ...event.packet, resolvedTopic: "" })}`;

/** Rules that fire with firm evidence or better, without those about the capture itself. */
const firm = ({ findings }: Report): string[] => [
  ...new Set(
    findings
      .filter(({ rule, confidence }) => confidence !== "tentative" && !rule.startsWith("MQ6"))
      .map(({ rule }) => rule),
  ),
];

const framesOf = async (story: string): Promise<readonly CollectedFrame[]> =>
  (await collectOctets(readFileSync(fileOf(story, "capture.pcapng")))).frames;

const capture = (frames: readonly CollectedFrame[]): Uint8Array =>
  pcap(
    frames.map(({ octets, at, originalLength }) => ({ octets, at, originalLength })),
    { linkType: frames[0]?.linkType ?? 1 },
  );

/** Every packet of the part is one of the whole. */
function expectTrue(part: Told, whole: Told, what: string): void {
  for (const packet of part.packets)
    expect(
      whole.packets.some(each => each === packet || (!packet.includes("{") && each.startsWith(packet))),
      `${what}: ${packet}`,
    ).toBe(true);
  for (const rule of firm(part.report)) expect(allowed(whole), what).toContain(rule);
}

/** Where the login was missed, its connection is MQTT without TLS all the same. */
const allowed = ({ report }: Told): string[] => [...firm(report), "MQ201"];

const STORIES = ["plaintext-password", "mqtt5", "mqtt31", "wildcard", "takeover", "retained-secret"];

describe.each(STORIES)("the story %s", story => {
  test("with any one frame missing tells the loss, and no packet that was not sent", async () => {
    const frames = await framesOf(story);
    const whole = await toldOf(capture(frames));
    expect(whole.packets.length).toBeGreaterThan(3);
    for (const missing of frames.keys()) {
      const part = await toldOf(capture(frames.filter((_, index) => index !== missing)));
      const what = `${story} without frame ${missing + 1}`;
      expectTrue(part, whole, what);
      if (part.packets.length === whole.packets.length) continue;
      // What is missing at the very end of a connection was never asked for.
      const last = part.packets.length === whole.packets.length - 1;
      expect(part.gaps > 0 || part.report.coverage.midstreamConnections > 0 || last, what).toBe(true);
    }
  });

  test("from any frame on says that its beginning is missing, and nothing false", async () => {
    const frames = await framesOf(story);
    const whole = await toldOf(capture(frames));
    for (let from = 1; from < frames.length; from++) {
      const part = await toldOf(capture(frames.slice(from)));
      expectTrue(part, whole, `${story} from frame ${from + 1}`);
      expect(
        part.report.verdict.complete &&
          part.packets.length > 0 &&
          from > 3 &&
          part.report.conversations.length === 0,
      ).toBe(false);
    }
  });

  test("cut at any octet is judged as far as it goes", { timeout: 120_000 }, async () => {
    const octets = capture(await framesOf(story));
    const whole = await toldOf(octets);
    for (let length = 24; length < octets.length; length += 11) {
      const part = await toldOf(octets.subarray(0, length));
      expectTrue(part, whole, `${story} cut at ${length}`);
      const atFrame = part.report.captures[0]!.octets === length && !part.report.coverage.limits.length;
      if (!atFrame) expect(part.report.verdict.complete, `${story} cut at ${length}`).toBe(false);
    }
  });
});
