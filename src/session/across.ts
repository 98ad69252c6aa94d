/** What several connections together say: the memories that outlive a connection, each bounded, behind one door. */
import type { ProtocolEvent } from "../protocol/event.ts";
import type { Connection } from "../stream/item.ts";
import type { Timestamp } from "../octets/time.ts";
import { attempts } from "./attempts.ts";
import { credentials } from "./credentials.ts";
import { digest } from "./digest.ts";
import type { SessionEvent } from "./event.ts";
import { fallback } from "./fallback.ts";
import { idleSessions } from "./idle.ts";
import { numbering } from "./numbering.ts";
import { probing } from "./probing.ts";
import { takeovers } from "./takeovers.ts";
import type { Talk } from "./talk.ts";
import { tlsAcross } from "./tls-across.ts";
import type { TlsRun } from "./tls-run.ts";

export interface AcrossOptions {
  /** Ports on which a broker is expected. */
  readonly ports: ReadonlySet<number> | "all";
  /** Under which secrets are compared; a constant where nobody random was asked. */
  readonly key?: Uint8Array;
  /** What is remembered over all captures of the run. */
  readonly tlsRun: TlsRun;
}

export interface Across {
  /** The session stage has told this. */
  told(event: SessionEvent): void;
  /** An event of a conversation, after it was folded; PUBLISH and PUBACK only while `watching`. */
  follow(talk: Talk, event: ProtocolEvent): void;
  closed(talk: Talk): void;
  /** A TCP connection is over on which nothing was said that is judged. */
  unused(connection: Connection, at: Timestamp): void;
  /** Some connection's next packet decides something. */
  readonly watching: boolean;
}

/** What the memories say goes to `emit`; a ceiling that was reached to `reached`, by name. */
export function across(
  options: AcrossOptions,
  emit: (event: SessionEvent) => void,
  reached: (limit: string) => void,
): Across {
  const compare = digest(options.key);
  const attempted = attempts(compare, emit, reached);
  const taken = takeovers(compare, emit, reached);
  const probed = probing(emit, reached);
  const numbered = numbering(emit, reached);
  const fallen = fallback(emit, reached);
  const shared = credentials(compare, emit, reached);
  const handshakes = tlsAcross(options.tlsRun, emit, reached);
  const idle = idleSessions(options.ports, emit, reached);

  return {
    get watching(): boolean {
      return taken.claims > 0;
    },
    told(event): void {
      if (event.type === "session.login") {
        attempted(event);
        taken.login(event);
        numbered(event);
        fallen.login(event);
        shared.login(event);
      } else if (event.type === "session.subscription") probed(event);
      else if (event.type === "session.opened") idle.broker(event.connection);
      else handshakes.told(event);
    },
    follow(talk, event): void {
      taken.follow(talk, event);
      if (event.type.startsWith("tls.")) handshakes.follow(talk, event);
      if (event.type === "stream.close") fallen.closing(talk, event.at);
      else if (event.type === "tls.established") shared.established(event);
    },
    closed(talk): void {
      taken.closed(talk);
      handshakes.closed(talk);
    },
    unused: idle.ended,
  };
}
