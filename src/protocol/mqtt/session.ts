/** MQTT on one connection: chunks in, Control Packets out, whatever TCP did to them on the way. */
import type { Stage } from "../../octets/stage.ts";
import type { FrameNumber } from "../../capture/frame.ts";
import type { Timestamp } from "../../octets/time.ts";
import { NO_OCTETS, type View } from "../../octets/view.ts";
import type { Chunk, Connection, Gap, StreamItem } from "../../stream/item.ts";
import type { Transport } from "../event.ts";
import { LIMITS } from "../limits.ts";
import { passItem } from "../passing.ts";
import type { Emit, Protocol } from "../protocol.ts";
import { assembly, clear, discard, fromOffset, toOffset } from "./assembly.ts";
import { decoder } from "./decode.ts";
import type { MqttVersion } from "./packet.ts";
import { fixedHeader, headerFault, IMPOSSIBLE, NOT_YET, readFixedHeader } from "./frame.ts";
import { finish, placeHeld } from "./ending.ts";
import { assemble, endAssembly, type Half, miss } from "./half.ts";
import { halfOf, receive, type Session, type Shared } from "./receive.ts";
import { recognizeMqtt } from "./recognize.ts";
import { Runs } from "./runs.ts";
import { Skimmer } from "./skimmer.ts";
import type { Skimming } from "../skimming.ts";
import { faultLength, gather, lose, seek } from "./lost.ts";
import { tellFault } from "./tell.ts";
import { topicTable } from "./topics.ts";

/** How an MQTT session is opened inside another protocol. */
export interface MqttOptions {
  /** The layer around it says itself what is not octets: gaps, overlaps, closes and ends. */
  readonly inside?: boolean;
}

export interface Mqtt extends Protocol {
  open(connection: Connection, transport: Transport, emit: Emit, options?: MqttOptions): Stage<StreamItem>;
  /** `StreamSink.skim` for the connections that it was opened on. */
  skim(handle: number, octets: View, start: number, end: number, at: Timestamp): boolean;
}

export interface MqttRunOptions {
  /** Octets held for unfinished packets, at most. */
  readonly heldOctets?: number;
  readonly skimming?: Skimming | undefined;
}

/**
 * MQTT for one run: its sessions share the texts of topics, the decoders and the memory for unfinished packets, of which
 * there are `heldOctets` at most.
 */
export function mqttProtocol({ heldOctets = LIMITS.heldOctets, skimming }: MqttRunOptions = {}): Mqtt {
  const budget = { octets: 0, limit: heldOctets };
  const runs = skimming === undefined ? undefined : new Runs(skimming);
  const shared: Shared = {
    topics: topicTable(),
    decoder: decoder(),
    nothing: assembly(budget),
    header: fixedHeader(),
    place: {
      frame: 0 as FrameNumber,
      at: 0 as Timestamp,
      from: 0,
      to: 0,
      carriers: [],
      octets: NO_OCTETS,
      start: 0,
      end: 0,
    },
    faults: [],
  };
  return {
    name: "mqtt",
    recognize: recognizeMqtt,
    open: (connection, transport, emit, options = {}) =>
      new MqttSession(
        shared,
        connection,
        transport,
        emit,
        options.inside === true,
        runs === undefined || skimming === undefined || transport !== "tcp" || options.inside === true
          ? undefined
          : new Skimmer(connection, runs, skimming),
      ),
    skim: (handle, octets, start, end, at) => runs !== undefined && runs.skim(handle, octets, start, end, at),
  };
}

/** The session is its connection's stage itself: what each packet needs lies in one object. */
class MqttSession implements Session, Stage<StreamItem> {
  version: MqttVersion | undefined = undefined;
  client: Half | undefined = undefined;
  server: Half | undefined = undefined;
  leaning = 0;
  told = false;
  readonly shared: Shared;
  readonly connection: Connection;
  readonly transport: Transport;
  readonly emit: Emit;
  readonly skimmer: Skimmer | undefined;
  readonly #inside: boolean;

  constructor(
    shared: Shared,
    connection: Connection,
    transport: Transport,
    emit: Emit,
    inside: boolean,
    skimmer: Skimmer | undefined,
  ) {
    this.shared = shared;
    this.connection = connection;
    this.transport = transport;
    this.emit = emit;
    this.#inside = inside;
    this.skimmer = skimmer;
  }

  push(item: StreamItem): void {
    if (item.kind === "chunk") {
      const half = halfOf(this, item.direction);
      onChunk(this, half, item);
      this.skimmer?.offer(half, this.version);
      return;
    }
    this.skimmer?.settle();
    if (item.kind === "gap") {
      const half = halfOf(this, item.direction);
      onGap(this, half, item);
      this.skimmer?.offer(half, this.version);
    }
    if (item.kind === "close" && item.how === "fin") halfOf(this, item.direction).finished = true;
    else if (item.kind === "end") {
      if (this.client !== undefined) finish(this, this.client, item);
      if (this.server !== undefined) finish(this, this.server, item);
      this.skimmer?.end();
    }
    if (!this.#inside) passItem(item, this.transport, this.emit);
  }

  end(): void {}
}

function onChunk(session: Session, half: Half, chunk: Chunk): void {
  if (half.state === "synced") {
    const at = half.holds && (half.held.length > 0 || half.total > 0) ? goOn(session, half, chunk) : 0;
    if (at < chunk.octets.length) walk(session, half, chunk, at);
  } else if (half.state === "lost") {
    gather(session, half, chunk, 0);
  }
}

/** Reads the packets that lie in the chunk as a whole: the common path, without a copy. */
function walk(session: Session, half: Half, chunk: Chunk, start: number): void {
  const { header, place } = session.shared;
  const octets = chunk.octets;
  const end = octets.length;
  let at = start;
  place.frame = chunk.arrival;
  place.at = chunk.at;
  place.carriers = [chunk];
  place.octets = octets;
  while (at < end) {
    const read = readFixedHeader(octets, at, end, header);
    const length = read + header.remaining;
    if (read === NOT_YET || (read > 0 && at + length > end)) {
      half.total = read === NOT_YET ? 0 : length;
      assemble(half, chunk, at, end);
      return;
    }
    place.start = at;
    place.end = read === IMPOSSIBLE ? Math.min(at + faultLength(header), end) : at + length;
    place.from = fromOffset(chunk, at);
    place.to = toOffset(chunk, at + (read === IMPOSSIBLE ? faultLength(header) : length));
    if (read === IMPOSSIBLE) tellFault(session, half, headerFault(octets, at), place);
    else if (receive(session, half, octets, at, at + length)) {
      at += length;
      continue;
    }
    lose(session, half);
    gather(session, half, chunk, at + 1);
    return;
  }
}

/** Goes on with the packet in assembly; gives where in the chunk it ended, or the chunk's end. */
function goOn(session: Session, half: Half, chunk: Chunk): number {
  const { header } = session.shared;
  const end = chunk.octets.length;
  let at = 0;
  while (half.total === 0) {
    if (at === end) return end;
    assemble(half, chunk, at, at + 1);
    at += 1;
    const read = readFixedHeader(half.held.buffer, 0, half.held.length, header);
    if (read === IMPOSSIBLE) return stumble(session, half, chunk, at);
    if (read !== NOT_YET) half.total = read + header.remaining;
    else if (half.hole !== undefined) {
      lose(session, half);
      clear(half.held);
      return end;
    }
  }
  const missing = half.total - half.held.length - half.passed;
  const taken = Math.min(missing, end - at);
  if (taken > 0) assemble(half, chunk, at, at + taken);
  at += taken;
  if (taken < missing) return at;
  if (complete(session, half, chunk, toOffset(chunk, at))) return at;
  // It was none: packets are searched from its second octet on.
  lose(session, half);
  discard(half.held, 1);
  gather(session, half, chunk, at);
  return end;
}

/** The header in assembly is none. */
function stumble(session: Session, half: Half, chunk: Chunk, at: number): number {
  const { place } = session.shared;
  const { held } = half;
  place.frame = chunk.arrival;
  place.at = chunk.at;
  place.from = held.pieces[0]?.offset ?? chunk.offset;
  place.to = toOffset(chunk, at);
  placeHeld(place, held);
  tellFault(session, half, headerFault(held.buffer, 0), place);
  lose(session, half);
  discard(held, 1);
  gather(session, half, chunk, at);
  return chunk.octets.length;
}

/** The packet in assembly has all octets it will get. */
function complete(session: Session, half: Half, item: Chunk | Gap, to: number): boolean {
  const { header, place } = session.shared;
  const { held } = half;
  place.frame = item.arrival;
  place.at = item.at;
  place.from = held.pieces[0]?.offset ?? to;
  place.to = to;
  placeHeld(place, held);
  // Where there was no memory even for the header, nothing can be said of the packet.
  const known = readFixedHeader(held.buffer, 0, held.length, header) > 0;
  const sound = !known || receive(session, half, held.buffer, 0, held.length);
  if (sound) clear(held);
  endAssembly(half);
  return sound;
}

/** What lies behind a gap may be anything, unless the packet in assembly reaches over it. */
function onGap(session: Session, half: Half, gap: Gap): void {
  half.incomplete = true;
  half.whole = false;
  if (half.state === "lost") seek(session, half, true);
  if (half.state !== "synced") return;
  if (half.total > 0) {
    const missing = half.total - half.held.length - half.passed;
    half.hole ??= "gap";
    if (gap.length <= missing) {
      half.passed += gap.length;
      if (gap.length === missing) complete(session, half, gap, gap.offset + gap.length);
      return;
    }
    // Its end is gone, and who knows what else; what was kept of a PUBLISH is still one.
    half.proof = 0;
    complete(session, half, gap, gap.offset);
  }
  endAssembly(half);
  clear(half.held);
  miss(half);
  half.search = undefined;
  half.proof = 0;
  half.state = "lost";
}
