/** How a handshake went: whether it broke off and who broke it, and what the client showed of itself. */
import { isTls13 } from "../protocol/tls/version.ts";
import type { TlsConversation } from "./conversation.ts";
import type { TlsSigns } from "./signs.ts";
import type { BrokenOff, ClientAuthentication } from "./tls-event.ts";
import { saysWhy, showsCertificate } from "./verification.ts";

/**
 * The end of a handshake that came to nothing, or undefined. An alert that is readable tells it at once; a FIN or RST
 * and the length of a hidden alert when the connection is `over`. What the capture did not hold is no failure.
 */
export function brokenOff(tls: TlsConversation, signs: TlsSigns, over: boolean): BrokenOff | undefined {
  if (tls.clientHello === undefined || signs.clientData !== undefined || tls.established) return undefined;
  const fatal = tls.alerts.find(alert => alert.level === FATAL && saysWhy(alert));
  if (fatal?.description !== undefined) return { by: fatal.from, alert: fatal.description };
  const { closed } = signs;
  if (!over || closed === undefined || signs.lost) return undefined;
  if (tls.serverHello === undefined) return { by: closed.by, unanswered: true };
  if (!isTls13(tls.serverHello.version)) {
    const { client, server } = signs.changed;
    return client && server ? undefined : { by: closed.by };
  }
  if (tls.sizes?.client === "alert") return { by: "client", hidden: true };
  return tls.sizes?.client === "nothing" ? { by: closed.by } : undefined;
}

/**
 * RFC 5077 §3.4: a server that takes a ticket need not echo a session id. That it resumes shows in what it leaves out
 * before its ChangeCipherSpec: the certificate, and the end of a full flight (RFC 5246 §7.3).
 */
export function isAbbreviated(tls: TlsConversation, { lost }: TlsSigns): boolean {
  const { clientHello, serverHello, chain, rawPublicKey, steps } = tls;
  if (serverHello === undefined || isTls13(serverHello.version) || lost) return false;
  if (chain.length > 0 || rawPublicKey !== undefined || !showsCertificate(tls)) return false;
  const offered = clientHello?.extensions.some(
    ({ type, data }) => type === SESSION_TICKET && data.length > 0,
  );
  return offered === true && !steps.some(step => FULL.has(step.name));
}

/** What the client showed when it was asked for a certificate; undefined while, or where, that is not known. */
export function clientAuthentication(
  tls: TlsConversation,
  signs: TlsSigns,
  over: boolean,
): { readonly answer: ClientAuthentication; readonly tentative: boolean } | undefined {
  const { serverHello } = tls;
  if (serverHello === undefined || signs.lost || !showsCertificate(tls)) return undefined;
  if (isTls13(serverHello.version) && tls.chain.length === 0) {
    const answer = over ? bySizes(tls, signs) : undefined;
    return answer === undefined ? undefined : { answer, tentative: true };
  }
  const answer = bySight(tls, signs, over);
  return answer === undefined ? undefined : { answer, tentative: false };
}

function bySight(tls: TlsConversation, signs: TlsSigns, over: boolean): ClientAuthentication | undefined {
  if (tls.clientCertificate) return "certificate";
  if (!tls.certificateRequested) return signs.clientData !== undefined ? "not-asked" : undefined;
  if (!signs.emptyCertificate) return undefined;
  if (refusedByServer(tls, signs)) return "none-refused";
  return signs.serverData !== undefined && over ? "none-accepted" : undefined;
}

function bySizes(tls: TlsConversation, signs: TlsSigns): ClientAuthentication | undefined {
  const { sizes } = tls;
  if (sizes === undefined) return undefined;
  if (sizes.client === "certificate") return "certificate";
  if (sizes.client === "no certificate")
    // Data of the client proves nothing yet: in TLS 1.3 it is sent before the broker has judged.
    return refusedByServer(tls, signs)
      ? "none-refused"
      : tls.applicationData.server.records > 1
        ? "none-accepted"
        : undefined;
  return sizes.client === "finished" && sizes.server?.certificateRequested === false
    ? "not-asked"
    : undefined;
}

/** An alert that says so, or a connection that the broker ended before it had said anything. */
function refusedByServer(tls: TlsConversation, signs: TlsSigns): boolean {
  if (tls.alerts.some(alert => alert.from === "server" && saysWhy(alert))) return true;
  return signs.closed?.by === "server" && tls.applicationData.server.records <= 1;
}

const FULL: ReadonlySet<string> = new Set(["Certificate", "ServerKeyExchange", "ServerHelloDone"]);
/** RFC 5077 §3.2. */
const SESSION_TICKET = 35;
/** RFC 8446 §6: AlertLevel. */
const FATAL = 2;
