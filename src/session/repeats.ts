/** What no two handshakes should have in common: randoms, and Diffie-Hellman shares. */
import { createHash } from "node:crypto";
import { hex } from "../octets/text.ts";
import type { View } from "../octets/view.ts";
import type { ProtocolEvent, Seen } from "../protocol/event.ts";
import type { Connection, Direction } from "../stream/item.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { Recent } from "./recent.ts";
import { keepSeen, type Talk } from "./talk.ts";

type Negotiated = SessionEventOf<"session.negotiated">;
type Emit = (event: SessionEvent) => void;

export interface Repeats {
  negotiated(event: Negotiated): void;
  /** Key exchange messages of TLS 1.2 and earlier. */
  exchanged(talk: Talk, event: ProtocolEvent): void;
  /** This connection was captured twice: what is counted of it was counted before. */
  isCopy(connection: Connection): boolean;
}

interface Shown {
  readonly connection: Connection;
  readonly at: number;
  /** The random of the other side in the same handshake. */
  readonly answer: string;
}

/**
 * Remembers randoms and shares. Where both randoms of a handshake come again, it is the same handshake, seen on two
 * interfaces or on both sides of a NAT, and nobody repeats anything. A second hello of one connection, after a
 * HelloRetryRequest, repeats its random by right.
 */
export function repeats(emit: Emit, reached: (limit: string) => void): Repeats {
  const randoms = new Recent<Shown>(LIMITS.randoms, () => reached("randoms of handshakes"));
  const shares = new Recent<Shown>(LIMITS.shares, () => reached("shares of handshakes"));
  const copies = new WeakSet<Connection>();

  function random(event: Negotiated, of: Direction, own: string, answer: string): "new" | "again" | "copy" {
    const key = `${of} ${own}`;
    const known = randoms.get(key);
    if (known === undefined) {
      randoms.set(key, { connection: event.connection, at: event.at, answer });
      return "new";
    }
    if (known.connection === event.connection) return "new";
    return known.answer === answer ? "copy" : "again";
  }

  function share(seen: Seen, talk: Pick<Talk, "conversation">, of: Direction, octets: View): void {
    const { conversation } = talk;
    const { tls } = conversation;
    if (tls === undefined || octets.length < SHORTEST_SHARE || copies.has(seen.connection)) return;
    const key = `${of} ${createHash("sha256").update(octets).digest("base64")}`;
    const known = shares.get(key);
    if (known === undefined) {
      shares.set(key, { connection: seen.connection, at: seen.at, answer: "" });
      return;
    }
    const seconds = Math.floor((seen.at - known.at) / 1_000_000);
    if (known.connection !== seen.connection && seconds >= MINUTE)
      emit({ ...keepSeen(seen), type: "session.same_share", conversation, tls, of, seconds });
  }

  return {
    negotiated(event) {
      const { conversation, tls } = event;
      const { clientHello, serverHello } = tls;
      if (clientHello === undefined || serverHello === undefined) return;
      const [client, server] = [hex(clientHello.random), hex(serverHello.random)];
      const told = {
        client: random(event, "client", client, server),
        server: random(event, "server", server, client),
      };
      if (told.client === "copy" && told.server === "copy") {
        copies.add(event.connection);
        return emit({ ...event, type: "session.seen_twice" });
      }
      for (const of of ["client", "server"] as const) {
        const poor =
          new Set(of === "client" ? clientHello.random : serverHello.random).size < FEWEST_DIFFERENT;
        if (poor || told[of] !== "new")
          emit({ ...event, type: "session.same_random", conversation, tls, of, poor });
      }
      for (const own of sharesOf(clientHello.extensions, true)) share(event, event, "client", own);
      for (const own of sharesOf(serverHello.extensions, false)) share(event, event, "server", own);
    },
    exchanged(talk, event) {
      if (event.type !== "tls.server_key_exchange" && event.type !== "tls.client_key_exchange") return;
      if (event.message.publicKey !== undefined) share(event, talk, event.direction, event.message.publicKey);
    },
    isCopy: connection => copies.has(connection),
  };
}

/** RFC 8446 §4.2.8: KeyShareEntry, behind the length of the list in a ClientHello; with its group in front. */
function sharesOf(
  extensions: readonly { readonly type: number; readonly data: View }[],
  listed: boolean,
): View[] {
  const data = extensions.find(extension => extension.type === KEY_SHARE)?.data;
  if (data === undefined) return [];
  const found: View[] = [];
  for (let at = listed ? 2 : 0; at + 4 <= data.length && found.length < MOST_SHARES; ) {
    const end = at + 4 + data[at + 2]! * 0x100 + data[at + 3]!;
    if (end > data.length) break;
    found.push(data.subarray(at, end));
    at = end;
  }
  return found;
}

const KEY_SHARE = 0x0033;
const MOST_SHARES = 4;
/** X25519's is 32 octets; what is shorter is no share. */
const SHORTEST_SHARE = 16;
/** Seconds: who keeps a share for some handshakes of one moment saves work; for minutes it is a key that stays. */
const MINUTE = 60;
/** Of 32 octets drawn at random fewer than eight are different once in 10^25 times. */
const FEWEST_DIFFERENT = 8;
