/** The beginning of a connection: items wait until its protocol is known, and are then handed on as they came. */
import type { Stage } from "../octets/stage.ts";
import { NO_OCTETS, type View } from "../octets/view.ts";
import { type Chunk, type Connection, opposite, type StreamItem } from "../stream/item.ts";
import { type Decision, detect, type Head, type Situation } from "./detect.ts";
import { LIMITS } from "./limits.ts";
import { type ProxyHeader, recognizeProxy } from "./proxy/header.ts";

/** What all openings share: where they ask, and how much they hold together. */
export interface OpeningHost {
  readonly ports: ReadonlySet<number> | "all";
  /** Inside TLS: no PROXY header, no TLS again. */
  readonly inside: boolean;
  /** Octets that wait in all of them. */
  readonly room: WaitingRoom;
  /** What the user says that the connection speaks. */
  forced(connection: Connection): Exclude<Decision["protocol"], "unknown"> | undefined;
  /** The protocol is known on this item: gives the stage that reads it. */
  open(connection: Connection, decision: Decision, item: StreamItem): Stage<StreamItem>;
  /** A PROXY header that is the client's octets `[from, to)`, carried by `chunks`, complete with the last. */
  proxy(
    connection: Connection,
    header: ProxyHeader,
    range: readonly [from: number, to: number],
    chunks: readonly Chunk[],
  ): void;
}

export interface WaitingRoom {
  octets: number;
}

/** The stage of a connection of which the protocol is not known yet. */
export const opening = (connection: Connection, host: OpeningHost): Stage<StreamItem> =>
  new Opening(connection, host);

/** Lives as long as its connection, and holds next to nothing once the protocol is known. */
class Opening implements Stage<StreamItem> {
  readonly #connection: Connection;
  readonly #host: OpeningHost;
  #stage: Stage<StreamItem> | undefined = undefined;
  #waiting: Waiting | undefined;

  constructor(connection: Connection, host: OpeningHost) {
    this.#connection = connection;
    this.#host = host;
    const whole = !connection.midstream;
    const proxies = whole && !host.inside ? MOST_PROXIES : 0;
    this.#waiting = {
      items: [],
      cost: 0,
      client: beginning(whole),
      server: beginning(whole),
      over: false,
      proxies,
      passed: 0,
    };
  }

  push(item: StreamItem): void {
    if (this.#stage !== undefined) this.#stage.push(item);
    else if (this.#waiting !== undefined) this.#consider(item, this.#waiting);
  }

  end(): void {
    this.#stage?.end();
  }

  #consider(item: StreamItem, waiting: Waiting): void {
    const { room } = this.#host;
    note(waiting, item);
    const cost = item.kind === "chunk" ? item.octets.length + ITEM_COST : ITEM_COST;
    waiting.cost += cost;
    room.octets += cost;
    if (item.kind === "end" || waiting.cost > MOST_HELD || room.octets > MOST_HELD_BY_ALL) {
      waiting.over = true;
      waiting.client.complete = true;
      waiting.server.complete = true;
    }
    waiting.items.push(item);
    const decision = this.#decide(waiting);
    if (decision === undefined) keep(waiting.items);
    else this.#begin(decision, item, waiting);
  }

  #decide(waiting: Waiting): Decision | undefined {
    const forced = this.#host.forced(this.#connection);
    const { server } = waiting;
    if (waiting.client.length === 0 && server.length === 0)
      return waiting.client.complete ? { protocol: forced ?? "unknown", swapped: false } : undefined;
    if (!this.#passProxies(waiting)) return undefined;
    // A PROXY header alone says nothing of what follows it.
    const { client } = waiting;
    if (client.length === 0 && server.length === 0 && !client.complete) return undefined;
    const found = detect(this.#situation(waiting));
    if (forced === undefined) return found;
    // What the user said goes; who is who is still seen in the octets.
    return { protocol: forced, swapped: found?.protocol === forced && found.swapped };
  }

  /**
   * Takes PROXY headers off the client's octets; false while it is not known whether there is one. Behind that of the
   * proxy next to the broker may be that of a proxy before it.
   */
  #passProxies(waiting: Waiting): boolean {
    while (waiting.proxies > 0 && waiting.client.length > 0) {
      const { client } = waiting;
      const found = client.whole ? recognizeProxy(headOf(client).octets) : NOT_PROXIED;
      if (found.state === "unsure" && !client.complete) return false;
      if (found.state === "yes") this.#passProxy(waiting, found.header, found.length);
      else waiting.proxies = 0;
    }
    return true;
  }

  #passProxy(waiting: Waiting, header: ProxyHeader, length: number): void {
    const from = waiting.passed;
    const to = from + length;
    this.#host.proxy(this.#connection, header, [from, to], chunksUpTo(waiting.items, to));
    waiting.proxies--;
    waiting.passed = to;
    waiting.items = without(waiting.items, to);
    // Behind a long header there are more octets than were kept together with it.
    waiting.client = beginning(true);
    for (const item of waiting.items)
      if (item.kind !== "end" && item.direction === "client") note(waiting, item);
    waiting.client.complete ||= waiting.over;
  }

  #begin(decision: Decision, item: StreamItem, waiting: Waiting): void {
    this.#waiting = undefined;
    this.#host.room.octets -= waiting.cost;
    if (decision.swapped) this.#connection.swapRoles();
    const stage = this.#host.open(this.#connection, decision, item);
    this.#stage = stage;
    // Inside another protocol the connection's items are that protocol's.
    if (!this.#host.inside && item.kind !== "end") this.#connection.handOver?.(stage);
    for (const each of waiting.items) stage.push(decision.swapped ? turned(each) : each);
  }

  #situation({ client, server }: Waiting): Situation {
    const { ports, inside } = this.#host;
    return { connection: this.#connection, client: headOf(client), server: headOf(server), ports, inside };
  }
}

/** What is held of a connection until its protocol is known. */
interface Waiting {
  items: StreamItem[];
  cost: number;
  client: Beginning;
  readonly server: Beginning;
  /** No more of it may be waited for. */
  over: boolean;
  /** PROXY headers that may still come, and octets of those that came. */
  proxies: number;
  passed: number;
}

/** The first octets of a direction, in a buffer that grows with them. */
interface Beginning {
  octets: Uint8Array;
  length: number;
  whole: boolean;
  complete: boolean;
}

/** The last item waits: its octets are borrowed and must be copied. */
function keep(items: StreamItem[]): void {
  const last = items.at(-1);
  if (last?.kind === "chunk") items[items.length - 1] = { ...last, octets: Uint8Array.from(last.octets) };
}

function note(waiting: Waiting, item: StreamItem): void {
  if (item.kind === "end" || item.kind === "overlap") return;
  const side = waiting[item.direction];
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

const headOf = ({ octets, length, whole, complete }: Beginning): Head => ({
  octets: octets.subarray(0, length),
  whole,
  complete,
});

const NOT_PROXIED = { state: "no" } as const;

/** Proxies before a broker, one behind the other, that each wrote a header. */
const MOST_PROXIES = 4;

/** Octets held for one connection, and what an item costs beside its octets. */
const MOST_HELD = 65_536;
const ITEM_COST = 64;

/** Octets held for all connections together. */
const MOST_HELD_BY_ALL = 67_108_864;
