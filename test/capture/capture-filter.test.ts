/** The kernel filter, judged by libpcap itself over frames in a file. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { captureFilter } from "../../src/capture/capture-filter.ts";
import { onPath } from "../../src/capture/engine.ts";
import { pcap } from "../build/capture.ts";
import { ethernet, ipv4, join, tcp, tcpFrame, tcpPacket } from "../build/packets.ts";
import { ARRIVES, STAYS_OUT, tagged } from "./filtered.ts";

const TCPDUMP = "tcpdump";
const skipped = onPath(TCPDUMP) ? "" : " (skipped: tcpdump not on PATH)";

/** Whether libpcap lets the frame through. */
function passes(filter: string, frame: Uint8Array, linkType = 1): boolean {
  const out = execFileSync(TCPDUMP, ["-r", "-", "-w", "-", "--", filter], {
    input: pcap([frame], { linkType }),
    stdio: ["pipe", "pipe", "ignore"],
  });
  return out.length > 24;
}

/** Instructions that libpcap makes of the filter for a link type: as many lines of `tcpdump -ddd` as its first says. */
function instructions(filter: string, linkType: number): number {
  const out = execFileSync(TCPDUMP, ["-r", "-", "-ddd", "--", filter], {
    input: pcap([], { linkType }),
    stdio: ["pipe", "pipe", "ignore"],
    encoding: "utf8",
  });
  return Number(out.split("\n")[0]);
}

const segment = tcp({ to: "192.0.2.1:8883" });
const packet = tcpPacket({ to: "192.0.2.1:1883" });
const packet6 = tcpPacket({ from: "[2001:db8::7]:49152", to: "[2001:db8::1]:8883" });
const other = tcpPacket({ to: "192.0.2.1:443" });
const pppoe = (protocol: number, inside: Uint8Array): Uint8Array =>
  ethernet(join([0x11, 0, 0, 1, 0, inside.length + 2], [protocol >> 8, protocol & 0xff], inside), 0x8864);

describe("captureFilter", () => {
  const filter = captureFilter([1883, 8883]);

  test.skipIf(skipped !== "")(
    `lets TCP on a judged port through, in both directions and families${skipped}`,
    () => {
      expect(passes(filter, tcpFrame({ to: "192.0.2.1:1883" }))).toBe(true);
      expect(passes(filter, tcpFrame({ from: "192.0.2.1:8883", to: "192.0.2.7:50000" }))).toBe(true);
      expect(passes(filter, tcpFrame({ from: "[2001:db8::7]:49152", to: "[2001:db8::1]:8883" }))).toBe(true);
    },
  );

  test.skipIf(skipped !== "")(
    `lets through what may belong to them, plain, in one VLAN tag and in two${skipped}`,
    () => {
      for (const [what, frame] of ARRIVES) {
        expect(passes(filter, frame), what).toBe(true);
        expect(passes(filter, tagged(frame)), `${what}, tagged`).toBe(true);
        expect(passes(filter, tagged(tagged(frame), 0x88a8)), `${what}, tagged twice`).toBe(true);
      }
    },
  );

  test.skipIf(skipped !== "")(`keeps the rest out, tagged or not${skipped}`, () => {
    for (const [what, frame] of STAYS_OUT) {
      expect(passes(filter, frame), what).toBe(false);
      expect(passes(filter, tagged(frame)), `${what}, tagged`).toBe(false);
      expect(passes(filter, tagged(tagged(frame), 0x88a8)), `${what}, tagged twice`).toBe(false);
    }
  });

  test.skipIf(skipped !== "")(`sees the ports inside PPPoE${skipped}`, () => {
    const options = ipv4(segment, { options: new Uint8Array(8).fill(1) });
    for (const inside of [packet, options]) expect(passes(filter, pppoe(0x21, inside))).toBe(true);
    expect(passes(filter, pppoe(0x57, packet6))).toBe(true);
    expect(passes(filter, pppoe(0x21, other))).toBe(false);
    expect(passes(filter, pppoe(0xc021, packet))).toBe(false);
  });

  test.skipIf(skipped !== "")(`is a program that the kernel takes, whatever the link type${skipped}`, () => {
    // Linux: BPF_MAXINSNS is 4096; libpcap filters longer programs itself, packet by packet.
    const ports = Array.from({ length: 10 }, (_, index) => 1883 + index);
    expect(instructions(captureFilter(ports), 1)).toBeLessThan(4096);
    for (const linkType of [0, 1, 9, 101, 105, 113, 127, 276])
      expect(instructions(captureFilter(ports, false), linkType), `link type ${linkType}`).toBeLessThan(4096);
  });

  test.skipIf(skipped !== "")(`without tags it fits link types that have none${skipped}`, () => {
    const cooked = join(
      [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 7, 0, 0, 8, 0],
      tcpPacket({ to: "192.0.2.1:1883" }),
    );
    expect(passes(captureFilter([1883], false), cooked, 113)).toBe(true);
    expect(() => passes(captureFilter([1883]), cooked, 113)).toThrow();
  });

  test("all ports are no filter", () => {
    expect(captureFilter("all")).toBe("");
    expect(captureFilter([])).toBe("");
  });
});
