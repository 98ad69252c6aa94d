/** What several TLS handshakes together say: the memories that outlive a connection, behind one door. */
import type { ProtocolEvent } from "../protocol/event.ts";
import { brokerKeys } from "./broker-keys.ts";
import { clientConduct } from "./client-conduct.ts";
import type { SessionEvent } from "./event.ts";
import { repeats } from "./repeats.ts";
import type { Talk } from "./talk.ts";
import type { TlsRun } from "./tls-run.ts";

export interface TlsAcross {
  /** The session stage has told this. */
  told(event: SessionEvent): void;
  /** A handshake message of a conversation, after it was folded. */
  follow(talk: Talk, event: ProtocolEvent): void;
  closed(talk: Talk): void;
}

/** A handshake that was captured twice is looked at once. */
export function tlsAcross(
  run: TlsRun,
  emit: (event: SessionEvent) => void,
  reached: (limit: string) => void,
): TlsAcross {
  const repeated = repeats(emit, reached);
  const brokers = brokerKeys(emit, reached);
  const clients = clientConduct(run, emit, reached);

  return {
    told(event) {
      if (event.type === "session.negotiated") {
        repeated.negotiated(event);
        brokers.negotiated(event);
        return;
      }
      if (!FOLLOWED.has(event.type) || repeated.isCopy(event.connection)) return;
      if (event.type === "session.chain") {
        brokers.chain(event);
        clients.chain(event);
        run.chain(event);
      } else if (event.type === "session.verification") clients.verification(event);
      else if (event.type === "session.broken_off") clients.brokenOff(event);
      else if (event.type === "session.keyed") clients.keyed(event.connection);
    },
    follow(talk, event) {
      if (event.type === "tls.client_hello") clients.hello(talk, event);
      else repeated.exchanged(talk, event);
    },
    closed: talk => clients.closed(talk),
  };
}

const FOLLOWED: ReadonlySet<string> = new Set([
  "session.chain",
  "session.verification",
  "session.broken_off",
  "session.keyed",
]);
