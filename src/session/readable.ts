/** What an observer can read of a conversation. */
import type { Transport } from "../protocol/event.ts";
import type { Conversation } from "./conversation.ts";
import { isNull } from "./suites.ts";

/** Inside TLS: not in clear, even where a key log or a NULL suite made it readable here. */
export const isSealed = (transport: Transport): boolean => transport === "tls" || transport === "wss";

/** Anyone on the path reads what it carries: no TLS, or TLS with a NULL suite. */
export function isReadable({ transport, tls }: Conversation): boolean {
  if (!isSealed(transport)) return true;
  const suite = tls?.serverHello?.cipherSuite;
  return suite !== undefined && isNull(suite);
}

/** MQTT or TLS: a WebSocket for something else, or refused, and a proxy's header alone are neither. */
export const isJudgeable = ({ mqtt, tls, upgraded, protocol }: Conversation): boolean =>
  mqtt !== undefined ||
  tls !== undefined ||
  upgraded !== undefined ||
  (protocol !== "websocket" && protocol !== "proxy");
