/** What several packets together say, as events beside those of the protocols. */
import type { Fault } from "../octets/decode.ts";
import type { Secret, WireText } from "../octets/text.ts";
import type { LimitEvent, ProtocolEvent, Seen } from "../protocol/event.ts";
import type { Connect, MqttVersion } from "../protocol/mqtt/packet.ts";
import type { Certificate } from "../protocol/x509/certificate.ts";
import type { Notice } from "../capture/frame.ts";
import type { Datagram } from "../packet/segment.ts";
import type { Coverage } from "./coverage.ts";
import type { Conversation, MqttConversation, TlsConversation } from "./conversation.ts";

/** A CONNECT and what became of it. */
export interface Login {
  readonly version: MqttVersion;
  readonly clientId: WireText;
  readonly username?: WireText;
  readonly password?: Secret;
  readonly authenticationMethod?: WireText;
  /** No user name, no password and no authentication method was sent. */
  readonly anonymous: boolean;
  /** true, false, or undefined where no CONNACK was seen. */
  readonly accepted: boolean | undefined;
  readonly code: number | undefined;
  readonly connect: Connect;
}

export interface SessionEventMap {
  /** Seen where the CONNECT was; told when the CONNACK came, or when it no longer can. */
  "session.login": { readonly conversation: Conversation; readonly mqtt: MqttConversation; readonly login: Login };
  /** One Topic Filter with the code that the SUBACK held for it; seen where the SUBSCRIBE was. */
  "session.subscription": {
    readonly conversation: Conversation;
    readonly mqtt: MqttConversation;
    readonly filter: WireText;
    readonly code: number;
  };
  /** The first MQTT of a conversation whose CONNECT was not seen. */
  "session.midstream": { readonly conversation: Conversation; readonly mqtt: MqttConversation };
  /** Version, suite and extensions are agreed; seen where the ServerHello was. */
  "session.negotiated": { readonly conversation: Conversation; readonly tls: TlsConversation };
  /** A chain that could be read; seen where the Certificate was. */
  "session.chain": {
    readonly conversation: Conversation;
    readonly tls: TlsConversation;
    readonly chain: readonly Certificate[];
  };
  /** Whether the client verifies has been decided, or the conversation is over. */
  "session.verification": { readonly conversation: Conversation; readonly tls: TlsConversation };
  /** A conversation is judged from here on. */
  "session.opened": { readonly conversation: Conversation };
  "session.closed": { readonly conversation: Conversation };
}

/** At the end of a capture: what was seen of it, and what was not. No connection carries it. */
export interface CaptureEvent {
  readonly type: "session.capture";
  readonly coverage: Coverage;
  readonly fault?: { readonly fault: Fault; readonly position: number };
}

export type SessionEventType = keyof SessionEventMap;
export type SessionEventOf<Type extends SessionEventType> = Seen & { readonly type: Type } & SessionEventMap[Type];
export type SessionEvent = { [Type in SessionEventType]: SessionEventOf<Type> }[SessionEventType];

/** Everything that was seen on a connection. */
export type SniffEvent = ProtocolEvent | SessionEvent;
export type EventType = SniffEvent["type"];
export type EventOf<Type extends EventType> = Extract<SniffEvent, { readonly type: Type }>;

/** What the session stage is given. */
export interface SessionSink {
  event(event: SniffEvent): void;
  limit(limit: LimitEvent): void;
  capture(event: CaptureEvent): void;
  datagram(datagram: Datagram): void;
  notice(notice: Notice): void;
  end(): void;
}
