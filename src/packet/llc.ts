/** Logical Link Control (IEEE 802.2) and SNAP (IEEE 802 §9): how frames without an EtherType carry IP. */
import { etherType } from "./ethertype.ts";
import { LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** IEEE 802.2: three octets, with SNAP (RFC 1042) five more that name the type behind it. */
export function llc(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 3) return stop(walk, "truncated LLC header");
  const dsap = octets[at]!;
  if (dsap === SNAP && octets[at + 2] === UNNUMBERED) {
    walk.at = at + 3;
    return snap(walk);
  }
  if (dsap === IP && octets[at + 2] === UNNUMBERED) {
    walk.at = at + 3;
    return LAYER.ipv4;
  }
  walk.undecoded.code("LLC DSAP", dsap);
  return LAYER.done;
}

/** Organisation and protocol; an organisation of zero means an EtherType (RFC 1042). */
export function snap(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 5) return stop(walk, "truncated SNAP header");
  const organisation = octets[at]! * 0x1_0000 + u16(octets, at + 1);
  walk.at = at + 5;
  // 802.1H bridges the types that RFC 1042 cannot under 00-00-F8.
  if (organisation === 0 || organisation === 0xf8) return etherType(walk, u16(octets, at + 3));
  return stop(walk, "SNAP of a company");
}

const SNAP = 0xaa;
const IP = 0x06;
const UNNUMBERED = 0x03;
