/** GRE (RFC 2784, RFC 2890), PPTP's version of it (RFC 2637), and what mirrors ports into it (ERSPAN). */
import { etherType } from "./ethertype.ts";
import { LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** RFC 2784 §2.1, RFC 2890 §2, RFC 2637 §4.1: a header as long as its flags say, then the layer of its protocol type. */
export function gre(walk: Walk): Layer {
  const { octets, at, end } = walk;
  if (end - at < 4) return stop(walk, "truncated GRE header");
  const flags = u16(octets, at);
  const protocol = u16(octets, at + 2);
  const version = flags & 0x07;
  if (version > 1) return stop(walk, "GRE of an unknown version");
  let length = 4;
  if ((flags & (CHECKSUM | ROUTING)) !== 0) length += 4;
  if ((flags & KEY) !== 0) length += 4;
  if ((flags & SEQUENCE) !== 0) length += 4;
  if (version === 1 && (flags & ACKNOWLEDGMENT) !== 0) length += 4;
  walk.at = at + length;
  if ((flags & ROUTING) !== 0) passRouting(walk);
  if (walk.at >= end) {
    // RFC 2637 §4.1: an acknowledgment alone.
    return stop(walk, version === 1 ? "GRE without payload" : "truncated GRE header");
  }
  return inside(walk, protocol, (flags & SEQUENCE) !== 0);
}

function inside(walk: Walk, protocol: number, hasSequence: boolean): Layer {
  // Aruba's access points: one number for each of their queues.
  if (protocol >= 0x8200 && protocol <= 0x83ff) return LAYER.ieee80211;
  switch (protocol) {
    case 0x88be: // ERSPAN: type I has neither sequence number nor header of its own
      return hasSequence ? LAYER.erspan2 : LAYER.ethernet;
    case 0x22eb:
      return LAYER.erspan3;
    case 0x883e:
      return LAYER.wccp;
    default:
      return etherType(walk, protocol);
  }
}

/** RFC 1701: source route entries with a length each, the last one of zeros. */
function passRouting(walk: Walk): void {
  const { octets, end } = walk;
  let at = walk.at;
  while (end - at >= 4) {
    const [family, length] = [u16(octets, at), octets[at + 3]!];
    at += 4 + length;
    if (family === 0 && length === 0) break;
  }
  walk.at = at;
}

/** draft-foschiano-erspan §4.2: eight octets, then the mirrored frame. */
export function erspan2(walk: Walk): Layer {
  walk.at += 8;
  return LAYER.ethernet;
}

/** draft-foschiano-erspan §4.3: twelve octets, eight more where the O bit says so. */
export function erspan3(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 12) return stop(walk, "truncated ERSPAN header");
  const last = u16(octets, at + 10);
  walk.at = at + ((last & OPTIONAL) === 0 ? 12 : 20);
  const frameType = (last >> 10) & 0x1f;
  return frameType === 2 ? LAYER.ip : LAYER.ethernet;
}

/** WCCP version 2 has a redirect header of four octets, version 1 none; an IPv4 header tells itself. */
export function wccp(walk: Walk): Layer {
  if (walk.octets[walk.at]! >> 4 !== 4) walk.at += 4;
  return LAYER.ipv4;
}

/** RFC 3378 §2: sixteen bits of version, then Ethernet. */
export function etherIp(walk: Walk): Layer {
  walk.at += 2;
  return LAYER.ethernet;
}

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGMENT = 0x0080;
const OPTIONAL = 0x0001;
