/** IPv6 (RFC 8200): the header and the extension headers between it and the transport. */
import { ipProtocol } from "./ip-protocol.ts";
import { bound, i32, LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** RFC 8200 §3: the header and its extension headers are passed; gives the layer of the last next header. */
export function ipv6(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 40) return stop(walk, "truncated IPv6 header");
  if (octets[at]! >> 4 !== 6) return stop(walk, "malformed IPv6 header");
  const length = u16(octets, at + 4);
  const next = octets[at + 6]!;
  walk.depth++;
  walk.family = 6;
  walk.source0 = i32(octets, at + 8);
  walk.source1 = i32(octets, at + 12);
  walk.source2 = i32(octets, at + 16);
  walk.source3 = i32(octets, at + 20);
  walk.destination0 = i32(octets, at + 24);
  walk.destination1 = i32(octets, at + 28);
  walk.destination2 = i32(octets, at + 32);
  walk.destination3 = i32(octets, at + 36);
  walk.at = at + 40;
  // A length of 0 without a jumbo option is a segment that the network card still has to cut: all that is there.
  const whole = length === 0 && next === HOP_BY_HOP ? jumboLength(walk) : length;
  if (whole > 0) bound(walk, whole);
  return extensions(walk, next);
}

/** RFC 8200 §4: headers that name the next one. Each is at least eight octets, so the list ends with the packet. */
function extensions(walk: Walk, first: number): Layer {
  let next = first;
  for (;;) {
    const { octets, at } = walk;
    switch (next) {
      case HOP_BY_HOP:
      case ROUTING:
      case DESTINATION_OPTIONS:
      case MOBILITY:
      case HOST_IDENTITY:
      case SHIM6: {
        if (walk.end - at < 8) return stop(walk, "truncated IPv6 extension header");
        const length = (octets[at + 1]! + 1) * 8;
        if (length > walk.end - at) return stop(walk, "truncated IPv6 extension header");
        next = octets[at]!;
        walk.at = at + length;
        break;
      }
      case FRAGMENT: {
        if (walk.end - at < 8) return stop(walk, "truncated IPv6 extension header");
        next = octets[at]!;
        const offset = u16(octets, at + 2);
        walk.at = at + 8;
        // RFC 6946: a fragment that is the whole packet is read as one.
        if ((offset & ~RESERVED) === 0) break;
        const more = (offset & MORE_FRAGMENTS) !== 0;
        if (!walk.fragments.add(walk, i32(octets, at + 4), next, offset - (offset % 8), more))
          return LAYER.done;
        next = walk.fragments.protocol;
        break;
      }
      default:
        return ipProtocol(walk, next);
    }
  }
}

/** RFC 4302 §2: its length counts words of four octets, less two. */
export function authentication(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 8) return stop(walk, "truncated AH");
  const length = (octets[at + 1]! + 2) * 4;
  if (length > walk.end - at) return stop(walk, "truncated AH");
  walk.at = at + length;
  return walk.family === 6 ? extensions(walk, octets[at]!) : ipProtocol(walk, octets[at]!);
}

/** RFC 2675 §2: the length in a hop-by-hop option; 0 where there is none. */
function jumboLength(walk: Walk): number {
  const { octets, at } = walk;
  const end = Math.min(walk.end, at + (octets[at + 1] ?? 0) * 8 + 8);
  let option = at + 2;
  while (option < end) {
    const type = octets[option]!;
    if (type === JUMBO && option + 6 <= end) return i32(octets, option + 2) >>> 0;
    option += type === PAD1 ? 1 : 2 + (octets[option + 1] ?? 0);
  }
  return 0;
}

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;
const MORE_FRAGMENTS = 0x0001;
const RESERVED = 0x0006;
const PAD1 = 0;
const JUMBO = 0xc2;
