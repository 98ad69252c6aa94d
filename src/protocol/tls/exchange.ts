/** What both sides of a TLS connection share: what their hellos settled, and how events are told. */
import type { FrameNumber } from "../../capture/frame.ts";
import type { Fault } from "../../octets/decode.ts";
import type { Timestamp } from "../../octets/time.ts";
import type { Connection, Direction } from "../../stream/item.ts";
import type { Seen, Transport, UnitOctets } from "../event.ts";
import type { Emit } from "../protocol.ts";
import { LIMITS } from "./limits.ts";
import type { ClientHello, HelloRetryRequest, ServerHello } from "./message.ts";
import { type Progress, progress } from "./progress.ts";
import { nullMac } from "./suite.ts";
import type { Trail } from "./trail.ts";
import { isTls13 } from "./version.ts";

/** The state of one connection. Fields change as hellos come. */
export interface Exchange {
  readonly connection: Connection;
  readonly transport: Transport;
  readonly emit: Emit;
  readonly progress: Progress;
  version: number | undefined;
  cipherSuite: number | undefined;
  /** Octets of the MAC where the suite does not encrypt, and nothing is compressed. */
  mac: number | undefined;
  clientHello: ClientHello | undefined;
  /** Sides that show a raw public key and no certificate (RFC 7250 §4.2). */
  readonly rawPublicKeys: Record<Direction, boolean>;
  faults: number;
}

/** What an event is told about: the direction, when a unit of it was complete, and where it lay. */
export interface Sender {
  readonly direction: Direction;
  /** Of the item that is read now. */
  readonly arrival: FrameNumber;
  readonly at: Timestamp;
  readonly trail: Trail;
}

/** The state of a connection on which nothing was said yet. */
export const exchange = (connection: Connection, transport: Transport, emit: Emit): Exchange => ({
  connection,
  transport,
  emit,
  progress: progress(),
  version: undefined,
  cipherSuite: undefined,
  mac: undefined,
  clientHello: undefined,
  rawPublicKeys: { client: false, server: false },
  faults: 0,
});

/** The facts common to all events of a unit that lies in [from, to) of its direction. */
export const seen = (
  { connection, transport }: Exchange,
  sender: Sender,
  from: number,
  to: number,
  unit?: UnitOctets,
): Seen => ({
  at: sender.at,
  frame: sender.arrival,
  connection,
  direction: sender.direction,
  transport,
  from,
  to,
  carriers: sender.trail.cut(from, to),
  unit,
});

/** Tells a fault, unless the connection has told enough of them. */
export function tellFault(state: Exchange, fault: Fault, where: Seen): void {
  state.faults += 1;
  if (state.faults <= LIMITS.faults) state.emit({ type: "tls.malformed", ...where, fault });
}

/** The ServerHello chose TLS 1.3 or one of its drafts. */
export const speaksTls13 = (state: Exchange): boolean =>
  state.version !== undefined && isTls13(state.version);

/** RFC 8446 §4.1.2: the second ClientHello, after a HelloRetryRequest, takes the first one's place. */
export function settleClientHello(state: Exchange, hello: ClientHello): void {
  state.clientHello = hello;
  const offersTls13 = hello.supportedVersions?.some(isTls13) ?? false;
  state.progress.clientHello(
    offersTls13,
    hello.extensions.some(e => e.type === EARLY_DATA),
  );
}

/** Takes the version of a HelloRetryRequest, so that what follows is read as TLS 1.3. */
export function settleRetry(state: Exchange, retry: HelloRetryRequest): void {
  state.version = retry.version;
}

/** What was negotiated; `resumed` as `isResumed` has it. */
export function settleServerHello(state: Exchange, hello: ServerHello): { resumed: boolean } {
  state.version = hello.version;
  state.cipherSuite = hello.cipherSuite;
  state.mac = hello.compressionMethod === 0 ? nullMac(hello.cipherSuite) : undefined;
  state.rawPublicKeys.client = choosesRawKey(hello, CLIENT_CERTIFICATE_TYPE);
  state.rawPublicKeys.server = choosesRawKey(hello, SERVER_CERTIFICATE_TYPE);
  state.progress.serverHello(hello.version, hello.cipherSuite);
  return { resumed: isResumed(state.clientHello, hello) };
}

/**
 * TLS 1.3: the server selected a pre-shared key that is a ticket's; keys given out of band have an
 * obfuscated_ticket_age of 0 (RFC 8446 §4.2.11). Before: it echoes the client's session id (RFC 5246 §7.4.1.3), for
 * tickets too (RFC 5077 §3.4).
 */
function isResumed(client: ClientHello | undefined, server: ServerHello): boolean {
  if (isTls13(server.version))
    return server.selectedPsk !== undefined && client?.pskAges?.[server.selectedPsk] !== 0;
  const sessionId = client?.sessionId;
  return (
    sessionId !== undefined &&
    sessionId.length > 0 &&
    sessionId.length === server.sessionId.length &&
    sessionId.every((octet, index) => octet === server.sessionId[index])
  );
}

/** RFC 7250 §3: the server answers with the one type that it chose; in TLS 1.3 it does so out of sight. */
const choosesRawKey = ({ extensions }: ServerHello, type: number): boolean =>
  extensions.some(extension => extension.type === type && extension.data[0] === RAW_PUBLIC_KEY);

/** RFC 8446 §4.2.10. */
const EARLY_DATA = 42;
/** RFC 7250 §3. */
const CLIENT_CERTIFICATE_TYPE = 19;
const SERVER_CERTIFICATE_TYPE = 20;
const RAW_PUBLIC_KEY = 2;
