/** Connections that speak: handshake, data either way with acknowledgements, end. */
import { ACK, FIN_ACK, PSH_ACK, SYN, SYN_ACK } from "./packets.mjs";

const SEGMENT = 1460;

export const address = (a, b, c, d) => a * 0x1000000 + b * 0x10000 + c * 0x100 + d;

/** One TCP connection, opened as it is made. Sequence numbers are kept for both directions. */
export class TcpConnection {
  #writer;
  #ends;
  #next;

  constructor(writer, client, clientPort, server, serverPort, random) {
    this.#writer = writer;
    this.#ends = [
      [client, clientPort, server, serverPort],
      [server, serverPort, client, clientPort],
    ];
    this.#next = [random.u32(), random.u32()];
    this.#segment(0, SYN, undefined, 0, 0, 0);
    this.#next[0]++;
    this.#segment(1, SYN_ACK);
    this.#next[1]++;
    this.#segment(0, ACK);
  }

  /** `from` 0 is the client. Cut into segments of the usual size; the peer acknowledges every second one and the last. */
  send(from, payload, offset = 0, length = payload.length) {
    for (let sent = 0, n = 1; sent < length; n++) {
      const size = Math.min(SEGMENT, length - sent);
      this.#segment(from, PSH_ACK, payload, offset + sent, size);
      sent += size;
      if (n % 2 === 0 || sent === length) this.#segment(1 - from, ACK);
    }
  }

  /** Data that the peer answers at once, so that the answer carries the acknowledgement. */
  sendAnswered(from, payload, offset = 0, length = payload.length) {
    this.#segment(from, PSH_ACK, payload, offset, length);
  }

  end() {
    for (const from of [0, 1]) {
      this.#segment(from, FIN_ACK);
      this.#next[from]++;
    }
    this.#segment(0, ACK);
  }

  #segment(from, flags, payload, offset, length = 0, acknowledgment = this.#next[1 - from]) {
    const [source, sourcePort, destination, destinationPort] = this.#ends[from];
    this.#writer.tcp(
      source,
      sourcePort,
      destination,
      destinationPort,
      this.#next[from],
      acknowledgment,
      flags,
      payload,
      offset,
      length,
    );
    this.#next[from] = (this.#next[from] + length) >>> 0;
  }
}

/** The same numbers in every run (xorshift32, Marsaglia 2003). */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed;
  }

  u32() {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (this.#state = x >>> 0);
  }

  below(limit) {
    return this.u32() % limit;
  }

  between(least, most) {
    return least + this.below(most - least + 1);
  }

  fill(buffer, from, to) {
    for (let at = from; at < to; at++) buffer[at] = this.u32() >>> 11;
  }
}
