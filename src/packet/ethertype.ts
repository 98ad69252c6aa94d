/** What an EtherType, or a length in its place, says of the octets behind it. */
import { bound, LAYER, type Layer, type Walk } from "./walk.ts";

/** IEEE 802.3 §3.2.6: up to 1500 the field is a length and LLC follows; from 1536 on it is a type. */
export function etherTypeOrLength(walk: Walk, type: number): Layer {
  if (type > 1500) return etherType(walk, type);
  if (type < walk.end - walk.at + walk.missing) bound(walk, type);
  return LAYER.llc;
}

/** IANA "IEEE 802 Numbers", EtherTypes. */
export function etherType(walk: Walk, type: number): Layer {
  switch (type) {
    case 0x0800:
      return LAYER.ipv4;
    case 0x86dd:
      return LAYER.ipv6;
    case 0x8100: // 802.1Q
    case 0x88a8: // 802.1ad
    case 0x9100: // QinQ before it was a standard
    case 0x9200:
    case 0x9300:
      return LAYER.vlan;
    case 0x8847: // RFC 5332: unicast, multicast
    case 0x8848:
      return LAYER.mpls;
    case 0x8864: // RFC 2516, session stage
      return LAYER.pppoe;
    case 0x6558: // Transparent Ethernet Bridging
      return LAYER.ethernet;
    case 0x880b:
      return LAYER.ppp;
    case 0x8870: // jumbo frames with LLC
      return LAYER.llc;
    case 0x88e7: // 802.1ah
      return LAYER.serviceTag;
    case 0x893f: // 802.1BR
      return LAYER.edgeTag;
    case 0x8926: // Cisco VN-Tag
      return LAYER.virtualNicTag;
    case 0x8903: // Cisco FabricPath
      return LAYER.fabricPath;
    case 0x8909: // Cisco MetaData
      return LAYER.ciscoMetadata;
    case 0xdada: // Marvell's tag behind an EtherType of its own
      return LAYER.edsa;
    case 0x88e5: // 802.1AE
      return LAYER.macsec;
    case 0x894f: // RFC 8300
      return LAYER.nsh;
    default:
      walk.undecoded.code("EtherType", type);
      return LAYER.done;
  }
}
