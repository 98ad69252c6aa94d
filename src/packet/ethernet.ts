/** Ethernet: destination, source, and a type or a length (IEEE 802.3 §3.1.1). */
import { etherTypeOrLength } from "./ethertype.ts";
import { type Layer, stop, u16, type Walk } from "./walk.ts";

/** IEEE 802.3 §3.1: two addresses, then a type or a length; gives the layer behind it. */
export function ethernet(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 14) return stop(walk, "truncated Ethernet header");
  walk.at = at + 14;
  return etherTypeOrLength(walk, u16(octets, at + 12));
}
