/** How the segments of one direction become its octets in order, its gaps and its end. */
import { FIN, PSH, type Segment } from "../packet/segment.ts";
import { Backlog } from "./backlog.ts";
import { EXACT, type Half, TENTATIVE, UNKNOWN } from "./half.ts";
import type { Ledger } from "./ledger.ts";
import { advance, distance, lengthOf } from "./sequence.ts";

/**
 * Take the payload and the FIN of a segment; `sequence` is that of its first octet (behind the SYN, where it has one).
 * Items go to the connection's stage while this runs. False: the segment continues others that lie far behind, so that
 * these addresses belong to a new connection whose SYN was not seen.
 */
export function receive(half: Half, segment: Segment, sequence: number, ledger: Ledger): boolean {
  const length = lengthOf(segment);
  const hasFin = (segment.flags & FIN) !== 0;
  if (half.known !== EXACT && !place(half, sequence, length, segment.flags, ledger)) return true;
  const ahead = distance(half.next, sequence);
  // RFC 9293 §3.8.4: a keep-alive repeats the octet before the next one, or none, and its content is garbage.
  if (ahead === -1 && length <= 1 && !hasFin) return true;
  if (half.finished) {
    if (ahead + length > 0) ledger.counters.ignored++;
    return true;
  }
  const from = half.offset + ahead;
  if (!inWindow(half, from, from + length, ledger)) return stray(half, segment, sequence, ledger);
  if (half.backlog !== undefined) half.backlog.strays = 0;
  if (hasFin) noteFin(half, from + length, ledger);
  accept(half, segment, from, ledger);
  return true;
}

/** The peer has acknowledged `ahead` octets more than were handed on: the octets between are not coming, or late. */
export function acknowledgeAhead(half: Half, ahead: number, ledger: Ledger): void {
  if (half.known === UNKNOWN || half.finished) return;
  if (half.offset === 0 && half.backlog === undefined && Math.abs(ahead) > ledger.limits.windowOctets) {
    // The peer has taken another SYN than the one that was believed.
    half.start(advance(half.next, ahead), half.known);
    return;
  }
  if (ahead <= 0) return;
  const backlog = backlogOf(half);
  const limit =
    Math.max(half.offset, backlog.end, backlog.acknowledged, backlog.announced) + ledger.limits.windowOctets;
  // The acknowledgment of a FIN counts one more than its octets.
  const acknowledged = half.fin >= 0 ? Math.min(half.offset + ahead, half.fin) : half.offset + ahead;
  if (acknowledged > limit) ledger.counters.ignored++;
  else if (acknowledged > backlog.acknowledged) {
    backlog.acknowledged = acknowledged;
    if (backlog.guessed || backlog.mark <= half.offset) setMark(backlog, acknowledged, false, ledger);
  }
  settle(half);
}

/** Give up the holes that were acknowledged long enough ago for a late frame to have shown up. */
export function review(half: Half, ledger: Ledger): void {
  const backlog = half.backlog;
  if (backlog === undefined) return;
  const { limits } = ledger;
  const oneSided = half.connection.peer(half).segments === 0;
  if (backlog.guessed && !oneSided) setMark(backlog, backlog.acknowledged, false, ledger);
  while (backlog.mark > half.offset && holeEnd(half, backlog.mark, limits.windowOctets) > 0) {
    const micros = ledger.clock - backlog.markedAt;
    const segments = half.connection.frames - backlog.markedSegments;
    const isLate = !oneSided && (segments >= limits.lateSegments || micros >= limits.lateMicros);
    if (!isLate && micros < limits.oneSidedMicros) break;
    giveUp(half, backlog.mark, ledger);
    if (backlog.acknowledged <= backlog.mark) break;
    setMark(backlog, backlog.acknowledged, false, ledger);
  }
  if (oneSided && backlog.mark <= half.offset && isWaiting(half)) {
    setMark(backlog, Math.max(backlog.end, backlog.announced, half.fin), true, ledger);
  }
  settle(half);
}

/** Hand on all that is held, with the holes before it as gaps; then what is known to be missing at the end. */
export function flush(half: Half, ledger: Ledger): void {
  const backlog = half.backlog;
  if (backlog === undefined || half.finished) return;
  giveUp(half, Number.POSITIVE_INFINITY, ledger);
  if (!half.finished) {
    // What the peer said last counts, so that one damaged acknowledgment makes no gap.
    const acknowledged = Math.min(
      backlog.acknowledged - half.offset,
      distance(half.next, half.acknowledgment),
    );
    // One octet acknowledged beyond all that was seen is a FIN that was not captured.
    if (acknowledged > 1) half.connection.skip(half, acknowledged, ledger);
  }
  half.backlog = undefined;
}

/** Give up holes until no more than these octets are held: the ceiling of all connections was reached. */
export function relieve(half: Half, ledger: Ledger): void {
  giveUp(half, Number.POSITIVE_INFINITY, ledger);
  settle(half);
}

/** Decide where a direction without octets begins. False: the segment has none that could be handed on. */
function place(half: Half, sequence: number, length: number, flags: number, ledger: Ledger): boolean {
  const octets = length > 0 || (flags & FIN) !== 0;
  const ahead = distance(half.next, sequence);
  // One octet without PSH that a direction is first seen with is a keep-alive's garbage.
  if (length === 1 && (flags & (FIN | PSH)) === 0 && (half.known === UNKNOWN || ahead === -1)) {
    half.start(advance(sequence, 1), TENTATIVE);
    return false;
  }
  const near = half.known === TENTATIVE && ahead > 1 && ahead <= ledger.limits.windowOctets;
  if (near) half.known = octets ? EXACT : TENTATIVE;
  else half.start(sequence, octets ? EXACT : TENTATIVE);
  return octets;
}

function inWindow(half: Half, from: number, to: number, ledger: Ledger): boolean {
  const { backlog, offset } = half;
  const { windowOctets } = ledger.limits;
  const end = backlog === undefined ? offset : Math.max(offset, backlog.acknowledged, backlog.announced);
  return to >= offset - windowOctets && from <= end + windowOctets;
}

/** A segment outside the window is ignored, until so many continue each other that it is the window that is wrong. */
function stray(half: Half, segment: Segment, sequence: number, ledger: Ledger): boolean {
  ledger.counters.ignored++;
  const { limits } = ledger;
  const backlog = backlogOf(half);
  const length = lengthOf(segment);
  const step = distance(backlog.strayNext, sequence);
  backlog.strays = backlog.strays > 0 && step >= 0 && step <= limits.bufferedOctets ? backlog.strays + 1 : 1;
  backlog.strayNext = advance(sequence, length);
  if (backlog.strays < limits.strayRun || half.fin >= 0) return true;
  backlog.strays = 0;
  const from = half.offset + distance(half.next, sequence);
  if (from < half.offset) return false;
  giveUp(half, Number.POSITIVE_INFINITY, ledger);
  if (from > half.offset) half.connection.skip(half, from - half.offset, ledger);
  accept(half, segment, from, ledger);
  return true;
}

/** RFC 9293 §3.10.7.4, eighth: nothing comes behind a FIN; the first FIN counts, and none before octets handed on. */
function noteFin(half: Half, at: number, ledger: Ledger): void {
  if (half.fin >= 0) return;
  if (at < half.offset) {
    ledger.counters.ignored++;
    return;
  }
  half.fin = at;
  if (half.backlog === undefined) return;
  half.backlog.dropBehind(at);
  half.backlog.acknowledged = Math.min(half.backlog.acknowledged, at);
  ledger.charge(half.backlog);
}

/** A segment in the window whose payload begins at the stream offset `from`. */
function accept(half: Half, segment: Segment, from: number, ledger: Ledger): void {
  const { difference } = ledger;
  const whole = from + segment.end - segment.start;
  const to = half.fin >= 0 ? Math.min(whole, half.fin) : whole;
  if (to < whole) ledger.counters.ignored++;
  const announced = half.fin >= 0 ? Math.min(whole + segment.missing, half.fin) : whole + segment.missing;
  if (from < half.offset && from < to) {
    const again = Math.min(to, half.offset);
    ledger.journal.compare(half.record, from, again, segment.octets, segment.start, difference);
  }
  if (from < to && to > half.offset) {
    if (from > half.offset) hold(half, segment, from, to, ledger);
    else fill(half, segment, from, to, ledger);
  }
  if (announced > to && announced > half.offset) {
    const backlog = backlogOf(half);
    if (announced > backlog.announced) {
      half.cut += announced - Math.max(to, backlog.announced, half.offset);
      backlog.announced = announced;
    }
  }
  if (difference.found) {
    half.connection.overlap(half, difference.from, difference.to - difference.from, ledger);
    difference.clear();
  }
  if (half.offset === half.fin) finish(half, ledger);
  else if (half.fin >= 0) backlogOf(half);
  settle(half);
}

/** Octets that come next: handed on as they lie in the capture, around what is held already. */
function fill(half: Half, segment: Segment, from: number, to: number, ledger: Ledger): void {
  const { connection, backlog } = half;
  backlog?.compare(Math.max(from, half.offset), to, segment, from, ledger.difference);
  while (half.offset < to) {
    const held = backlog?.first?.offset;
    const end = held === undefined ? to : Math.min(to, held);
    const skipped = half.offset - from;
    const position = segment.position < 0 ? -1 : segment.position + skipped;
    const start = segment.start + skipped;
    connection.deliver(
      half,
      segment.octets,
      start,
      start + end - half.offset,
      segment.frame.number,
      position,
      ledger,
    );
    drain(half, ledger);
  }
}

/** Octets behind a hole: copied, and kept until the hole is filled or given up. */
function hold(half: Half, segment: Segment, from: number, to: number, ledger: Ledger): void {
  const { limits } = ledger;
  const backlog = backlogOf(half);
  backlog.insert(from, to, segment, from, segment.frame.number, ledger.difference);
  ledger.charge(backlog);
  if (backlog.octets <= limits.bufferedOctets && backlog.count <= limits.bufferedPieces) return;
  const { frame, at } = ledger;
  ledger.sink.limit({ limit: "buffered-octets", at, frame, connection: half.connection });
  giveUp(half, Number.POSITIVE_INFINITY, ledger, limits.bufferedOctets / 2, limits.bufferedPieces / 2);
}

/** Give up the holes before the stream offset `before`, while more than these octets or pieces are held. */
function giveUp(half: Half, before: number, ledger: Ledger, octets = -1, pieces = -1): void {
  const { connection, backlog } = half;
  if (backlog === undefined) return;
  while (backlog.octets > octets || backlog.count > pieces) {
    const end = holeEnd(half, before, ledger.limits.windowOctets);
    if (end === 0) return;
    if (end > half.offset) connection.skip(half, end - half.offset, ledger);
    drain(half, ledger);
    if (half.offset === half.fin) finish(half, ledger);
  }
}

/**
 * Where the hole behind what was handed on ends, if it may be given up as far as the stream offset `before`: at the
 * next piece, at the FIN, or at octets that were not captured. 0: there is none, or it ends later.
 */
function holeEnd(half: Half, before: number, window: number): number {
  const { backlog, fin, offset } = half;
  if (backlog === undefined || half.finished) return 0;
  const end = backlog.first?.offset ?? fin;
  if (end >= 0) return end <= before ? end : 0;
  // Nothing was captured behind: only what is missing for sure, or so much that the window moves on.
  const missing = backlog.acknowledged - offset > window ? backlog.acknowledged : backlog.announced;
  return Math.min(missing, before) > offset ? Math.min(missing, before) : 0;
}

/** Hand on the pieces that no hole is in front of any more. */
function drain(half: Half, ledger: Ledger): void {
  const { connection, backlog } = half;
  if (backlog === undefined) return;
  if (backlog.first?.offset !== half.offset) return;
  for (let piece = backlog.first; piece?.offset === half.offset; piece = backlog.first) {
    backlog.shift();
    connection.deliver(half, piece.octets, 0, piece.octets.length, piece.frame, piece.position, ledger);
  }
  ledger.charge(backlog);
}

function finish(half: Half, ledger: Ledger): void {
  if (half.finished) return;
  half.finished = true;
  half.next = advance(half.next, 1);
  half.connection.close(half, "fin", ledger);
}

/** Something lies behind a hole: pieces, the FIN, or octets that were not captured. */
const isWaiting = (half: Half): boolean =>
  half.backlog !== undefined && holeEnd(half, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY) > 0;

function setMark(backlog: Backlog, mark: number, guessed: boolean, ledger: Ledger): void {
  backlog.mark = mark;
  backlog.guessed = guessed;
  backlog.markedAt = ledger.clock;
  backlog.markedSegments = backlog.half.connection.frames;
}

function backlogOf(half: Half): Backlog {
  half.backlog ??= new Backlog(half);
  return half.backlog;
}

/** A direction whose trouble has passed needs no backlog any more. */
function settle(half: Half): void {
  const backlog = half.backlog;
  if (backlog === undefined || backlog.count > 0 || backlog.strays > 0 || half.fin > half.offset) return;
  if (backlog.acknowledged <= half.offset && backlog.announced <= half.offset) half.backlog = undefined;
}
