/** A conversation: what one judged connection said, gathered while it lasts, bounded however long that is. */
import type { Seen } from "../protocol/event.ts";
import type { Secret, WireText } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import type { ByteCount, ProtocolName, Transport } from "../protocol/event.ts";
import type { MqttVersion, QoS } from "../protocol/mqtt/packet.ts";
import type { ClientHello, ServerHello } from "../protocol/tls/message.ts";
import type { Certificate, PublicKey } from "../protocol/x509/certificate.ts";
import type { Connection, Direction, Ending } from "../stream/item.ts";
import type { FrameNumber } from "../capture/frame.ts";
import type { Marks } from "./marks.ts";
import type { HiddenHandshake } from "./sizes.ts";

/** A user name and password that a client sent, and what the broker made of them. */
export interface Credential {
  readonly username?: WireText;
  readonly password?: Secret;
  /** As in the CONNECT, or, where that was empty, as the broker assigned it. */
  clientId: WireText;
  /** undefined while, or where, no CONNACK was seen. */
  accepted: boolean | undefined;
  readonly frame: FrameNumber;
}

export interface GrantedSubscription {
  readonly filter: WireText;
  /** Of a shared subscription (MQTT 5.0 §4.8.2). */
  readonly group?: string;
  readonly qos: number;
  /** Reason or return code of the SUBACK for this filter, by index. */
  granted: number | undefined;
}

export interface SeenWill {
  readonly topic: WireText;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
}

/** A DISCONNECT; before 5.0 it has no code. */
export interface SeenDisconnect {
  readonly from: Direction;
  readonly code?: number;
}

/** How often a topic was published, over all conversations. */
export interface TopicTraffic {
  readonly topic: WireText;
  readonly marks: Marks;
  messages: number;
  octets: number;
}

export interface MqttConversation {
  version: MqttVersion | undefined;
  /** Without a CONNECT, what the broker's answer speaks for: codes are named by it. */
  likelyVersion: MqttVersion | undefined;
  readonly clientIds: WireText[];
  readonly credentials: Credential[];
  readonly authMethods: WireText[];
  readonly connackCodes: number[];
  /** PUBLISH packets that the client sent, and that the broker delivered. */
  readonly publishes: { client: number; server: number };
  /** Those of them with the RETAIN flag: to be kept by the broker, and kept by it. */
  readonly retained: { client: number; server: number };
  readonly subscriptions: GrantedSubscription[];
  /** Keys of publishes' and subscriptions' texts, each once, up to `LIMITS.topicsOfAConversation`. */
  readonly topics: Set<string>;
  readonly responseTopics: WireText[];
  readonly wills: SeenWill[];
  readonly disconnects: SeenDisconnect[];
  /** CONNECT packets whose CONNACK was not seen. */
  unanswered: number;
  /** Logged in without user name, password or authentication method, and accepted. */
  anonymous: boolean;
}

/** `not-judged`: the chain leads to no root known here, and no root was given that it ought to lead to. */
export type TrustStatus = "trusted" | "untrusted" | "self-signed" | "not-judged" | "unknown";

/** What speaks against a certificate for this client, at this time, under this name. */
export interface Defect {
  readonly kind:
    | "expired"
    | "not-yet-valid"
    | "name-mismatch"
    | "wrong-purpose"
    | "self-signed"
    | "untrusted"
    /** A certificate between the broker's and a root was not sent. */
    | "incomplete";
  readonly text: string;
  /** The dates are the root's own: RFC 5280 §6.1.1 (d) takes its name and key, and many look at the dates all the same. */
  readonly ofAnchor?: boolean;
}

/** Whether the chain leads to a root, and everything that speaks against it. */
export interface Trust {
  readonly status: TrustStatus;
  readonly defects: readonly Defect[];
  /** Whether there is a path could not be found out here: why. */
  readonly unchecked?: string;
  /** The user said whom clients ought to trust (`--ca`, `--pin`), or no verifier would take the path. */
  readonly expected?: boolean;
  /** Who vouches for the end of the path; absent without one. */
  readonly anchor?: "given" | "system" | "pin";
  /** SHA-256 of the certificates of the path, from the broker's to the root. */
  readonly path?: readonly string[];
}

export interface ClientVerifies {
  readonly answer: "yes" | "no" | "unknown";
  readonly confidence: "certain" | "firm" | "tentative";
  readonly text: string;
  readonly frames: readonly FrameNumber[];
}

export interface SeenAlert {
  readonly from: Direction;
  readonly frame: FrameNumber;
  /** Absent where only the shape of an encrypted alert was seen. */
  readonly level?: number;
  readonly description?: number;
}

/** One step of a TLS connection in the order seen; `ladder` says what it meant. */
export interface Step {
  /** `hidden`: protected records of a handshake, `data`: application data, `mqtt`: a Control Packet inside that could be read. */
  readonly kind: "handshake" | "hidden" | "data" | "alert" | "mqtt" | "close";
  readonly name: string;
  readonly from: Direction;
  /** Of the first record, where several are one step. */
  readonly at: Timestamp;
  /** The frame of its first octet, and the one on whose arrival it was complete. */
  readonly first: FrameNumber;
  frame: FrameNumber;
  octets: number;
  /** Protected records that it is made of; 0 for what can be read. */
  records: number;
}

export interface TlsConversation {
  clientHello: ClientHello | undefined;
  serverHello: ServerHello | undefined;
  /** ServerKeyExchange's or key_share's group; the bits of a finite-field group. */
  group: number | undefined;
  dhBits: number | undefined;
  helloRetryRequest: boolean;
  earlyData: boolean;
  resumed: boolean;
  readonly pskIdentities: WireText[];
  chain: readonly Certificate[];
  /** The broker's, where it showed a key alone (RFC 7250). */
  rawPublicKey: PublicKey | undefined;
  clientChain: readonly Certificate[];
  certificateRequested: boolean;
  /** The client sent a certificate that could be read. */
  clientCertificate: boolean;
  /** The broker sent an OCSP response with its certificate (RFC 6066 §8). */
  stapled: boolean;
  trust: Trust;
  /** The same as the client met it: at the packet's time, whatever time it is judged at. */
  met: Trust;
  clientVerifies: ClientVerifies;
  /** What the lengths of hidden records say; known when the connection is over. */
  sizes: HiddenHandshake | undefined;
  decrypted: boolean;
  readonly alerts: SeenAlert[];
  /** Up to `LIMITS.steps`. */
  readonly steps: Step[];
  established: boolean;
  /** Another handshake began under the protection of the first (RFC 5246 §7.4.1.1, RFC 5746). */
  renegotiated: boolean;
  applicationData: { readonly client: ByteCount; readonly server: ByteCount };
  sslv2: boolean;
  /** A side said that it closes (close_notify), or its last records are as long as that: an RST behind it cuts nothing off. */
  goodbye: boolean;
}

/** What one connection said. The object is the same while it lasts; views read it whenever they like. */
export interface Conversation {
  readonly id: number;
  readonly connection: Connection;
  transport: Transport;
  protocol: ProtocolName;
  proxySource: string | undefined;
  /** Where an opening handshake of WebSocket for MQTT was granted. */
  upgraded: Seen | undefined;
  mqtt: MqttConversation | undefined;
  tls: TlsConversation | undefined;
  ended: Ending | undefined;
  gaps: number;
  /** Ids of the rules that fired here with more than tentative evidence; the finding stage enters them. */
  readonly rules: Set<string>;
}
