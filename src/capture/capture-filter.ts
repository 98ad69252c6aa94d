/** The kernel's filter for live capture: the judged ports, and the packets whose port the kernel cannot see. */

/**
 * A libpcap filter expression (pcap-filter(7)) for TCP on these ports, or "" (everything) for `all`.
 *
 * A port test reads only a packet's first IPv4 fragment and only IPv6 without extension headers, so later fragments
 * and IPv6 with Hop-by-Hop, Routing, Fragment or Destination headers are let through whatever they carry. `vlan`
 * shifts every offset after it, so it comes last; twice for a tag in a tag (IEEE 802.1ad). Link types without tags
 * (Linux cooked capture) refuse it: leave it out with `vlan: false`.
 */
export function captureFilter(ports: readonly number[] | "all", vlan = true): string {
  if (ports === "all" || ports.length === 0) return "";
  const judged = [...ports.map(port => `tcp port ${port}`), ...PORT_NOT_SEEN].join(" or ");
  return vlan ? `${judged} or (vlan and (${judged} or (vlan and (${judged}))))` : judged;
}

/** RFC 791 §3.1: Fragment Offset is the low 13 bits of octets 6 and 7. RFC 8200 §4: Next Header is octet 6. */
const PORT_NOT_SEEN = [
  "ip[6:2] & 0x1fff != 0",
  "ip6[6] = 44",
  "ip6[6] = 0",
  "ip6[6] = 43",
  "ip6[6] = 60",
] as const;
