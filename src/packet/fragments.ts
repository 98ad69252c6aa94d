/** IP fragments put together again (RFC 791 §3.2, RFC 8200 §4.5), bounded in number, octets and packet time. */
import { NO_OCTETS } from "../octets/view.ts";
import type { Walk } from "./walk.ts";

export interface Fragments {
  /**
   * Takes the fragment at `walk.at`, `offset` octets into its packet. True where the packet is whole now: then the
   * walk goes on in its octets, and `protocol` is what the first fragment said. Of octets sent twice the first are kept.
   */
  add(walk: Walk, identification: number, protocol: number, offset: number, more: boolean): boolean;
  readonly protocol: number;
  /** Counts the fragments that waited in vain. */
  end(walk: Walk): void;
}

/** The fragments of one capture that wait for their others, within `limits` (RFC 791 §3.2, RFC 8200 §4.5). */
export function fragments(limits = LIMITS): Fragments {
  const store: Store = { open: [], octets: 0 };
  let protocolOfWhole = 0;
  return {
    get protocol() {
      return protocolOfWhole;
    },
    add(walk, identification, protocol, offset, more) {
      while (store.open.length > 0 && walk.frame.at - store.open[0]!.first > limits.waitMicros)
        giveUpOldest(store, walk);
      const given = walk.end - walk.at;
      // RFC 791 §3.2: all but the last are multiples of eight octets.
      const size = more ? given - (given % 8) : given;
      if (walk.missing > 0) return refuse(walk, "truncated fragment");
      if (size === 0 || offset + size > MAXIMUM_PACKET) return refuse(walk, "malformed fragment");
      let packet = store.open.find(one => isSame(one, walk, identification, protocol));
      if (packet === undefined) {
        packet = opened(walk, identification, protocol);
        if (store.open.length === limits.packets) giveUp(store, walk);
        store.open.push(packet);
      }
      if (!more && packet.highest > offset + size) return refuse(walk, "malformed fragment");
      if (packet.total >= 0 && offset + size > packet.total) return refuse(walk, "malformed fragment");
      packet.frames++;
      if (offset === 0) packet.protocol = protocol;
      if (!more) packet.total = offset + size;
      store.octets += reserve(packet, offset + size);
      keep(packet, walk, offset, size);
      if (packet.total >= 0 && packet.covered === Math.ceil(packet.total / 8)) {
        remove(store, packet);
        walk.octets = packet.octets;
        walk.at = 0;
        walk.end = packet.total;
        protocolOfWhole = packet.protocol;
        return true;
      }
      while (store.octets > limits.octets) giveUp(store, walk);
      return false;
    },
    end(walk) {
      while (store.open.length > 0) giveUpOldest(store, walk);
    },
  };
}

interface Store {
  /** In the order of their first fragment. */
  readonly open: Incomplete[];
  /** Octets reserved by all of them. */
  octets: number;
}

/** A packet of which not all fragments have come. */
interface Incomplete {
  readonly key: readonly number[];
  readonly first: number;
  frames: number;
  protocol: number;
  octets: Uint8Array;
  /** For each block of eight octets, whether it has come. */
  blocks: Uint8Array;
  covered: number;
  highest: number;
  /** -1 until the last fragment has come. */
  total: number;
}

const opened = (walk: Walk, identification: number, protocol: number): Incomplete => ({
  key: keyOf(walk, identification, protocol),
  first: walk.frame.at,
  frames: 0,
  protocol,
  octets: NO_OCTETS,
  blocks: NO_OCTETS,
  covered: 0,
  highest: 0,
  total: -1,
});

/** RFC 791 takes the protocol in, RFC 8200 does not. */
const keyOf = (walk: Walk, identification: number, protocol: number): readonly number[] => [
  identification,
  walk.family === 4 ? protocol : -1,
  walk.source3,
  walk.destination3,
  walk.source0,
  walk.source1,
  walk.source2,
  walk.destination0,
  walk.destination1,
  walk.destination2,
];

function isSame({ key }: Incomplete, walk: Walk, identification: number, protocol: number): boolean {
  return (
    key[0] === identification &&
    key[1] === (walk.family === 4 ? protocol : -1) &&
    key[2] === walk.source3 &&
    key[3] === walk.destination3 &&
    key[4] === walk.source0 &&
    key[5] === walk.source1 &&
    key[6] === walk.source2 &&
    key[7] === walk.destination0 &&
    key[8] === walk.destination1 &&
    key[9] === walk.destination2
  );
}

/** Room up to `end`; gives how many octets were added. It doubles, so that many small fragments stay linear. */
function reserve(packet: Incomplete, end: number): number {
  packet.highest = Math.max(packet.highest, end);
  const before = packet.octets.length;
  if (end <= before) return 0;
  const size = Math.min(Math.max(8 * Math.ceil(end / 8), 2 * before), MAXIMUM_PACKET + 1);
  const [octets, blocks] = [new Uint8Array(size), new Uint8Array(size / 8)];
  octets.set(packet.octets);
  blocks.set(packet.blocks);
  packet.octets = octets;
  packet.blocks = blocks;
  return size - before;
}

function keep(packet: Incomplete, walk: Walk, offset: number, size: number): void {
  const { octets, blocks } = packet;
  const from = walk.octets;
  for (let done = 0; done < size; done += 8) {
    const block = (offset + done) / 8;
    if (blocks[block] === 1) continue;
    blocks[block] = 1;
    packet.covered++;
    const end = Math.min(done + 8, size);
    for (let at = done; at < end; at++) octets[offset + at] = from[walk.at + at]!;
  }
}

function remove(store: Store, packet: Incomplete): void {
  store.open.splice(store.open.indexOf(packet), 1);
  store.octets -= packet.octets.length;
}

function giveUp(store: Store, walk: Walk): void {
  giveUpOldest(store, walk);
  walk.sink.limit?.({ limit: "fragments", at: walk.frame.at, frame: walk.frame.number });
}

function giveUpOldest(store: Store, walk: Walk): void {
  const oldest = store.open[0]!;
  remove(store, oldest);
  walk.undecoded.count("incomplete fragments", oldest.frames);
}

function refuse(walk: Walk, kind: string): false {
  walk.undecoded.count(kind);
  return false;
}

const MAXIMUM_PACKET = 65_535;

const LIMITS = {
  /** Packets of which fragments are missing, at a time; all are looked through for each fragment. */
  packets: 1024,
  /** Octets that they hold together. */
  octets: 32 * 1024 * 1024,
  /** RFC 791 proposes 15 s, RFC 8200 60 s, Linux waits 30 s. */
  waitMicros: 30_000_000,
};
