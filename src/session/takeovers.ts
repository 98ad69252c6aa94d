/** Client Identifiers that two connections use at the same time (MQTT 5.0 §3.1.4: the broker closes the older one). */
import { type WireText, wireString } from "../octets/text.ts";
import type { ProtocolEvent } from "../protocol/event.ts";
import type { Connection } from "../stream/item.ts";
import type { Digest } from "./digest.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { Recent } from "./recent.ts";
import { keepSeen, type Talk } from "./talk.ts";

type Login = SessionEventOf<"session.login">;
type Takeover = SessionEventOf<"session.takeover">;
type Emit = (event: SessionEvent) => void;

/** Who uses an identifier at a broker. */
interface Holder {
  readonly connection: Connection;
  readonly credential: string;
}

/** A connection whose identifier another one has taken. */
interface Claim {
  /** What goes to `emit` once it is clear that the client was still there. */
  takeover: Takeover;
  /** The broker said goodbye first: by DISCONNECT, FIN or RST. */
  cut: boolean;
}

export interface Takeovers {
  login(event: Login): void;
  /** Any other event of a connection, PUBLISH only where `claims` is above 0. */
  follow(talk: Talk, event: ProtocolEvent): void;
  closed(talk: Talk): void;
  /** Connections whose identifier was taken and that have not ended. */
  readonly claims: number;
}

/**
 * A client that roams, or that a NAT has given another port, is gone where it was: nothing more comes from there, and
 * nobody answers the broker's goodbye. Another client is still there. Another credential is always another client.
 */
export function takeovers(digest: Digest, emit: Emit, reached: (limit: string) => void): Takeovers {
  const holders = new Recent<Holder>(LIMITS.identities, () => reached("client identifiers"));
  const claims = new Map<Connection, Claim>();

  function claim(connection: Connection, takeover: Takeover, cut: boolean): void {
    if (claims.size < LIMITS.claims) claims.set(connection, { takeover, cut });
    else reached("client identifiers taken over");
  }

  /** The broker says itself that another connection has the identifier now. */
  function takenOver(talk: Talk, event: ProtocolEvent): void {
    const known = claims.get(event.connection);
    if (known !== undefined) {
      known.takeover = { ...known.takeover, told: true };
      known.cut = true;
      return;
    }
    const { conversation } = talk;
    const clientId = conversation.mqtt?.clientIds.at(-1);
    if (clientId === undefined) return;
    // The CONNECT that took it was not seen: it came in TLS, or over another path.
    const facts = { clientId, otherSource: false, otherCredential: false, told: true };
    claim(event.connection, { ...keepSeen(event), type: "session.takeover", conversation, ...facts }, true);
  }

  function forget(talk: Talk): void {
    const key = keyOf(talk.connection, talk.conversation.mqtt?.clientIds.at(-1));
    if (holders.peek(key)?.connection === talk.connection) holders.delete(key);
  }

  return {
    get claims(): number {
      return claims.size;
    },
    login(event): void {
      const { login, connection, conversation } = event;
      const { clientId } = login;
      if (login.accepted !== true || clientId.length === 0) return;
      const key = keyOf(connection, clientId);
      const credential = digest(login.username, login.password?.reveal());
      const before = holders.get(key);
      holders.set(key, { connection, credential });
      if (before === undefined || before.connection === connection) return;
      const otherSource = before.connection.client.address !== connection.client.address;
      const otherCredential = before.credential !== credential;
      const facts = { clientId, otherSource, otherCredential, told: false };
      const takeover: Takeover = { ...keepSeen(event), type: "session.takeover", conversation, ...facts };
      if (otherCredential) emit(takeover);
      else claim(before.connection, takeover, false);
    },
    follow(talk, event): void {
      if (isTakenOver(event)) return takenOver(talk, event);
      if (event.type === "mqtt.disconnect" && event.direction === "client") forget(talk);
      const known = claims.get(event.connection);
      if (known === undefined) return;
      const { type, direction } = event;
      if (type === "stream.close" && direction === "server") known.cut = true;
      else if ((type === "stream.close" && event.how === "fin" && known.cut) || isLife(event)) {
        emit(known.takeover);
        claims.delete(event.connection);
      } else if (type === "stream.close" || (type === "mqtt.disconnect" && direction === "client")) {
        // It left by itself.
        claims.delete(event.connection);
      }
    },
    closed(talk): void {
      claims.delete(talk.connection);
      forget(talk);
    },
  };
}

const keyOf = ({ server }: Connection, clientId: WireText | undefined): string =>
  `${server.text} ${wireString(clientId ?? "")}`;

/** Only a client that is there sends such. */
const isLife = ({ type, direction }: ProtocolEvent): boolean =>
  direction === "client" &&
  type.startsWith("mqtt.") &&
  type !== "mqtt.disconnect" &&
  type !== "mqtt.malformed";

/** MQTT 5.0 §3.14.2.1: Session taken over. */
const isTakenOver = (event: ProtocolEvent): boolean =>
  event.type === "mqtt.disconnect" && event.direction === "server" && event.packet.code === 0x8e;
