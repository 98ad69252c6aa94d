/** The connections that have an object: found by their addresses, expired by their idle time. */
import type { Timestamp } from "../octets/time.ts";
import type { Addresses } from "../packet/segment.ts";
import type { TcpConnection } from "./connection.ts";
import type { Half } from "./half.ts";
import {
  ACKNOWLEDGMENT,
  CHAIN,
  DESTINATION,
  FAMILY,
  HANDLE,
  HASH,
  INITIATOR,
  INITIATOR_NUMBERS,
  LAST,
  MOVED,
  NEXT,
  NONE,
  NUMBERS,
  OCTETS,
  OFFSET,
  PORTS,
  QUICK,
  RECORD,
  RESPONDER,
  RESPONDER_NUMBERS,
  SEEN,
  SEGMENTS,
  SOURCE,
  small,
  WORDS,
} from "./row.ts";
import { answers, sends } from "./sides.ts";

/**
 * A chained hash table of rows, one for each connection, of 128 octets each: what the usual segment reads and writes
 * lies together in two cache lines, where an object with its halves and boxed numbers is spread over a dozen. A row is
 * `quick` while it holds the state of both directions; the objects are brought up to date when somebody asks them.
 *
 * The idle list is in the order of the last move; who uses a connection moves it only once in a while, so that a
 * segment costs no list operation.
 */
export class ConnectionTable {
  /** Rows of `WORDS` words, or of `NUMBERS` numbers: see the places below. */
  words = new Int32Array(FIRST_ROWS * WORDS);
  numbers = new Float64Array(this.words.buffer);
  #buckets = new Int32Array(FIRST_BUCKETS).fill(NONE);
  readonly #objects: (TcpConnection | undefined)[] = [];
  readonly #free: number[] = [];
  #oldest: TcpConnection | undefined = undefined;
  #newest: TcpConnection | undefined = undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The one that was moved the longest time ago. */
  get oldest(): TcpConnection | undefined {
    return this.#oldest;
  }

  at(row: number): TcpConnection {
    return this.#objects[row]!;
  }

  /** The row of the connection between these addresses, in either direction. */
  find(addresses: Addresses, hash: number): number {
    const { words } = this;
    let row = this.#buckets[hash & (this.#buckets.length - 1)]!;
    while (row !== NONE) {
      if (words[row * WORDS + HASH] === hash && this.holds(row, addresses)) return row;
      row = words[row * WORDS + CHAIN]!;
    }
    return NONE;
  }

  /** Whether a row is that of the connection between these addresses. */
  holds(row: number, addresses: Addresses): boolean {
    const { words } = this;
    const at = row * WORDS;
    if (addresses.family === 6 || words[at + FAMILY] === 6) {
      const connection = this.at(row);
      return sends(connection, addresses) || answers(connection, addresses);
    }
    const { source3, destination3, sourcePort, destinationPort } = addresses;
    const ports = words[at + PORTS];
    return (
      (source3 === words[at + SOURCE] &&
        destination3 === words[at + DESTINATION] &&
        ((sourcePort << 16) | destinationPort) === ports) ||
      (source3 === words[at + DESTINATION] &&
        destination3 === words[at + SOURCE] &&
        ((destinationPort << 16) | sourcePort) === ports)
    );
  }

  /** Whether these addresses, which are those of a row, are so in the initiator's direction. */
  isInitiator(row: number, addresses: Addresses): boolean {
    const { words } = this;
    const at = row * WORDS;
    if (words[at + FAMILY] === 6) return sends(this.at(row), addresses);
    const { source3, sourcePort, destinationPort } = addresses;
    return source3 === words[at + SOURCE] && ((sourcePort << 16) | destinationPort) === words[at + PORTS];
  }

  add(connection: TcpConnection, tick: number): void {
    if (this.#size >= this.#buckets.length) this.#grow();
    const row = this.#free.pop() ?? this.#objects.length;
    this.#objects[row] = connection;
    if ((row + 1) * WORDS > this.words.length) this.#growRows();
    const { words, numbers } = this;
    const at = row * WORDS;
    const bucket = connection.hash & (this.#buckets.length - 1);
    words[at + HASH] = connection.hash;
    words[at + CHAIN] = this.#buckets[bucket]!;
    words[at + FAMILY] = connection.family;
    words[at + SOURCE] = connection.source3;
    words[at + DESTINATION] = connection.destination3;
    words[at + PORTS] = (connection.sourcePort << 16) | connection.destinationPort;
    words[at + QUICK] = 0;
    words[at + SEEN] = tick;
    numbers[row * NUMBERS + LAST] = connection.first;
    this.#buckets[bucket] = row;
    this.#size++;
    connection.enter(this, row);
    this.#append(connection, tick);
  }

  remove(connection: TcpConnection): void {
    const { words } = this;
    const { row } = connection;
    this.settle(connection);
    const bucket = connection.hash & (this.#buckets.length - 1);
    const next = words[row * WORDS + CHAIN]!;
    let before = this.#buckets[bucket]!;
    if (before === row) this.#buckets[bucket] = next;
    else {
      while (before !== NONE && words[before * WORDS + CHAIN] !== row)
        before = words[before * WORDS + CHAIN]!;
      if (before !== NONE) words[before * WORDS + CHAIN] = next;
    }
    this.#unlink(connection);
    connection.leave(this.last(row));
    this.#objects[row] = undefined;
    this.#free.push(row);
    this.#size--;
  }

  /** The tick at the last segment, and at the last move in the idle list. */
  seen(connection: TcpConnection): number {
    return this.words[connection.row * WORDS + SEEN]!;
  }

  moved(connection: TcpConnection): number {
    return this.words[connection.row * WORDS + MOVED]!;
  }

  /** The time of the last segment. */
  last(row: number): Timestamp {
    return this.numbers[row * NUMBERS + LAST] as Timestamp;
  }

  /** A segment of the connection came at this time. */
  touch(connection: TcpConnection, tick: number, at: Timestamp): void {
    const { row } = connection;
    this.words[row * WORDS + SEEN] = tick;
    if (at > this.numbers[row * NUMBERS + LAST]!) this.numbers[row * NUMBERS + LAST] = at;
  }

  /** From here on the row holds the state of both directions. */
  quicken(connection: TcpConnection): void {
    const { row, initiator, responder } = connection;
    this.words[row * WORDS + QUICK] = 1;
    this.#write(row, initiator, INITIATOR, INITIATOR_NUMBERS);
    this.#write(row, responder, RESPONDER, RESPONDER_NUMBERS);
  }

  /** The objects hold their state themselves from here on. */
  settle(connection: TcpConnection): void {
    if (this.words[connection.row * WORDS + QUICK] === 0) return;
    this.refresh(connection);
    this.words[connection.row * WORDS + QUICK] = 0;
  }

  /** The objects are brought up to date. */
  refresh({ row, initiator, responder }: TcpConnection): void {
    if (this.words[row * WORDS + QUICK] === 0) return;
    this.#read(row, initiator, INITIATOR, INITIATOR_NUMBERS);
    this.#read(row, responder, RESPONDER, RESPONDER_NUMBERS);
  }

  /** Octets of a half may be skimmed under this handle. */
  setHandle({ row, initiator }: TcpConnection, half: Half): void {
    this.words[row * WORDS + (half === initiator ? INITIATOR : RESPONDER) + HANDLE] = half.handle;
  }

  /** The connection becomes the newest of the idle list. */
  move(connection: TcpConnection, tick: number): void {
    this.#unlink(connection);
    this.#append(connection, tick);
  }

  /** All connections in the order of their first frames. */
  all(): TcpConnection[] {
    const all: TcpConnection[] = [];
    for (let connection = this.#oldest; connection !== undefined; connection = connection.newer)
      all.push(connection);
    return all.sort((a, b) => a.id - b.id);
  }

  #write(row: number, half: Half, place: number, numbersPlace: number): void {
    const { words, numbers } = this;
    const at = row * WORDS + place;
    words[at + NEXT] = half.next;
    words[at + SEGMENTS] = half.segments;
    words[at + HANDLE] = half.handle;
    words[at + ACKNOWLEDGMENT] = half.acknowledgment;
    const numbersAt = row * NUMBERS + numbersPlace;
    numbers[numbersAt + OFFSET] = half.offset;
    numbers[numbersAt + OCTETS] = half.octets;
    numbers[numbersAt + RECORD] = half.record;
  }

  #read(row: number, half: Half, place: number, numbersPlace: number): void {
    const { words, numbers } = this;
    const at = row * WORDS + place;
    half.next = words[at + NEXT]!;
    half.segments = words[at + SEGMENTS]!;
    half.acknowledgment = words[at + ACKNOWLEDGMENT]!;
    const numbersAt = row * NUMBERS + numbersPlace;
    half.offset = small(numbers[numbersAt + OFFSET]!);
    half.octets = small(numbers[numbersAt + OCTETS]!);
    half.record = small(numbers[numbersAt + RECORD]!);
  }

  #growRows(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.numbers = new Float64Array(words.buffer);
  }

  #grow(): void {
    const { words } = this;
    const buckets = new Int32Array(this.#buckets.length * 4).fill(NONE);
    for (let connection = this.#oldest; connection !== undefined; connection = connection.newer) {
      const bucket = connection.hash & (buckets.length - 1);
      words[connection.row * WORDS + CHAIN] = buckets[bucket]!;
      buckets[bucket] = connection.row;
    }
    this.#buckets = buckets;
  }

  #append(connection: TcpConnection, tick: number): void {
    this.words[connection.row * WORDS + MOVED] = tick;
    connection.older = this.#newest;
    connection.newer = undefined;
    if (this.#newest === undefined) this.#oldest = connection;
    else this.#newest.newer = connection;
    this.#newest = connection;
  }

  #unlink(connection: TcpConnection): void {
    const { older, newer } = connection;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    connection.older = undefined;
    connection.newer = undefined;
  }
}

const FIRST_BUCKETS = 1_024;
/** Few, so that they grow at once: what was optimised for a buffer that was never another is thrown away. */
const FIRST_ROWS = 4;
