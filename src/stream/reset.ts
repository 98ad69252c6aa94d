/** An RST, and the octets that were sent before it: a capture may hold them behind it. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import { ACK, type Segment } from "../packet/segment.ts";
import type { TcpConnection } from "./connection.ts";
import { EXACT, type Half } from "./half.ts";
import type { Ending } from "./item.ts";
import type { Ledger } from "./ledger.ts";
import { advance, distance, lengthOf } from "./sequence.ts";

/** Where the RST was, and how much of both directions its numbers say was there before it. */
export interface Reset {
  readonly half: Half;
  /** Stream offsets: what the sender sent, and what it acknowledged. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly frame: FrameNumber;
  readonly at: Timestamp;
  /** The ledger's clock, and the connection's segments. */
  readonly clock: number;
  readonly segments: number;
}

/** The RSTs of one capture that wait. */
export class Resets {
  readonly #ledger: Ledger;
  /** Those that wait longest come first. */
  readonly #waiting = new Set<TcpConnection>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** The first RST counts; beyond the ceiling none waits. */
  note(connection: TcpConnection, segment: Segment, from: Half): void {
    connection.reset ??= resetOf(segment, from, this.#ledger);
    if (this.#waiting.size < this.#ledger.limits.resets) this.#waiting.add(connection);
  }

  /** All from before the RST has come, or is not coming any more. */
  isDue(connection: TcpConnection): boolean {
    const { reset, ended } = connection;
    if (reset === undefined || ended) return false;
    return !this.#waiting.has(connection) || !isEarly(reset, this.#ledger);
  }

  /** One that time alone has made due. */
  get overdue(): TcpConnection | undefined {
    for (const connection of this.#waiting) return this.isDue(connection) ? connection : undefined;
    return undefined;
  }

  /** The connection ends, and all that was held is handed on: how it ends, given why. */
  end(connection: TcpConnection, why: Ending): Ending {
    const { initiator, responder, reset } = connection;
    const how = why !== "rst" && initiator.finished && responder.finished ? "fin" : why;
    if (reset === undefined) return how;
    this.#waiting.delete(connection);
    if (how === "fin") return how;
    const { half, sent } = reset;
    connection.close(half, "rst", reset);
    // What comes later still than the RST has waited for is from before it all the same.
    if (sent > half.offset) half.next = advance(half.next, sent - half.offset);
    return "rst";
  }
}

/** Whether the sender of an RST sends octets from behind it: of the next connection, whose SYN was not seen. */
export const goesOn = (reset: Reset | undefined, segment: Segment, from: Half): boolean =>
  reset !== undefined &&
  from === reset.half &&
  from.offset + distance(from.next, segment.sequence) + lengthOf(segment) > Math.max(reset.sent, from.offset);

function resetOf(segment: Segment, from: Half, ledger: Ledger): Reset {
  const to = from.connection.peer(from);
  const { windowOctets } = ledger.limits;
  return {
    half: from,
    sent: reached(from, segment.sequence, windowOctets),
    acknowledged: (segment.flags & ACK) === 0 ? 0 : reached(to, segment.acknowledgment, windowOctets),
    frame: ledger.frame,
    at: ledger.at,
    clock: ledger.clock,
    segments: from.connection.frames,
  };
}

/** Octets that were there before the RST have not come yet, and may still be on their way through the capture. */
function isEarly({ half, sent, acknowledged, clock, segments }: Reset, ledger: Ledger): boolean {
  const { connection } = half;
  if (isThere(half, sent) && isThere(connection.peer(half), acknowledged)) return false;
  const { lateMicros, lateSegments } = ledger.limits;
  return ledger.clock - clock < lateMicros && connection.frames - segments < lateSegments;
}

const isThere = (half: Half, offset: number): boolean => half.finished || half.offset >= offset;

/** The stream offset that a sequence number says was reached; a FIN counts one, and is none. */
function reached(half: Half, sequence: number, window: number): number {
  if (half.known !== EXACT || half.finished) return 0;
  const ahead = distance(half.next, sequence);
  if (ahead <= 0 || ahead > window) return 0;
  return half.fin < 0 ? half.offset + ahead : Math.min(half.offset + ahead, half.fin);
}
