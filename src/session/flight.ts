/** Where the messages of a handshake were, for what is decided only when later ones have come. */
import type { ProtocolEvent, Seen } from "../protocol/event.ts";
import { LIMITS as PROTOCOL_LIMITS } from "../protocol/limits.ts";
import { isTls13 } from "../protocol/tls/version.ts";
import type { TlsConversation } from "./conversation.ts";
import { keepSeen } from "./talk.ts";

/** Each undefined until it was seen. */
export interface HandshakeSeen {
  readonly clientHello: Seen | undefined;
  readonly serverHello: Seen | undefined;
  /** The broker's. */
  readonly certificate: Seen | undefined;
  /**
   * All that the broker sent from its ServerHello to its ServerHelloDone (RFC 5246 §7.3); in TLS 1.3, where what follows
   * is hidden, to the last protected record before the client's first (RFC 8446 §2).
   */
  readonly flight: Seen | undefined;
  /** Also one that holds no certificate; in TLS 1.3 the client's first protected record, which would hold it. */
  readonly clientCertificate: Seen | undefined;
  /** The first FIN or RST. */
  readonly closed: Seen | undefined;
}

/** The same, while they come in. */
export interface HandshakeSeeing extends Record<keyof HandshakeSeen, Seen | undefined> {
  /** The flight is over. */
  flown: boolean;
}

export const newSeeing = (): HandshakeSeeing => ({
  clientHello: undefined,
  serverHello: undefined,
  certificate: undefined,
  flight: undefined,
  clientCertificate: undefined,
  closed: undefined,
  flown: false,
});

/** Follow the broker's first flight up to the client's answer to it. */
export function followFlight(tls: TlsConversation, seen: HandshakeSeeing, event: ProtocolEvent): void {
  if (seen.flown) return;
  if (event.type === "tls.server_hello") {
    seen.serverHello ??= keepSeen(event);
    seen.flight ??= seen.serverHello;
    return;
  }
  if (seen.flight === undefined || tls.serverHello === undefined) return;
  const hidden = isTls13(tls.serverHello.version) && event.type === "tls.record";
  if (hidden && event.shape.contentType !== APPLICATION_DATA) return;
  if (event.direction === "client") {
    if (hidden) seen.clientCertificate ??= keepSeen(event);
    seen.flown = hidden || event.type === "tls.client_key_exchange";
  } else if (hidden || isHandshake(event)) {
    seen.flight = joined(seen.flight, event);
    seen.flown = event.type === "tls.handshake" && event.message.type === "server_hello_done";
  }
}

const isHandshake = ({ type }: ProtocolEvent): boolean =>
  type === "tls.certificate" ||
  type === "tls.certificate_request" ||
  type === "tls.server_key_exchange" ||
  type === "tls.handshake";

/** Both and what lies between them, as one unit that could be read when the second could. */
function joined(first: Seen, second: Seen): Seen {
  const end = first.carriers.at(-1)?.offset ?? -1;
  const carriers = [...first.carriers, ...keepSeen(second).carriers.filter(({ offset }) => offset > end)];
  // Of a full list the last stands for several.
  if (carriers.length >= PROTOCOL_LIMITS.carriers || second.to <= first.to) return first;
  return { ...first, at: second.at, frame: second.frame, to: second.to, carriers };
}

const APPLICATION_DATA = 23;
