/** Frames that the kernel's filter for ports 1883 and 8883 is tried with. */
import { ethernet, ipv4, ipv6, join, tcp, tcpFrame, tcpPacket, udpFrame } from "../build/packets.ts";

const segment = tcp({ to: "192.0.2.1:8883" });
const packet = tcpPacket({ to: "192.0.2.1:1883" });
const packet6 = tcpPacket({ from: "[2001:db8::7]:49152", to: "[2001:db8::1]:8883" });
const other = tcpPacket({ to: "192.0.2.1:443" });

/** What the kernel's filter must let through: each may carry octets of a judged connection. */
export const ARRIVES: readonly (readonly [string, Uint8Array])[] = [
  ["a judged port of IPv4", ethernet(packet)],
  ["the broker's side of it", tcpFrame({ from: "192.0.2.1:8883", to: "192.0.2.7:50000" })],
  ["a judged port of IPv6", ethernet(packet6, 0x86dd)],
  ["a packet with IPv4 options", ethernet(ipv4(segment, { options: new Uint8Array(8).fill(1) }))],
  ["the first fragment of IPv4", ethernet(ipv4(segment, { moreFragments: true }))],
  ["a later fragment of IPv4", ethernet(ipv4(segment, { fragmentOffset: 1480 }))],
  ["a fragment of IPv6", ethernet(ipv6(join([6, 0, 0, 1, 0, 0, 0, 1], segment), { nextHeader: 44 }), 0x86dd)],
  [
    "IPv6 behind an extension header",
    ethernet(ipv6(join([6, 0, 1, 4, 0, 0, 0, 0], segment), { nextHeader: 60 }), 0x86dd),
  ],
  ["MQTT-SN", udpFrame({ to: "192.0.2.1:1884" })],
  ["IPv4 in IPv4", ethernet(ipv4(packet, { protocol: 4 }))],
  ["IPv6 in IPv4", ethernet(ipv4(packet6, { protocol: 41 }))],
  ["GRE", ethernet(ipv4(join([0, 0, 8, 0], packet), { protocol: 47 }))],
  ["VXLAN", udpFrame({ to: "192.0.2.1:4789", payload: join([8, 0, 0, 0, 0, 0, 1, 0], ethernet(packet)) })],
];
export const STAYS_OUT: readonly (readonly [string, Uint8Array])[] = [
  ["another port of IPv4", ethernet(other)],
  ["another port of IPv6", tcpFrame({ from: "[2001:db8::7]:49152", to: "[2001:db8::1]:443" })],
  ["UDP on a judged port", udpFrame({ to: "192.0.2.1:1883" })],
  ["ARP", ethernet(new Uint8Array(28), 0x0806)],
];

/** IEEE 802.1Q around a frame; `outer` is the type of the tag. */
export const tagged = (frame: Uint8Array, outer = 0x8100): Uint8Array =>
  ethernet(join([0, 7], frame.subarray(12)), outer);
