/** VXLAN (RFC 7348) and its Generic Protocol Extension. */
import { NEXT_PROTOCOLS } from "./vlan.ts";
import { LAYER, type Layer, type Walk } from "./walk.ts";

/** RFC 7348 §5: eight octets, of which the I flag must be set; the reserved ones are not looked at. */
export function vxlan(walk: Walk): Layer | undefined {
  if (!hasNetworkIdentifier(walk)) return undefined;
  walk.at += 8;
  return LAYER.ethernet;
}

/** draft-ietf-nvo3-vxlan-gpe §3: with the P flag the last octet before the identifier names what follows. */
export function vxlanGpe(walk: Walk): Layer | undefined {
  const { octets, at } = walk;
  if (!hasNetworkIdentifier(walk)) return undefined;
  const next = (octets[at]! & NEXT_PROTOCOL) === 0 ? LAYER.ethernet : NEXT_PROTOCOLS[octets[at + 3]!];
  if (next === undefined) return undefined;
  walk.at = at + 8;
  return next;
}

const hasNetworkIdentifier = (walk: Walk): boolean =>
  walk.end - walk.at > 8 && (walk.octets[walk.at]! & VALID) !== 0;

const VALID = 0x08;
const NEXT_PROTOCOL = 0x04;
