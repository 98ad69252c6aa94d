/** The walk through one frame: header after header, until one carries a segment or a datagram, or nobody knows it. */
import type { Frame, FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import { NO_OCTETS } from "../octets/view.ts";
import { ethernet } from "./ethernet.ts";
import { fragments } from "./fragments.ts";
import { erspan2, erspan3, etherIp, gre, wccp } from "./gre.ts";
import { amsdu, ieee80211, ieee80211Padded } from "./ieee80211.ts";
import { ip } from "./ip.ts";
import { ipv4 } from "./ipv4.ts";
import { authentication, ipv6 } from "./ipv6.ts";
import { linkLayer } from "./link.ts";
import { linuxSll, linuxSll2 } from "./linux-sll.ts";
import { llc } from "./llc.ts";
import { enc, nflog, nullLoopback, pflog } from "./loopback.ts";
import { mpls } from "./mpls.ts";
import { ppp, pppoe } from "./ppp.ts";
import { avs, mPacket, pktap, ppi, prism, radiotap } from "./radiotap.ts";
import type { PacketSink } from "./segment.ts";
import { arcnet, ciscoHdlc, frameRelay, sunAtm } from "./serial.ts";
import { tcp } from "./tcp.ts";
import { udp } from "./udp.ts";
import { undecodedFrames } from "./undecoded.ts";
import {
  bareEtherType,
  ciscoMetadata,
  dsa,
  edgeTag,
  edsa,
  fabricPath,
  macsec,
  nsh,
  serviceTag,
  virtualNicTag,
  vlan,
} from "./vlan.ts";
import { LAYER, type Layer, stop, type Walk } from "./walk.ts";

/** Walks one frame; false where its link type is not known. */
export function decode(walk: Walk, frame: Frame): boolean {
  walk.frame = frame;
  walk.octets = frame.octets;
  walk.at = frame.start;
  walk.end = frame.end;
  walk.missing = Math.max(0, frame.originalLength - (frame.end - frame.start));
  walk.depth = 0;
  const first = linkLayer(walk, frame.linkType);
  if (first === undefined) {
    walk.undecoded.code("link type", frame.linkType);
    return false;
  }
  follow(walk, first);
  while (walk.nextAt >= 0) {
    walk.octets = walk.nextOctets;
    walk.at = walk.nextAt;
    walk.end = walk.nextEnd;
    walk.missing = 0;
    walk.depth = 0;
    walk.nextAt = -1;
    follow(walk, LAYER.amsdu);
  }
  return true;
}

/** A walk that has not begun; one serves all frames of a capture. */
export const newWalk = (sink: PacketSink): Walk => ({
  sink,
  undecoded: undecodedFrames(),
  fragments: fragments(),
  unfilled: { segments: 0, frame: NO_FRAME.number, position: -1, source: "" },
  frame: NO_FRAME,
  octets: NO_OCTETS,
  at: 0,
  end: 0,
  missing: 0,
  depth: 0,
  nextOctets: NO_OCTETS,
  nextAt: -1,
  nextEnd: -1,
  family: 4,
  source0: 0,
  source1: 0,
  source2: 0,
  source3: 0,
  destination0: 0,
  destination1: 0,
  destination2: 0,
  destination3: 0,
  sourcePort: 0,
  destinationPort: 0,
});

function follow(walk: Walk, first: Layer): void {
  let layer = first;
  for (let steps = 0; layer !== LAYER.done; steps++) {
    if (steps === LIMITS.layers || walk.depth > LIMITS.depth) layer = stop(walk, "nested too deep");
    else layer = header(walk, layer);
  }
}

/** One header, and which one is next. The way that nearly all frames go is spelled out, so that it is compiled as one. */
function header(walk: Walk, layer: Exclude<Layer, 0>): Layer {
  if (layer === LAYER.ethernet) return ethernet(walk);
  if (layer === LAYER.ipv4) return ipv4(walk);
  if (layer === LAYER.tcp) return tcp(walk);
  return HEADERS[layer](walk);
}

const HEADERS: Readonly<Record<Exclude<Layer, 0>, (walk: Walk) => Layer>> = {
  [LAYER.ethernet]: ethernet,
  [LAYER.ipv4]: ipv4,
  [LAYER.ipv6]: ipv6,
  [LAYER.tcp]: tcp,
  [LAYER.udp]: udp,
  [LAYER.ip]: ip,
  [LAYER.etherType]: bareEtherType,
  [LAYER.vlan]: vlan,
  [LAYER.serviceTag]: serviceTag,
  [LAYER.edgeTag]: edgeTag,
  [LAYER.virtualNicTag]: virtualNicTag,
  [LAYER.fabricPath]: fabricPath,
  [LAYER.ciscoMetadata]: ciscoMetadata,
  [LAYER.macsec]: macsec,
  [LAYER.nsh]: nsh,
  [LAYER.dsa]: dsa,
  [LAYER.edsa]: edsa,
  [LAYER.llc]: llc,
  [LAYER.mpls]: mpls,
  [LAYER.ppp]: ppp,
  [LAYER.pppoe]: pppoe,
  [LAYER.gre]: gre,
  [LAYER.erspan2]: erspan2,
  [LAYER.erspan3]: erspan3,
  [LAYER.wccp]: wccp,
  [LAYER.etherIp]: etherIp,
  [LAYER.authentication]: authentication,
  [LAYER.ieee80211]: ieee80211,
  [LAYER.ieee80211Padded]: ieee80211Padded,
  [LAYER.amsdu]: amsdu,
  [LAYER.radiotap]: radiotap,
  [LAYER.prism]: prism,
  [LAYER.avs]: avs,
  [LAYER.ppi]: ppi,
  [LAYER.pktap]: pktap,
  [LAYER.mPacket]: mPacket,
  [LAYER.linuxSll]: linuxSll,
  [LAYER.linuxSll2]: linuxSll2,
  [LAYER.nullLoopback]: nullLoopback,
  [LAYER.enc]: enc,
  [LAYER.pflog]: pflog,
  [LAYER.nflog]: nflog,
  [LAYER.ciscoHdlc]: ciscoHdlc,
  [LAYER.frameRelay]: frameRelay,
  [LAYER.arcnet]: arcnet,
  [LAYER.sunAtm]: sunAtm,
};

/** Before the first frame. */
const NO_FRAME: Frame = {
  number: 0 as FrameNumber,
  at: 0 as Timestamp,
  position: -1,
  linkType: -1,
  originalLength: 0,
  octets: NO_OCTETS,
  start: 0,
  end: 0,
};

const LIMITS = {
  /** IP headers in one another: real tunnels have two, rarely three. */
  depth: 8,
  /** Headers of any kind: a frame of tags alone must end too. */
  layers: 64,
} as const;
