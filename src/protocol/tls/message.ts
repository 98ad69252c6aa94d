/** TLS handshake messages as decoded values; numbers stay numbers, lists keep the wire's order. */
import type { WireText } from "../../octets/text.ts";
import type { Owned } from "../../octets/view.ts";

export interface Extension {
  readonly type: number;
  readonly data: Owned;
}

/** RFC 8446 §4.1.2, RFC 5246 §7.4.1.2, RFC 6101 §5.6.1.2. */
export interface ClientHello {
  readonly type: "client_hello";
  readonly legacyVersion: number;
  readonly random: Owned;
  readonly sessionId: Owned;
  readonly cipherSuites: readonly number[];
  readonly compressionMethods: readonly number[];
  readonly extensions: readonly Extension[];
  /** From the extensions, each absent where its extension is absent or malformed. */
  readonly serverName?: WireText;
  readonly alpn?: readonly WireText[];
  readonly supportedVersions?: readonly number[];
  readonly groups?: readonly number[];
  readonly pointFormats?: readonly number[];
  readonly signatureAlgorithms?: readonly number[];
  /** Groups for which a share was sent (RFC 8446 §4.2.8). */
  readonly keyShares?: readonly number[];
  readonly pskModes?: readonly number[];
  readonly pskIdentities?: readonly WireText[];
  /** obfuscated_ticket_age of each identity: 0 where the key is no ticket's but was given out of band. */
  readonly pskAges?: readonly number[];
  readonly ja3: string;
  readonly ja3Text: string;
  readonly ja4: string;
}

/** RFC 8446 §4.1.3. */
export interface ServerHello {
  readonly type: "server_hello";
  readonly legacyVersion: number;
  /** What was negotiated: supported_versions where it is there, else legacy_version. */
  readonly version: number;
  readonly random: Owned;
  readonly sessionId: Owned;
  readonly cipherSuite: number;
  readonly compressionMethod: number;
  readonly extensions: readonly Extension[];
  readonly alpn?: WireText;
  /** key_share's group. */
  readonly group?: number;
  /** pre_shared_key's selected identity (RFC 8446 §4.2.11). */
  readonly selectedPsk?: number;
  readonly ja3s: string;
  readonly ja3sText: string;
}

/** A ServerHello with the fixed random of RFC 8446 §4.1.3. */
export interface HelloRetryRequest extends Omit<ServerHello, "type"> {
  readonly type: "hello_retry_request";
}

export interface CertificateMessage {
  readonly type: "certificate";
  /** DER of each certificate in the order sent; empty where the sender has none. */
  readonly certificates: readonly Owned[];
  /** SubjectPublicKeyInfo in the place of certificates (RFC 7250). */
  readonly rawPublicKey?: Owned;
  /** Certificates beyond `LIMITS.listedCertificates`: counted, not kept. */
  readonly omitted?: number;
}

export interface CertificateRequest {
  readonly type: "certificate_request";
  readonly certificateTypes: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  /** DER of the distinguished names. */
  readonly authorities: readonly Owned[];
}

/** RFC 5246 §7.4.3, RFC 8422 §5.4; fields by key exchange. */
export interface ServerKeyExchange {
  readonly type: "server_key_exchange";
  /** Named curve of ECDHE. */
  readonly group?: number;
  /** Bits of the Diffie-Hellman prime, or of an export suite's temporary RSA modulus, without leading zeros. */
  readonly bits?: number;
  /** The Diffie-Hellman prime itself, without leading zero octets: well-known ones are worth an attack. */
  readonly prime?: Owned;
  readonly signatureAlgorithm?: number;
  /** The ephemeral public key. */
  readonly publicKey?: Owned;
  readonly pskHint?: WireText;
}

export interface ClientKeyExchange {
  readonly type: "client_key_exchange";
  readonly pskIdentity?: WireText;
  readonly publicKey?: Owned;
}

export interface NewSessionTicket {
  readonly type: "new_session_ticket";
  /** Seconds. */
  readonly lifetime: number;
}

/** Messages that say no more than that they were there. */
export interface BareMessage {
  readonly type:
    | "server_hello_done"
    | "certificate_verify"
    | "finished"
    | "hello_request"
    | "certificate_status"
    | "other";
  /** HandshakeType. */
  readonly code: number;
  readonly length: number;
  /** certificate_verify of TLS 1.2 and later: how it was signed. */
  readonly signatureAlgorithm?: number;
}

export type HandshakeMessage =
  | ClientHello
  | ServerHello
  | HelloRetryRequest
  | CertificateMessage
  | CertificateRequest
  | ServerKeyExchange
  | ClientKeyExchange
  | NewSessionTicket
  | BareMessage;

/** RFC 8446 §5.1: what shows of a record without keys. */
export interface RecordShape {
  readonly contentType: number;
  readonly version: number;
  /** Octets of the fragment, without the five of the header. */
  readonly length: number;
  /** Behind ChangeCipherSpec, or content type 23: its octets are not its content. */
  readonly protected: boolean;
  /** A heartbeat in the clear (RFC 6520 §4): the payload length that it claims. */
  readonly heartbeat?: { readonly type: number; readonly payloadLength: number };
}
