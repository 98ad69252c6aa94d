/** Does the client verify the broker's certificate? What the order of records, alerts and data proves, and no more. */
import type { FrameNumber } from "../capture/frame.ts";
import type { ClientVerifies, Defect, SeenAlert, TlsConversation } from "./conversation.ts";
import { isAnonymous } from "./suites.ts";
import type { TlsSigns } from "./talk.ts";

/**
 * The answer as far as it shows. Acceptance is application data after the client's Finished, never the finished
 * handshake alone; a refusal is a certificate alert of the client. `rootsGiven` tells whether the user named the
 * roots that the client ought to trust: without them a private or self-signed certificate may be trusted rightly.
 */
export function verification(tls: TlsConversation, signs: TlsSigns, rootsGiven: boolean): ClientVerifies {
  return refusal(tls) ?? acceptance(tls, signs, rootsGiven) ?? unknown(whyUnknown(tls, signs));
}

function refusal(tls: TlsConversation): ClientVerifies | undefined {
  const alert = tls.alerts.find(a => a.from === "client" && a.description !== undefined && a.description !== CLOSE_NOTIFY);
  if (alert?.description === undefined || tls.applicationData.client.records > 0) return undefined;
  const name = CERTIFICATE_ALERTS.get(alert.description);
  const frames = framesOf(tls, alert);
  if (name !== undefined)
    return { answer: "yes", confidence: "firm", text: `refused the broker's certificate: alert ${name}`, frames };
  // libmosquitto reports a name that does not match as internal_error.
  if (alert.description === INTERNAL_ERROR && tls.trust.defects.some(d => d.kind === "name-mismatch"))
    return { answer: "yes", confidence: "firm", text: "left with an alert at a certificate for another name", frames };
  return undefined;
}

function acceptance(tls: TlsConversation, signs: TlsSigns, rootsGiven: boolean): ClientVerifies | undefined {
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
  const wrong = tls.trust.defects.filter(defect => rootsGiven || !NEEDS_ROOTS.has(defect.kind));
  if (wrong.length === 0) return undefined;
  return {
    answer: "no",
    confidence: "firm",
    text: `sent data although the certificate is ${wrong.map(d => d.text).join(", ")}`,
    frames: framesFrom(signs, data),
  };
}

function whyUnknown(tls: TlsConversation, signs: TlsSigns): string {
  const version = tls.serverHello?.version;
  if (version === undefined) return "no ServerHello was seen";
  if (tls.resumed) return "a resumed session shows no certificate";
  if (tls.chain.length === 0) return version >= TLS_1_3 ? "TLS 1.3 encrypts the certificate" : "no certificate was seen";
  if (signs.clientData === undefined) return "the client sent no data after the handshake";
  if (tls.trust.status === "trusted") return "the certificate is good: accepting it proves nothing";
  return "the client may know this certificate or its issuer: give --ca to tell";
}

const unknown = (text: string): ClientVerifies => ({ answer: "unknown", confidence: "certain", text, frames: [] });

const framesOf = (tls: TlsConversation, alert: SeenAlert): readonly FrameNumber[] => {
  const certificate = tls.steps.find(step => step.name === "Certificate" && step.from === "server");
  return certificate === undefined ? [alert.frame] : [certificate.frame, alert.frame];
};

const framesFrom = (signs: TlsSigns, data: FrameNumber): readonly FrameNumber[] =>
  signs.certificateSeen === undefined ? [data] : [signs.certificateSeen.frame, data];

const TLS_1_3 = 0x0304;
const CLOSE_NOTIFY = 0;
const INTERNAL_ERROR = 80;

/** Defects that a client may rightly overlook, as long as nobody says which roots it ought to have. */
const NEEDS_ROOTS: ReadonlySet<Defect["kind"]> = new Set(["self-signed", "untrusted"]);

/** RFC 8446 §6.2: what an endpoint says when it does not accept the other's certificate. */
const CERTIFICATE_ALERTS: ReadonlyMap<number, string> = new Map([
  [42, "bad_certificate"],
  [43, "unsupported_certificate"],
  [44, "certificate_revoked"],
  [45, "certificate_expired"],
  [46, "certificate_unknown"],
  [48, "unknown_ca"],
  [113, "bad_certificate_status_response"],
]);
