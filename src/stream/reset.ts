/** An RST, and the octets that were sent before it: a capture may hold them behind it. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import { ACK, type Segment } from "../packet/segment.ts";
import { EXACT, type Half } from "./half.ts";
import type { Ledger } from "./ledger.ts";
import { distance } from "./sequence.ts";

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

export function resetOf(segment: Segment, from: Half, ledger: Ledger): Reset {
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
export function isEarly({ half, sent, acknowledged, clock, segments }: Reset, ledger: Ledger): boolean {
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
