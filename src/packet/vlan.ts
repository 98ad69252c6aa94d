/** Tags between an EtherType and the next one, and the headers that put Ethernet into Ethernet. */
import { etherType, etherTypeOrLength } from "./ethertype.ts";
import { LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** IEEE 802.1Q §9.6: two octets of tag control information, then the next type. */
export const vlan = (walk: Walk): Layer => tag(walk, 2);

/** IEEE 802.1BR §7.5: six octets. */
export const edgeTag = (walk: Walk): Layer => tag(walk, 6);

/** Cisco's VN-Tag: four octets. */
export const virtualNicTag = (walk: Walk): Layer => tag(walk, 4);

/** Cisco MetaData with one option, a Security Group Tag: six octets. */
export const ciscoMetadata = (walk: Walk): Layer => tag(walk, 6);

/** IEEE 802.1Q §9.7: the service instance of a provider backbone, then the customer's frame. */
export const serviceTag = (walk: Walk): Layer => inEthernet(walk, 4);

/** Cisco FabricPath: tag and time to live, then the frame. */
export const fabricPath = (walk: Walk): Layer => inEthernet(walk, 2);

/** IEEE 802.1AE §9: readable only where the frame is signed and not encrypted. */
export function macsec(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 6) return stop(walk, "truncated MACsec header");
  const control = octets[at]!;
  if ((control & (ENCRYPTED | CHANGED)) !== 0) return stop(walk, "MACsec encrypted");
  // Short length and packet number follow the control octet, then a channel where it is told.
  walk.at = at + 6 + ((control & EXPLICIT_CHANNEL) !== 0 ? 8 : 0);
  return bareEtherType(walk);
}

/** RFC 8300 §2.2: a service path header and its context, then what is served. */
export function nsh(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 8) return stop(walk, "truncated NSH");
  const length = (octets[at + 1]! & 0x3f) * 4;
  if (length < 8) return stop(walk, "malformed NSH");
  walk.at = at + length;
  const next = NEXT_PROTOCOLS[octets[at + 3]!];
  return next ?? stop(walk, "NSH with an unknown next protocol");
}

/** An EtherType that stands alone: behind addresses that are none of Ethernet's. */
export const bareEtherType = (walk: Walk): Layer => tag(walk, 0);

function tag(walk: Walk, length: number): Layer {
  const at = walk.at + length;
  if (walk.end - at < 2) return stop(walk, "truncated VLAN tag");
  walk.at = at + 2;
  return etherTypeOrLength(walk, u16(walk.octets, at));
}

function inEthernet(walk: Walk, length: number): Layer {
  walk.at += length;
  return LAYER.ethernet;
}

/** The tags that Marvell's and Broadcom's switches put in the place of the type, behind the addresses. */
export function dsa(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 18) return stop(walk, "truncated DSA tag");
  walk.at = at + 18;
  return etherTypeOrLength(walk, u16(octets, at + 16));
}

/** The same behind EtherType 0xdada: two octets reserved, four of tag. */
export function edsa(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 8) return stop(walk, "truncated DSA tag");
  walk.at = at + 8;
  return etherType(walk, u16(octets, at + 6));
}

const ENCRYPTED = 0x08;
const CHANGED = 0x04;
const EXPLICIT_CHANNEL = 0x20;

/** RFC 8300 §2.2, also of VXLAN-GPE. */
export const NEXT_PROTOCOLS: readonly (Layer | undefined)[] = [
  undefined,
  LAYER.ipv4,
  LAYER.ipv6,
  LAYER.ethernet,
  LAYER.nsh,
  LAYER.mpls,
];
