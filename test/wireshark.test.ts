/** The display filters of the rules, tried in the real Wireshark on the captures in which the rules fire. */
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import type { Rule } from "../src/finding/rule.ts";
import { RULES } from "../src/finding/rules/index.ts";
import { fileOf, reportOf } from "./story.ts";

const run = promisify(execFile);
const present = spawnSync("tshark", ["--version"]).status === 0;

/** Wireshark knows MQTT by its port; the recorder's other one is this. */
const PORTS = ["-d", "tcp.port==2883,mqtt"];

async function shownBy({ wireshark, fires }: Rule): Promise<readonly number[]> {
  const args = [
    "-r",
    fileOf(fires, "capture.pcapng"),
    ...PORTS,
    "-Y",
    wireshark,
    "-T",
    "fields",
    "-e",
    "frame.number",
  ];
  const { stdout } = await run("tshark", args);
  return stdout.split("\n").filter(Boolean).map(Number);
}

async function evidenceFrames({ id, fires }: Rule): Promise<readonly number[]> {
  const { findings } = await reportOf(fires);
  const frames = findings
    .filter(({ rule }) => rule === id)
    .flatMap(({ evidence }) => evidence.map(({ frame }) => frame));
  return frames.filter(frame => frame !== undefined);
}

/** MQ601 is about captures in which there is nothing to show. */
const shows = RULES.filter(({ id }) => id !== "MQ601");

describe.skipIf(!present)("a rule's Wireshark filter (needs tshark)", () => {
  test.for(shows)("$id shows frames of the capture in which the rule fires", async rule => {
    const shown = await shownBy(rule);
    expect(shown.length, rule.wireshark).toBeGreaterThan(0);
    if (rule.id.startsWith("MQ6")) return;
    const frames = await evidenceFrames(rule);
    if (/^MQ[12]/.test(rule.id)) {
      expect(frames.filter(frame => !shown.includes(frame))).toEqual([]);
      return;
    }
    // What is told of the time in which nothing was said names no frame.
    if (frames.length > 0)
      expect(
        frames.some(frame => shown.includes(frame)),
        `${shown} | ${frames}`,
      ).toBe(true);
  });
});

if (!present) process.stderr.write("tshark is missing: the Wireshark filters of the rules are not tried\n");
