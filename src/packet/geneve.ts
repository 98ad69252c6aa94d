/** GENEVE (RFC 8926 §3.4): options, then whatever its EtherType says. */
import { etherType } from "./ethertype.ts";
import { type Layer, u16, type Walk } from "./walk.ts";

/** RFC 8926 §3.4: eight octets and options, then the layer that its protocol type names; undefined where it is none. */
export function geneve(walk: Walk): Layer | undefined {
  const { octets, at } = walk;
  if (walk.end - at < 8) return undefined;
  const first = octets[at]!;
  const length = 8 + (first & 0x3f) * 4;
  if (first >> 6 !== 0 || length >= walk.end - at) return undefined;
  walk.at = at + length;
  return etherType(walk, u16(octets, at + 2));
}
