/** What SYN and RST say to a connection that is there. */
import { ACK, type Segment } from "../packet/segment.ts";
import { EXACT, type Half } from "./half.ts";
import { advance, distance, lengthOf } from "./sequence.ts";

/** Where a SYN says that its directions begin. False: it is none of this connection's. */
export function synchronize(segment: Segment, from: Half, to: Half): boolean {
  const start = advance(segment.sequence, 1);
  if (from.known !== EXACT) from.start(start, EXACT);
  else if (from.initial !== segment.sequence) {
    // RFC 7413: the SYN-ACK that was captured first acknowledges the data of the SYN, too.
    const early = distance(start, from.next);
    if (from.offset > 0 || from.backlog !== undefined || early <= 0 || early > lengthOf(segment))
      return false;
    from.start(start, EXACT);
  }
  if ((segment.flags & ACK) !== 0 && to.known !== EXACT) to.start(segment.acknowledgment, EXACT);
  return true;
}

/**
 * Whether a SYN-ACK that is none of this connection's is the next one's, whose SYN was not seen. It is believed only
 * where it can be no answer to a segment of this connection.
 */
export function opensNext(segment: Segment, from: Half, to: Half, window: number): boolean {
  const isFar = (half: Half, number: number): boolean =>
    half.known !== EXACT || Math.abs(distance(half.next, number)) > window;
  return from.finished || (isFar(from, segment.sequence) && isFar(to, segment.acknowledgment));
}

/** RFC 5961 §3: whether an RST has a sequence number that its sender can have used. */
export function resets(segment: Segment, from: Half, window: number): boolean {
  if (from.known !== EXACT) return true;
  const ahead = distance(from.next, segment.sequence);
  // An RST that answers a segment repeats its acknowledgment number, which may lie before what was sent since.
  return ahead <= window && (ahead >= 0 || distance(from.acknowledgment, segment.sequence) >= 0);
}
