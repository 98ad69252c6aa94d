/** GTP-U (3GPP TS 29.281 §5): user packets of mobile networks. */
import { LAYER, type Layer, type Walk } from "./walk.ts";

/** Version 1 with user data inside (G-PDU); everything else of GTP is a datagram like any other. */
export function gtp(walk: Walk): Layer | undefined {
  const { octets, end } = walk;
  let at = walk.at;
  if (end - at < 8) return undefined;
  const flags = octets[at]!;
  if (flags >> 4 !== VERSION_1 || octets[at + 1] !== G_PDU) return undefined;
  at += 8;
  if ((flags & OPTIONAL_FIELDS) !== 0) {
    at += 4;
    // §5.2.1: each header has its length in words of four octets first and the next type last.
    let next = (flags & EXTENSION) === 0 ? 0 : octets[at - 1]!;
    while (next !== 0) {
      const length = (octets[at] ?? 0) * 4;
      if (length === 0 || length > end - at) return undefined;
      at += length;
      next = octets[at - 1]!;
    }
  }
  if (at >= end) return undefined;
  const version = octets[at]! >> 4;
  if (version !== 4 && version !== 6) return undefined;
  walk.at = at;
  return version === 4 ? LAYER.ipv4 : LAYER.ipv6;
}

/** Version 1 and protocol type GTP, not GTP'. */
const VERSION_1 = 0x3;
const G_PDU = 255;
const OPTIONAL_FIELDS = 0x07;
const EXTENSION = 0x04;
