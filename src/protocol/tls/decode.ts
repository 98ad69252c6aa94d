/** Handshake messages already framed become values: the switch over HandshakeType. */
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import type { View } from "../../octets/view.ts";
import {
  decodeCertificate,
  decodeCertificateRequest,
  decodeNewSessionTicket,
  decodeRawPublicKey,
} from "./certificate.ts";
import { decodeClientHello } from "./client-hello.ts";
import { openCertificate } from "./compressed.ts";
import { decodeClientKeyExchange, decodeServerKeyExchange } from "./key-exchange.ts";
import type { BareMessage, HandshakeMessage } from "./message.ts";
import { decodeHelloRetryRequest, decodeServerHello } from "./server-hello.ts";
import { isTls13, TLS_1_2 } from "./version.ts";

/** RFC 8446 §4, RFC 5246 §7.4, and the draft's own HelloRetryRequest. */
export const HandshakeType = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  helloRetryRequest: 6,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
  certificateStatus: 22,
  compressedCertificate: 25,
} as const;

/** What earlier messages settled: layouts depend on it. */
export interface Settled {
  /** Of the ServerHello; undefined where none was seen. */
  readonly version: number | undefined;
  readonly cipherSuite: number | undefined;
}

/** Whose message it is, and what that side shows in the place of certificates. */
export interface Sending {
  /** RFC 7250: agreed on in the hellos. */
  readonly rawPublicKey: boolean;
}

/**
 * One message without its four octets of header. Types that are not looked into give a bare message; where no
 * ServerHello was seen, layouts are those of TLS 1.2 and key exchanges say nothing.
 */
export function decodeHandshake(
  type: number,
  body: View,
  settled: Settled,
  { rawPublicKey }: Sending = { rawPublicKey: false },
): Decoded<HandshakeMessage> {
  const version = settled.version ?? TLS_1_2;
  const suite = settled.cipherSuite ?? 0;
  switch (type) {
    case HandshakeType.clientHello:
      return decodeClientHello(body);
    case HandshakeType.serverHello:
      return decodeServerHello(body);
    case HandshakeType.helloRetryRequest:
      return decodeHelloRetryRequest(body);
    case HandshakeType.newSessionTicket:
      return decodeNewSessionTicket(body, version);
    case HandshakeType.certificate:
      return rawPublicKey ? decodeRawPublicKey(body, version) : decodeCertificate(body, version);
    case HandshakeType.compressedCertificate:
      return decodeCompressed(body, version, rawPublicKey);
    case HandshakeType.serverKeyExchange:
      return decodeServerKeyExchange(body, suite, version);
    case HandshakeType.certificateRequest:
      return decodeCertificateRequest(body, version);
    case HandshakeType.clientKeyExchange:
      return decodeClientKeyExchange(body, suite);
    case HandshakeType.certificateVerify:
      return decodeCertificateVerify(body, version);
    default:
      return { ok: true, value: bare(type, body) };
  }
}

const bare = (code: number, body: View): BareMessage => ({
  type: BARE.get(code) ?? "other",
  code,
  length: body.length,
});

/** RFC 8879 §4: a message of TLS 1.3, which is seen where keys are known or a suite does not encrypt (RFC 9150). */
function decodeCompressed(body: View, version: number, rawPublicKey: boolean): Decoded<HandshakeMessage> {
  if (!isTls13(version)) return { ok: true, value: bare(HandshakeType.compressedCertificate, body) };
  const opened = openCertificate(body);
  if (!opened.ok) return opened;
  if (opened.value === undefined) return { ok: true, value: bare(HandshakeType.compressedCertificate, body) };
  return rawPublicKey ? decodeRawPublicKey(opened.value, version) : decodeCertificate(opened.value, version);
}

/** RFC 8446 §4.4.3, RFC 5246 §7.4.8: before TLS 1.2 the signature names no algorithm. */
function decodeCertificateVerify(body: View, version: number): Decoded<BareMessage> {
  const r = new Reader("certificate_verify", body);
  const algorithm = version >= TLS_1_2 ? { signatureAlgorithm: r.u16("algorithm") } : {};
  r.take(r.u16("signature"), "signature");
  const code = HandshakeType.certificateVerify;
  return r.end({ type: "certificate_verify", code, length: body.length, ...algorithm });
}

const BARE: ReadonlyMap<number, BareMessage["type"]> = new Map([
  [HandshakeType.helloRequest, "hello_request"],
  [HandshakeType.serverHelloDone, "server_hello_done"],
  [HandshakeType.finished, "finished"],
  [HandshakeType.certificateStatus, "certificate_status"],
]);
