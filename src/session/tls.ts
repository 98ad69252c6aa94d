/** What the handshake messages, alerts and records of one connection say together. */
import { wireString } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import type { ProtocolEvent, ProtocolEventOf } from "../protocol/event.ts";
import type { HandshakeStep, TlsConversation } from "./conversation.ts";
import type { SessionEvent } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { keepSeen, newSigns, newTls, type Talk, type TlsSigns } from "./talk.ts";
import type { TrustStore } from "./trust.ts";
import { verification } from "./verification.ts";

type Emit = (event: SessionEvent) => void;
type TlsEvent = Extract<ProtocolEvent, { readonly type: `tls.${string}` | "stream.close" }>;

/** By what certificates are judged. */
export interface TlsJudging {
  readonly trust: TrustStore;
  /** The user named roots: a chain that ends elsewhere is wrong, and not merely private. */
  readonly rootsGiven: boolean;
  /** `--at`; undefined for the packet's own time. */
  readonly at: Timestamp | undefined;
  /** `--server-name`. */
  readonly serverName: string | undefined;
}

/** Fold one TLS event into its conversation; what several messages say together goes to `emit`. */
export function followTls(talk: Talk, event: TlsEvent, judging: TlsJudging, emit: Emit): void {
  const tls = tlsOf(talk);
  const signs = (talk.signs ??= newSigns());
  signs.lastFrame = event.frame;
  note(tls, event);
  switch (event.type) {
    case "tls.client_hello":
      return clientHello(tls, event);
    case "tls.server_hello":
      return serverHello(talk, tls, event, emit);
    case "tls.hello_retry_request":
      tls.helloRetryRequest = true;
      return;
    case "tls.certificate":
      return certificate(talk, tls, signs, event, judging, emit);
    case "tls.certificate_request":
      tls.certificateRequested = true;
      return;
    case "tls.server_key_exchange":
      tls.group = event.message.group ?? tls.group;
      tls.dhBits = event.message.bits ?? tls.dhBits;
      return;
    case "tls.client_key_exchange":
      if (event.message.pskIdentity !== undefined && tls.pskIdentities.length < LIMITS.listed)
        tls.pskIdentities.push(event.message.pskIdentity);
      return;
    case "tls.change_cipher_spec":
      signs.changed[event.direction] = true;
      return;
    case "tls.record":
      return record(talk, tls, signs, event, judging, emit);
    case "tls.alert":
      return alert(talk, tls, signs, event, judging, emit);
    case "tls.established":
    case "tls.closed":
      tls.established = true;
      tls.applicationData = event.applicationData;
      return decide(talk, tls, signs, event, judging, emit);
    case "tls.sslv2_hello":
      tls.sslv2 = true;
      return;
    case "stream.close":
      signs.closed ??= { by: event.direction, how: event.how, frame: event.frame, at: event.at };
      return;
    default:
      return;
  }
}

function tlsOf(talk: Talk): TlsConversation {
  const { conversation } = talk;
  if (conversation.tls === undefined) {
    conversation.tls = newTls();
    // What protects the conversation, not what carries its records.
    conversation.transport = "tls";
    conversation.protocol = "tls";
  }
  return conversation.tls;
}

function clientHello(tls: TlsConversation, { message }: ProtocolEventOf<"tls.client_hello">): void {
  // The second hello after a HelloRetryRequest is the one that counts; a renegotiation's is encrypted.
  if (tls.clientHello !== undefined && !tls.helloRetryRequest) return;
  tls.clientHello = message;
  for (const identity of message.pskIdentities ?? []) {
    const known = tls.pskIdentities.some(other => wireString(other) === wireString(identity));
    if (!known && tls.pskIdentities.length < LIMITS.listed) tls.pskIdentities.push(identity);
  }
  if (message.extensions.some(e => e.type === EARLY_DATA)) tls.earlyData = true;
}

function serverHello(talk: Talk, tls: TlsConversation, event: ProtocolEventOf<"tls.server_hello">, emit: Emit): void {
  if (tls.serverHello !== undefined) return;
  tls.serverHello = event.message;
  tls.group = event.message.group ?? tls.group;
  tls.resumed = event.resumed;
  emit({ ...keepSeen(event), type: "session.negotiated", conversation: talk.conversation, tls });
}

function certificate(
  talk: Talk,
  tls: TlsConversation,
  signs: TlsSigns,
  event: ProtocolEventOf<"tls.certificate">,
  judging: TlsJudging,
  emit: Emit,
): void {
  const { chain } = event;
  const at = judging.at ?? event.at;
  if (event.direction === "client") {
    if (chain.length === 0) return;
    tls.clientChain = chain;
    tls.clientCertificate = true;
  } else {
    if (tls.chain.length > 0) return;
    const sni = tls.clientHello?.serverName;
    const name = sni === undefined ? judging.serverName : wireString(sni);
    tls.chain = chain;
    tls.resumed = false;
    tls.trust = judging.trust(chain, { at, name, of: "server" });
    signs.certificateSeen = keepSeen(event);
  }
  emit({ ...keepSeen(event), type: "session.chain", conversation: talk.conversation, tls, chain });
}

function record(
  talk: Talk,
  tls: TlsConversation,
  signs: TlsSigns,
  event: ProtocolEventOf<"tls.record">,
  judging: TlsJudging,
  emit: Emit,
): void {
  const { shape } = event;
  if (event.direction === "client" && signs.clientRecords.length < LIMITS.clientRecords)
    signs.clientRecords.push({ frame: event.frame, shape });
  if (shape.contentType !== APPLICATION_DATA || tls.serverHello === undefined) return;
  // RFC 8446 §5: in TLS 1.3 the encrypted handshake is of this type too, and says nothing yet.
  if (tls.serverHello.version >= TLS_1_3 || !signs.changed[event.direction]) return;
  if (event.direction === "server") signs.serverData ??= event.frame;
  else if (signs.clientData === undefined) {
    signs.clientData = event.frame;
    decide(talk, tls, signs, event, judging, emit);
  }
}

function alert(
  talk: Talk,
  tls: TlsConversation,
  signs: TlsSigns,
  event: ProtocolEventOf<"tls.alert">,
  judging: TlsJudging,
  emit: Emit,
): void {
  if (tls.alerts.length < LIMITS.alerts) {
    const { direction: from, frame } = event;
    tls.alerts.push(event.encrypted ? { from, frame } : { from, frame, level: event.level, description: event.description });
  }
  if (event.direction === "client" && !event.encrypted) decide(talk, tls, signs, event, judging, emit);
}

/** Told once: when it is decided, or at the end when it no longer will be. */
function decide(
  talk: Talk,
  tls: TlsConversation,
  signs: TlsSigns,
  event: TlsEvent,
  judging: TlsJudging,
  emit: Emit,
): void {
  if (signs.decided) return;
  tls.clientVerifies = verification(tls, signs, judging.rootsGiven);
  if (tls.clientVerifies.answer === "unknown" && event.type !== "tls.closed") return;
  signs.decided = true;
  emit({ ...keepSeen(event), type: "session.verification", conversation: talk.conversation, tls });
}

function note(tls: TlsConversation, event: TlsEvent): void {
  const name = STEPS.get(event.type) ?? (event.type === "tls.handshake" ? event.message.type : undefined);
  if (name === undefined || tls.steps.length >= LIMITS.steps) return;
  const step: HandshakeStep = {
    name,
    from: event.direction,
    frame: event.frame,
    at: event.at,
    octets: event.to - event.from,
  };
  tls.steps.push(step);
}

/** The ladder's words: the standards' message names. */
const STEPS: ReadonlyMap<string, string> = new Map([
  ["tls.client_hello", "ClientHello"],
  ["tls.server_hello", "ServerHello"],
  ["tls.hello_retry_request", "HelloRetryRequest"],
  ["tls.certificate", "Certificate"],
  ["tls.certificate_request", "CertificateRequest"],
  ["tls.server_key_exchange", "ServerKeyExchange"],
  ["tls.client_key_exchange", "ClientKeyExchange"],
  ["tls.new_session_ticket", "NewSessionTicket"],
  ["tls.change_cipher_spec", "ChangeCipherSpec"],
  ["tls.alert", "Alert"],
]);

const APPLICATION_DATA = 23;
const TLS_1_3 = 0x0304;
/** RFC 8446 §4.2.10. */
const EARLY_DATA = 42;
