/** Clients that try TLS, fail, and then connect to the same broker without it. */
import type { Timestamp } from "../octets/time.ts";
import { clientAddress } from "./client-address.ts";
import type { Conversation } from "./conversation.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { isSealed } from "./readable.ts";
import { Recent } from "./recent.ts";
import { keepSeen, type Talk } from "./talk.ts";

type Login = SessionEventOf<"session.login">;

/** What a client's address and a broker's address have had with each other. */
interface Pair {
  /** When TLS last failed, and on which of the broker's ports. */
  failed: Timestamp | undefined;
  port: number;
  /** Somebody at this address spoke to the broker in another way too: there may be several clients behind it. */
  others: boolean;
}

export interface Fallback {
  /** A side closed a connection that began with TLS. */
  closing(talk: Talk, at: Timestamp): void;
  login(event: Login): void;
}

/**
 * Remembers failed TLS for a minute. A client address that was heard in clear before, or whose TLS works as well, may
 * be a NAT with several clients behind it.
 */
export function fallback(emit: (event: SessionEvent) => void, reached: (limit: string) => void): Fallback {
  const pairs = new Recent<Pair>(LIMITS.pairs, () => reached("clients with TLS"));
  const plain = new Recent<true>(LIMITS.pairs, () => undefined);

  const pairOf = (conversation: Conversation): Pair =>
    pairs.getOr(keyOf(conversation), () => ({
      failed: undefined,
      port: 0,
      others: plain.peek(keyOf(conversation)) === true,
    }));

  return {
    closing(talk, at): void {
      const { conversation, connection } = talk;
      const { tls } = conversation;
      if (tls?.clientHello === undefined || connection.midstream) return;
      const pair = pairOf(conversation);
      if (tls.applicationData.client.records > 0) {
        pair.others = true;
        return;
      }
      pair.failed = at;
      pair.port = connection.server.port;
    },
    login(event): void {
      const { transport, conversation, at } = event;
      if (isSealed(transport)) return;
      const key = keyOf(conversation);
      const pair = pairs.get(key);
      if (pair === undefined) {
        plain.set(key, true);
        return;
      }
      const { failed, port, others } = pair;
      pair.others = true;
      if (failed === undefined || at < failed || at - failed > LIMITS.window) return;
      const seconds = (at - failed) / 1e6;
      const { login } = event;
      emit({ type: "session.fallback", ...keepSeen(event), conversation, login, port, seconds, others });
    },
  };
}

const keyOf = (conversation: Conversation): string =>
  `${clientAddress(conversation)} ${conversation.connection.server.address}`;
