/** TCP reassembly: segments become connections, and the octets of each in order. */
import type { Notice } from "../capture/frame.ts";
import { ACK, type Datagram, FIN, type PacketSink, RST, type Segment, SYN } from "../packet/segment.ts";
import type { TcpConnection } from "./connection.ts";
import { ConnectionTable } from "./connection-table.ts";
import { opensNext, resets, synchronize } from "./control.ts";
import { CLOSED, Ended, RESET_BY_DESTINATION, RESET_BY_SOURCE } from "./ended.ts";
import { EXACT, type Half } from "./half.ts";
import { Handshakes } from "./handshakes.ts";
import type { Ending, StreamSink } from "./item.ts";
import { Ledger, type StreamCounters } from "./ledger.ts";
import { LIMITS } from "./limits.ts";
import { addLoss, withLoss } from "./loss.ts";
import type { StreamOptions } from "./options.ts";
import { acknowledgeAhead, flush, receive, relieve, review } from "./order.ts";
import { isQuick, isReady, MOVES, takeQuickly } from "./quick.ts";
import { NONE } from "./row.ts";
import { goesOn, Resets } from "./reset.ts";
import { advance, carries, distance } from "./sequence.ts";
import { sends } from "./sides.ts";
import { TupleHash } from "./tuple-hash.ts";

/** The stream stage: a packet sink that counts. */
export interface StreamStage extends PacketSink {
  readonly counters: Readonly<StreamCounters>;
}

/**
 * The stage that puts the segments of one capture in order (RFC 9293 §3.4, §3.10). Datagrams and notices are passed
 * on; a `capture.tick` also moves the clock. Nothing throws, whatever the segments say.
 */
export function streams(sink: StreamSink, options: StreamOptions = {}): StreamStage {
  return new Reassembler(sink, options);
}

class Reassembler implements StreamStage {
  readonly #ledger: Ledger;
  readonly #hash: TupleHash;
  readonly #table = new ConnectionTable();
  readonly #handshakes: Handshakes;
  readonly #ended: Ended;
  readonly #resets: Resets;
  /** The row of the last segment's connection: the next one is often its, too. */
  #recent = NONE;
  #told = false;

  constructor(sink: StreamSink, options: StreamOptions) {
    this.#ledger = new Ledger(sink, { ...LIMITS, ...options.limits });
    this.#hash = new TupleHash(options.seed ?? SEED);
    const serverPorts = options.serverPorts ?? SERVER_PORTS;
    this.#ended = new Ended(this.#ledger);
    this.#resets = new Resets(this.#ledger);
    this.#handshakes = new Handshakes(this.#ledger, this.#ended, options.capture ?? 0, serverPorts);
  }

  get counters(): Readonly<StreamCounters> {
    return this.#ledger.counters;
  }

  segment(segment: Segment): void {
    const ledger = this.#ledger;
    if (ledger.reach(segment.frame.number, segment.frame.at)) this.#sweep();
    const table = this.#table;
    let row = this.#recent;
    if (row === NONE || !table.holds(row, segment)) {
      const hash = this.#hash.of(segment);
      row = table.find(segment, hash);
      if (row === NONE) {
        const connection = this.#admit(segment, hash);
        if (connection !== undefined) this.#receive(connection, segment);
        return;
      }
      this.#recent = row;
    }
    if (!takeQuickly(table, row, segment, ledger)) this.#receive(table.at(row), segment);
  }

  /** A segment that is not the next one of its direction, or is the first that could be. */
  #receive(connection: TcpConnection, segment: Segment): void {
    this.#table.settle(connection);
    this.#recent = connection.row;
    this.#sort(connection, segment);
    this.#settleReset(connection);
    if (isQuick(connection)) this.#table.quicken(connection);
  }

  #sort(connection: TcpConnection, segment: Segment): void {
    const ledger = this.#ledger;
    const fromInitiator = sends(connection, segment);
    const from = fromInitiator ? connection.initiator : connection.responder;
    const to = fromInitiator ? connection.responder : connection.initiator;
    this.#touch(connection, from);
    if ((segment.flags & (SYN | FIN | RST)) !== 0 || connection.challenged) {
      this.#control(connection, segment, from, to);
      return;
    }
    if (goesOn(connection.reset, segment, from)) return this.#restart(connection, segment);
    if ((segment.flags & ACK) !== 0) this.#acknowledge(to, segment.acknowledgment);
    const length = segment.end - segment.start;
    if (segment.sequence === from.next && isReady(from) && segment.missing === 0) {
      if (length > 0) {
        const { octets, start, end, frame, position } = segment;
        connection.deliver(from, octets, start, end, frame.number, position, ledger);
      }
    } else if (length > 0 || segment.missing > 0 || from.known !== EXACT) {
      if (!receive(from, segment, segment.sequence, ledger)) this.#restart(connection, segment);
    }
    if (from.backlog !== undefined || to.backlog !== undefined) this.#review(connection);
  }

  datagram(datagram: Datagram): void {
    const { frame } = datagram;
    if (this.#ledger.reach(frame.number, frame.at)) this.#sweep();
    this.#ledger.sink.datagram(datagram);
  }

  notice(notice: Notice): void {
    const ledger = this.#ledger;
    if (notice.type === "capture.tick" && ledger.reach(ledger.frame, notice.at)) this.#sweep();
    if (notice.type === "capture.stats") {
      ledger.sink.notice(withLoss(notice, ledger.counters, this.#table));
    } else ledger.sink.notice(notice);
  }

  end(): void {
    for (const connection of this.#table.all()) this.#end(connection, "capture-ended");
    this.#ledger.sink.end();
  }

  #touch(connection: TcpConnection, from: Half): void {
    const { tick, idleTicks, at } = this.#ledger;
    from.segments++;
    this.#table.touch(connection, tick, at);
    if ((tick - this.#table.moved(connection)) * MOVES >= idleTicks) this.#table.move(connection, tick);
  }

  #acknowledge(to: Half, acknowledgment: number): void {
    to.acknowledgment = acknowledgment;
    const ahead = distance(to.next, acknowledgment);
    if (ahead > 0 || (ahead < 0 && to.offset === 0)) acknowledgeAhead(to, ahead, this.#ledger);
  }

  /** A segment with SYN, FIN or RST, or one beside which a SYN waits. */
  #control(connection: TcpConnection, segment: Segment, from: Half, to: Half): void {
    const ledger = this.#ledger;
    const { flags, sequence } = segment;
    if (connection.challenged && sequence !== from.next) {
      const answer = this.#handshakes.challenger(segment, connection.hash);
      if (answer === "answered") return this.#restart(connection, segment);
      connection.challenged = answer === "waits";
    }
    if ((flags & RST) !== 0) return this.#reset(connection, segment, from);
    const isSyn = (flags & SYN) !== 0;
    if (isSyn && !synchronize(segment, from, to)) return this.#otherSyn(connection, segment, from, to);
    if ((flags & ACK) !== 0) this.#acknowledge(to, segment.acknowledgment);
    const first = isSyn ? advance(sequence, 1) : sequence;
    if ((carries(segment) || from.known !== EXACT) && !receive(from, segment, first, ledger)) {
      return this.#restart(connection, segment);
    }
    this.#review(connection);
  }

  /** A SYN that is none of this connection's: of the next one between these addresses, or forged. */
  #otherSyn(connection: TcpConnection, segment: Segment, from: Half, to: Half): void {
    if ((segment.flags & ACK) === 0) {
      connection.challenged = true;
      this.#handshakes.challenge(segment, connection.hash);
      return;
    }
    const { counters, limits } = this.#ledger;
    if (opensNext(segment, from, to, limits.windowOctets)) this.#restart(connection, segment);
    else counters.ignored++;
  }

  #reset(connection: TcpConnection, segment: Segment, from: Half): void {
    const ledger = this.#ledger;
    if (!resets(segment, from, ledger.limits.windowOctets)) {
      ledger.counters.ignored++;
      return;
    }
    this.#resets.note(connection, segment, from);
    this.#settleReset(connection);
  }

  /** An RST that has nothing to wait for is carried out. */
  #settleReset(connection: TcpConnection): void {
    if (!this.#resets.isDue(connection)) return;
    const byInitiator = connection.reset?.half === connection.initiator;
    this.#end(connection, "rst");
    this.#ended.remember(connection, byInitiator ? RESET_BY_SOURCE : RESET_BY_DESTINATION);
  }

  #admit(segment: Segment, hash: number): TcpConnection | undefined {
    const connection = this.#handshakes.admit(segment, hash);
    if (connection === undefined) return undefined;
    const { tick, limits } = this.#ledger;
    if (this.#table.size >= limits.connections) this.#evict();
    else if (this.#table.size < limits.connections * EASED) this.#told = false;
    this.#table.add(connection, tick);
    return connection;
  }

  /** The connection is over without a word; the segment is the first of the next one between its addresses. */
  #replace(connection: TcpConnection, segment: Segment): TcpConnection | undefined {
    this.#end(connection, "idle");
    const next = this.#admit(segment, connection.hash);
    this.#recent = next?.row ?? NONE;
    return next;
  }

  #restart(old: TcpConnection, segment: Segment): void {
    const connection = this.#replace(old, segment);
    if (connection === undefined) return;
    const fromInitiator = sends(connection, segment);
    const from = fromInitiator ? connection.initiator : connection.responder;
    this.#touch(connection, from);
    this.#control(connection, segment, from, connection.peer(from));
  }

  /** Make room for a connection: the one that was idle longest goes. */
  #evict(): void {
    const { counters, sink, at, frame } = this.#ledger;
    const connection = this.#table.oldest;
    if (connection === undefined) return;
    const opened = connection.stage !== undefined;
    this.#end(connection, "evicted");
    counters.evicted++;
    if (opened) sink.limit({ limit: "connections", at, frame, connection });
    else if (!this.#told) sink.limit({ limit: "connections", at, frame });
    this.#told = true;
  }

  /** Holes that are old enough, an end that was reached, a ceiling of all connections. */
  #review(connection: TcpConnection): void {
    const ledger = this.#ledger;
    if (!connection.ended) {
      review(connection.initiator, ledger);
      review(connection.responder, ledger);
    }
    this.#finish(connection);
    if (ledger.held > ledger.limits.heldOctets) this.#relieve();
  }

  #finish(connection: TcpConnection): void {
    if (connection.ended || !connection.initiator.finished || !connection.responder.finished) return;
    this.#end(connection, "fin");
    this.#ended.remember(connection, CLOSED);
  }

  /** Holes of those that wait longest are given up, until there is some room again. */
  #relieve(): void {
    const ledger = this.#ledger;
    const { sink, at, frame, limits } = ledger;
    sink.limit({ limit: "buffered-octets", at, frame });
    for (let oldest = ledger.oldest; oldest !== undefined; oldest = ledger.oldest) {
      if (ledger.held <= limits.heldOctets * EASED) return;
      relieve(oldest.half, ledger);
      this.#finish(oldest.half.connection);
    }
  }

  /** What time alone brings: idle connections end, holes become gaps. */
  #sweep(): void {
    const ledger = this.#ledger;
    const { tick, idleTicks } = ledger;
    for (let oldest = this.#table.oldest; oldest !== undefined; oldest = this.#table.oldest) {
      if (tick - this.#table.seen(oldest) >= idleTicks) this.#end(oldest, "idle");
      else if (tick - this.#table.moved(oldest) >= idleTicks) this.#table.move(oldest, tick);
      else break;
    }
    for (let due = this.#resets.overdue; due !== undefined; due = this.#resets.overdue)
      this.#settleReset(due);
    const first = ledger.oldest;
    for (let i = 0; i < SWEEP_BACKLOGS && ledger.oldest !== undefined; i++) {
      const { half } = ledger.oldest;
      ledger.rotate();
      this.#review(half.connection);
      if (ledger.oldest === first) return;
    }
  }

  #end(connection: TcpConnection, why: Ending): void {
    const ledger = this.#ledger;
    const { row } = connection;
    this.#table.settle(connection);
    flush(connection.initiator, ledger);
    flush(connection.responder, ledger);
    addLoss(ledger.counters, connection);
    connection.end(this.#resets.end(connection, why), ledger);
    this.#table.remove(connection);
    if (this.#recent === row) this.#recent = NONE;
  }
}

const SERVER_PORTS: ReadonlySet<number> = new Set([1883, 8883, 8884]);
const SEED = 0x6d71_7474;
/** Backlogs looked at in one sweep. */
const SWEEP_BACKLOGS = 64;
/** A ceiling is told again after this part of it was in use only. */
const EASED = 0.875;
