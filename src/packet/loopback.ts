/** BSD loopback and its relatives: links whose header is little more than an address family. */
import { LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** LINKTYPE_NULL and LINKTYPE_LOOP: an address family of four octets, in whose byte order nobody says. */
export function nullLoopback(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 4) return stop(walk, "truncated loopback header");
  if (octets[at] === 0xff && octets[at + 1] === 0x03) return LAYER.ppp;
  walk.at = at + 4;
  const high = u16(octets, at);
  return addressFamily(walk, high === 0 ? u16(octets, at + 2) : octets[at + 1]! * 0x100 + octets[at]!);
}

/** LINKTYPE_ENC, OpenBSD's IPsec: family, SPI and flags of four octets each. */
export function enc(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 12) return stop(walk, "truncated loopback header");
  walk.at = at + 12;
  return addressFamily(walk, octets[at]! + octets[at + 3]!);
}

/** LINKTYPE_PFLOG, OpenBSD's packet filter: a length that is padded to four octets, then the family. */
export function pflog(walk: Walk): Layer {
  const { octets, at } = walk;
  const length = octets[at]!;
  if (walk.end - at < 4 || walk.end - at < length) return stop(walk, "truncated PFLOG header");
  walk.at = at + length + ((4 - (length % 4)) % 4);
  return addressFamily(walk, octets[at + 1]!);
}

/** LINKTYPE_NFLOG, Linux's netfilter: attributes, one of which is the packet. */
export function nflog(walk: Walk): Layer {
  const { octets, end } = walk;
  let at = walk.at;
  if (end - at < 4) return stop(walk, "truncated NFLOG header");
  const family = octets[at]!;
  at += 4;
  while (end - at >= 4) {
    // Length and type are in the byte order of the machine that captured; nobody big-endian was met.
    const length = octets[at + 1]! * 0x100 + octets[at]!;
    const type = octets[at + 3]! * 0x100 + octets[at + 2]!;
    if (length < 4) return stop(walk, "malformed NFLOG attribute");
    if (type === NFULA_PAYLOAD) {
      walk.at = at + 4;
      return addressFamily(walk, family);
    }
    at += length + ((4 - (length % 4)) % 4);
  }
  return stop(walk, "NFLOG without a packet");
}

/** Every system has its own number for IPv6. */
function addressFamily(walk: Walk, family: number): Layer {
  switch (family) {
    case 2:
      return LAYER.ipv4;
    case 10: // Linux
    case 23: // Windows
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // macOS
      return LAYER.ipv6;
    default:
      walk.undecoded.code("address family", family);
      return LAYER.done;
  }
}

const NFULA_PAYLOAD = 9;
