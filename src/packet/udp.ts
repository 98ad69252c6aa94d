/** UDP (RFC 768), and the tunnels that its ports announce. */
import { capwap } from "./capwap.ts";
import { geneve } from "./geneve.ts";
import { gtp } from "./gtp.ts";
import { l2tp } from "./l2tp.ts";
import { positionOf } from "./tcp.ts";
import { teredo } from "./teredo.ts";
import { tzsp } from "./tzsp.ts";
import { vxlan, vxlanGpe } from "./vxlan.ts";
import { LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** Hands on one datagram, unless it is a tunnel: then the packet inside is walked instead. */
export function udp(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 8) return stop(walk, "truncated UDP header");
  const length = u16(octets, at + 4);
  // RFC 2675 §4: 0 in a jumbogram, and in what the network card still has to cut.
  if (length !== 0) {
    if (length < 8) return stop(walk, "malformed UDP header");
    const promised = at + length;
    walk.missing = promised <= walk.end ? 0 : Math.min(walk.missing, promised - walk.end);
    walk.end = Math.min(walk.end, promised);
  }
  walk.at = at + 8;
  walk.sourcePort = u16(octets, at);
  walk.destinationPort = u16(octets, at + 2);
  const next = tunnel(walk, walk.destinationPort) ?? tunnel(walk, walk.sourcePort);
  if (next !== undefined) return next;
  datagram(walk, at + 8);
  return LAYER.done;
}

/** The tunnel that a port announces, if its header is there too: IANA "Service Name and Transport Protocol Port Number Registry"; 8472 is what Linux chose for VXLAN, and 37008 what TZSP is streamed to. */
function tunnel(walk: Walk, port: number): Layer | undefined {
  switch (port) {
    case 4789:
    case 8472:
      return vxlan(walk);
    case 4790:
      return vxlanGpe(walk);
    case 6081:
      return geneve(walk);
    case 2152:
      return gtp(walk);
    case 3544:
      return teredo(walk);
    case 5247:
      return capwap(walk);
    case 1701:
      return l2tp(walk);
    case 37008:
      return tzsp(walk);
    default:
      return undefined;
  }
}

function datagram(walk: Walk, start: number): void {
  walk.sink.datagram({
    frame: walk.frame,
    octets: walk.octets,
    start,
    end: walk.end,
    position: positionOf(walk, start),
    missing: walk.missing,
    family: walk.family,
    source0: walk.source0,
    source1: walk.source1,
    source2: walk.source2,
    source3: walk.source3,
    destination0: walk.destination0,
    destination1: walk.destination1,
    destination2: walk.destination2,
    destination3: walk.destination3,
    sourcePort: walk.sourcePort,
    destinationPort: walk.destinationPort,
  });
}
