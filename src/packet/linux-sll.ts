/** Linux "cooked" captures, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2: what the "any" interface gives. */
import { etherType } from "./ethertype.ts";
import { LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/** LINKTYPE_LINUX_SLL: sixteen octets, the protocol type last. */
export function linuxSll(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 16) return stop(walk, "truncated Linux cooked header");
  walk.at = at + 16;
  return cooked(walk, u16(octets, at + 2), u16(octets, at + 14));
}

/** LINKTYPE_LINUX_SLL2: twenty octets, the protocol type first. */
export function linuxSll2(walk: Walk): Layer {
  const { octets, at } = walk;
  if (walk.end - at < 20) return stop(walk, "truncated Linux cooked header");
  walk.at = at + 20;
  return cooked(walk, u16(octets, at + 8), u16(octets, at));
}

/** The protocol is an EtherType for most hardware (ARPHRD_ values of Linux's if_arp.h). */
function cooked(walk: Walk, hardware: number, protocol: number): Layer {
  switch (hardware) {
    case 801:
      return LAYER.ieee80211;
    case 803:
      return LAYER.radiotap;
    case 824:
      return stop(walk, "netlink");
  }
  if (protocol === LINUX_802_2) return LAYER.llc;
  return etherType(walk, protocol);
}

const LINUX_802_2 = 0x0004;
