/** Hardware addresses of the hosts themselves, and none where a tunnel's ends are around them. */
import { describe, expect, test } from "vitest";
import type { FrameNumber } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { hardwareAddress, hardwareText, NO_HARDWARE } from "../../src/packet/hardware.ts";
import { packets } from "../../src/packet/packets.ts";
import { ethernet, ipv4, join, tcpFrame, tcpPacket, u16, vlan } from "../build/packets.ts";

/** Source and destination of the one segment in a frame. */
function addresses(octets: Uint8Array, linkType = 1): string[] {
  const found: string[] = [];
  const stage = packets({
    segment(segment) {
      for (const of of ["source", "destination"] as const) {
        const address = hardwareAddress(segment, of);
        found.push(address === NO_HARDWARE ? "none" : hardwareText(address));
      }
    },
    datagram: () => undefined,
    notice: () => undefined,
    end: () => undefined,
  });
  const frame = {
    number: 1 as FrameNumber,
    at: 0 as Timestamp,
    position: 0,
    linkType,
    originalLength: octets.length,
    octets,
    start: 0,
    end: octets.length,
  };
  stage.push({ frames: [frame], notices: [] });
  stage.end();
  return found;
}

const THEIRS = [0x00, 0x00, 0x5e, 0x00, 0x53, 0x2a];
const OURS = [0x00, 0x00, 0x5e, 0x00, 0x53, 0x01];

const between = (frame: Uint8Array): Uint8Array => join(OURS, THEIRS, frame.subarray(12));

const IPV6 = { from: "[2001:db8::7]:49152", to: "[2001:db8::1]:1883" };

describe("a hardware address", () => {
  test.each([
    ["of Ethernet", between(tcpFrame())],
    ["around IPv6", between(tcpFrame(IPV6))],
    ["before a VLAN tag", between(ethernet(vlan(tcpPacket()), 0x8100))],
    ["before two of them", between(ethernet(vlan(vlan(tcpPacket()), 7, 0x8100), 0x88a8))],
  ])("%s is that of both hosts", (_, octets) => {
    expect(addresses(octets)).toEqual(["00:00:5e:00:53:2a", "00:00:5e:00:53:01"]);
  });

  test("of a cooked capture is the sender's alone", () => {
    const header = join(u16(0), u16(1), u16(6), THEIRS, u16(0), u16(0x0800));
    expect(addresses(join(header, tcpPacket()), 113)).toEqual(["00:00:5e:00:53:2a", "none"]);
    const second = join(u16(0x0800), u16(0), [0, 0, 0, 2], u16(1), [0, 6], THEIRS, u16(0));
    expect(addresses(join(second, tcpPacket()), 276)).toEqual(["00:00:5e:00:53:2a", "none"]);
  });

  test("is not that of a tunnel's ends", () => {
    const inner = tcpPacket();
    const outer = ipv4(inner, { source: "198.51.100.1", destination: "198.51.100.2", protocol: 4 });
    expect(addresses(between(ethernet(outer)))).toEqual(["none", "none"]);
  });

  test("of nothing but zeros, as on loopback, is none; nor has a link without addresses any", () => {
    const octets = tcpFrame();
    octets.fill(0, 0, 12);
    expect(addresses(octets)).toEqual(["none", "none"]);
    expect(addresses(tcpPacket(), 101)).toEqual(["none", "none"]);
  });
});
