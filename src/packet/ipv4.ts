/** IPv4 (RFC 791 §3.1): lengths, fragments, and which protocol is inside. */
import { ipProtocol } from "./ip-protocol.ts";
import { bound, i32, LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** RFC 791 §3.1: the header is passed, a fragment waits for its others; gives the layer of its protocol. */
export function ipv4(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 20) return stop(walk, "truncated IPv4 header");
  const first = octets[at]!;
  const header = (first & 0x0f) * 4;
  if (first >> 4 !== 4 || header < 20) return stop(walk, "malformed IPv4 header");
  const total = u16(octets, at + 2);
  if (total >= header) bound(walk, total);
  // A length of 0 is that of a segment which the network card still has to cut, or of BIG TCP: all that is there.
  else if (total !== 0) return stop(walk, "malformed IPv4 header");
  if (header > walk.end - at) return stop(walk, "truncated IPv4 header");
  walk.depth++;
  walk.family = 4;
  walk.source0 = walk.source1 = walk.source2 = 0;
  walk.source3 = i32(octets, at + 12);
  walk.destination0 = walk.destination1 = walk.destination2 = 0;
  walk.destination3 = i32(octets, at + 16);
  walk.at = at + header;
  const protocol = octets[at + 9]!;
  const fragment = u16(octets, at + 6) & (MORE_FRAGMENTS | FRAGMENT_OFFSET);
  if (fragment === 0) return ipProtocol(walk, protocol);
  const identification = u16(octets, at + 4);
  const more = (fragment & MORE_FRAGMENTS) !== 0;
  return walk.fragments.add(walk, identification, protocol, (fragment & FRAGMENT_OFFSET) * 8, more)
    ? ipProtocol(walk, protocol)
    : LAYER.done;
}

const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;
