/** MQTT over WebSocket (RFC 6455; MQTT 5.0 §6): the opening handshake, then frames whose octets are a stream of MQTT. */
import type { Stage } from "../../octets/stage.ts";
import type { Chunk, Connection, Direction, Gap, StreamItem } from "../../stream/item.ts";
import type { Transport } from "../event.ts";
import { LIMITS } from "../limits.ts";
import { passItem } from "../passing.ts";
import type { Emit } from "../protocol.ts";
import {
  beginsWith,
  type Extension,
  isMqttSubprotocol,
  readRequest,
  readResponse,
  type UpgradeResponse,
} from "./handshake.ts";
import { extendHead, newHead } from "./head.ts";
import { inflation, type Inflation } from "./inflate.ts";
import { inside } from "./inside.ts";
import { type FrameReader, frameReader, passGap, readFrames } from "./reader.ts";
import { leaveUnread, sinkOf, type State, tellLongHead, tellUpgrade, type WebSocketOptions } from "./tell.ts";

/**
 * Opens one connection's session. `transport` is what carries the frames: events inside say `ws`, or `wss` in TLS.
 * Offsets and carriers of what is inside are those of the stream that carries the frames, so that evidence names octets
 * of the capture: they point at the octet even where the capture holds it masked, and a packet of an inflated message
 * at the whole of that message.
 */
export function openWebSocket(
  connection: Connection,
  transport: Transport,
  emit: Emit,
  options: WebSocketOptions,
): Stage<StreamItem> {
  const inner = transport === "tcp" ? "ws" : "wss";
  const state: State = {
    connection,
    transport: inner,
    emit,
    options,
    phase: "handshake",
    heads: { client: newHead(), server: newHead() },
    request: undefined,
    readers: undefined,
    waiting: [],
    waitingOctets: 0,
    messages: inside(() => options.mqtt.open(connection, inner, emit, { inside: true })),
    faults: 0,
    told: false,
    unread: false,
    sink: { data: () => undefined, hole: () => undefined, fault: () => undefined, givenUp: () => undefined },
  };
  state.sink = sinkOf(state);
  const begun = options.begun === true || (options.forced === true && connection.midstream);
  if (begun || options.forced === true) state.messages.isMqtt();
  // Begun midstream, there is no handshake to wait for.
  if (begun) openFrames(state, undefined, true);
  return {
    push(item) {
      if (item.kind === "chunk") onChunk(state, item);
      else if (item.kind === "gap") onGap(state, item);
      else if (item.kind === "end") onEnd(state, item);
      if (item.kind !== "chunk" && options.inside !== true) passItem(item, state.transport, emit);
    },
    end: () => undefined,
  };
}

function onChunk(state: State, chunk: Chunk): void {
  if (state.phase === "open") readFrames(state.readers![chunk.direction], chunk, 0, state.sink);
  else if (state.phase === "closed") leaveUnread(state, chunk);
  else if (state.phase === "refused") onRetry(state, chunk);
  else if (chunk.direction === "server") onAnswer(state, chunk);
  else if (state.request === undefined) onRequest(state, chunk);
  else wait(state, part(chunk, 0));
}

/** Octets of the client's head, and what it sent behind it. */
function onRequest(state: State, chunk: Chunk): void {
  const head = state.heads.client;
  const end = extendHead(head, chunk);
  if (end === "unsure") return;
  if (end === "too-long") {
    state.phase = "closed";
    tellLongHead(state, chunk);
    return;
  }
  state.request = readRequest(head.buffer.subarray(0, end));
  if (state.request === undefined) {
    state.phase = "closed";
    return;
  }
  const start = chunk.octets.length - (head.length - end);
  if (start < chunk.octets.length) wait(state, part(chunk, start));
}

/** Behind a refusal: the rest of the server's answer, and perhaps another request (RFC 9112 §9.3). */
function onRetry(state: State, chunk: Chunk): void {
  if (chunk.direction === "server") return;
  if (beginsWith(chunk.octets, "GET ") === "no") {
    state.phase = "closed";
    leaveUnread(state, chunk);
    return;
  }
  state.phase = "handshake";
  state.request = undefined;
  state.heads.client = newHead();
  state.heads.server = newHead();
  onRequest(state, chunk);
}

/** Octets of the server's head: 101 opens the connection, everything else does not (RFC 6455 §4.1). */
function onAnswer(state: State, chunk: Chunk): void {
  const head = state.heads.server;
  const end = extendHead(head, chunk);
  if (end === "unsure") return;
  const response = end === "too-long" ? undefined : readResponse(head.buffer.subarray(0, end));
  if (end === "too-long") tellLongHead(state, chunk);
  if (response !== undefined && end !== "too-long" && INTERIM.test(`${response.status}`)) {
    state.heads.server = newHead();
    const rest = chunk.octets.length - (head.length - end);
    if (rest < chunk.octets.length) onAnswer(state, part(chunk, rest));
    return;
  }
  if (end === "too-long" || response?.status !== 101) {
    tellUpgrade(state, false, []);
    state.phase = response === undefined ? "closed" : "refused";
    if (state.waiting.length > 0) leaveUnread(state, chunk);
    state.waiting = [];
    state.waitingOctets = 0;
    return;
  }
  tellUpgrade(state, true, response.subprotocol === undefined ? [] : [response.subprotocol]);
  openFrames(state, response, false);
  const start = chunk.octets.length - (head.length - end);
  if (start < chunk.octets.length) readFrames(state.readers!.server, part(chunk, start), 0, state.sink);
}

/** Frames follow from here; `lost` where they may begin anywhere. */
function openFrames(state: State, response: UpgradeResponse | undefined, lost: boolean): void {
  const { request } = state;
  const offered = response?.extensions ?? request?.extensions ?? [];
  const deflate = offered.find(extension => extension.name === "permessage-deflate");
  const reader = (direction: Direction): FrameReader =>
    frameReader(direction, inflationOf(deflate, direction), lost);
  state.phase = "open";
  state.readers = { client: reader("client"), server: reader("server") };
  const names = [response?.subprotocol, ...(request?.subprotocols ?? [])];
  if (names.some(isMqttSubprotocol)) state.messages.isMqtt();
  const { waiting } = state;
  state.waiting = [];
  state.waitingOctets = 0;
  for (const item of waiting)
    if (item.kind === "chunk") onChunk(state, item);
    else onGap(state, item);
}

/** What was agreed for a direction (RFC 7692 §7.1.1). */
const inflationOf = (deflate: Extension | undefined, direction: Direction): Inflation | undefined =>
  deflate === undefined
    ? undefined
    : inflation(!deflate.parameters.includes(`${direction}_no_context_takeover`));

function onGap(state: State, gap: Gap): void {
  if (state.phase === "open") passGap(state.readers![gap.direction], gap, state.sink);
  else if (state.phase === "closed" || state.phase === "refused") state.phase = "closed";
  else if (state.request !== undefined && gap.direction === "client") wait(state, gap);
  else if (state.request === undefined && state.options.forced !== true) state.phase = "closed";
  // The answer is lost. Frames that follow say that it was yes.
  else openLost(state, gap.direction);
}

/** The answer was not seen whole, but there is more than an answer. */
function openLost(state: State, direction: Direction): void {
  tellUpgrade(state, true, []);
  openFrames(state, undefined, false);
  state.readers![direction].state = "lost";
}

function onEnd(state: State, end: StreamItem & { kind: "end" }): void {
  if (state.phase === "handshake" && state.request !== undefined) {
    // Frames without an answer: only the client's side was captured.
    const opened = state.waiting.length > 0;
    tellUpgrade(state, opened, []);
    if (opened) openFrames(state, undefined, false);
  }
  state.messages.end(end);
}

/** Keeps an item of the client until its server's answer says how to read it. */
function wait(state: State, item: Chunk | Gap): void {
  const { waiting } = state;
  state.waitingOctets += item.kind === "chunk" ? item.octets.length : 0;
  waiting.push(item.kind === "chunk" ? { ...item, octets: Uint8Array.from(item.octets) } : item);
  if (state.waitingOctets <= LIMITS.upgradeOctets && waiting.length <= LIMITS.upgradeFields) return;
  openLost(state, "server");
}

/** Answers that another one follows (RFC 9110 §15.2), but the one that switches protocols. */
const INTERIM = /^1(?!01)/u;

/** A chunk from its octet `start` on. */
const part = (chunk: Chunk, start: number): Chunk =>
  start === 0
    ? chunk
    : {
        ...chunk,
        octets: chunk.octets.subarray(start),
        offset: chunk.offset + start,
        length: chunk.length - start,
        position: chunk.position < 0 ? -1 : chunk.position + start,
      };
