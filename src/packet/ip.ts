/** Packets behind headers that do not say which version of IP follows: the first four bits do. */
import { LAYER, type Layer, stop, type Walk } from "./walk.ts";

/** The version is in the first four bits: IPv4 or IPv6 follows. */
export function ip(walk: Walk): Layer {
  if (walk.at >= walk.end) return stop(walk, "empty packet");
  switch (walk.octets[walk.at]! >> 4) {
    case 4:
      return LAYER.ipv4;
    case 6:
      return LAYER.ipv6;
    default:
      return stop(walk, "IP of an unknown version");
  }
}
