/** One direction of a connection: how far its octets have been handed on. */
import type { Backlog } from "./backlog.ts";
import type { TcpConnection } from "./connection.ts";
import { type Direction, UNSKIMMED } from "./item.ts";
import { UNRECORDED } from "./journal.ts";
import { advance, distance } from "./sequence.ts";

/** How well the start of a direction is known. */
export type Known = typeof UNKNOWN | typeof TENTATIVE | typeof EXACT;
export const UNKNOWN = 0;
/** From a segment without octets: the first octets may lie somewhat elsewhere. */
export const TENTATIVE = 1;
/** From a SYN, or from the first octets seen. */
export const EXACT = 2;

export class Half {
  known: Known = UNKNOWN;
  /** The sequence number that comes next (RCV.NXT of the peer, RFC 9293 §3.3.1), signed, and its stream offset. */
  next = 0;
  offset = 0;
  /** Stream offset of the FIN, or -1. */
  fin = -1;
  backlog: Backlog | undefined = undefined;
  segments = 0;
  /** Octets handed on. */
  octets = 0;
  /** Octets given up, and those of them whose segments were captured, but cut. */
  skipped = 0;
  cut = 0;
  /** Who sends here. */
  direction: Direction;
  /** The journal's last record of this direction. */
  record = UNRECORDED;
  /** Under which its octets may be skimmed, or why not. */
  handle = UNSKIMMED;
  /** The peer's latest acknowledgment number. */
  acknowledgment = 0;
  /** All octets up to the FIN were handed on; `next` is behind the FIN then. */
  finished = false;
  readonly connection: TcpConnection;

  constructor(connection: TcpConnection, direction: Direction) {
    this.connection = connection;
    this.direction = direction;
  }

  /** The first octet has this sequence number. Only while nothing was handed on or held. */
  start(sequence: number, known: Known): void {
    this.next = sequence | 0;
    this.acknowledgment = sequence | 0;
    this.offset = 0;
    this.known = known;
    this.backlog = undefined;
  }

  /** Stream offset up to which the peer has acknowledged, as far as octets were handed on or given up. */
  get acknowledged(): number {
    return Math.min(Math.max(this.offset + distance(this.next, this.acknowledgment), 0), this.offset);
  }

  /** Of the octets acknowledged, those that no captured segment had. */
  get missed(): number {
    return Math.min(Math.max(this.skipped - this.cut, 0), this.acknowledged);
  }

  /** The sequence number that the SYN had, where the start is exact: `offset` counts from the octet behind it. */
  get initial(): number {
    return advance(this.next, -this.offset - (this.finished ? 2 : 1));
  }
}
