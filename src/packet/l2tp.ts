/** L2TP version 2 (RFC 2661 §3.1): data messages carry PPP. */
import { LAYER, type Layer, u16, type Walk } from "./walk.ts";

/** Control messages and version 3, whose cookies nobody announces, are datagrams like any other. */
export function l2tp(walk: Walk): Layer | undefined {
  const { octets, end } = walk;
  let at = walk.at;
  if (end - at < 6) return undefined;
  const flags = u16(octets, at);
  if ((flags & CONTROL) !== 0 || (flags & 0x0f) !== 2) return undefined;
  at += (flags & LENGTH) === 0 ? 6 : 8;
  if ((flags & SEQUENCE) !== 0) at += 4;
  if ((flags & OFFSET) !== 0) {
    if (end - at < 2) return undefined;
    at += 2 + u16(octets, at);
  }
  if (at >= end) return undefined;
  walk.at = at;
  return LAYER.ppp;
}

const CONTROL = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
