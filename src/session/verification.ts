/** Does the client verify the broker's certificate? What the order of records, alerts and data proves, and no more. */
import type { FrameNumber } from "../capture/frame.ts";
import { alertDescriptions } from "../protocol/tls/registry.ts";
import { isTls13 } from "../protocol/tls/version.ts";
import { extensionsOf } from "../protocol/x509/path.ts";
import type { ClientVerifies, Defect, SeenAlert, TlsConversation } from "./conversation.ts";
import type { TlsSigns } from "./signs.ts";
import { isAnonymous, usesPsk } from "./suites.ts";

/**
 * The answer as far as it shows. Acceptance is application data after the client's Finished, never the finished
 * handshake alone; a refusal is a certificate alert of the client, or in TLS 1.3 a record too short to be anything
 * else in the place of its Finished. Where the user did not say whom the client ought to trust, a private or self-signed
 * certificate may be trusted rightly.
 */
export function verification(tls: TlsConversation, signs: TlsSigns): ClientVerifies {
  return (
    refusal(tls, signs) ??
    hiddenRefusal(tls, signs) ??
    acceptance(tls, signs) ??
    unknown(whyUnknown(tls, signs))
  );
}

/** A session that shows the client a certificate: neither resumed, nor with a pre-shared key, nor anonymous. */
export function showsCertificate({ serverHello, resumed }: TlsConversation): boolean {
  if (serverHello === undefined || resumed || serverHello.selectedPsk !== undefined) return false;
  return !isAnonymous(serverHello.cipherSuite) && !usesPsk(serverHello.cipherSuite);
}

/** What of a chain speaks against it whoever the client trusts, or against the roots that the user named. */
export const wrongForAll = (tls: TlsConversation): readonly Defect[] =>
  tls.met.defects.filter(defect => tls.met.expected === true || !NEEDS_ROOTS.has(defect.kind));

function refusal(tls: TlsConversation, signs: TlsSigns): ClientVerifies | undefined {
  if (!showsCertificate(tls) || signs.clientData !== undefined) return undefined;
  const alert = tls.alerts.find(a => a.from === "client" && saysWhy(a));
  if (alert?.description === undefined) return undefined;
  if (mayBeUnreadable(tls, alert.description)) return undefined;
  const frames = framesOf(tls, alert.frame);
  const name = alertDescriptions.nameOf(alert.description);
  if (CERTIFICATE_ALERTS.has(alert.description))
    return {
      answer: "yes",
      confidence: "firm",
      text: `refused the broker's certificate: alert ${name}`,
      frames,
    };
  if (alert.description !== INTERNAL_ERROR && alert.description !== HANDSHAKE_FAILURE) return undefined;
  // libmosquitto reports a name that does not match as internal_error.
  if (alert.description === INTERNAL_ERROR && tls.met.defects.some(d => d.kind === "name-mismatch"))
    return {
      answer: "yes",
      confidence: "firm",
      text: "left with an alert at a certificate for another name",
      frames,
    };
  // The certificate is hidden, or has another fault: it is the likely reason, and not the only one.
  const hidden = tls.chain.length === 0 && isTls13(tls.serverHello?.version ?? 0);
  return hidden || tls.met.defects.length > 0
    ? {
        answer: "yes",
        confidence: "tentative",
        text: `left with the alert ${name} in place of its Finished`,
        frames,
      }
    : undefined;
}

/**
 * RFC 5280 §4.2: who cannot process a critical extension refuses the certificate, and small stacks do so as they parse it,
 * whether they verify or not: an alert that names no other cause is then no sign of either.
 */
const mayBeUnreadable = (tls: TlsConversation, description: number): boolean =>
  (description === BAD_CERTIFICATE || description === UNSUPPORTED_CERTIFICATE) &&
  tls.chain.some(certificate => certificate.fields !== undefined && extensionsOf(certificate).demanding);

/** TLS 1.3 hides the alert; its length, and that nothing follows, do not hide that it is one. Why remains unsaid. */
function hiddenRefusal(tls: TlsConversation, signs: TlsSigns): ClientVerifies | undefined {
  if (tls.sizes?.client !== "alert" || signs.closed === undefined || !showsCertificate(tls)) return undefined;
  // A broker that broke off first may have been what the client complained of.
  if (tls.alerts.some(alert => alert.from === "server" && saysWhy(alert)) || signs.lost) return undefined;
  const frame = tls.sizes.answer?.frame;
  return {
    answer: "yes",
    confidence: "tentative",
    text: "refused something, most likely the certificate: a record too short for anything but an alert in place of its Finished",
    frames: frame === undefined ? [] : framesOf(tls, frame),
  };
}

function acceptance(tls: TlsConversation, signs: TlsSigns): ClientVerifies | undefined {
  const data = signs.clientData;
  const suite = tls.serverHello?.cipherSuite;
  if (data === undefined || suite === undefined || tls.resumed) return undefined;
  if (isAnonymous(suite))
    return {
      answer: "no",
      confidence: "certain",
      text: "sent data without any certificate: the key exchange is anonymous",
      frames: framesFrom(signs, data),
    };
  const wrong = wrongForAll(tls);
  if (wrong.length === 0) return undefined;
  const why = wrong.map(defect => defect.text).join(", ");
  // Faults that a verifying client can mend by itself.
  if (wrong.every(defect => defect.ofAnchor === true))
    return {
      answer: "no",
      confidence: "tentative",
      text: `sent data under a root that only a client takes that has it renewed, or does not look at its dates: ${why}`,
      frames: framesFrom(signs, data),
    };
  if (wrong.every(defect => defect.kind === "incomplete" || defect.ofAnchor === true))
    return {
      answer: "no",
      confidence: "tentative",
      text: `sent data to a broker whose certificate only a client takes that has the missing one in store: ${why}`,
      frames: framesFrom(signs, data),
    };
  return {
    answer: "no",
    confidence: "firm",
    text: `sent data to a broker whose ${tls.rawPublicKey === undefined ? "certificate" : "key"} no verifying client takes: ${why}`,
    frames: framesFrom(signs, data),
  };
}

function whyUnknown(tls: TlsConversation, signs: TlsSigns): string {
  const { serverHello, chain } = tls;
  if (serverHello === undefined) return "no ServerHello was seen";
  if (tls.resumed) return "a resumed session shows no certificate";
  if (serverHello.selectedPsk !== undefined || usesPsk(serverHello.cipherSuite))
    return "a pre-shared key stands in the place of a certificate";
  if (tls.alerts.some(a => a.from === "server" && saysWhy(a)) && signs.clientData === undefined)
    return "the broker broke the handshake off";
  if (tls.alerts.some(a => a.from === "client" && mayBeUnreadable(tls, a.description ?? 0)))
    return "the client refused the certificate, or cannot process a critical extension in it";
  if (signs.clientData === undefined) {
    const after = leftAfter(tls, signs);
    if (after === "Certificate") return "the client left without a word when it was shown the certificate";
    if (after === "Finished") return "the client finished the handshake and left without sending data";
  }
  if (tls.rawPublicKey !== undefined && tls.trust.status !== "trusted")
    return "the broker shows a key without a certificate: whether it is known here is not seen";
  if (chain.length === 0 && tls.rawPublicKey === undefined)
    return isTls13(serverHello.version) ? "TLS 1.3 encrypts the certificate" : "no certificate was seen";
  if (signs.clientData === undefined) return "the client sent no data after the handshake";
  if (tls.trust.status === "trusted")
    return `the ${tls.rawPublicKey === undefined ? "certificate" : "key"} is good: accepting it proves nothing`;
  return "the client may know this certificate or its issuer: give --ca to tell";
}

/**
 * A client that ended the connection itself, in order, without data and without an alert: refused by the application,
 * a pin that did not match, or a look at the port. After its Finished, or in TLS 1.3 without having answered at all.
 */
export function leftAfter(tls: TlsConversation, signs: TlsSigns): "Finished" | "Certificate" | undefined {
  const { closed, changed, clientData, lost } = signs;
  if (closed?.by !== "client" || closed.how !== "fin" || clientData !== undefined || lost) return undefined;
  if (!showsCertificate(tls) || tls.alerts.some(saysWhy)) return undefined;
  if (tls.sizes === undefined) return changed.client && changed.server ? "Finished" : undefined;
  const flight =
    signs.records.length > signs.afterHello && signs.records.some(record => record.from === "server");
  if (tls.sizes.client === "nothing") return flight ? "Certificate" : undefined;
  return tls.sizes.client === "finished" && tls.applicationData.client.records <= 1 && !tls.established
    ? "Finished"
    : undefined;
}

const unknown = (text: string): ClientVerifies => ({
  answer: "unknown",
  confidence: "certain",
  text,
  frames: [],
});

/** From the frame that showed the certificate, or in TLS 1.3 the ServerHello before it, to the one that decided. */
function framesOf(tls: TlsConversation, decided: FrameNumber): readonly FrameNumber[] {
  const shown =
    tls.steps.find(step => step.name === "Certificate" && step.from === "server") ??
    tls.steps.find(step => step.name === "ServerHello");
  return shown === undefined || shown.frame === decided ? [decided] : [shown.frame, decided];
}

const framesFrom = (signs: TlsSigns, data: FrameNumber): readonly FrameNumber[] =>
  signs.seen.certificate === undefined ? [data] : [signs.seen.certificate.frame, data];

/** An alert that can be read and says more than goodbye (RFC 8446 §6.1). */
export const saysWhy = ({ description }: SeenAlert): boolean =>
  description !== undefined && !GOODBYES.has(description);

const HANDSHAKE_FAILURE = 40;
const BAD_CERTIFICATE = 42;
const UNSUPPORTED_CERTIFICATE = 43;
const INTERNAL_ERROR = 80;
/** RFC 8446 §6.1: close_notify and user_canceled. */
const GOODBYES: ReadonlySet<number> = new Set([0, 90]);

/** Defects that a client may rightly overlook, as long as nobody says which roots it ought to have. */
const NEEDS_ROOTS: ReadonlySet<Defect["kind"]> = new Set(["self-signed", "untrusted", "incomplete"]);

/**
 * RFC 8446 §6.2: what an endpoint says when it does not accept the other's certificate: bad_certificate,
 * unsupported_certificate, certificate_revoked, certificate_expired, certificate_unknown, unknown_ca,
 * bad_certificate_status_response.
 */
const CERTIFICATE_ALERTS: ReadonlySet<number> = new Set([42, 43, 44, 45, 46, 48, 113]);
