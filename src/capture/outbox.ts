/**
 * Octets on their way from the thread that captures to the one that writes: a ring in shared memory with one writer and
 * one reader, neither of which ever waits for a lock.
 */

/** What both threads have of it. */
export interface Outbox {
  /** Positions in the ring, and whether more will come: `PUT`, `TAKEN`, `OVER`. */
  readonly state: Int32Array;
  readonly octets: Uint8Array;
}

const PUT = 0;
const TAKEN = 1;
const OVER = 2;

/** A ring of so many octets, or the one that lies in a given memory. */
export function outbox(memory: SharedArrayBuffer): Outbox {
  return { state: new Int32Array(memory, 0, 3), octets: new Uint8Array(memory, STATE_OCTETS) };
}

export const outboxMemory = (octets: number): SharedArrayBuffer =>
  new SharedArrayBuffer(STATE_OCTETS + octets);

/** The capturing side. */
export interface Sender {
  /** Puts the pieces of one record in, or none of them where they do not fit: then it is false. */
  put(header: Uint8Array, body: Uint8Array, length: number): boolean;
  /** Octets that the other side does not know of yet. */
  readonly pending: number;
  /** Lets the other side know. */
  send(): void;
  /** Nothing more will come. */
  end(): void;
}

export function sender({ state, octets }: Outbox): Sender {
  const size = octets.length;
  let at = 0;
  let pending = 0;
  const copy = (from: Uint8Array, length: number): void => {
    const first = Math.min(length, size - at);
    octets.set(first === from.length ? from : from.subarray(0, first), at);
    if (first < length) octets.set(from.subarray(first, length), 0);
    at = (at + length) % size;
  };
  const send = (): void => {
    pending = 0;
    Atomics.store(state, PUT, at);
    Atomics.notify(state, PUT);
  };
  return {
    put(header, body, length) {
      const taken = Atomics.load(state, TAKEN);
      const used = (at - taken + size) % size;
      // One octet stays free: a full ring would look like an empty one.
      if (header.length + length >= size - used) return false;
      copy(header, header.length);
      copy(body, length);
      pending += header.length + length;
      return true;
    },
    get pending() {
      return pending;
    },
    send,
    end(): void {
      send();
      Atomics.store(state, OVER, 1);
      Atomics.notify(state, PUT);
    },
  };
}

/** The writing side: gives `write` what there is, as it comes, until the other side has ended. It waits without turning. */
export function receive({ state, octets }: Outbox, write: (octets: Uint8Array) => number): void {
  let taken = Atomics.load(state, TAKEN);
  for (;;) {
    const over = Atomics.load(state, OVER) === 1;
    const put = Atomics.load(state, PUT);
    if (put === taken) {
      if (over) return;
      Atomics.wait(state, PUT, put, PATIENCE_MILLIS);
      continue;
    }
    taken = (taken + write(octets.subarray(taken, put > taken ? put : octets.length))) % octets.length;
    Atomics.store(state, TAKEN, taken);
  }
}

/** The end does not change what is waited for, and may come between two looks. */
const PATIENCE_MILLIS = 100;

const STATE_OCTETS = 16;
