/** How clients behave from one handshake to the next: falling back, failing often, verifying here and not there. */
import type { Timestamp } from "../octets/time.ts";
import type { ProtocolEventOf } from "../protocol/event.ts";
import type { ClientHello } from "../protocol/tls/message.ts";
import { isGrease } from "../protocol/tls/registry.ts";
import type { Connection } from "../stream/item.ts";
import type { SessionEvent, SessionEventOf } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { Recent } from "./recent.ts";
import { keepSeen, type Talk } from "./talk.ts";
import type { TlsRun } from "./tls-run.ts";

type Emit = (event: SessionEvent) => void;
type Verification = SessionEventOf<"session.verification">;

export interface ClientConduct {
  hello(talk: Talk, event: ProtocolEventOf<"tls.client_hello">): void;
  keyed(connection: Connection): void;
  brokenOff(event: SessionEventOf<"session.broken_off">): void;
  verification(event: Verification): void;
  chain(event: SessionEventOf<"session.chain">): void;
  closed(talk: Talk): void;
}

interface Verified {
  refused: number | undefined;
  took: number | undefined;
  told: boolean;
}

/** Follows clients by their address, and where several may share one by their ClientHello as well. */
export function clientConduct(run: TlsRun, emit: Emit, reached: (limit: string) => void): ClientConduct {
  const failed = new Recent<{ version: number; at: Timestamp }>(LIMITS.pairs, () =>
    reached("failed handshakes"),
  );
  const failures = new Recent<Timestamp[]>(LIMITS.pairs, () => reached("clients whose handshakes fail"));
  const clients = new Recent<Verified>(LIMITS.pairs, () => reached("clients with TLS"));
  const shown = new Recent<Map<Connection, string>>(LIMITS.pairs, () => reached("keys of clients"));
  const keyOf = new WeakMap<Connection, string>();

  function storm(event: SessionEventOf<"session.broken_off">): void {
    const { address } = event.connection.client;
    const times = failures.getOr(address, () => []);
    while (times.length > 0 && event.at - times[0]! > LIMITS.window) times.shift();
    times.push(event.at);
    if (times.length <= MANY_FAILURES) return;
    const seconds = Math.round((event.at - times[0]!) / 1_000_000);
    emit({ ...event, type: "session.handshake_storm", times: times.length, seconds });
    times.splice(0);
  }

  return {
    hello({ conversation }, event) {
      const { tls } = conversation;
      const key = pair(event.connection);
      const before = failed.get(key);
      if (before === undefined || tls === undefined) return;
      const version = highest(event.message);
      if (event.at - before.at <= AT_ONCE && version < before.version)
        emit({
          ...keepSeen(event),
          type: "session.falling_version",
          conversation,
          tls,
          failed: before.version,
          offered: version,
        });
      failed.delete(key);
    },
    keyed: connection => failed.delete(pair(connection)),
    brokenOff(event) {
      const { clientHello } = event.tls;
      if (clientHello !== undefined)
        failed.set(pair(event.connection), { version: highest(clientHello), at: event.at });
      storm(event);
    },
    verification(event) {
      const { conversation, tls, connection } = event;
      const { answer, confidence } = tls.clientVerifies;
      if (answer === "unknown" || confidence === "tentative") return;
      const { address } = connection.client;
      const client = clients.getOr(`${address} ${tls.clientHello?.ja4 ?? ""}`, () => ({
        refused: undefined,
        took: undefined,
        told: false,
      }));
      if (answer === "yes") client.refused ??= conversation.id;
      else client.took ??= conversation.id;
      const { refused: refusedIn, took: tookIn } = client;
      if (refusedIn !== undefined && tookIn !== undefined && !client.told) {
        client.told = true;
        emit({ ...event, type: "session.inconsistent", refusedIn, tookIn });
      }
      if (run.mended(address, answer, connection.capture)) emit({ ...event, type: "session.mended" });
    },
    chain({ conversation, tls, chain, ...event }) {
      const spkiSha256 = chain[0]?.fields?.publicKey.spkiSha256;
      if (event.direction !== "client" || spkiSha256 === undefined) return;
      const { connection } = event;
      const uses = shown.getOr(spkiSha256, () => new Map());
      const { address } = connection.client;
      const other = [...uses.values()].find(one => one !== address);
      if (uses.size < LIMITS.listed) uses.set(connection, address);
      keyOf.set(connection, spkiSha256);
      if (other !== undefined)
        emit({ ...event, type: "session.shared_client_key", conversation, tls, spkiSha256, other });
    },
    closed({ connection }) {
      const key = keyOf.get(connection);
      if (key !== undefined) shown.peek(key)?.delete(connection);
    },
  };
}

const pair = ({ client, server }: Connection): string => `${client.address} ${server.text}`;

/** The newest version that a client would have agreed to. */
const highest = ({ supportedVersions, legacyVersion }: ClientHello): number =>
  supportedVersions?.filter(version => !isGrease(version)).reduce((a, b) => Math.max(a, b), 0) ??
  legacyVersion;

/** Microseconds within which a second try belongs to the first. */
const AT_ONCE = 10_000_000;
const MANY_FAILURES = 20;
