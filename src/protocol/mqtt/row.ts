/** Messages in a row: what proves MQTT without its CONNECT, from the first octet on or behind the rest of a packet. */
import type { View } from "../../octets/view.ts";
import type { Direction } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import { NOT_YET, PUBLISH, readFixedHeader } from "./frame.ts";
import { newSearch, type Search, weighPacket } from "./resync.ts";

/**
 * Whether whole packets run from the first octet on, of which `LIMITS.messagesAlone` are messages with a topic of
 * `shortest` octets or more, and nothing else comes between or behind them: the only proof there is where the other side
 * is silent.
 */
export function beginsMidstream(
  octets: View,
  from: Direction | undefined,
  shortest: number = SHORTEST_TOPIC,
): boolean {
  const search = newSearch(from);
  const { header } = search;
  let place = 0;
  let messages = 0;
  while (place < octets.length) {
    if (weighPacket(search, octets, place, octets.length) < 0) return false;
    if (header.headerLength === 0) break;
    const body = place + header.headerLength;
    if (header.type === PUBLISH && isSpeaking(octets, body, shortest)) messages += 1;
    place = body + header.remaining;
  }
  return messages >= LIMITS.messagesAlone;
}

/** Whether the topic of the PUBLISH that has its body there says something. */
const isSpeaking = (octets: View, body: number, shortest: number = SHORTEST_TOPIC): boolean =>
  octets[body]! * 0x100 + octets[body + 1]! >= shortest;

/** A direction, followed from a segment that begins with a message. */
export interface Row {
  readonly search: Search;
  /** Messages with a topic, each of which ends where the next packet begins. */
  messages: number;
  /** The last packet begun is one, and not over. */
  open: boolean;
  /** Octets from `next` on to the end of the last packet begun; `NOWHERE`: the next is awaited at a segment's beginning. */
  rest: number;
  /** Stream offset behind the octets seen. */
  next: number;
}

export const newRow = (from: Direction | undefined): Row => ({
  search: newSearch(from),
  messages: 0,
  open: false,
  rest: NOWHERE,
  next: 0,
});

/**
 * Follows the row through a segment's octets, which lie at stream `offset`. What is no packet where one must begin ends
 * the row and undoes it; behind a loss, and behind a header cut in two, it goes on with the next message.
 */
export function followRow(row: Row, octets: View, offset: number): void {
  const { search } = row;
  search.readings += octets.length / LIMITS.octetsPerReading;
  let place = row.rest === NOWHERE ? NOWHERE : row.rest - (offset - row.next);
  row.next = offset + octets.length;
  if (place < 0) {
    row.rest = NOWHERE;
    row.open = false;
    if (octets[0]! >> 4 !== PUBLISH || weighPacket(search, octets, 0, octets.length) < 0) return;
    place = 0;
  }
  while (place < octets.length) {
    if (row.open) row.messages += 1;
    const length = packetAt(row, octets, place);
    if (length === NOWHERE) return;
    place += length;
  }
  row.rest = place - octets.length;
}

/** Octets of the packet at `place`; `NOWHERE` where none is, or its length is not there. */
function packetAt(row: Row, octets: View, place: number): number {
  const { search } = row;
  const { header } = search;
  row.rest = NOWHERE;
  row.open = false;
  if (weighPacket(search, octets, place, octets.length) < 0) {
    row.messages = 0;
    return NOWHERE;
  }
  const read = readFixedHeader(octets, place, octets.length, header);
  if (read === NOT_YET) return NOWHERE;
  row.open = header.type === PUBLISH && isSpeaking(octets, place + read);
  return read + header.remaining;
}

/** Octets of a topic that says something. */
const SHORTEST_TOPIC = 2;

const NOWHERE = -1;
