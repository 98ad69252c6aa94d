/** What the protocol number of an IP packet says of the octets behind its header. */
import { LAYER, type Layer, type Walk } from "./walk.ts";

/** IANA "Assigned Internet Protocol Numbers". */
export function ipProtocol(walk: Walk, protocol: number): Layer {
  switch (protocol) {
    case 6:
      return LAYER.tcp;
    case 17:
      return LAYER.udp;
    case 4: // RFC 2003
    case 94:
      return LAYER.ipv4;
    case 41: // RFC 2473
      return LAYER.ipv6;
    case 47:
      return LAYER.gre;
    case 51:
      return LAYER.authentication;
    case 97: // RFC 3378
      return LAYER.etherIp;
    case 137: // RFC 4023
      return LAYER.mpls;
    case 143: // RFC 8986
      return LAYER.ethernet;
    default:
      walk.undecoded.code("IP protocol", protocol);
      return LAYER.done;
  }
}
