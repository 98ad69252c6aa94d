/** TCP sessions that a client opens at a broker and does not use: SlowITe and its kin hold a broker's places so. */
import type { Timestamp } from "../octets/time.ts";
import type { Connection } from "../stream/item.ts";
import type { SessionEvent } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { Recent } from "./recent.ts";

/** From the SYN to the end, or as far as the capture goes. */
interface Idle {
  readonly from: Timestamp;
  readonly to: Timestamp;
  told: boolean;
}

export interface IdleSessions {
  /** MQTT or TLS was seen at this endpoint: sessions there are meant for a broker. */
  broker(connection: Connection): void;
  /** A connection is over on which neither was said. */
  ended(connection: Connection, at: Timestamp): void;
}

/**
 * Counts, for each client address and broker, the sessions that were open at the same time for half a minute and
 * longer without a word of MQTT. Sessions that were open before the capture began may have said theirs.
 */
export function idleSessions(
  ports: ReadonlySet<number> | "all",
  emit: (event: SessionEvent) => void,
  reached: (limit: string) => void,
): IdleSessions {
  const sources = new Recent<Idle[]>(LIMITS.idleSources, () => reached("idle sources"));
  const brokers = new Recent<true>(LIMITS.brokers, () => undefined);

  const isBroker = ({ server }: Connection): boolean =>
    server.port === MQTT_PORT ||
    (ports !== "all" && ports.has(server.port)) ||
    brokers.peek(server.text) === true;

  return {
    broker({ server }): void {
      if (brokers.peek(server.text) === undefined) brokers.set(server.text, true);
    },
    ended(connection, at): void {
      const from = connection.first;
      if (connection.roles !== "handshake" || connection.midstream) return;
      if (at - from < LIMITS.idle || connection.segments.client === 0 || !isBroker(connection)) return;
      const { client, server } = connection;
      const sessions = sources.getOr(`${client.address} ${server.text}`, () => []);
      const open = sessions
        .filter(session => session.to > from && session.from < at)
        .slice(1 - LIMITS.idleSessions);
      open.push({ from, to: at, told: false });
      sources.set(`${client.address} ${server.text}`, open);
      if (open.length < ENOUGH) return;
      const untold = open.filter(session => !session.told);
      for (const session of untold) session.told = true;
      emit({
        type: "session.idle_connections",
        at,
        frame: connection.firstFrame,
        connection,
        direction: "client",
        transport: "tcp",
        from: 0,
        to: 0,
        carriers: [],
        connections: open.length,
        more: untold.length,
      });
    },
  };
}

const MQTT_PORT = 1883;

/** So many at once are no accident. */
const ENOUGH = 20;
