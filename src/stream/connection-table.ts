/** The connections that have an object: found by their addresses, expired by their idle time. */
import type { Addresses } from "../packet/segment.ts";
import type { TcpConnection } from "./connection.ts";

/**
 * A chained hash table whose links are in the connections themselves. The idle list is in the order of the last move;
 * who uses a connection moves it only once in a while, so that a segment costs no list operation.
 */
export class ConnectionTable {
  #buckets: (TcpConnection | undefined)[] = Array.from({ length: FIRST_BUCKETS }, () => undefined);
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

  /** The connection between these addresses, in either direction. */
  find(addresses: Addresses, hash: number): TcpConnection | undefined {
    let connection = this.#buckets[hash & (this.#buckets.length - 1)];
    while (connection !== undefined) {
      if (connection.hash === hash && (sends(connection, addresses) || answers(connection, addresses)))
        return connection;
      connection = connection.chain;
    }
    return undefined;
  }

  add(connection: TcpConnection, tick: number): void {
    if (this.#size >= this.#buckets.length) this.#grow();
    const bucket = connection.hash & (this.#buckets.length - 1);
    connection.chain = this.#buckets[bucket];
    this.#buckets[bucket] = connection;
    this.#size++;
    connection.seen = tick;
    this.#append(connection, tick);
  }

  remove(connection: TcpConnection): void {
    const bucket = connection.hash & (this.#buckets.length - 1);
    let before = this.#buckets[bucket];
    if (before === connection) this.#buckets[bucket] = connection.chain;
    else {
      while (before !== undefined && before.chain !== connection) before = before.chain;
      if (before !== undefined) before.chain = connection.chain;
    }
    connection.chain = undefined;
    this.#unlink(connection);
    this.#size--;
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

  #grow(): void {
    const buckets: (TcpConnection | undefined)[] = Array.from(
      { length: this.#buckets.length * 4 },
      () => undefined,
    );
    for (let connection = this.#oldest; connection !== undefined; connection = connection.newer) {
      const bucket = connection.hash & (buckets.length - 1);
      connection.chain = buckets[bucket];
      buckets[bucket] = connection;
    }
    this.#buckets = buckets;
  }

  #append(connection: TcpConnection, tick: number): void {
    connection.moved = tick;
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

/** The initiator sent from these addresses. */
export const sends = (connection: TcpConnection, addresses: Addresses): boolean =>
  addresses.source3 === connection.source3 &&
  addresses.sourcePort === connection.sourcePort &&
  addresses.destination3 === connection.destination3 &&
  addresses.destinationPort === connection.destinationPort &&
  addresses.family === connection.family &&
  (addresses.family === 4 ||
    (addresses.source0 === connection.source0 &&
      addresses.source1 === connection.source1 &&
      addresses.source2 === connection.source2 &&
      addresses.destination0 === connection.destination0 &&
      addresses.destination1 === connection.destination1 &&
      addresses.destination2 === connection.destination2));

/** The responder sent from these addresses. */
export const answers = (connection: TcpConnection, addresses: Addresses): boolean =>
  addresses.source3 === connection.destination3 &&
  addresses.sourcePort === connection.destinationPort &&
  addresses.destination3 === connection.source3 &&
  addresses.destinationPort === connection.sourcePort &&
  addresses.family === connection.family &&
  (addresses.family === 4 ||
    (addresses.source0 === connection.destination0 &&
      addresses.source1 === connection.destination1 &&
      addresses.source2 === connection.destination2 &&
      addresses.destination0 === connection.source0 &&
      addresses.destination1 === connection.source1 &&
      addresses.destination2 === connection.source2));

const FIRST_BUCKETS = 1_024;
