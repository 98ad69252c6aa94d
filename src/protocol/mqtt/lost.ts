/** Where packets begin is not known: octets are held and searched, and read from where packets are found. */
import type { Chunk } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import { beginsPiece, carriersOf, clear, discard, hold, release } from "./assembly.ts";
import { type FixedHeader, headerFault, IMPOSSIBLE, NOT_YET, readFixedHeader } from "./frame.ts";
import { endAssembly, type Half, heldBy, miss } from "./half.ts";
import { receive, type Session } from "./receive.ts";
import { firstOpen, forgetSearched, newSearch, searchPackets, startOver } from "./resync.ts";
import { tellFault, tellLimit } from "./tell.ts";

/** Packets are lost to malformed framing; a direction in which that goes on is given up. */
export function lose(session: Session, half: Half): void {
  endAssembly(half);
  miss(half);
  half.proof = 0;
  half.losses += 1;
  half.state = "lost";
  half.search = undefined;
  if (half.losses > LIMITS.resynchronisations) giveUp(session, half);
}

/** No more is read of a direction: what it carries is not MQTT, or is meant to cost. */
function giveUp(session: Session, half: Half): void {
  half.state = "deaf";
  tellLimit(session, half, "resynchronisations", session.shared.place);
}

/** Adds a chunk to the octets in which packets are searched. */
export function gather(session: Session, half: Half, chunk: Chunk, start: number): void {
  if (half.state === "deaf") {
    release(half.held);
    return;
  }
  const held = heldBy(half);
  const end = chunk.octets.length;
  if (start < end && hold(held, chunk, start, end) < end - start) {
    clear(held);
    half.search = undefined;
  }
  seek(session, half, false);
}

/** Searches the held octets for packets, and reads them once found. */
export function seek(session: Session, half: Half, last: boolean): void {
  const { held } = half;
  const { roles } = session.connection;
  const from = roles === "first-segment" ? undefined : half.direction;
  const search = (half.search ??= newSearch(from));
  search.from = from;
  const beginsSegment = (at: number): boolean => beginsPiece(held, at);
  while (half.state === "lost" && held.length > 0) {
    const at = searchPackets(search, held.buffer, held.length, beginsSegment, last);
    if (at < 0) break;
    discard(held, at);
    startOver(search);
    half.state = "synced";
    walkHeld(session, half);
  }
  if (half.state === "synced") {
    half.search = undefined;
    return;
  }
  half.search = search;
  // What was ruled out goes when it is worth the move.
  const gone = half.state === "deaf" || last ? held.length : firstOpen(search);
  if (gone < held.length && gone < LIMITS.searchOctets) return;
  discard(held, gone);
  forgetSearched(search, gone);
}

/** Reads the packets at the beginning of what is held; a part of one stays and is assembled. */
function walkHeld(session: Session, half: Half): void {
  const { header, place } = session.shared;
  const { held } = half;
  let at = 0;
  while (at < held.length) {
    const read = readFixedHeader(held.buffer, at, held.length, header);
    const length = read + header.remaining;
    if (read === NOT_YET || (read > 0 && at + length > held.length)) {
      half.total = read === NOT_YET ? 0 : length;
      break;
    }
    const pieces = carriersOf(held, at, at + (read === IMPOSSIBLE ? faultLength(header) : length));
    const last = pieces.at(-1)!;
    place.frame = last.arrival;
    place.at = last.arrivedAt;
    place.from = pieces[0]!.offset;
    place.to = last.to;
    place.carriers = pieces;
    place.octets = held.buffer;
    place.start = at;
    place.end = Math.min(at + (read === IMPOSSIBLE ? faultLength(header) : length), held.length);
    if (read === IMPOSSIBLE) tellFault(session, half, headerFault(held.buffer, at), place);
    else if (receive(session, half, held.buffer, at, at + length)) {
      at += length;
      continue;
    }
    lose(session, half);
    at += 1;
    break;
  }
  discard(held, at);
}

/** Octets of a header that cannot be one: its type alone, or a length that does not end. */
export const faultLength = (header: FixedHeader): number => (header.type === 0 ? 1 : 5);
