/** Packets that say nothing new are read without an event where nobody wants one: the report must not tell the difference. */
import { describe, expect, test } from "vitest";
import type { Frame } from "../src/capture/frame.ts";
import { innocenceOf } from "../src/finding/innocence.ts";
import { packets } from "../src/packet/packets.ts";
import { protocols } from "../src/protocol/protocols.ts";
import { streams } from "../src/stream/reassembler.ts";
import { choices } from "./fuzz/random.ts";
import { calmFrames, checkSkimming, hostileFrames } from "./fuzz/skimming.ts";

const SESSIONS = Number(process.env["FUZZ_RUNS"] ?? 80);

describe("skimming", () => {
  test("makes no difference to the report, whatever TCP does to the sessions", async () => {
    for (let seed = 0; seed < SESSIONS; seed++) await checkSkimming(seed);
    let skimmed = 0;
    for (let seed = 0; seed < SESSIONS; seed++) skimmed += counted(hostileFrames(choices(seed))).repeated;
    expect(skimmed).toBeGreaterThan(SESSIONS * 20);
  }, 120_000);

  test("makes no event of a PUBLISH like the one before it", () => {
    expect(counted(calmFrames(9))).toEqual({ events: 1, repeated: 8, octets: 8 * 4 });
  });

  test("passes over no topic that says of its payload that it is a secret", () => {
    const innocence = innocenceOf(new Map());
    if (innocence === undefined) throw new Error("no rule looks at every message");
    for (const topic of ["plant/1/temperature", "p", "fleet/state"])
      expect(innocence.ofTopic(topic)).toBe(true);
    for (const topic of ["wifi/password", "plug/Password1", "x/X-Amz-Signature"])
      expect(innocence.ofTopic(topic), topic).toBe(false);
  });
});

/** What is told of frames where everything may be skimmed. */
function counted(frames: readonly Frame[]): { events: number; repeated: number; octets: number } {
  const all = { events: 0, repeated: 0, octets: 0 };
  const sink = {
    event: ({ type }: { readonly type: string }) => void (type === "mqtt.publish" && all.events++),
    skimming: {
      repeats: () => 100,
      ignoresAcknowledgments: () => true,
      isInnocent: () => true,
      passes: () => true,
      repeated(_: unknown, messages: number, octets: number): void {
        all.repeated += messages;
        all.octets += octets;
      },
    },
    limit: () => undefined,
    datagram: () => undefined,
    notice: () => undefined,
    end: () => undefined,
  };
  const stage = packets(streams(protocols(sink, { decodeAs: new Map(), ports: new Set([1883]) })));
  stage.push({ frames, notices: [] });
  stage.end();
  return all;
}
