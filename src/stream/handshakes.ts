/** What becomes of a segment whose addresses have no connection object: SYNs wait for their answers in rows. */
import { ACK, RST, type Segment, SYN } from "../packet/segment.ts";
import { TcpConnection } from "./connection.ts";
import type { Ended } from "./ended.ts";
import { EXACT, TENTATIVE } from "./half.ts";
import type { Roles, StreamId } from "./item.ts";
import { type Ledger, TICK_MICROS } from "./ledger.ts";
import { hardwareOf, type Opening } from "./opening.ts";
import { rolesByPort } from "./roles.ts";
import { small } from "./row.ts";
import { advance, carries, distance } from "./sequence.ts";
import { AT, FRAME, KIND, NONE, SEEN, SEGMENTS, SEQUENCE, STREAM, TupleTable } from "./tuple-table.ts";

/** Half-open connections, as rows. Stream numbers are given here, in the order of first frames. */
export class Handshakes {
  readonly #ledger: Ledger;
  readonly #capture: number;
  readonly #serverPorts: ReadonlySet<number>;
  readonly #halfOpen: TupleTable;
  readonly #ended: Ended;
  #told = false;

  constructor(ledger: Ledger, ended: Ended, capture: number, serverPorts: ReadonlySet<number>) {
    this.#ledger = ledger;
    this.#capture = capture;
    this.#serverPorts = serverPorts;
    this.#halfOpen = new TupleTable(ledger.limits.halfOpen);
    this.#ended = ended;
  }

  /** The new connection that this segment belongs to, or undefined where it carries nothing on. */
  admit(segment: Segment, hash: number): TcpConnection | undefined {
    const row = this.#halfOpen.find(segment, hash);
    if (row !== NONE) {
      const { tick, idleTicks } = this.#ledger;
      if (tick - this.#halfOpen.number(row, SEEN) < idleTicks) return this.#proceed(row, segment, hash);
      this.#halfOpen.remove(row);
    }
    if (this.#ended.absorbs(segment, hash)) return undefined;
    return this.#begin(segment, hash);
  }

  /**
   * A SYN for the addresses of a connection that lives, with another sequence number than its own: it waits for an
   * answer, since a forged one gets none (RFC 5961 §4).
   */
  challenge(segment: Segment, hash: number): void {
    const row = this.#halfOpen.find(segment, hash);
    if (row !== NONE && this.#halfOpen.same(row, segment) && this.#isRepeated(row, segment))
      return this.#again(row);
    if (row !== NONE) this.#halfOpen.remove(row);
    this.#addHalfOpen(segment, hash, SYN_SENT);
  }

  /** What a segment says to the SYN that waits beside a living connection. */
  challenger(segment: Segment, hash: number): "none" | "waits" | "answered" {
    const row = this.#halfOpen.find(segment, hash);
    if (row === NONE) return "none";
    const expected = advance(this.#halfOpen.word(row, SEQUENCE), 1);
    if (this.#halfOpen.same(row, segment)) {
      return (segment.flags & (SYN | RST)) === 0 && segment.sequence === expected ? "answered" : "waits";
    }
    return (segment.flags & ACK) !== 0 && segment.acknowledgment === expected ? "answered" : "waits";
  }

  /** The first segment between these addresses. */
  #begin(segment: Segment, hash: number): TcpConnection | undefined {
    const { flags } = segment;
    if ((flags & RST) !== 0) {
      this.#ledger.counters.connections++;
      this.#ended.rememberReset(segment, hash);
      return undefined;
    }
    if ((flags & SYN) === 0) {
      if (carries(segment)) return this.#open(segment, hash, false, this.#byPort(segment), true);
      this.#addHalfOpen(segment, hash, ACK_SEEN);
      return undefined;
    }
    // A SYN-ACK first: its SYN was not captured, but it says where both directions begin.
    if ((flags & ACK) !== 0) return this.#open(segment, hash, true, HANDSHAKE, false);
    // RFC 7413: data on a SYN.
    if (carries(segment)) return this.#open(segment, hash, false, HANDSHAKE, false);
    this.#addHalfOpen(segment, hash, SYN_SENT);
    return undefined;
  }

  /** A further segment between the addresses of a half-open connection. */
  #proceed(row: number, segment: Segment, hash: number): TcpConnection | undefined {
    const table = this.#halfOpen;
    const { flags } = segment;
    const same = table.same(row, segment);
    if ((flags & SYN_ACK) === SYN && same && !this.#isRepeated(row, segment)) {
      table.remove(row);
      return this.#begin(segment, hash);
    }
    if (!this.#fits(row, segment, same)) {
      this.#ledger.counters.ignored++;
      return undefined;
    }
    // A refusal makes no connection, and neither does what the same side says again without octets: an attacker could
    // say it for anybody. The row stays, since the refusal may be forged.
    const isReset = (flags & RST) !== 0;
    if (!isReset && (!same || carries(segment) || (flags & SYN_ACK) === SYN_ACK)) {
      return this.#promote(row, segment, hash, same);
    }
    if ((flags & (SYN | RST)) === SYN) {
      table.setWord(row, KIND, SYN_SENT);
      table.setWord(row, SEQUENCE, segment.sequence);
    }
    this.#again(row);
    return undefined;
  }

  /** Whether a segment can belong to the connection that a row stands for. */
  #fits(row: number, segment: Segment, same: boolean): boolean {
    const { windowOctets } = this.#ledger.limits;
    if (this.#halfOpen.word(row, KIND) !== SYN_SENT) return true;
    const sequence = this.#halfOpen.word(row, SEQUENCE);
    const { flags } = segment;
    if (same) {
      const ahead = distance(sequence, segment.sequence);
      return ahead >= 0 && ahead <= windowOctets;
    }
    if ((flags & ACK) === 0) return (flags & SYN) !== 0;
    const acknowledged = distance(sequence, segment.acknowledgment);
    return acknowledged > 0 && acknowledged <= windowOctets;
  }

  /** The SYN of the row once more, or the SYN whose handshake's last segment was captured before it. */
  #isRepeated(row: number, segment: Segment): boolean {
    const kind = this.#halfOpen.word(row, KIND);
    const sequence = this.#halfOpen.word(row, SEQUENCE);
    return segment.sequence === (kind === SYN_SENT ? sequence : advance(sequence, -1));
  }

  #again(row: number): void {
    const table = this.#halfOpen;
    table.setWord(row, SEGMENTS, table.word(row, SEGMENTS) + 1);
    table.setNumber(row, SEEN, this.#ledger.tick);
    table.renew(row);
  }

  #promote(row: number, segment: Segment, hash: number, same: boolean): TcpConnection {
    const table = this.#halfOpen;
    const kind = table.word(row, KIND);
    const sequence = table.word(row, SEQUENCE);
    const midstream = kind !== SYN_SENT && (segment.flags & SYN) === 0;
    const opening: Opening = {
      id: small(table.number(row, STREAM)) as StreamId,
      capture: this.#capture,
      addresses: segment,
      reversed: !same,
      hash,
      ...(kind === SYN_SENT ? HANDSHAKE : this.#rolesNow(segment, same)),
      hardware: hardwareOf(segment, !same),
      midstream,
      first: table.number(row, AT) as Opening["first"],
      firstFrame: small(table.number(row, FRAME)) as Opening["firstFrame"],
    };
    const connection = new TcpConnection(opening);
    connection.initiator.segments = table.word(row, SEGMENTS);
    if (kind === SYN_SENT) connection.initiator.start(advance(sequence, 1), EXACT);
    else connection.initiator.start(sequence, TENTATIVE);
    table.remove(row);
    this.#ended.forget(segment, hash);
    return connection;
  }

  /** Who is who where the row has no SYN: this segment may be one. */
  #rolesNow(segment: Segment, same: boolean): InitiatorRoles {
    if ((segment.flags & SYN) === 0) {
      const { initiatorIsClient, roles } = this.#byPort(segment);
      return { initiatorIsClient: roles === "first-segment" || initiatorIsClient === same, roles };
    }
    const sourceIsClient = (segment.flags & ACK) === 0;
    return { initiatorIsClient: sourceIsClient === same, roles: "handshake" };
  }

  #byPort(segment: Segment): InitiatorRoles {
    const { sourceIsClient, roles } = rolesByPort(
      segment.sourcePort,
      segment.destinationPort,
      this.#serverPorts,
    );
    return { initiatorIsClient: sourceIsClient, roles };
  }

  #open(
    segment: Segment,
    hash: number,
    reversed: boolean,
    roles: InitiatorRoles,
    midstream: boolean,
  ): TcpConnection {
    return new TcpConnection({
      id: this.#ledger.counters.connections++ as StreamId,
      capture: this.#capture,
      addresses: segment,
      reversed,
      hash,
      ...roles,
      hardware: hardwareOf(segment, reversed),
      midstream,
      first: segment.frame.at,
      firstFrame: segment.frame.number,
    });
  }

  #addHalfOpen(segment: Segment, hash: number, kind: typeof SYN_SENT | typeof ACK_SEEN): void {
    const table = this.#halfOpen;
    if (table.full) this.#displace();
    else if (table.size < this.#ledger.limits.halfOpen * EASED) this.#told = false;
    const row = table.add(segment, hash);
    table.setWord(row, KIND, kind);
    table.setWord(row, SEQUENCE, segment.sequence);
    table.setWord(row, SEGMENTS, 1);
    table.setNumber(row, STREAM, this.#ledger.counters.connections++);
    table.setNumber(row, FRAME, segment.frame.number);
    table.setNumber(row, AT, segment.frame.at);
    table.setNumber(row, SEEN, this.#ledger.tick);
  }

  /** Make room for a half-open connection; told once until the flood is over. */
  #displace(): void {
    const { counters, limits, sink, tick, at, frame } = this.#ledger;
    const oldest = this.#halfOpen.number(this.#halfOpen.oldest, SEEN);
    const young = (tick - oldest) * TICK_MICROS < limits.halfOpenMicros;
    this.#halfOpen.remove(this.#halfOpen.oldest);
    counters.halfOpenDropped++;
    if (!young || this.#told) return;
    this.#told = true;
    sink.limit({ limit: "half-open", at, frame });
  }
}

interface InitiatorRoles {
  readonly initiatorIsClient: boolean;
  readonly roles: Roles;
}

const SYN_ACK = SYN | ACK;

const HANDSHAKE: InitiatorRoles = { initiatorIsClient: true, roles: "handshake" };

/** Kinds of half-open rows: a SYN, or a segment without octets from the middle of a connection. */
const SYN_SENT = 1;
const ACK_SEEN = 2;

/** The flood is over when this part of the rows is in use. */
const EASED = 0.875;
