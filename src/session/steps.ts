/** The steps of a TLS connection, noted as they are seen: what `ladder` is read from. */
import type { Direction } from "../stream/item.ts";
import type { ProtocolEvent, ProtocolEventOf, Seen } from "../protocol/event.ts";
import { isTls13 } from "../protocol/tls/version.ts";
import type { Conversation, Step, TlsConversation } from "./conversation.ts";
import { LIMITS } from "./limits.ts";
import type { SeenRecord, TlsSigns } from "./signs.ts";

type Noted = Extract<ProtocolEvent, { readonly type: `tls.${string}` | "stream.close" | "stream.gap" }>;

/**
 * Note what an event adds. Records that follow one another from one side are one step; of application data each side
 * has one, however much there is. Only records whose shape is told come here: a bounded number of a connection's.
 */
export function noteStep(tls: TlsConversation, { records }: TlsSigns, event: Noted): void {
  switch (event.type) {
    case "tls.record":
      return noteRecord(tls, event);
    case "tls.established":
      return noteData(tls, records, event);
    case "tls.alert":
      return push(tls, step(event, "alert", event.encrypted ? "encrypted Alert" : "Alert"));
    case "stream.close":
      return push(tls, step(event, "close", event.how === "fin" ? "FIN" : "RST"));
    case "tls.handshake": {
      const name = MESSAGES.get(event.message.code) ?? `handshake message ${event.message.code}`;
      return push(tls, step(event, "handshake", name));
    }
    case "tls.certificate":
      return push(
        tls,
        step(
          event,
          "handshake",
          event.chain.length > 0 || event.rawPublicKey !== undefined
            ? "Certificate"
            : "Certificate without any",
        ),
      );
    case "tls.sslv2_hello":
      return push(
        tls,
        step(event, "handshake", event.direction === "client" ? "SSLv2 CLIENT-HELLO" : "SSLv2 SERVER-HELLO"),
      );
    default: {
      const name = STEPS.get(event.type);
      if (name !== undefined) push(tls, step(event, "handshake", name));
    }
  }
}

/** A Control Packet that could be read inside TLS. */
export function noteInside({ tls }: Conversation, event: Seen, name: string): void {
  if (tls !== undefined) push(tls, step(event, "mqtt", name));
}

function noteRecord(tls: TlsConversation, event: ProtocolEventOf<"tls.record">): void {
  const { direction, shape } = event;
  if (shape.contentType === HANDSHAKE) return noteProtectedMessage(tls, event);
  if (shape.contentType !== APPLICATION_DATA) return;
  const { serverHello, established } = tls;
  const name =
    serverHello === undefined && tls.clientHello !== undefined && direction === "client"
      ? EARLY_DATA
      : serverHello !== undefined && isTls13(serverHello.version) && !established
        ? ENCRYPTED_HANDSHAKE
        : APPLICATION;
  const known = name === APPLICATION ? dataOf(tls, direction) : lastOf(tls, direction, name);
  if (known === undefined)
    return push(tls, step(event, name === APPLICATION ? "data" : "hidden", name, shape.length, 1));
  known.frame = event.frame;
  known.octets += shape.length;
  known.records += 1;
}

/** Until TLS 1.2: the Finished of each side, and whatever handshake comes after both. */
function noteProtectedMessage(tls: TlsConversation, event: ProtocolEventOf<"tls.record">): void {
  const { direction, shape } = event;
  const again = tls.steps.some(s => s.name === "Finished" && s.from === direction);
  if (again) tls.renegotiated = true;
  const name = again ? "renegotiation" : "Finished";
  const known = again ? lastOf(tls, direction, name) : undefined;
  if (known === undefined) return push(tls, step(event, "hidden", name, shape.length, 1));
  known.frame = event.frame;
  known.octets += shape.length;
  known.records += 1;
}

/** TLS 1.3 tells only now that the record just noted was no handshake any more. */
function noteData(
  tls: TlsConversation,
  records: readonly SeenRecord[],
  event: ProtocolEventOf<"tls.established">,
): void {
  const { direction, frame } = event;
  const own = records.filter(record => record.from === direction);
  const octets = own.at(-1)?.shape.length ?? 0;
  const hidden = lastOf(tls, direction, ENCRYPTED_HANDSHAKE);
  if (hidden !== undefined && own.at(-1)?.frame === frame) {
    hidden.octets -= octets;
    hidden.records -= 1;
    hidden.frame = own.at(-2)?.frame ?? hidden.first;
    if (hidden.records === 0) tls.steps.pop();
  }
  if (dataOf(tls, direction) === undefined) push(tls, step(event, "data", APPLICATION, octets, 1));
}

const dataOf = (tls: TlsConversation, from: Direction): Step | undefined =>
  tls.steps.find(s => s.kind === "data" && s.from === from);

/** The last step, where it is of this name and side; what the other side sent in between parts them. */
function lastOf(tls: TlsConversation, from: Direction, name: string): Step | undefined {
  const last = tls.steps.at(-1);
  return last?.name === name && last.from === from ? last : undefined;
}

function push(tls: TlsConversation, next: Step): void {
  const room = LIMITS.steps - (next.kind === "close" ? 0 : LIMITS.lastSteps);
  if (tls.steps.length < room) tls.steps.push(next);
}

const step = (
  event: Seen,
  kind: Step["kind"],
  name: string,
  octets = event.to - event.from,
  records = 0,
): Step => ({
  kind,
  name,
  from: event.direction,
  at: event.at,
  first: event.carriers[0]?.frame ?? event.frame,
  frame: event.frame,
  octets,
  records,
});

export const APPLICATION = "application data";
export const EARLY_DATA = "early data";
export const ENCRYPTED_HANDSHAKE = "encrypted handshake";

/** The standards' message names. */
const STEPS: ReadonlyMap<string, string> = new Map([
  ["tls.client_hello", "ClientHello"],
  ["tls.server_hello", "ServerHello"],
  ["tls.hello_retry_request", "HelloRetryRequest"],
  ["tls.certificate_request", "CertificateRequest"],
  ["tls.server_key_exchange", "ServerKeyExchange"],
  ["tls.client_key_exchange", "ClientKeyExchange"],
  ["tls.new_session_ticket", "NewSessionTicket"],
  ["tls.change_cipher_spec", "ChangeCipherSpec"],
]);

/** Messages that say nothing more, by HandshakeType. */
const MESSAGES: ReadonlyMap<number, string> = new Map([
  [0, "HelloRequest"],
  [3, "HelloVerifyRequest"],
  [5, "EndOfEarlyData"],
  [8, "EncryptedExtensions"],
  [14, "ServerHelloDone"],
  [15, "CertificateVerify"],
  [20, "Finished"],
  [21, "CertificateURL"],
  [22, "CertificateStatus"],
  [23, "SupplementalData"],
  [24, "KeyUpdate"],
  [25, "CompressedCertificate"],
  [67, "NextProtocol"],
]);

const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
