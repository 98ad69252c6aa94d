/** The kernel's filter for live capture: the judged ports, and the packets whose port the kernel cannot see. */

/**
 * A libpcap filter expression (pcap-filter(7)) for TCP on these ports and MQTT-SN, or "" (everything) for `all`.
 *
 * A port test reads only a packet's first IPv4 fragment, only IPv6 without extension headers, and nothing inside a
 * tunnel: such packets are let through whatever they carry, since a packet too many costs time and one too few is a
 * gap. `vlan` shifts every offset after it, so it comes last; twice for a tag in a tag (IEEE 802.1ad). Link types
 * without tags (Linux cooked capture) refuse it: leave it out with `vlan: false`.
 */
export function captureFilter(ports: readonly number[] | "all", vlan = true): string {
  if (ports === "all" || ports.length === 0) return "";
  const judged = [...ports.map(port => `tcp port ${port}`), MQTT_SN, ...PORT_NOT_SEEN].join(" or ");
  if (!vlan) return judged;
  return `${judged} or ${pppoe(ports)} or (vlan and (${judged} or (vlan and (${judged}))))`;
}

/**
 * TCP on these ports in PPPoE (RFC 2516 §4, RFC 1661 §2), as the line of a DSL modem carries it. `pppoes` would shift
 * the offsets of what follows, as `vlan` does; octets counted from the frame's start stay where they are.
 */
function pppoe(ports: readonly number[]): string {
  const { ethertype, protocol, packet } = PPPOE;
  const tcp = (behind: string): string =>
    ports.map(p => `ether[${behind}:2] = ${p} or ether[${behind} + 2:2] = ${p}`).join(" or ");
  const v4 = tcp(`${packet} + ((ether[${packet}] & 0xf) << 2)`);
  const v6 = tcp(`${packet + 40}`);
  // "and" and "or" bind alike, from left to right.
  const inside = [
    `(ether[${protocol}:2] = 0x0021 and ((ether[${packet + 9}] = 6 and (${v4})) or ether[${packet + 6}:2] & 0x1fff != 0))`,
    `(ether[${protocol}:2] = 0x0057 and ((ether[${packet + 6}] = 6 and (${v6})) or ether[${packet + 6}] = 44))`,
  ];
  return `(ether[${ethertype}:2] = 0x8864 and (${inside.join(" or ")}))`;
}

/** Offsets from the frame's start: Ethernet 14 octets, PPPoE 6, PPP 2. */
const PPPOE = { ethertype: 12, protocol: 20, packet: 22 } as const;

/** MQTT-SN 1.2 names no port; 1884 is what its gateways listen on. */
const MQTT_SN = "udp port 1884";

const PORT_NOT_SEEN = [
  // RFC 791 §3.1: Fragment Offset is the low 13 bits of octets 6 and 7.
  "ip[6:2] & 0x1fff != 0",
  // RFC 8200 §4: Next Header is octet 6. Hop-by-Hop, Routing, Fragment, Authentication, Destination.
  ...[0, 43, 44, 51, 60].map(header => `ip6[6] = ${header}`),
  // IPv4, IPv6, GRE, Authentication, EtherIP and MPLS in IP (IANA "Assigned Internet Protocol Numbers").
  ...[4, 41, 47, 51, 97, 137].map(protocol => `ip proto ${protocol}`),
  ...[4, 41, 47, 97, 137].map(protocol => `ip6[6] = ${protocol}`),
  // L2TP, GTP-U, Teredo, VXLAN (twice), VXLAN-GPE, CAPWAP, GENEVE.
  ...[1701, 2152, 3544, 4789, 8472, 4790, 5247, 6081].map(port => `udp port ${port}`),
];
