/** The way that nearly all segments go: the next one of an open connection, or an acknowledgment of what was seen. */
import { ACK, FIN, RST, type Segment, SYN } from "../packet/segment.ts";
import type { TcpConnection } from "./connection.ts";
import type { ConnectionTable } from "./connection-table.ts";
import { EXACT, type Half } from "./half.ts";
import { UNWANTED } from "./item.ts";
import type { Ledger } from "./ledger.ts";
import {
  ACKNOWLEDGMENT,
  HANDLE,
  INITIATOR,
  INITIATOR_NUMBERS,
  LAST,
  MOVED,
  NEXT,
  NUMBERS,
  OCTETS,
  OFFSET,
  QUICK,
  RECORD,
  RESPONDER,
  RESPONDER_NUMBERS,
  SEEN,
  SEGMENTS,
  small,
  WORDS,
} from "./row.ts";

/**
 * Takes a segment of the connection in a quick row, reading and writing that row and nothing else where its octets can
 * be skimmed. False, and nothing is changed, where the segment needs to be looked at.
 */
export function takeQuickly(table: ConnectionTable, row: number, segment: Segment, ledger: Ledger): boolean {
  const { words, numbers } = table;
  const at = row * WORDS;
  if (words[at + QUICK] === 0 || segment.missing > 0) return false;
  if ((segment.flags & (SYN | FIN | RST | ACK)) !== ACK) return false;
  const { tick } = ledger;
  const fromInitiator = table.isInitiator(row, segment);
  const from = at + (fromInitiator ? INITIATOR : RESPONDER);
  const to = at + (fromInitiator ? RESPONDER : INITIATOR);
  const fromNumbers = row * NUMBERS + (fromInitiator ? INITIATOR_NUMBERS : RESPONDER_NUMBERS);
  const ahead = (segment.acknowledgment - words[to + NEXT]!) | 0;
  if (ahead !== 0) {
    const toNumbers = row * NUMBERS + (fromInitiator ? RESPONDER_NUMBERS : INITIATOR_NUMBERS);
    if (ahead > 0 || numbers[toNumbers + OFFSET] === 0) return false;
  }
  const { start, end } = segment;
  const length = end - start;
  if (length > 0 && segment.sequence !== words[from + NEXT]) return false;
  if ((tick - words[at + MOVED]!) * MOVES >= ledger.idleTicks) table.move(table.at(row), tick);
  words[to + ACKNOWLEDGMENT] = segment.acknowledgment;
  words[from + SEGMENTS]!++;
  words[at + SEEN] = tick;
  if (ledger.at > numbers[row * NUMBERS + LAST]!) numbers[row * NUMBERS + LAST] = ledger.at;
  if (length === 0) return true;
  const offset = small(numbers[fromNumbers + OFFSET]!);
  words[from + NEXT] = segment.sequence + length;
  numbers[fromNumbers + OFFSET] = offset + length;
  numbers[fromNumbers + OCTETS]! += length;
  const handle = words[from + HANDLE]!;
  if (handle === UNWANTED) return true;
  const { octets } = segment;
  numbers[fromNumbers + RECORD] = ledger.journal.note(
    numbers[fromNumbers + RECORD]!,
    offset,
    octets,
    start,
    end,
  );
  if (handle >= 0 && ledger.sink.skim?.(handle, octets, start, end, ledger.at) === true) return true;
  const connection = table.at(row);
  const half = fromInitiator ? connection.initiator : connection.responder;
  connection.hand(half, octets.subarray(start, end), offset, segment.frame.number, segment.position, ledger);
  return true;
}

/** Whether the next segments may be taken quickly: nothing waits, and somebody takes octets. */
export const isQuick = (connection: TcpConnection): boolean =>
  !connection.ended &&
  !connection.challenged &&
  connection.reset === undefined &&
  connection.stage !== undefined &&
  isReady(connection.initiator) &&
  isReady(connection.responder);

/** The next segment in order can be handed on as it is. */
export const isReady = (half: Half): boolean =>
  half.known === EXACT && half.backlog === undefined && half.fin < 0;

/** A connection moves in the idle list this many times in the time after which it is idle. */
export const MOVES = 16;
