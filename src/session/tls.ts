/** What the handshake messages, alerts and records of one connection say together. */
import { wireKey, wireString } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Direction } from "../stream/item.ts";
import type { ProtocolEvent, ProtocolEventOf } from "../protocol/event.ts";
import { isTls13 } from "../protocol/tls/version.ts";
import { isPlausible } from "./clock.ts";
import type { TlsConversation, Trust } from "./conversation.ts";
import type { SessionEvent } from "./event.ts";
import { followFlight } from "./flight.ts";
import { brokenOff, clientAuthentication, isAbbreviated } from "./handshake.ts";
import { LIMITS } from "./limits.ts";
import type { Pin } from "./roots.ts";
import { newSigns, newTls, type TlsSigns } from "./signs.ts";
import { hiddenHandshake } from "./sizes.ts";
import { noteStep } from "./steps.ts";
import { keepSeen, type Talk } from "./talk.ts";
import { type Expectation, trustInKey, type TrustStore } from "./trust.ts";
import { leftAfter, saysWhy, verification } from "./verification.ts";

type Emit = (event: SessionEvent) => void;
type TlsEvent = Extract<ProtocolEvent, { readonly type: `tls.${string}` | "stream.close" | "stream.gap" }>;

/** By what certificates are judged. */
export interface TlsJudging {
  readonly trust: TrustStore;
  /** `--pin`. */
  readonly pins?: readonly Pin[];
  /** `--at`; undefined for the packet's own time. */
  readonly at: Timestamp | undefined;
  /** `--server-name`. */
  readonly serverName: string | undefined;
}

/** One event on its way into its conversation. */
interface Following {
  readonly talk: Talk;
  readonly tls: TlsConversation;
  readonly signs: TlsSigns;
  readonly judging: TlsJudging;
  readonly emit: Emit;
}

/** Fold one TLS event into its conversation; what several messages say together goes to `emit`. */
export function followTls(talk: Talk, event: TlsEvent, judging: TlsJudging, emit: Emit): void {
  const tls = tlsOf(talk);
  const signs = (talk.signs ??= newSigns());
  const following: Following = { talk, tls, signs, judging, emit };
  noteStep(tls, signs, event);
  followFlight(tls, signs.seen, event);
  switch (event.type) {
    case "tls.client_hello":
      return clientHello(following, event);
    case "tls.server_hello":
      return serverHello(following, event);
    case "tls.hello_retry_request":
      tls.helloRetryRequest = true;
      return;
    case "tls.certificate":
      return certificate(following, event);
    case "tls.certificate_request":
      tls.certificateRequested = true;
      return;
    case "tls.handshake":
      if (event.message.type === "certificate_status") tls.stapled = true;
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
      return changeCipherSpec(following, event);
    case "tls.record":
      return record(following, event);
    case "tls.alert":
      return alert(following, event);
    case "tls.established":
      tls.established = true;
      tls.applicationData = event.applicationData;
      if (event.direction === "client") signs.clientData ??= event.frame;
      wentOn(following, event);
      return settle(following, event);
    case "tls.closed":
      tls.applicationData = event.applicationData;
      tls.goodbye = saidGoodbye(tls, event.goodbyes);
      return settle(following, event);
    case "tls.sslv2_hello":
      tls.sslv2 = true;
      if (event.direction === "server")
        emit({ type: "session.sslv2", ...keepSeen(event), conversation: talk.conversation, tls });
      return;
    case "stream.gap":
      signs.lost = true;
      return;
    case "stream.close":
      signs.seen.closed ??= keepSeen(event);
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

function clientHello(following: Following, event: ProtocolEventOf<"tls.client_hello">): void {
  const { tls, signs } = following;
  const { message } = event;
  // The second hello after a HelloRetryRequest is the one that counts; a renegotiation's shows where nothing is encrypted.
  if (tls.clientHello !== undefined) {
    const version = tls.serverHello?.version;
    if (!tls.helloRetryRequest || signs.retried) {
      tls.renegotiated ||= version !== undefined && !isTls13(version);
      return;
    }
    signs.retried = true;
  }
  signs.seen.clientHello ??= keepSeen(event);
  tls.clientHello = message;
  for (const identity of message.pskIdentities ?? []) {
    const known = tls.pskIdentities.some(other => wireKey(other) === wireKey(identity));
    if (!known && tls.pskIdentities.length < LIMITS.listed) tls.pskIdentities.push(identity);
  }
  if (message.extensions.some(e => e.type === EARLY_DATA)) tls.earlyData = true;
  judgeChain(following);
}

function serverHello(following: Following, event: ProtocolEventOf<"tls.server_hello">): void {
  const { talk, tls, signs, emit } = following;
  if (tls.serverHello !== undefined) return;
  tls.serverHello = event.message;
  tls.group = event.message.group ?? tls.group;
  tls.resumed = event.resumed;
  signs.afterHello = signs.records.length;
  const { seen } = signs;
  emit({ type: "session.negotiated", ...keepSeen(event), conversation: talk.conversation, tls, seen });
}

function certificate(following: Following, event: ProtocolEventOf<"tls.certificate">): void {
  const { talk, tls, signs, emit } = following;
  const { chain } = event;
  if (event.direction === "client") {
    signs.seen.clientCertificate = keepSeen(event);
    if (event.rawPublicKey !== undefined) {
      tls.clientCertificate = true;
      return;
    }
    signs.emptyCertificate = chain.length === 0;
    if (chain.length === 0) return;
    tls.clientChain = chain;
    tls.clientCertificate = true;
    return emit({ type: "session.chain", ...keepSeen(event), conversation: talk.conversation, tls, chain });
  }
  if (tls.chain.length > 0) return;
  tls.rawPublicKey = event.rawPublicKey;
  tls.chain = chain;
  tls.resumed = false;
  signs.seen.certificate = keepSeen(event);
  if (tls.clientHello !== undefined) judgeChain(following);
}

/**
 * Hold the broker's chain against the name that the client asked for. Where the capture has the ClientHello behind the
 * certificate, that waits for it, or for what shows that it is not coming.
 */
function judgeChain({ talk, tls, signs, judging, emit }: Following): void {
  const { told } = signs;
  const certificateSeen = signs.seen.certificate;
  if (certificateSeen === undefined || told.chain) return;
  told.chain = true;
  const { chain, clientHello: hello } = tls;
  const name = hello?.serverName === undefined ? judging.serverName : wireString(hello.serverName);
  const { at, connection } = certificateSeen;
  const { address } = connection.server;
  const trust = (expectation: Expectation): Trust =>
    tls.rawPublicKey === undefined
      ? judging.trust(chain, expectation)
      : trustInKey(judging.pins ?? [], tls.rawPublicKey.spkiSha256, expectation);
  // The client held it against its own clock, whatever time the user asks about.
  tls.met = trust({ at: isPlausible(at) ? at : undefined, name, address });
  tls.trust = judging.at === undefined ? tls.met : trust({ at: judging.at, name, address });
  emit({ type: "session.chain", ...certificateSeen, conversation: talk.conversation, tls, chain });
}

function changeCipherSpec(following: Following, event: ProtocolEventOf<"tls.change_cipher_spec">): void {
  const { tls, signs } = following;
  signs.changed[event.direction] = true;
  if (event.direction === "server" && isAbbreviated(tls, signs)) tls.resumed = true;
  judgeChain(following);
  // RFC 8446 §D.4: in TLS 1.3 it means nothing.
  if (event.direction === "client" && tls.serverHello !== undefined && !isTls13(tls.serverHello.version))
    wentOn(following, event);
}

function wentOn({ talk, tls, signs, emit }: Following, event: TlsEvent): void {
  if (signs.told.keyed || tls.serverHello === undefined) return;
  signs.told.keyed = true;
  const { seen } = signs;
  emit({ type: "session.keyed", ...keepSeen(event), conversation: talk.conversation, tls, seen });
}

function record(following: Following, event: ProtocolEventOf<"tls.record">): void {
  const { talk, tls, signs, emit } = following;
  const { shape } = event;
  if (signs.records.length < LIMITS.records)
    signs.records.push({ from: event.direction, frame: event.frame, shape });
  if (shape.contentType !== APPLICATION_DATA) return;
  if (tls.serverHello === undefined) {
    if (event.direction !== "client" || !tls.earlyData || signs.told.early) return;
    signs.told.early = true;
    return emit({
      type: "session.early_data",
      ...keepSeen(event),
      conversation: talk.conversation,
      tls,
      sent: true,
    });
  }
  // RFC 8446 §5: in TLS 1.3 the encrypted handshake is of this type too, and says nothing yet.
  if (isTls13(tls.serverHello.version) || !signs.changed[event.direction]) return;
  if (event.direction === "server") signs.serverData ??= event.frame;
  else if (signs.clientData === undefined) {
    signs.clientData = event.frame;
    settle(following, event);
  }
}

function alert(following: Following, event: ProtocolEventOf<"tls.alert">): void {
  const { tls } = following;
  const { direction: from, frame } = event;
  const seen = event.encrypted
    ? { from, frame }
    : { from, frame, level: event.level, description: event.description };
  if (tls.alerts.length < LIMITS.alerts) tls.alerts.push(seen);
  if (saysWhy(seen)) settle(following, event);
}

/** RFC 8446 §6.1. An alert that is hidden behind data is taken for close_notify: nothing shows that it is another. */
function saidGoodbye({ established, alerts }: TlsConversation, hidden: Record<Direction, boolean>): boolean {
  if (!established || alerts.some(saysWhy)) return false;
  return hidden.client || hidden.server || alerts.length > 0;
}

/** Everything that is told once: when it is decided, or at the end when it no longer will be. */
function settle(following: Following, event: TlsEvent): void {
  const { talk, tls, signs, emit } = following;
  const { told } = signs;
  const { conversation } = talk;
  judgeChain(following);
  const over = event.type === "tls.closed";
  const once = { ...keepSeen(event), conversation, tls };
  if (over) tls.sizes = hiddenHandshake(tls, signs);
  if (!told.verification) {
    tls.clientVerifies = verification(tls, signs);
    if (tls.clientVerifies.answer !== "unknown" || over) {
      told.verification = true;
      emit({ type: "session.verification", ...once });
    }
  }
  if (!told.brokenOff) {
    const broken = brokenOff(tls, signs, over);
    if (broken !== undefined) {
      told.brokenOff = true;
      emit({ type: "session.broken_off", ...once, broken });
    }
  }
  if (!told.authentication) {
    const shown = clientAuthentication(tls, signs, over);
    if (shown !== undefined) {
      told.authentication = true;
      emit({ type: "session.client_authentication", ...once, ...shown, seen: signs.seen });
    }
  }
  if (!over) return;
  if (tls.earlyData && !told.early && signs.seen.clientHello !== undefined)
    emit({ type: "session.early_data", ...signs.seen.clientHello, conversation, tls, sent: false });
  const after = leftAfter(tls, signs);
  if (after !== undefined) emit({ type: "session.left", ...once, after, seen: signs.seen });
}

const APPLICATION_DATA = 23;
/** RFC 8446 §4.2.10. */
const EARLY_DATA = 42;
