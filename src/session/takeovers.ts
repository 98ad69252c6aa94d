/** Client Identifiers that two connections use at the same time (MQTT 5.0 §3.1.4: the broker closes the older one). */
import { clientAddress } from "./client-address.ts";
import type { WireText } from "../octets/text.ts";
import type { ProtocolEvent } from "../protocol/event.ts";
import type { Connection } from "../stream/item.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import type { Digest } from "./digest.ts";
import { LIMITS } from "./limits.ts";
import { shortKey } from "./long.ts";
import { Recent } from "./recent.ts";
import { keepSeen, type Talk } from "./talk.ts";

type Login = SessionEventOf<"session.login">;
type Emit = (event: SessionEvent) => void;

/** Who uses an identifier at a broker. */
interface Holder {
  readonly connection: Connection;
  readonly address: string;
  /** Digest of user name and password; undefined where they are not known. */
  readonly shown: string | undefined;
}

/** A connection whose identifier another one asks for. */
interface Claim {
  readonly holder: Holder;
  /** What is told, once the other one was accepted. */
  takeover: Omit<SessionEventOf<"session.takeover">, "told" | "alive"> | undefined;
  /** The broker said goodbye first: by DISCONNECT, FIN or RST. */
  cut: boolean;
  /** The broker said why: DISCONNECT with 0x8E. */
  told: boolean;
  /** Something came from the holder since. */
  alive: boolean;
  over: boolean;
}

export interface Takeovers {
  login(event: Login): void;
  /** Any other event of a connection, the frequent ones only where `claims` is above 0. */
  follow(talk: Talk, event: ProtocolEvent): void;
  closed(talk: Talk): void;
  /** Connections whose identifier is asked for and that have not ended. */
  readonly claims: number;
}

/**
 * A client that roams, or that a NAT has given another port, is gone where it was: nothing more comes from there, and
 * nobody answers the broker's goodbye. Another client is still there. Another credential at another address is another
 * client; at the same address it may be the same device, whose password was changed.
 */
export function takeovers(digest: Digest, emit: Emit, reached: (limit: string) => void): Takeovers {
  const holders = new Recent<Holder>(LIMITS.identities, () => reached("client identifiers"));
  /** By the connection of the holder, and by the one that asks, until it has its answer. */
  const claims = new Map<Connection, Claim>();
  const asking = new Map<Connection, Claim>();
  const keys = new WeakMap<Connection, string>();

  function add(claim: Claim, by: Connection | undefined): void {
    if (claims.has(claim.holder.connection)) return;
    if (claims.size >= LIMITS.claims || asking.size >= LIMITS.claims)
      return reached("client identifiers taken over");
    claims.set(claim.holder.connection, claim);
    if (by !== undefined) asking.set(by, claim);
  }

  /** Tells a claim of which everything is known; drops one of which nothing more can be. */
  function settle(claim: Claim): void {
    const { takeover, holder } = claim;
    const isOther = takeover?.otherCredential === true && (takeover.otherSource || claim.over);
    if (takeover !== undefined && (claim.alive || isOther)) {
      emit({ ...takeover, told: claim.told, alive: claim.alive });
      claims.delete(holder.connection);
    } else if (claim.over && takeover !== undefined) claims.delete(holder.connection);
  }

  /** The broker closes the older connection before it answers the newer one: its CONNECT counts. */
  function asks(talk: Talk, event: ProtocolEvent & { readonly type: "mqtt.connect" }): void {
    const holder = holders.peek(keyOf(talk.connection, event.packet.clientId));
    if (holder === undefined || holder.connection === talk.connection) return;
    add({ holder, takeover: undefined, cut: false, told: false, alive: false, over: false }, talk.connection);
  }

  /** The broker says itself that another connection has the identifier now. */
  function takenOver(talk: Talk, event: ProtocolEvent): void {
    const { conversation, connection } = talk;
    const known = claims.get(connection);
    if (known !== undefined) {
      known.told = true;
      known.cut = true;
      return;
    }
    const clientId = conversation.mqtt?.clientIds.at(-1);
    if (clientId === undefined) return;
    // The CONNECT that took it was not seen: it came in TLS, or over another path.
    const facts = { clientId, otherSource: false, otherCredential: false, connect: undefined };
    const takeover = { type: "session.takeover", ...keepSeen(event), conversation, ...facts } as const;
    const holder = { connection, address: clientAddress(conversation), shown: undefined };
    add({ holder, takeover, cut: true, told: true, alive: false, over: false }, undefined);
  }

  function forget({ connection }: Talk): void {
    const key = keys.get(connection);
    if (key !== undefined && holders.peek(key)?.connection === connection) holders.delete(key);
  }

  return {
    get claims(): number {
      return claims.size;
    },
    login(event): void {
      const { login, connection, conversation } = event;
      const { clientId } = login;
      const claim = asking.get(connection);
      asking.delete(connection);
      if (login.accepted !== true || clientId.length === 0) {
        if (claim !== undefined) claims.delete(claim.holder.connection);
        return;
      }
      const address = clientAddress(conversation);
      const key = keyOf(connection, clientId);
      const shown = digest(login.username, login.password?.reveal());
      keys.set(connection, key);
      holders.set(key, { connection, address, shown });
      if (claim === undefined) return;
      const otherSource = claim.holder.address !== address;
      const otherCredential = claim.holder.shown !== undefined && claim.holder.shown !== shown;
      const facts = { clientId, otherSource, otherCredential, connect: login.connect };
      claim.takeover = { type: "session.takeover", ...keepSeen(event), conversation, ...facts };
      settle(claim);
    },
    follow(talk, event): void {
      if (event.type === "mqtt.connect") asks(talk, event);
      if (isTakenOver(event)) return takenOver(talk, event);
      if (event.type === "mqtt.disconnect" && event.direction === "client") forget(talk);
      const claim = claims.size === 0 ? undefined : claims.get(event.connection);
      if (claim === undefined) return;
      const { type, direction } = event;
      const isClose = type === "stream.close";
      if (isClose && direction === "server") claim.cut = true;
      else if ((isClose && event.how === "fin" && claim.cut) || isLife(event)) claim.alive = true;
      // It left by itself.
      else if (isClose || (type === "mqtt.disconnect" && direction === "client"))
        claims.delete(event.connection);
      settle(claim);
    },
    closed(talk): void {
      const claim = claims.get(talk.connection);
      if (claim !== undefined) {
        claim.over = true;
        settle(claim);
      }
      asking.delete(talk.connection);
      forget(talk);
    },
  };
}

const keyOf = ({ server }: Connection, clientId: WireText): string => `${server.text} ${shortKey(clientId)}`;

/** Only a client that is there sends such. */
const isLife = ({ type, direction }: ProtocolEvent): boolean =>
  direction === "client" &&
  type.startsWith("mqtt.") &&
  type !== "mqtt.disconnect" &&
  type !== "mqtt.malformed";

/** MQTT 5.0 §3.14.2.1: Session taken over. */
const isTakenOver = (event: ProtocolEvent): boolean =>
  event.type === "mqtt.disconnect" && event.direction === "server" && event.packet.code === 0x8e;
