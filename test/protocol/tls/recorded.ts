/** Real TLS connections between Node's own client and server, recorded octet for octet without a network. */
import { Duplex } from "node:stream";
import tls from "node:tls";
import type { Direction } from "../../../src/stream/item.ts";

export interface Recorded {
  /** What each side sent, in the order in which it was sent. */
  readonly flights: readonly { readonly direction: Direction; readonly octets: Uint8Array }[];
  /** The ticket or session that a later connection may resume. */
  readonly session: Buffer | undefined;
}

export interface Recording {
  readonly client?: tls.ConnectionOptions;
  readonly server?: tls.TlsOptions;
  /** What the client says; the server answers with the same octets. */
  readonly say?: readonly Uint8Array[];
}

/** One connection from the first octet to both close_notify alerts, or to the alert that ends it. */
export async function record({ client = {}, server = {}, say = [] }: Recording): Promise<Recorded> {
  const flights: { direction: Direction; octets: Uint8Array }[] = [];
  const [near, far] = wire((direction, octets) =>
    flights.push({ direction, octets: Uint8Array.from(octets) }),
  );
  const answering = new tls.TLSSocket(far, { isServer: true, ...server } as tls.TLSSocketOptions);
  answering.on("data", (data: Buffer) => answering.write(data));
  answering.on("end", () => answering.end());
  answering.on("error", () => answering.destroy());
  let session: Buffer | undefined;
  const asking = tls.connect({ socket: near, rejectUnauthorized: false, ...client });
  asking.on("session", (given: Buffer) => {
    session = given;
  });
  await new Promise<void>(resolve => {
    asking.on("error", () => resolve());
    asking.on("close", () => resolve());
    asking.on("secureConnect", () => void converse(asking, say));
  });
  await new Promise(resolve => setTimeout(resolve, 10));
  answering.destroy();
  return { flights, session };
}

async function converse(socket: tls.TLSSocket, say: readonly Uint8Array[]): Promise<void> {
  for (const octets of say) {
    const answered = new Promise(resolve => socket.once("data", resolve));
    socket.write(octets);
    await answered;
  }
  // Tickets of TLS 1.3 come after the handshake.
  await new Promise(resolve => setTimeout(resolve, 10));
  socket.end();
}

/** Two ends of a wire; what is written to one is heard, and read at the other. */
function wire(hear: (direction: Direction, octets: Buffer) => void): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const end = (direction: Direction, other: number): Duplex =>
    new Duplex({
      read() {},
      write(octets: Buffer, _encoding, done) {
        hear(direction, octets);
        ends[other]?.push(octets);
        done();
      },
      final(done) {
        ends[other]?.push(null);
        done();
      },
    });
  ends.push(end("client", 1), end("server", 0));
  return [ends[0]!, ends[1]!];
}
