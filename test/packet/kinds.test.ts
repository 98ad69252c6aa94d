/** What each link, tag and tunnel counts when it carries something else, or ends too soon. */
import { describe, expect, test } from "vitest";
import { ethernet, ipv4, join, octets, tcpPacket, text, u16, udp } from "../build/packets.ts";
import { decoded } from "./decoded.ts";

const PACKET = tcpPacket({ payload: text("hello") });
const SNAP = octets("aaaa03 000000 0800");
const ADDRESSES = new Uint8Array(22);

const inUdp = (port: number, payload: Uint8Array): Uint8Array =>
  ethernet(ipv4(udp({ to: `192.0.2.1:${port}`, payload }), { protocol: 17 }));
const inGre = (hex: string): Uint8Array => ethernet(ipv4(octets(hex), { protocol: 47 }));

const ROWS: readonly (readonly [kind: string, linkType: number, frame: Uint8Array])[] = [
  ["truncated Ethernet header", 1, new Uint8Array(13)],
  ["truncated link header", 8, new Uint8Array(15)],
  ["truncated VLAN tag", 1, ethernet(octets("0007 08"), 0x8100)],
  ["truncated MACsec header", 1, ethernet(octets("00"), 0x88e5)],
  ["MACsec encrypted", 1, ethernet(octets("2c 00 00000001 0200000000010001"), 0x88e5)],
  ["truncated NSH", 1, ethernet(octets("0fc6 0101"), 0x894f)],
  ["malformed NSH", 1, ethernet(octets("0fc1 0101 00000000"), 0x894f)],
  ["NSH with an unknown next protocol", 1, ethernet(octets("0fc2 0109 00000000"), 0x894f)],
  ["truncated DSA tag", 284, new Uint8Array(17)],
  ["truncated DSA tag", 1, ethernet(octets("0000 c00a"), 0xdada)],
  ["truncated LLC header", 1, ethernet(octets("aaaa"), 2)],
  ["truncated SNAP header", 1, ethernet(octets("aaaa03 0000"), 5)],
  ["truncated MPLS label", 1, ethernet(octets("000110"), 0x8847)],
  ["truncated MPLS label", 1, ethernet(octets("00011140"), 0x8847)],
  ["MPLS associated channel", 1, ethernet(octets("00011140 10000007"), 0x8847)],
  ["truncated PPP header", 9, octets("ff03 00")],
  ["PPP protocol 0xc021", 9, octets("c021 0101")],
  ["truncated PPPoE header", 1, ethernet(octets("1100"), 0x8864)],
  ["PPPoE discovery", 1, ethernet(octets("1109 0000 0000"), 0x8864)],
  ["truncated HDLC header", 104, octets("0f00 08")],
  ["truncated Frame Relay header", 107, octets("1841 03")],
  ["truncated Frame Relay header", 107, octets("1840")],
  ["Frame Relay with an unknown protocol", 107, octets("1841 03 b1 00")],
  ["truncated ARCNET header", 129, octets("50be a800 d4")],
  ["ARCNET fragment", 129, join(octets("50be a800 d4 03 0167"), PACKET)],
  ["ARCNET with an unknown protocol", 129, join(octets("50be a800 d5 00 0167"), PACKET)],
  ["truncated ATM header", 123, octets("02")],
  ["ATM without LLC", 123, octets("01 00 0005 0000")],
  ["truncated Linux cooked header", 113, new Uint8Array(15)],
  ["truncated Linux cooked header", 276, new Uint8Array(19)],
  ["netlink", 113, join(octets("0000 0338 0000 0000000000000000 0000"))],
  ["truncated loopback header", 0, octets("020000")],
  ["address family 7", 0, octets("07000000")],
  ["truncated loopback header", 109, octets("02000000")],
  ["truncated PFLOG header", 117, octets("3d02")],
  ["truncated NFLOG header", 239, octets("0200")],
  ["malformed NFLOG attribute", 239, octets("02000001 0300 0900")],
  ["NFLOG without a packet", 239, octets("02000001 0800 0100 00000000")],
  ["truncated 802.11 header", 105, octets("08")],
  ["truncated 802.11 header", 105, octets("0802 0000")],
  ["802.11 of an unknown version", 105, octets("0101")],
  ["802.11 management", 105, octets("8000")],
  ["802.11 control", 105, octets("d400")],
  ["802.11 without data", 105, octets("4801")],
  ["802.11 protected", 105, join(octets("0842 0000"), ADDRESSES, SNAP, PACKET)],
  ["802.11 fragment", 105, join(octets("0806 0000"), ADDRESSES, SNAP, PACKET)],
  ["802.11 fragment", 105, join(octets("0802 0000"), new Uint8Array(18), [1, 0], SNAP, PACKET)],
  ["truncated A-MSDU subframe", 105, join(octets("8802 0000"), new Uint8Array(20), [0x80, 0], [1, 2, 3])],
  ["truncated radiotap header", 127, octets("0000 0800")],
  ["truncated radiotap header", 127, octets("0000 0900 00000000")],
  ["truncated Prism header", 119, octets("44000000")],
  ["truncated Prism header", 119, octets("44000000 90000000")],
  ["truncated AVS header", 163, octets("80211001")],
  ["truncated AVS header", 163, octets("80211001 00000040")],
  ["truncated PPI header", 192, octets("0000 0900 01000000")],
  ["link type 192", 192, octets("0000 0800 c0000000")],
  ["link type 258", 192, octets("0000 0800 02010000")],
  ["link type 231", 258, octets("0c000000 01000000 e7000000")],
  ["truncated PKTAP header", 258, octets("0c000000 01000000")],
  ["truncated mPacket header", 274, octets("55555555")],
  ["mPacket fragment", 274, join(octets("5555555555555561"), new Uint8Array(60))],
  ["truncated GRE header", 1, inGre("0000")],
  ["truncated GRE header", 1, inGre("2000 0800")],
  ["GRE of an unknown version", 1, inGre("0002 0800 00000000")],
  ["GRE without payload", 1, inGre("2081 880b 0000 0007 00000001")],
  ["EtherType 0x2001", 1, inGre("0000 2001 00000000")],
  ["truncated ERSPAN header", 1, inGre("1000 22eb 00000001 2000")],
  ["CAPWAP fragment", 1, inUdp(5247, octets("00 10 02 80 00000000 00"))],
  ["CAPWAP of an unknown radio", 1, inUdp(5247, octets("00 10 07 00 00000000 00"))],
];

describe("a frame", () => {
  test.each(ROWS)("is counted under %s (link type %i)", (kind, linkType, frame) => {
    const seen = decoded([frame], linkType);
    expect(seen.undecoded).toEqual({ [kind]: 1 });
    expect(seen.segments).toEqual([]);
    expect(seen.datagrams).toEqual([]);
  });

  test.each([
    ["a keep-alive of CAPWAP", 5247, "00 10 02 08 00000000 00"],
    ["CAPWAP in DTLS", 5247, "01 000000 16fefd00 00"],
    ["a control message of L2TP", 1701, "c802 000c 0001 0000 00000000"],
    ["L2TP with an offset beyond its end", 1701, "0202 0001 0001 00"],
    ["L2TP without PPP", 1701, "0002 0001 0001"],
    ["an echo of GTP", 2152, "3201 0004 00000000 00010000"],
    ["GTP with a broken extension", 2152, "34ff 0010 00000001 00000085 00100985"],
    ["GTP with nothing in it", 2152, "30ff 0000 00000001"],
    ["GTP with something else in it", 2152, "30ff 0002 00000001 ffff"],
    ["GENEVE of another version", 6081, "4000 6558 00000700 0000"],
    ["VXLAN-GPE with an unknown protocol", 4790, "0c000009 00000700 00"],
    ["a keep-alive of TZSP", 37008, "01 04 0000 01 00"],
    ["TZSP with an unknown protocol", 37008, "01 00 0063 01 00"],
    ["TZSP with tags that do not end", 37008, "01 00 0001 0a01c4 0a"],
    ["a bubble of Teredo that is too short", 3544, "0000 0f0f 3f3f3f3f 60"],
  ])("with %s is a datagram", (_what, port, hex) => {
    const seen = decoded([inUdp(port, octets(hex))]);
    expect(seen.datagrams.length).toBe(1);
    expect(seen.undecoded).toEqual({});
  });
});

describe("an A-MSDU", () => {
  test("gives the segments of all its subframes", () => {
    const subframe = (inside: Uint8Array, pad: number): Uint8Array =>
      join(new Uint8Array(12), u16(SNAP.length + inside.length), SNAP, inside, new Uint8Array(pad));
    const first = subframe(PACKET, (4 - ((14 + SNAP.length + PACKET.length) % 4)) % 4);
    const frame = join(octets("8802 0000"), new Uint8Array(20), [0x80, 0], first, subframe(PACKET, 0));
    expect(decoded([frame, frame], 105).segments.length).toBe(4);
  });
});
