/** The beginning of a connection: items wait until its protocol is known, and are then handed on as they came. */
import type { Stage } from "../octets/stage.ts";
import { NO_OCTETS, type View } from "../octets/view.ts";
import { type Chunk, type Connection, type Direction, opposite, type StreamItem } from "../stream/item.ts";
import { type Decision, detect, type Situation } from "./detect.ts";
import { LIMITS } from "./limits.ts";
import { type ProxyHeader, recognizeProxy } from "./proxy/header.ts";

/** What all openings of a run hold together. */
export interface WaitingRoom {
  octets: number;
}

export interface OpeningOptions {
  readonly ports: ReadonlySet<number> | "all";
  /** Inside TLS: no PROXY header, no TLS again. */
  readonly inside: boolean;
  /** What the user says that the connection speaks. */
  readonly forced: Exclude<Decision["protocol"], "unknown"> | undefined;
  readonly room: WaitingRoom;
  /** The protocol is known: gives the stage that reads it, told on the item that decided. */
  open(protocol: Decision["protocol"], item: StreamItem): Stage<StreamItem>;
  /** A PROXY header of `length` octets, carried by `chunks`, complete with the last. */
  proxy(header: ProxyHeader, length: number, chunks: readonly Chunk[]): void;
}

/** The first octets of a direction, in a buffer that grows with them. */
interface Beginning {
  octets: Uint8Array;
  length: number;
  whole: boolean;
  complete: boolean;
}

/** A connection of which the protocol is not known yet. */
export function opening(connection: Connection, options: OpeningOptions): Stage<StreamItem> {
  const begun: Record<Direction, Beginning> = {
    client: beginning(!connection.midstream),
    server: beginning(!connection.midstream),
  };
  let stage: Stage<StreamItem> | undefined;
  let waiting: StreamItem[] = [];
  let held = 0;
  let mayBeProxied = !options.inside && !connection.midstream;

  const situation = (): Situation => ({
    connection,
    client: headOf(begun.client),
    server: headOf(begun.server),
    ports: options.ports,
    inside: options.inside,
  });

  /** Takes a PROXY header off the client's octets; false while it is not known whether there is one. */
  const proxyPassed = (): boolean => {
    if (!mayBeProxied) return true;
    const { client, server } = begun;
    if (client.length === 0 && server.length === 0) return false;
    const found = client.whole ? recognizeProxy(headOf(client).octets) : NOT_PROXIED;
    if (found.state === "unsure" && client.length > 0 && !client.complete) return false;
    mayBeProxied = client.length === 0;
    if (found.state === "yes") {
      const carrying = chunksUpTo(waiting, found.length);
      options.proxy(found.header, found.length, carrying);
      waiting = without(waiting, found.length);
      client.octets = client.octets.slice(found.length, client.length);
      client.length -= found.length;
    }
    return true;
  };

  const begin = (decision: Decision, item: StreamItem): void => {
    if (decision.swapped) connection.swapRoles();
    const items = waiting;
    waiting = [];
    options.room.octets -= held;
    stage = options.open(decision.protocol, item);
    for (const each of items) stage.push(decision.swapped ? turned(each) : each);
  };

  const consider = (item: StreamItem): void => {
    note(begun, item);
    const cost = item.kind === "chunk" ? item.octets.length + ITEM_COST : ITEM_COST;
    held += cost;
    options.room.octets += cost;
    if (item.kind === "end" || held > MOST_HELD || options.room.octets > MOST_HELD_BY_ALL) {
      begun.client.complete = true;
      begun.server.complete = true;
    }
    waiting.push(item);
    if (!proxyPassed()) {
      if (!begun.client.complete) keep(waiting);
      else begin({ protocol: options.forced ?? "unknown", swapped: false }, item);
      return;
    }
    const known = options.forced === undefined ? detect(situation()) : forced(options.forced, situation());
    if (known === undefined) keep(waiting);
    else begin(known, item);
  };

  return {
    push(item) {
      if (stage !== undefined) stage.push(item);
      else consider(item);
    },
    end() {
      stage?.end();
    },
  };
}

/** What the user said goes; who is who is still seen in the octets. */
function forced(
  protocol: Exclude<Decision["protocol"], "unknown">,
  situation: Situation,
): Decision | undefined {
  if (
    situation.client.octets.length === 0 &&
    situation.server.octets.length === 0 &&
    !situation.client.complete
  )
    return undefined;
  const seen = detect(situation);
  return { protocol, swapped: seen?.protocol === protocol && seen.swapped };
}

/** The last item waits: its octets are borrowed and must be copied. */
function keep(waiting: StreamItem[]): void {
  const last = waiting.at(-1);
  if (last?.kind === "chunk") waiting[waiting.length - 1] = { ...last, octets: Uint8Array.from(last.octets) };
}

function note(begun: Record<Direction, Beginning>, item: StreamItem): void {
  if (item.kind === "end" || item.kind === "overlap") return;
  const side = begun[item.direction];
  if (item.kind === "chunk") append(side, item.octets);
  else if (item.kind === "gap" && side.length === 0) side.whole = false;
  else side.complete = true;
}

/** Adds octets until a gap or the ceiling. */
function append(side: Beginning, octets: View): void {
  if (side.complete) return;
  const room = Math.min(octets.length, LIMITS.recognitionOctets - side.length);
  if (side.length + room > side.octets.length) {
    const grown = new Uint8Array(Math.max(side.octets.length * 2, side.length + room));
    grown.set(side.octets.subarray(0, side.length));
    side.octets = grown;
  }
  side.octets.set(octets.subarray(0, room), side.length);
  side.length += room;
  if (side.length === LIMITS.recognitionOctets) side.complete = true;
}

/** The chunks that carry the first octets of the client. */
function chunksUpTo(items: readonly StreamItem[], length: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (const item of items)
    if (item.kind === "chunk" && item.direction === "client" && item.offset < length) chunks.push(item);
  return chunks;
}

/** The items without the first octets of the client; offsets go on. */
const without = (items: readonly StreamItem[], length: number): StreamItem[] =>
  items.flatMap(item => {
    if (item.kind !== "chunk" || item.direction !== "client" || item.offset >= length) return [item];
    const cut = Math.min(length - item.offset, item.length);
    if (cut === item.length) return [];
    const position = item.position < 0 ? -1 : item.position + cut;
    const octets = item.octets.subarray(cut);
    return [{ ...item, octets, offset: item.offset + cut, length: item.length - cut, position }];
  });

/** The item with its sender on the other side. */
const turned = (item: StreamItem): StreamItem =>
  item.kind === "end" ? item : { ...item, direction: opposite(item.direction) };

const beginning = (whole: boolean): Beginning => ({ octets: NO_OCTETS, length: 0, whole, complete: false });

const headOf = ({ octets, length, whole, complete }: Beginning) => ({
  octets: octets.subarray(0, length),
  whole,
  complete,
});

const NOT_PROXIED = { state: "no" } as const;

/** Octets held for one connection, and what an item costs beside its octets. */
const MOST_HELD = 65_536;
const ITEM_COST = 64;

/** Octets held for all connections together. */
const MOST_HELD_BY_ALL = 67_108_864;
