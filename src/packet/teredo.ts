/** Teredo (RFC 4380 §5.1.1): IPv6 in UDP, behind an authentication and an origin indication that may be absent. */
import { LAYER, type Layer, u16, type Walk } from "./walk.ts";

/** RFC 4380 §5.1.1: IPv6 behind authentication and origin indications; undefined where it is none. */
export function teredo(walk: Walk): Layer | undefined {
  const { octets, end } = walk;
  let at = walk.at;
  if (end - at >= 13 && u16(octets, at) === AUTHENTICATION) at += 13 + octets[at + 2]! + octets[at + 3]!;
  if (end - at >= 8 && u16(octets, at) === ORIGIN) at += 8;
  if (end - at < 40 || octets[at]! >> 4 !== 6) return undefined;
  walk.at = at;
  return LAYER.ipv6;
}

const AUTHENTICATION = 0x0001;
const ORIGIN = 0x0000;
