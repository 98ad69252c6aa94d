/** CAPWAP data (RFC 5415 §4.3): frames between an access point and its controller. */
import { LAYER, type Layer, stop, type Walk } from "./walk.ts";

/** What is encrypted, or keeps the channel alive, is a datagram like any other. */
export function capwap(walk: Walk): Layer | undefined {
  const { octets, at } = walk;
  if (walk.end - at < 8 || octets[at] !== CLEAR) return undefined;
  const length = (octets[at + 1]! >> 3) * 4;
  const flags = octets[at + 3]!;
  if (length < 8 || length >= walk.end - at || (flags & KEEP_ALIVE) !== 0) return undefined;
  if ((flags & FRAGMENT) !== 0) return stop(walk, "CAPWAP fragment");
  walk.at = at + length;
  const native = (octets[at + 2]! & NATIVE) !== 0;
  const wireless = (octets[at + 2]! >> 1) & 0x1f;
  if (native && wireless !== IEEE_802_11) return stop(walk, "CAPWAP of an unknown radio");
  return native ? LAYER.ieee80211 : LAYER.ethernet;
}

/** Preamble: version 0, header in the clear. */
const CLEAR = 0;
const NATIVE = 0x01;
const IEEE_802_11 = 1;
const FRAGMENT = 0x80;
const KEEP_ALIVE = 0x08;
