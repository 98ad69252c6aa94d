/** The same TCP segment in every link, tag and tunnel that is understood. */
import {
  ethernet,
  ipv4,
  ipv6,
  join,
  octets,
  tcp,
  tcpFrame,
  tcpPacket,
  text,
  u16,
  udp,
  vlan,
} from "../build/packets.ts";

export interface Encapsulated {
  readonly name: string;
  readonly linkType: number;
  readonly frame: Uint8Array;
  /** Where it is not the usual IPv4 segment. */
  readonly says?: string;
}

const V4 = tcpPacket({ payload: text("hello") });
const V6 = tcpPacket({ from: "[2001:db8::7]:49152", to: "[2001:db8::1]:1883", payload: text("hello") });
const SAYS_V6 = '[2001:db8::7]:49152 > [2001:db8::1]:1883 "hello"';
const SEGMENT = tcp({ payload: text("hello") });
const ETHERNET = tcpFrame({ payload: text("hello") });
const ADDRESSES = ETHERNET.subarray(0, 12);

const SNAP = octets("aaaa03 000000 0800");
/** 802.11 data from an access point: no QoS, no protection. */
const WLAN = join(octets("0802 0000"), new Uint8Array(18), [0x10, 0], SNAP, V4);
const WLAN_QOS = join(octets("8802 0000"), new Uint8Array(18), [0x10, 0], [0, 0], SNAP, V4);

const subframe = (inside: Uint8Array): Uint8Array =>
  join(ADDRESSES, u16(SNAP.length + inside.length), SNAP, inside);

const inUdp = (port: number, payload: Uint8Array): Uint8Array =>
  ethernet(ipv4(udp({ from: "198.51.100.7:50000", to: `198.51.100.1:${port}`, payload }), { protocol: 17 }));

const inGre = (header: string, payload: Uint8Array): Uint8Array =>
  ethernet(ipv4(join(octets(header), payload), { protocol: 47 }));

const inIpv6 = (chain: Uint8Array, nextHeader: number): Uint8Array =>
  ethernet(ipv6(chain, { nextHeader }), 0x86dd);

/** An extension header of one unit that names TCP next. */
const EXTENSION = octets("06 00 0104 00000000");

const LINKS: readonly Encapsulated[] = [
  { name: "Ethernet", linkType: 1, frame: ETHERNET },
  { name: "Ethernet with IPv6", linkType: 1, frame: ethernet(V6, 0x86dd), says: SAYS_V6 },
  { name: "raw IP", linkType: 101, frame: V4 },
  { name: "raw IP under another number", linkType: 12, frame: V6, says: SAYS_V6 },
  { name: "raw IPv4", linkType: 228, frame: V4 },
  { name: "raw IPv6", linkType: 229, frame: V6, says: SAYS_V6 },
  { name: "BSD loopback of a little-endian machine", linkType: 0, frame: join([2, 0, 0, 0], V4) },
  {
    name: "BSD loopback of a big-endian machine",
    linkType: 0,
    frame: join([0, 0, 0, 30], V6),
    says: SAYS_V6,
  },
  { name: "BSD loopback that is PPP", linkType: 0, frame: join(octets("ff03 0021"), V4) },
  { name: "OpenBSD loopback", linkType: 108, frame: join([0, 0, 0, 24], V6), says: SAYS_V6 },
  { name: "OpenBSD IPsec", linkType: 109, frame: join([2, 0, 0, 0], new Uint8Array(8), V4) },
  { name: "PF log", linkType: 117, frame: join([61, 2], new Uint8Array(62), V4) },
  { name: "PPP", linkType: 9, frame: join(octets("0021"), V4) },
  { name: "PPP with a protocol of one octet", linkType: 9, frame: join(octets("ff03 21"), V4) },
  {
    name: "PPP in HDLC-like framing with IPv6",
    linkType: 50,
    frame: join(octets("ff03 0057"), V6),
    says: SAYS_V6,
  },
  { name: "PPP with MPLS", linkType: 9, frame: join(octets("0281 00011140"), V4) },
  { name: "pppd", linkType: 166, frame: join(octets("0003 0021"), V4) },
  { name: "PPP with direction", linkType: 204, frame: join(octets("01 ff03 0021"), V4) },
  {
    name: "PPPoE without Ethernet",
    linkType: 51,
    frame: join(octets("1100 0001"), u16(V4.length + 2), octets("0021"), V4),
  },
  { name: "Cisco HDLC", linkType: 104, frame: join(octets("0f00 0800"), V4) },
  { name: "Cisco HDLC with direction", linkType: 205, frame: join(octets("00 8f00 0800"), V4) },
  { name: "PPP under the number of Cisco HDLC", linkType: 104, frame: join(octets("ff03 0021"), V4) },
  { name: "Frame Relay", linkType: 107, frame: join(octets("1841 03 cc"), V4) },
  {
    name: "Frame Relay with a longer address, padding and SNAP",
    linkType: 107,
    frame: join(octets("1840 4001 03 00 80 000000 0800"), V4),
  },
  { name: "Frame Relay with IPv6", linkType: 206, frame: join(octets("00 1841 03 8e"), V6), says: SAYS_V6 },
  { name: "Frame Relay as Cisco frames it", linkType: 107, frame: join(octets("1841 0800"), V4) },
  { name: "SLIP", linkType: 8, frame: join(new Uint8Array(16), V4) },
  { name: "Linux cooked", linkType: 113, frame: join(octets("0000 0001 0006 020000000007 0000 0800"), V4) },
  {
    name: "Linux cooked with LLC",
    linkType: 113,
    frame: join(octets("0000 0001 0006 020000000007 0000 0004"), SNAP, V4),
  },
  {
    name: "Linux cooked with 802.11",
    linkType: 113,
    frame: join(octets("0000 0321 0006 020000000007 0000 0019"), WLAN),
  },
  {
    name: "Linux cooked, version 2",
    linkType: 276,
    frame: join(octets("0800 0000 00000003 0001 00 06 020000000007 0000"), V4),
  },
  {
    name: "Linux cooked, version 2, with radiotap",
    linkType: 276,
    frame: join(octets("0019 0000 00000003 0323 00 06 020000000007 0000 00 00 0800 00000000"), WLAN),
  },
  {
    name: "NFLOG",
    linkType: 239,
    frame: join(octets("02 00 0001 0600 0f00 00010000"), [4 + V4.length, 0, 9, 0], V4),
  },
  { name: "PKTAP", linkType: 258, frame: join(octets("10000000 01000000 01000000 00000000"), ETHERNET) },
  { name: "PPI", linkType: 192, frame: join(octets("00 00 0800 01000000"), ETHERNET) },
  { name: "an mPacket", linkType: 274, frame: join(octets("55555555555555d5"), ETHERNET) },
  { name: "netANALYZER", linkType: 240, frame: join(new Uint8Array(4), ETHERNET) },
  { name: "netANALYZER with preamble", linkType: 241, frame: join(new Uint8Array(12), ETHERNET) },
  { name: "IP over IEEE 1394", linkType: 138, frame: join(new Uint8Array(16), octets("0800"), V4) },
  { name: "Marvell's tag", linkType: 284, frame: join(ADDRESSES, octets("c00a0000 0800"), V4) },
  {
    name: "Marvell's tag behind an EtherType",
    linkType: 285,
    frame: join(ADDRESSES, octets("dada 0000 c00a0000 0800"), V4),
  },
  { name: "Broadcom's tag", linkType: 281, frame: join(ADDRESSES, octets("20000008 0800"), V4) },
  { name: "Broadcom's tag before the frame", linkType: 282, frame: join(octets("20000008"), ETHERNET) },
  { name: "ARCNET (RFC 1201)", linkType: 129, frame: join(octets("50be a800 d4 00 0167"), V4) },
  {
    name: "ARCNET (RFC 1201) with IPv6",
    linkType: 129,
    frame: join(octets("50be a800 c4 00 0167"), V6),
    says: SAYS_V6,
  },
  { name: "ARCNET (RFC 1051)", linkType: 129, frame: join(octets("50be a800 f0"), V4) },
  { name: "SunATM", linkType: 123, frame: join(octets("02 00 0005"), SNAP, V4) },
  { name: "ATM (RFC 2684)", linkType: 100, frame: join(SNAP, V4) },
  { name: "LLC with IP's own access point", linkType: 100, frame: join(octets("0606 03"), V4) },
];

const WIRELESS: readonly Encapsulated[] = [
  { name: "802.11", linkType: 105, frame: WLAN },
  { name: "802.11 with QoS", linkType: 105, frame: WLAN_QOS },
  {
    name: "802.11 with four addresses and HT Control",
    linkType: 105,
    frame: join(
      octets("8883 0000"),
      new Uint8Array(18),
      [0x10, 0],
      new Uint8Array(6),
      [0, 0],
      new Uint8Array(4),
      SNAP,
      V4,
    ),
  },
  {
    name: "802.11 with an A-MSDU",
    linkType: 105,
    frame: join(octets("8802 0000"), new Uint8Array(18), [0x10, 0], [0x80, 0], subframe(V4)),
  },
  {
    name: "802.11 with the tag of 802.1H",
    linkType: 105,
    frame: join(WLAN.subarray(0, 24), octets("aaaa03 0000f8 0800"), V4),
  },
  { name: "radiotap", linkType: 127, frame: join(octets("00 00 0800 00000000"), WLAN) },
  {
    name: "radiotap with flags and a padded header",
    linkType: 127,
    frame: join(
      octets("00 00 1900 0f000000"),
      new Uint8Array(8),
      [0x20],
      new Uint8Array(8),
      WLAN_QOS.subarray(0, 26),
      [0, 0],
      WLAN_QOS.subarray(26),
    ),
  },
  {
    name: "radiotap with a second word of fields and a frame check sequence",
    linkType: 127,
    frame: join(octets("00 00 0e00 02000080 00000000 10 00"), WLAN, [1, 2, 3, 4]),
  },
  { name: "Prism", linkType: 119, frame: join(octets("44000000 90000000"), new Uint8Array(136), WLAN) },
  {
    name: "Prism of a big-endian machine",
    linkType: 119,
    frame: join(octets("00000044 00000090"), new Uint8Array(136), WLAN),
  },
  { name: "AVS", linkType: 163, frame: join(octets("80211001 00000040"), new Uint8Array(56), WLAN) },
  {
    name: "AVS under Prism's number",
    linkType: 119,
    frame: join(octets("80211001 00000040"), new Uint8Array(56), WLAN),
  },
];

const TAGS: readonly Encapsulated[] = [
  { name: "802.1Q", linkType: 1, frame: ethernet(vlan(V4), 0x8100) },
  { name: "802.1ad", linkType: 1, frame: ethernet(vlan(vlan(V4), 7, 0x8100), 0x88a8) },
  { name: "QinQ", linkType: 1, frame: ethernet(vlan(vlan(V4), 7, 0x9200), 0x9100) },
  {
    name: "802.1Q with a length",
    linkType: 1,
    frame: ethernet(vlan(join(SNAP, V4), 7, SNAP.length + V4.length), 0x8100),
  },
  { name: "802.1ah", linkType: 1, frame: ethernet(join(octets("00000001"), ETHERNET), 0x88e7) },
  { name: "802.1BR", linkType: 1, frame: ethernet(join(octets("000000000000 0800"), V4), 0x893f) },
  { name: "VN-Tag", linkType: 1, frame: ethernet(join(octets("00000000 8100"), vlan(V4)), 0x8926) },
  { name: "FabricPath", linkType: 1, frame: ethernet(join(octets("0020"), ETHERNET), 0x8903) },
  { name: "Cisco MetaData", linkType: 1, frame: ethernet(join(octets("0101 0001 0005 0800"), V4), 0x8909) },
  {
    name: "MACsec that only signs",
    linkType: 1,
    frame: ethernet(join(octets("00 00 00000001 0800"), V4, new Uint8Array(16)), 0x88e5),
  },
  {
    name: "MACsec with a channel",
    linkType: 1,
    frame: ethernet(join(octets("20 00 00000001 0200000000010001 0800"), V4, new Uint8Array(16)), 0x88e5),
  },
  {
    name: "NSH",
    linkType: 1,
    frame: ethernet(join(octets("0fc6 0101 00000000"), new Uint8Array(16), V4), 0x894f),
  },
  {
    name: "NSH with Ethernet",
    linkType: 1,
    frame: ethernet(join(octets("0fc2 0203 00000000"), ETHERNET), 0x894f),
  },
  { name: "MPLS", linkType: 1, frame: ethernet(join(octets("00011040 00012140"), V4), 0x8847) },
  {
    name: "MPLS with IPv6",
    linkType: 1,
    frame: ethernet(join(octets("00012140"), V6), 0x8848),
    says: SAYS_V6,
  },
  {
    name: "an MPLS pseudowire with a control word",
    linkType: 1,
    frame: ethernet(join(octets("00012140 00000000"), ETHERNET), 0x8847),
  },
  {
    name: "an MPLS pseudowire without one",
    linkType: 1,
    frame: ethernet(join(octets("00012140"), octets("400000000001 2c0000000002 0800"), V4), 0x8847),
  },
  {
    name: "an MPLS pseudowire to an address that begins like nothing known",
    linkType: 1,
    frame: ethernet(join(octets("00012140"), octets("900000000001 2c0000000002 0800"), V4), 0x8847),
  },
  {
    name: "PPPoE",
    linkType: 1,
    frame: join(
      ethernet(join(octets("1100 0001"), u16(V4.length + 2), octets("0021"), V4), 0x8864),
      [9, 9, 9],
    ),
  },
  { name: "jumbo LLC", linkType: 1, frame: ethernet(join(SNAP, V4), 0x8870) },
];

const TUNNELS: readonly Encapsulated[] = [
  { name: "IPv4 in IPv4", linkType: 1, frame: ethernet(ipv4(V4, { protocol: 4 })) },
  { name: "IPv6 in IPv4", linkType: 1, frame: ethernet(ipv4(V6, { protocol: 41 })), says: SAYS_V6 },
  { name: "IPv4 in IPv6", linkType: 1, frame: inIpv6(V4, 4) },
  { name: "Ethernet in IPv6", linkType: 1, frame: inIpv6(ETHERNET, 143) },
  { name: "EtherIP", linkType: 1, frame: ethernet(ipv4(join(octets("3000"), ETHERNET), { protocol: 97 })) },
  { name: "MPLS in IP", linkType: 1, frame: ethernet(ipv4(join(octets("00012140"), V4), { protocol: 137 })) },
  {
    name: "AH",
    linkType: 1,
    frame: ethernet(
      ipv4(join(octets("06 04 0000 00000001 00000001"), new Uint8Array(12), SEGMENT), { protocol: 51 }),
    ),
  },
  { name: "IPv4 with options", linkType: 1, frame: ethernet(ipv4(SEGMENT, { options: octets("01010100") })) },
  { name: "IPv4 without a total length", linkType: 1, frame: ethernet(ipv4(SEGMENT, { totalLength: 0 })) },
  {
    name: "IPv6 with extension headers",
    linkType: 1,
    frame: inIpv6(
      join(
        octets("2b00 010400000000 3c00 000000000000 8700 000000000000 8b00 000000000000 8c00 000000000000"),
        EXTENSION,
        SEGMENT,
      ),
      0,
    ),
    says: SAYS_V6,
  },
  {
    name: "IPv6 with AH between extension headers",
    linkType: 1,
    frame: inIpv6(join(octets("3c 04 0000 00000001 00000001"), new Uint8Array(12), EXTENSION, SEGMENT), 51),
    says: SAYS_V6,
  },
  {
    name: "IPv6 with an atomic fragment",
    linkType: 1,
    frame: inIpv6(join(octets("0600 0000 00000001"), SEGMENT), 44),
    says: SAYS_V6,
  },
  {
    name: "IPv6 without a payload length",
    linkType: 1,
    frame: ethernet(ipv6(SEGMENT, { payloadLength: 0 }), 0x86dd),
    says: SAYS_V6,
  },
  {
    name: "an IPv6 jumbogram",
    linkType: 1,
    frame: join(
      ethernet(
        ipv6(
          join(
            octets("0601 0000 0100 c204"),
            octets("0000"),
            u16(16 + SEGMENT.length),
            new Uint8Array(4),
            SEGMENT,
          ),
          { nextHeader: 0, payloadLength: 0 },
        ),
        0x86dd,
      ),
      [9, 9],
    ),
    says: SAYS_V6,
  },
  { name: "GRE", linkType: 1, frame: inGre("0000 0800", V4) },
  {
    name: "GRE with all its fields",
    linkType: 1,
    frame: inGre("b000 86dd 00000000 00000007 00000001", V6),
    says: SAYS_V6,
  },
  {
    name: "GRE with source routes",
    linkType: 1,
    frame: inGre("4000 0800 00000000 0800 0004 c0000201 0000 0000", V4),
  },
  { name: "GRE with Ethernet", linkType: 1, frame: inGre("2000 6558 00000700", ETHERNET) },
  {
    name: "GRE within GRE",
    linkType: 1,
    frame: inGre("0000 0800", ipv4(join(octets("0000 0800"), V4), { protocol: 47 })),
  },
  {
    name: "PPTP",
    linkType: 1,
    frame: inGre(`3081 880b ${V4.length.toString(16).padStart(4, "0")} 0007 00000001 00000001 ff03 0021`, V4),
  },
  { name: "ERSPAN I", linkType: 1, frame: inGre("0000 88be", ETHERNET) },
  { name: "ERSPAN II", linkType: 1, frame: inGre("1000 88be 00000001 1000000000000000", ETHERNET) },
  { name: "ERSPAN III", linkType: 1, frame: inGre("1000 22eb 00000001 200000000000000000000000", ETHERNET) },
  {
    name: "ERSPAN III with more fields",
    linkType: 1,
    frame: inGre("1000 22eb 00000001 200000000000000000000001 0000000000000000", ETHERNET),
  },
  {
    name: "ERSPAN III with IP",
    linkType: 1,
    frame: inGre("1000 22eb 00000001 200000000000000000000800", V4),
  },
  { name: "WCCP, version 1", linkType: 1, frame: inGre("0000 883e", V4) },
  { name: "WCCP, version 2", linkType: 1, frame: inGre("0000 883e 00000000", V4) },
  { name: "Aruba's 802.11 in GRE", linkType: 1, frame: inGre("0000 8300", WLAN) },
  { name: "VXLAN", linkType: 1, frame: inUdp(4789, join(octets("08000000 00000700"), ETHERNET)) },
  {
    name: "VXLAN on Linux's port",
    linkType: 1,
    frame: inUdp(8472, join(octets("08000000 00000700"), ETHERNET)),
  },
  { name: "VXLAN-GPE", linkType: 1, frame: inUdp(4790, join(octets("0c000001 00000700"), V4)) },
  {
    name: "VXLAN-GPE with Ethernet",
    linkType: 1,
    frame: inUdp(4790, join(octets("08000000 00000700"), ETHERNET)),
  },
  {
    name: "GENEVE",
    linkType: 1,
    frame: inUdp(6081, join(octets("0200 6558 00000700 0102800100000001"), ETHERNET)),
  },
  { name: "GTP-U", linkType: 1, frame: inUdp(2152, join(octets("30ff 0031 00000001"), V4)) },
  {
    name: "GTP-U with extension headers",
    linkType: 1,
    frame: inUdp(2152, join(octets("34ff 0031 00000001 00000085 01100985 01100900"), V6)),
    says: SAYS_V6,
  },
  {
    name: "Teredo",
    linkType: 1,
    frame: inUdp(3544, join(octets("0001 0000"), new Uint8Array(9), octets("0000 0f0f 3f3f3f3f"), V6)),
    says: SAYS_V6,
  },
  { name: "L2TP", linkType: 1, frame: inUdp(1701, join(octets("0002 0001 0001 ff03 0021"), V4)) },
  {
    name: "L2TP with all its fields",
    linkType: 1,
    frame: inUdp(1701, join(octets("4a02 0040 0001 0001 00000000 0002 0000 0021"), V4)),
  },
  { name: "CAPWAP with 802.11", linkType: 1, frame: inUdp(5247, join(octets("00 10 03 00 00000000"), WLAN)) },
  {
    name: "CAPWAP with 802.11 as Cisco sends it",
    linkType: 1,
    frame: inUdp(5247, join(octets("00 10 03 00 00000000 0208"), WLAN.subarray(2))),
  },
  {
    name: "CAPWAP with Ethernet",
    linkType: 1,
    frame: inUdp(5247, join(octets("00 10 02 00 00000000"), ETHERNET)),
  },
  {
    name: "TZSP as RouterOS sends it",
    linkType: 1,
    frame: inUdp(37008, join(octets("01 00 0001 01"), ETHERNET)),
  },
  {
    name: "TZSP with 802.11, a signal, a channel and padding",
    linkType: 1,
    frame: inUdp(37008, join(octets("01 01 0012 0a01c4 12010b 00 00 01"), WLAN)),
  },
];

export const ENCAPSULATED: readonly Encapsulated[] = [...LINKS, ...WIRELESS, ...TAGS, ...TUNNELS];
