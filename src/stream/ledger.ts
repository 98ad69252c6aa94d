/** What the connections of one capture share: the successor, the clock, what they hold, and what is counted. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Backlog } from "./backlog.ts";
import { Difference } from "./difference.ts";
import type { StreamSink } from "./item.ts";
import { Journal } from "./journal.ts";
import type { Limits } from "./limits.ts";

/** What the stream stage counts; the numbers grow while it runs. */
export interface StreamCounters {
  /** Connections seen, also those without octets: the next one's number. */
  connections: number;
  /** Connections handed on: those that carried octets. */
  opened: number;
  /** SYNs forgotten at the ceiling before anybody answered them. */
  halfOpenDropped: number;
  /** Connections ended at the ceiling. */
  evicted: number;
  /** Segments that belong to no place of any stream: outside the window, behind a FIN, after the end. */
  ignored: number;
  /** Of connections that have ended and whose handshake was seen: octets acknowledged, and those of them never seen. */
  acknowledgedOctets: number;
  missedOctets: number;
}

export class Ledger {
  readonly sink: StreamSink;
  readonly limits: Limits;
  readonly journal: Journal;
  readonly difference = new Difference();
  readonly counters: StreamCounters = {
    connections: 0,
    opened: 0,
    halfOpenDropped: 0,
    evicted: 0,
    ignored: 0,
    acknowledgedOctets: 0,
    missedOctets: 0,
  };
  /** Microseconds of packet time that have passed: never backwards, and from one frame to the next by one step at most. */
  clock = 0;
  /** The clock in steps of `TICK_MICROS`: a small integer for years, and what idle times are counted in. */
  tick = 0;
  /** Ticks without a segment after which a connection is idle. */
  readonly idleTicks: number;
  /** The frame that is being looked at, and its own time. */
  frame = 0 as FrameNumber;
  at = 0 as Timestamp;
  /** What is held out of order, pieces' cost included. */
  held = 0;
  /** The time up to which the clock has followed the frames. */
  #latest = Number.NEGATIVE_INFINITY;
  #nextTick = 0;
  /** Those that hold pieces, by the time they were last looked at. */
  #oldest: Backlog | undefined = undefined;
  #newest: Backlog | undefined = undefined;

  constructor(sink: StreamSink, limits: Limits) {
    this.sink = sink;
    this.limits = limits;
    this.idleTicks = Math.ceil(limits.idleMicros / TICK_MICROS);
    this.journal = new Journal(limits);
  }

  /** A frame is looked at from here on. True: a tick has begun, and what time alone brings is due. */
  reach(frame: FrameNumber, at: Timestamp): boolean {
    this.frame = frame;
    this.at = at;
    const passed = at - this.#latest;
    const { clockStepMicros } = this.limits;
    // A wrong timestamp far ahead is followed by right ones far behind: the clock goes on with those.
    if (passed > 0 || passed < -clockStepMicros) this.#latest = at;
    if (!(passed > 0)) return false;
    this.clock += passed < clockStepMicros ? passed : clockStepMicros;
    if (this.clock < this.#nextTick) return false;
    this.tick = Math.floor(this.clock / TICK_MICROS);
    this.#nextTick = (this.tick + 1) * TICK_MICROS;
    return true;
  }

  get oldest(): Backlog | undefined {
    return this.#oldest;
  }

  /** Count what a backlog holds now; a backlog with pieces is in the list, one without is not. */
  charge(backlog: Backlog): void {
    const cost = backlog.octets + backlog.count * this.limits.pieceOctets;
    this.held += cost - backlog.charged;
    if (backlog.charged === 0 && cost > 0) this.#append(backlog);
    else if (backlog.charged > 0 && cost === 0) this.#unlink(backlog);
    backlog.charged = cost;
  }

  /** The oldest backlog becomes the newest. */
  rotate(): void {
    const oldest = this.#oldest;
    if (oldest === undefined || oldest === this.#newest) return;
    this.#unlink(oldest);
    this.#append(oldest);
  }

  #append(backlog: Backlog): void {
    backlog.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = backlog;
    else this.#newest.newer = backlog;
    this.#newest = backlog;
  }

  #unlink(backlog: Backlog): void {
    const { older, newer } = backlog;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    backlog.older = undefined;
    backlog.newer = undefined;
  }
}

export const TICK_MICROS = 100_000;
