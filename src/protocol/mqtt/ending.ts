/** The end of a direction within a packet: what is held is all that there will be of it. */
import type { Close, End } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import { type Assembly, release } from "./assembly.ts";
import { CONNECT, PACKET_NAMES, readFixedHeader } from "./frame.ts";
import { endAssembly, type Half } from "./half.ts";
import { seek } from "./lost.ts";
import { receiveTorn, type Session } from "./receive.ts";
import { type Place, tellFault } from "./tell.ts";

/** The connection is over: what is held is all that there will be. */
export function finish(session: Session, half: Half, item: End | Close): void {
  const { held, total } = half;
  const { place } = session.shared;
  if (half.state === "lost") seek(session, half, true);
  else if (half.hole === undefined && held.length > 0) finishTorn(session, half, item);
  if (half.state === "synced" && half.finished && half.hole === undefined && (held.length > 0 || total > 0)) {
    place.frame = item.arrival;
    place.at = item.at;
    place.from = held.pieces[0]?.offset ?? 0;
    place.to = held.pieces.at(-1)?.to ?? 0;
    placeHeld(place, held);
    const unit = PACKET_NAMES[held.buffer[0]! >> 4] as string;
    const reason = { kind: "short", needed: Math.max(total, 2), left: held.length } as const;
    if (half.proof >= LIMITS.proofPackets)
      tellFault(session, half, { unit, field: "Remaining Length", offset: 1, reason }, place);
  }
  release(held);
  endAssembly(half);
}

/** The capture or the connection ends within a packet: of a CONNECT its beginning says who wanted to log in. */
function finishTorn(session: Session, half: Half, item: End | Close): void {
  const { header, place } = session.shared;
  const { held } = half;
  const read = readFixedHeader(held.buffer, 0, held.length, header);
  if (read <= 0 || header.type !== CONNECT) return;
  place.frame = held.pieces.at(-1)?.arrival ?? item.arrival;
  place.at = item.at;
  place.from = held.pieces[0]?.offset ?? 0;
  place.to = held.pieces.at(-1)?.to ?? 0;
  placeHeld(place, held);
  receiveTorn(session, half, held.buffer, read, held.length);
}

/** What is held is the unit. */
export function placeHeld(place: Place, { pieces, buffer, length }: Assembly): void {
  place.carriers = pieces;
  place.octets = buffer;
  place.start = 0;
  place.end = length;
}
