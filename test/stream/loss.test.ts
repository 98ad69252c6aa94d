/** The loss of a capture, estimated from what receivers acknowledged, against a truth that is known. */
import { describe, expect, test } from "vitest";
import type { EstimatedLoss } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { reportOf } from "../story.ts";
import { type Watch, watch } from "./build.ts";

/** What the statistics of a running capture say. */
function lossSoFar(seen: Watch): EstimatedLoss | undefined {
  seen.stage.notice({
    type: "capture.stats",
    at: seen.at as Timestamp,
    frames: 0,
    octets: 0,
    dropped: "unknown",
  });
  const last = seen.notices.at(-1);
  return last?.type === "capture.stats" ? last.estimatedLoss : undefined;
}

const lossOf = ({ stage: { counters } }: Watch): EstimatedLoss => ({
  acknowledgedOctets: counters.acknowledgedOctets,
  missedOctets: counters.missedOctets,
});

/** Park and Miller's generator, so that the same frames are lost in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

/** Connections on which a device publishes and is answered, each frame lost with this probability; gives the truth. */
function lossy(share: number, connections = 40, messages = 100): { seen: Watch; sent: number; lost: number } {
  const seen = watch();
  const draw = random(7);
  let sent = 0;
  let lost = 0;
  for (let n = 0; n < connections; n++) {
    seen.clientAt = `192.0.2.7:${40_000 + n}`;
    seen.handshake();
    let [client, server] = [0, 0];
    for (let m = 0; m < messages; m++) {
      const data = new Uint8Array(20 + Math.floor(draw() * 200)).fill(m);
      const captured = [draw(), draw(), draw()].map(one => one >= share);
      sent += data.length + 4;
      if (captured[0]) seen.client(client, data, { ack: server });
      else lost += data.length;
      client += data.length;
      if (captured[1]) seen.server(server, "ack!", { ack: client });
      else lost += 4;
      server += 4;
      if (captured[2]) seen.client(client, "", { ack: server });
    }
  }
  return { seen: seen.end(), sent, lost };
}

describe("the estimated loss", () => {
  test.each([0, 0.001, 0.01, 0.05, 0.2, 0.5])(
    "is within a point of the truth where %d of the frames are gone",
    share => {
      const { seen, sent, lost } = lossy(share);
      const { acknowledgedOctets, missedOctets } = lossOf(seen);
      expect(acknowledgedOctets).toBeGreaterThan(0.9 * sent);
      expect(Math.abs(missedOctets / acknowledgedOctets - lost / sent)).toBeLessThan(0.01);
      expect(missedOctets > 0).toBe(lost > 0);
    },
  );

  test("counts octets acknowledged but never seen, behind which nothing came", () => {
    const seen = watch().handshake().client(0, "seen").server(0, "", { ack: 10 }).end();
    expect(lossOf(seen)).toEqual({ acknowledgedOctets: 10, missedOctets: 6 });
  });

  test("is told while connections are open, and does not change as they end", () => {
    const seen = watch().handshake();
    seen.client(0, "aaaa").server(0, "", { ack: 4 });
    expect(lossSoFar(seen)).toEqual({ acknowledgedOctets: 4, missedOctets: 0 });
    seen.client(8, "cccc").server(0, "", { ack: 12 });
    for (let n = 0; n < 20; n++) seen.client(12 + n, "d").server(0, "", { ack: 13 + n });
    expect(lossSoFar(seen)).toEqual({ acknowledgedOctets: 32, missedOctets: 4 });
    expect(lossOf(seen.end())).toEqual({ acknowledgedOctets: 32, missedOctets: 4 });
  });

  test("leaves out connections whose handshake was not captured, and those that nobody acknowledges", () => {
    const midstream = watch()
      .client(100, "aaaa")
      .server(0, "bb", { ack: 104 })
      .client(200, "cccc", { ack: 2 });
    expect(lossOf(midstream.server(2, "", { ack: 204 }).end())).toEqual({
      acknowledgedOctets: 0,
      missedOctets: 0,
    });
    const oneSided = watch().syn("").client(0, "aaaa").client(100, "bbbb").wait(60).tick().end();
    expect(lossOf(oneSided)).toEqual({ acknowledgedOctets: 0, missedOctets: 0 });
  });

  test("does not take for lost what a snap length has cut, nor what came late or twice", () => {
    const cut = watch().handshake().client(0, "aaaa", { missing: 96 }).server(0, "", { ack: 100 });
    expect(lossOf(cut.client(100, "bbbb").server(0, "", { ack: 104 }).end())).toEqual({
      acknowledgedOctets: 104,
      missedOctets: 0,
    });
    const late = watch().handshake().client(4, "bbbb").server(0, "", { ack: 8 }).client(0, "aaaa");
    expect(lossOf(late.client(4, "bbbb").end())).toEqual({ acknowledgedOctets: 8, missedOctets: 0 });
  });

  test("stands in the report of a capture from which frames are missing, and not as a line where none are", async () => {
    const { coverage, verdict } = await reportOf("gap");
    expect(coverage.estimatedLoss?.missedOctets).toBe(coverage.gapOctets);
    expect(verdict.notSeen.some(line => line.includes("not captured, by estimate"))).toBe(true);
    const whole = await reportOf("plaintext-password");
    expect(whole.coverage.estimatedLoss?.missedOctets).toBe(0);
    expect(whole.coverage.estimatedLoss?.acknowledgedOctets).toBeGreaterThan(0);
    expect(whole.verdict.notSeen.some(line => line.includes("by estimate"))).toBe(false);
  });
});
