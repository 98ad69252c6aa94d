/** What a session of WebSocket keeps, and what it says: upgrades, faults, octets that nobody reads. */
import type { Fault } from "../../octets/decode.ts";
import type { Chunk, Connection, Direction, Gap } from "../../stream/item.ts";
import type { Transport } from "../event.ts";
import { LIMITS } from "../limits.ts";
import type { Mqtt } from "../mqtt/session.ts";
import type { Emit } from "../protocol.ts";
import type { UpgradeRequest } from "./handshake.ts";
import type { Head } from "./head.ts";
import type { Inside } from "./inside.ts";
import type { FrameReader, FrameSink } from "./reader.ts";

export interface WebSocketOptions {
  /** What reads the octets of the messages. */
  readonly mqtt: Mqtt;
  /** The layer around it says itself what is not octets. */
  readonly inside?: boolean;
  /** Somebody said that MQTT is inside, whatever the handshake says or whether it was seen. */
  readonly forced?: boolean;
  /** Its handshake was before the capture, or is missing in it: frames come from the first octet on. */
  readonly begun?: boolean;
}

export interface State {
  readonly connection: Connection;
  readonly transport: Transport;
  readonly emit: Emit;
  readonly options: WebSocketOptions;
  /** `refused`: the server said no, and may be asked again; `closed`: what comes is not read. */
  phase: "handshake" | "open" | "refused" | "closed";
  readonly heads: Record<Direction, Head>;
  request: UpgradeRequest | undefined;
  readers: Record<Direction, FrameReader> | undefined;
  /** What a client sent before its server's answer was seen. */
  waiting: (Chunk | Gap)[];
  waitingOctets: number;
  readonly messages: Inside;
  sink: FrameSink;
  faults: number;
  /** An event was told, and that octets are not read. */
  told: boolean;
  unread: boolean;
}

/** Octets that nobody reads: said once. Where nothing else was told of the connection, it counts as not recognised. */
export function leaveUnread(state: State, item: Chunk | Gap): void {
  if (!state.told || state.unread) return;
  state.unread = true;
  const { connection, transport, emit } = state;
  const { direction, offset, arrival: frame, at } = item;
  const place = { at, frame, connection, direction, transport, from: offset, to: offset };
  emit({
    type: "mqtt.limit",
    ...place,
    carriers: item.kind === "chunk" ? [item] : [],
    limit: "websocket-frames",
  });
}

/** Told once; where only the server's side was captured, with what it answered. */
export function tellUpgrade(state: State, accepted: boolean, selected: readonly string[]): void {
  const { connection, transport, emit, request } = state;
  const direction: Direction = request === undefined ? "server" : "client";
  const { at, arrival: frame, carriers, end, buffer: octets } = state.heads[direction];
  if (request === undefined && !accepted) return;
  state.told = true;
  const from = carriers[0]?.offset ?? 0;
  const to = from + end;
  emit({
    type: "websocket.upgrade",
    at,
    frame,
    connection,
    direction,
    transport,
    from,
    to,
    carriers,
    unit: { octets, start: 0, end },
    path: request?.path ?? "",
    ...(request?.host !== undefined && { host: request.host }),
    subprotocols: request?.subprotocols ?? selected,
    headers: request?.headers ?? [],
    places: request?.places ?? [],
    accepted,
  });
}

export const sinkOf = (state: State): FrameSink => ({
  data(direction, octets, { chunk, frame, position, from, to }) {
    if (octets.length === 0) return;
    const { connection } = state;
    const { arrival, at } = chunk;
    const length = to - from;
    state.messages.push({
      kind: "chunk",
      connection,
      direction,
      octets,
      offset: from,
      length,
      frame,
      position,
      arrival,
      at,
    });
  },
  hole(direction, { connection, offset, arrival, at }, length) {
    state.messages.push({ kind: "gap", connection, direction, offset, length, arrival, at });
  },
  fault(direction, chunk, from, to, fault) {
    tellFault(state, direction, chunk, from, to, fault);
  },
  givenUp(_direction, item) {
    state.told = true;
    leaveUnread(state, item);
  },
});

function tellFault(
  state: State,
  direction: Direction,
  chunk: Chunk,
  from: number,
  to: number,
  fault: Fault,
): void {
  state.faults += 1;
  state.told = true;
  if (state.faults > LIMITS.malformed) return;
  const { connection, transport, emit } = state;
  const { arrival: frame, at } = chunk;
  emit({
    type: "mqtt.malformed",
    at,
    frame,
    connection,
    direction,
    transport,
    from,
    to,
    carriers: [chunk],
    fault,
  });
}

/** A head of which the end is not in sight: what follows it is not read. */
export function tellLongHead(state: State, chunk: Chunk): void {
  const { direction, offset, length } = chunk;
  const reason = {
    kind: "too-large",
    size: state.heads[direction].length,
    limit: LIMITS.upgradeOctets,
  } as const;
  const fault = { unit: "WebSocket opening handshake", field: "header fields", offset: 0, reason };
  tellFault(state, direction, chunk, offset, offset + length, fault);
}
