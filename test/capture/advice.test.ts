/** What is said on the spot to somebody who sees less than he had hoped for; all by the capture's clock. */
import { describe, expect, test } from "vitest";
import { advised } from "../../src/capture/advice.ts";
import type { Device } from "../../src/capture/device.ts";
import type { Frame, FrameBatch, FrameNumber, Notice, Source } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { packets } from "../../src/packet/packets.ts";
import { START } from "../build/capture.ts";
import { ethernet, join, tcpFrame, tcpPacket } from "../build/packets.ts";
import { collect, ofType } from "./collect.ts";

const OWN = "02:00:00:00:00:02";
const wired: Device = { medium: "wired", link: "Ethernet", hardwareAddress: OWN, noCarrier: false };

const frame = (octets: Uint8Array, linkType = 1): Frame => ({
  number: 1 as FrameNumber,
  at: START as Timestamp,
  position: -1,
  linkType,
  originalLength: octets.length,
  octets,
  start: 0,
  end: octets.length,
});

const tick = (second: number): Notice => ({
  type: "capture.tick",
  at: (START + second * 1_000_000) as Timestamp,
});

/** A clock that ticks for so many seconds, with these frames in the first of them. */
async function* ticking(seconds: number, frames: readonly Frame[] = []): Source {
  for (let second = 0; second <= seconds; second++) {
    const batch: FrameBatch = { frames: second === 0 ? frames : [], notices: [tick(second)] };
    yield batch;
  }
}

const adviceOf = async (source: Source, device: Device) =>
  ofType(await collect(advised(source, device)), "capture.advice");

const from = (source: number, destination: number): Frame =>
  frame(ethernet(tcpPacket(), 0x0800, source, destination));

describe("a capture without a packet of another host", () => {
  test.each([
    ["wired", /a switch hands a machine its own traffic alone/],
    ["wireless", /over Wi-Fi a machine reads its own traffic alone/],
    ["cooked", /name one interface/],
  ] as const)("is explained once after ten seconds on a %s interface", async (medium, why) => {
    const told = await adviceOf(ticking(60), { ...wired, medium });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ about: "own-traffic", at: START + 10_000_000 });
    expect(told[0]!.text).toMatch(why);
    expect(told[0]!.text).toContain("ssh gateway tcpdump -U -w - port 1883 | mqtt-sniff -");
    expect(await adviceOf(ticking(9), { ...wired, medium })).toEqual([]);
  });

  test.each(["loopback", "monitor", "point-to-point", "unknown"] as const)(
    "is as it must be on a %s interface",
    async medium => {
      expect(await adviceOf(ticking(60), { ...wired, medium })).toEqual([]);
    },
  );

  test("may have its own packets, and what everybody is sent", async () => {
    const own = [from(2, 9), from(9, 2), frame(join([1, 0, 94, 0, 0, 1], tcpFrame().subarray(6)))];
    expect(await adviceOf(ticking(20, own), wired)).toHaveLength(1);
  });

  test("has one when two others talk", async () => {
    expect(await adviceOf(ticking(20, [from(2, 9), from(8, 9)]), wired)).toEqual([]);
    const cooked = { ...wired, medium: "cooked" } as const;
    const others = (octets: readonly number[], linkType: number): Frame =>
      frame(join(octets, tcpPacket()), linkType);
    const sll = [0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 7, 0, 0, 8, 0];
    const sll2 = [8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 3, 6, 2, 0, 0, 0, 0, 7, 0, 0];
    expect(await adviceOf(ticking(20, [others(sll, 113)]), cooked)).toEqual([]);
    expect(await adviceOf(ticking(20, [others(sll2, 276)]), cooked)).toEqual([]);
    expect(await adviceOf(ticking(20, [others([0, 0, ...sll.slice(2)], 113)]), cooked)).toHaveLength(1);
  });

  test("loses nothing by being watched", async () => {
    const watched = await collect(advised(ticking(12, [from(2, 9)]), wired));
    const plain = await collect(ticking(12, [from(2, 9)]));
    expect(watched.frames).toEqual(plain.frames);
    expect(watched.order.filter(one => one !== "capture.advice")).toEqual(plain.order);
  });
});

describe("encrypted Wi-Fi frames", () => {
  // Radiotap of eight octets, then a data frame to the access point with its Protected Frame bit.
  const protectedFrame = frame(join([0, 0, 8, 0, 0, 0, 0, 0], [0x08, 0x41], new Uint8Array(40)), 127);
  const told = (batches: readonly FrameBatch[]): Notice[] => {
    const notices: Notice[] = [];
    const stage = packets({ segment() {}, datagram() {}, notice: one => notices.push(one), end() {} });
    for (const batch of batches) stage.push(batch);
    return notices.filter(({ type }) => type === "capture.advice");
  };

  test("are counted and explained at the next tick, once", () => {
    const all = told([
      { frames: [protectedFrame, protectedFrame], notices: [tick(1)] },
      { frames: [protectedFrame], notices: [tick(2)] },
    ]);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ about: "wifi-encrypted", at: START + 1_000_000 });
    expect((all[0] as { text: string }).text).toMatch(
      /^2 Wi-Fi frames are encrypted: in monitor mode .* managed mode/,
    );
  });

  test("are no advice in a stored capture, which nobody can take again from here", () => {
    expect(told([{ frames: [protectedFrame], notices: [{ type: "capture.closed", octets: 1 }] }])).toEqual(
      [],
    );
  });
});
