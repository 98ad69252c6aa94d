/** MPLS (RFC 3032): a stack of labels, and then something that no field names. */
import { LAYER, type Layer, stop, type Walk } from "./walk.ts";

/**
 * Passes over the label stack. What is behind it is told by its first four bits, as routers do (RFC 4928 §3): 4 and 6
 * are IP, 0 is the control word of a pseudowire (RFC 4385) with Ethernet in it, anything else Ethernet at once.
 */
export function mpls(walk: Walk): Layer {
  const { octets, end } = walk;
  let at = walk.at;
  for (;;) {
    if (end - at < 4) return stop(walk, "truncated MPLS label");
    at += 4;
    if ((octets[at - 2]! & BOTTOM_OF_STACK) !== 0) break;
  }
  if (at === end) return stop(walk, "truncated MPLS label");
  walk.at = at;
  const first = octets[at]!;
  switch (first >> 4) {
    case 4:
      return (first & 0x0f) >= 5 ? LAYER.ipv4 : LAYER.ethernet;
    case 6:
      return LAYER.ipv6;
    case 0:
      walk.at = at + 4;
      return LAYER.ethernet;
    case 1:
      return stop(walk, "MPLS associated channel");
    default:
      return LAYER.ethernet;
  }
}

const BOTTOM_OF_STACK = 0x01;
