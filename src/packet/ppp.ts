/** PPP (RFC 1661), with and without HDLC's address and control (RFC 1662), and PPPoE around it (RFC 2516). */
import { bound, LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** RFC 1661 §2, RFC 1662 §3.1: address and control where they are, then the protocol number. */
export function ppp(walk: Walk): Layer {
  const { octets, end } = walk;
  let at = walk.at;
  if (end - at >= 2 && octets[at] === 0xff && octets[at + 1] === 0x03) at += 2;
  if (end - at < 2) return stop(walk, "truncated PPP header");
  // RFC 1661 §6.5: the first octet of a protocol is even, unless it was left out.
  const compressed = (octets[at]! & 1) === 1;
  const protocol = compressed ? octets[at]! : u16(octets, at);
  walk.at = at + (compressed ? 1 : 2);
  switch (protocol) {
    case 0x0021:
      return LAYER.ipv4;
    case 0x0057:
      return LAYER.ipv6;
    case 0x0281:
    case 0x0283:
      return LAYER.mpls;
    default:
      walk.undecoded.code("PPP protocol", protocol);
      return LAYER.done;
  }
}

/** RFC 2516 §4: six octets, whose length leaves out Ethernet's padding. */
export function pppoe(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 6) return stop(walk, "truncated PPPoE header");
  if (octets[at + 1] !== 0) return stop(walk, "PPPoE discovery");
  walk.at = at + 6;
  bound(walk, u16(octets, at + 4));
  return LAYER.ppp;
}
