/** The kernel filter, judged by libpcap itself over frames in a file. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { captureFilter } from "../../src/capture/capture-filter.ts";
import { onPath } from "../../src/capture/engine.ts";
import { pcap } from "../build/capture.ts";
import { ethernet, ipv4, ipv6, join, tcp, tcpFrame, tcpPacket, udpFrame, vlan } from "../build/packets.ts";

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

const segment = tcp({ to: "192.0.2.1:8883" });

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

  test.skipIf(skipped !== "")(`keeps other ports and UDP out, tagged or not${skipped}`, () => {
    expect(passes(filter, tcpFrame({ to: "192.0.2.1:443" }))).toBe(false);
    expect(passes(filter, udpFrame({ to: "192.0.2.1:1883" }))).toBe(false);
    expect(passes(filter, ethernet(vlan(tcpPacket({ to: "192.0.2.1:443" })), 0x8100))).toBe(false);
  });

  test.skipIf(skipped !== "")(`sees through one VLAN tag and through two${skipped}`, () => {
    const once = vlan(tcpPacket({ to: "192.0.2.1:1883" }));
    expect(passes(filter, ethernet(once, 0x8100))).toBe(true);
    expect(passes(filter, ethernet(vlan(once, 9, 0x8100), 0x88a8))).toBe(true);
  });

  test.skipIf(skipped !== "")(`lets fragments through, whose port is not to be seen${skipped}`, () => {
    expect(passes(filter, ethernet(ipv4(segment, { fragmentOffset: 1480 })))).toBe(true);
    expect(passes(filter, ethernet(vlan(ipv4(segment, { fragmentOffset: 1480 })), 0x8100))).toBe(true);
    const fragment = join([6, 0, 0, 1, 0, 0, 0, 1], segment);
    expect(passes(filter, ethernet(ipv6(fragment, { nextHeader: 44 }), 0x86dd))).toBe(true);
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
