/** Links of serial lines and of museums that carry IP behind a few octets: Cisco HDLC, Frame Relay, ARCNET, ATM. */
import { etherType } from "./ethertype.ts";
import { snap } from "./llc.ts";
import { LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** LINKTYPE_C_HDLC: address, control, EtherType; or PPP in HDLC-like framing, which begins with 0xff. */
export function ciscoHdlc(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 4) return stop(walk, "truncated HDLC header");
  if (octets[at] === 0xff && octets[at + 1] === 0x03) return LAYER.ppp;
  walk.at = at + 4;
  return etherType(walk, u16(octets, at + 2));
}

/** RFC 2427: a Q.922 address of two to four octets, control, and a network layer protocol identifier. */
export function frameRelay(walk: Walk): Layer {
  const { octets, end } = walk;
  let at = walk.at;
  while (at < end && (octets[at]! & 1) === 0) at++;
  at++;
  if (end - at < 3) return stop(walk, "truncated Frame Relay header");
  if (octets[at] !== UNNUMBERED) {
    walk.at = at + 2;
    return etherType(walk, u16(octets, at));
  }
  // An octet of padding may stand before the identifier.
  if (octets[at + 1] === 0) at++;
  walk.at = at + 2;
  switch (octets[at + 1]) {
    case 0xcc:
      return LAYER.ipv4;
    case 0x8e:
      return LAYER.ipv6;
    case 0x80:
      return snap(walk);
    default:
      return stop(walk, "Frame Relay with an unknown protocol");
  }
}

/** LINKTYPE_ARCNET_LINUX: addresses, offset, protocol; RFC 1201 puts a split flag and a sequence number behind it. */
export function arcnet(walk: Walk): Layer {
  const { octets, at, end } = walk;
  if (end - at < 8) return stop(walk, "truncated ARCNET header");
  const protocol = octets[at + 4]!;
  if (protocol === 0xf0) {
    walk.at = at + 5; // RFC 1051
    return LAYER.ipv4;
  }
  if (octets[at + 5] !== 0) return stop(walk, "ARCNET fragment");
  walk.at = at + 8;
  if (protocol === 0xd4) return LAYER.ipv4;
  if (protocol === 0xc4) return LAYER.ipv6;
  return stop(walk, "ARCNET with an unknown protocol");
}

/** LINKTYPE_SUNATM: direction and traffic type, channel; LLC where the type says so. */
export function sunAtm(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 4) return stop(walk, "truncated ATM header");
  walk.at = at + 4;
  return (octets[at]! & 0x0f) === 2 ? LAYER.llc : stop(walk, "ATM without LLC");
}

const UNNUMBERED = 0x03;
