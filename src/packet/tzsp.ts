/** TZSP, the TaZmen Sniffer Protocol: what RouterOS and wireless sensors stream to whoever analyses it. */
import { LAYER, type Layer, u16, type Walk } from "./walk.ts";

/** Four octets, tags up to the one that ends them, and the frame. Other types carry none, and are datagrams. */
export function tzsp(walk: Walk): Layer | undefined {
  const { octets, end } = walk;
  let at = walk.at + 4;
  if (at >= end || octets[walk.at] !== VERSION || octets[walk.at + 1]! > TRANSMITTED) return undefined;
  const layer = FRAMES.get(u16(octets, walk.at + 2));
  while (at < end && octets[at] !== END) at += octets[at] === PADDING ? 1 : 2 + (octets[at + 1] ?? 0);
  if (layer === undefined || at + 1 >= end) return undefined;
  walk.at = at + 1;
  return layer;
}

const VERSION = 1;
/** Types: 0 received, 1 sent. */
const TRANSMITTED = 1;
/** Tags of one octet; all others have a length behind their type. */
const PADDING = 0;
const END = 1;

/** Encapsulated protocols. */
const FRAMES: ReadonlyMap<number, Layer> = new Map([
  [0x01, LAYER.ethernet],
  [0x12, LAYER.ieee80211],
  [0x77, LAYER.prism],
  [0x7f, LAYER.avs],
]);
