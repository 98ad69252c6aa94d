/** Which header a frame begins with: the LINKTYPE_ registry, as far as its links carry IP. */
import { LAYER, type Layer, stop, type Walk } from "./walk.ts";

/** The first layer of a link type, with its fixed prefixes passed over; undefined where this program does not know it. */
export function linkLayer(walk: Walk, linkType: number): Layer | undefined {
  if (linkType === 1) return LAYER.ethernet;
  const known = LINKS.get(linkType);
  if (known === undefined) return undefined;
  if (walk.end - walk.at < known.skip) return stop(walk, "truncated link header");
  walk.at += known.skip;
  return known.layer;
}

interface Link {
  readonly layer: Layer;
  /** Octets before the layer that say nothing needed here: directions, preambles, pseudo-headers. */
  readonly skip: number;
}

const at = (layer: Layer, skip = 0): Link => ({ layer, skip });

const LINKS: ReadonlyMap<number, Link> = new Map([
  [0, at(LAYER.nullLoopback)],
  [8, at(LAYER.ip, 16)], // SLIP behind direction and the compressed header
  [9, at(LAYER.ppp)],
  [12, at(LAYER.ip)], // raw IP under its numbers on various systems
  [14, at(LAYER.ip)],
  [50, at(LAYER.ppp)], // PPP in HDLC-like framing
  [51, at(LAYER.pppoe)],
  [100, at(LAYER.llc)], // RFC 2684 over ATM
  [101, at(LAYER.ip)],
  [104, at(LAYER.ciscoHdlc)],
  [105, at(LAYER.ieee80211)],
  [107, at(LAYER.frameRelay)],
  [108, at(LAYER.nullLoopback)],
  [109, at(LAYER.enc)],
  [113, at(LAYER.linuxSll)],
  [117, at(LAYER.pflog)],
  [119, at(LAYER.prism)],
  [123, at(LAYER.sunAtm)],
  [127, at(LAYER.radiotap)],
  [129, at(LAYER.arcnet)],
  [138, at(LAYER.etherType, 16)], // IP over IEEE 1394: two addresses of eight octets
  [163, at(LAYER.avs)],
  [166, at(LAYER.ppp, 2)], // pppd: direction in the place of HDLC's address
  [192, at(LAYER.ppi)],
  [204, at(LAYER.ppp, 1)], // direction first
  [205, at(LAYER.ciscoHdlc, 1)],
  [206, at(LAYER.frameRelay, 1)],
  [228, at(LAYER.ipv4)],
  [229, at(LAYER.ipv6)],
  [239, at(LAYER.nflog)],
  [240, at(LAYER.ethernet, 4)], // netANALYZER
  [241, at(LAYER.ethernet, 12)],
  [258, at(LAYER.pktap)],
  [274, at(LAYER.mPacket)],
  [276, at(LAYER.linuxSll2)],
  [281, at(LAYER.dsa)],
  [282, at(LAYER.ethernet, 4)], // Broadcom's tag before the frame
  [284, at(LAYER.dsa)],
  [285, at(LAYER.ethernet)], // Marvell's tag behind EtherType 0xdada
]);
