/** Connections that have ended, remembered for a while so that their stragglers are not taken for new ones. */
import { ACK, RST, type Segment, SYN } from "../packet/segment.ts";
import type { TcpConnection } from "./connection.ts";
import type { Ledger } from "./ledger.ts";
import { carries, distance } from "./sequence.ts";
import { KIND, NONE, PEER_SEQUENCE, SEEN, SEQUENCE, TupleTable } from "./tuple-table.ts";

/** How a connection has ended: by both FINs, or by an RST of one side. */
export type How = typeof CLOSED | typeof RESET_BY_SOURCE | typeof RESET_BY_DESTINATION;
export const CLOSED = 1;
export const RESET_BY_SOURCE = 2;
export const RESET_BY_DESTINATION = 3;

export class Ended {
  readonly #ledger: Ledger;
  readonly #table: TupleTable;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#table = new TupleTable(ledger.limits.ended);
  }

  remember(connection: TcpConnection, how: How): void {
    this.#add(connection, connection.hash, how, connection.initiator.next, connection.responder.next);
  }

  /** An RST for a connection that was never open. */
  rememberReset(segment: Segment, hash: number): void {
    this.#add(segment, hash, RESET_BY_SOURCE, segment.sequence, segment.acknowledgment);
  }

  forget(segment: Segment, hash: number): void {
    const row = this.#table.find(segment, hash);
    if (row !== NONE) this.#table.remove(row);
  }

  /** Whether a segment only follows the end of a connection. If not, it is the first of the next one. */
  absorbs(segment: Segment, hash: number): boolean {
    const row = this.#table.find(segment, hash);
    if (row === NONE) return false;
    const { tick, idleTicks } = this.#ledger;
    if (tick - this.#table.number(row, SEEN) < idleTicks && this.#isStraggler(row, segment)) return true;
    this.#table.remove(row);
    return false;
  }

  #isStraggler(row: number, segment: Segment): boolean {
    const { flags } = segment;
    const { windowOctets } = this.#ledger.limits;
    if ((flags & RST) !== 0) return true;
    const same = this.#table.same(row, segment);
    const ahead = distance(this.#table.word(row, same ? SEQUENCE : PEER_SEQUENCE), segment.sequence);
    if ((flags & SYN) !== 0) {
      // A SYN opens the next connection; a SYN-ACK that acknowledges the old one's SYN is a late copy.
      const peer = this.#table.word(row, same ? PEER_SEQUENCE : SEQUENCE);
      const behind = distance(segment.acknowledgment, peer);
      return (flags & ACK) !== 0 && behind >= 0 && behind <= windowOctets;
    }
    if (!carries(segment)) return true;
    if (ahead > windowOctets || ahead < -windowOctets) return false;
    if (ahead < 0) return true;
    // Who has reset a connection sends nothing more on it: then the RST was not its own (RFC 5961 §3).
    const how = this.#table.word(row, KIND);
    if (segment.end > segment.start && how === (same ? RESET_BY_SOURCE : RESET_BY_DESTINATION)) return false;
    this.#ledger.counters.ignored++;
    return true;
  }

  #add(
    addresses: Segment | TcpConnection,
    hash: number,
    how: How,
    sequence: number,
    peerSequence: number,
  ): void {
    const table = this.#table;
    const before = table.find(addresses, hash);
    if (before !== NONE) table.remove(before);
    else if (table.full) table.remove(table.oldest);
    const row = table.add(addresses, hash);
    table.setWord(row, KIND, how);
    table.setWord(row, SEQUENCE, sequence);
    table.setWord(row, PEER_SEQUENCE, peerSequence);
    table.setNumber(row, SEEN, this.#ledger.tick);
  }
}
