/** What several packets together say, as events beside those of the protocols. */
import type { View } from "../octets/view.ts";
import type { Fault } from "../octets/decode.ts";
import type { Secret, WireText } from "../octets/text.ts";
import type { LimitEvent, ProtocolEvent, Seen } from "../protocol/event.ts";
import type { Connect, MqttVersion, Publish, Subscribe } from "../protocol/mqtt/packet.ts";
import type { Certificate } from "../protocol/x509/certificate.ts";
import type { Notice } from "../capture/frame.ts";
import type { Datagram } from "../packet/segment.ts";
import type { Coverage } from "./coverage.ts";
import type { CredentialEventMap } from "./credentials.ts";
import type { Conversation, MqttConversation, TlsConversation } from "./conversation.ts";
import type { Marks } from "./marks.ts";
import type { OfHandshake, TlsSessionEventMap } from "./tls-event.ts";

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

export interface SessionEventMap extends TlsSessionEventMap, CredentialEventMap {
  /** Seen where the CONNECT was; told when the CONNACK came, or when it no longer can. */
  "session.login": {
    readonly conversation: Conversation;
    readonly mqtt: MqttConversation;
    readonly login: Login;
  };
  /** One Topic Filter with the code that the SUBACK held for it; seen where the SUBSCRIBE was. */
  "session.subscription": {
    readonly conversation: Conversation;
    readonly mqtt: MqttConversation;
    readonly filter: WireText;
    readonly code: number;
    readonly subscribe: Subscribe;
  };
  /** The first MQTT of a conversation whose CONNECT was not seen. */
  "session.midstream": { readonly conversation: Conversation; readonly mqtt: MqttConversation };
  /** The first PUBLISH of a conversation, in a direction, on a topic whose words `marks` name (`marks.ts`). */
  "session.topic": {
    readonly conversation: Conversation;
    readonly mqtt: MqttConversation;
    readonly publish: Publish;
    readonly marks: Marks;
  };
  /** A PUBLISH that the client would not have been sent without its subscription to everything. */
  "session.delivery": {
    readonly conversation: Conversation;
    readonly mqtt: MqttConversation;
    readonly filter: WireText;
    readonly topic: WireText;
    readonly publish: Publish;
  };
  /** More of something in one conversation than a broker ought to be asked for; seen where it became too much. */
  "session.excess": {
    readonly conversation: Conversation;
    readonly of: "user properties" | "topics" | "packet size";
    readonly amount: number;
    readonly limit: number;
  };
  /** Several passwords were refused to one client address within a minute, and then, it may be, one accepted. */
  "session.guessing": {
    readonly conversation: Conversation;
    /** Refused since the last quiet minute. */
    readonly attempts: number;
    /** How many of them were not told before. */
    readonly more: number;
    readonly passwords: number;
    /** From the first to the last of the minute. */
    readonly seconds: number;
    /** Several passwords for the same user name: no gateway that asks for several devices. */
    readonly oneUser: boolean;
    readonly succeeded: boolean;
  };
  /** The same credential refused again and again within a minute, without growing pauses. */
  "session.refused_again": {
    readonly conversation: Conversation;
    readonly times: number;
    /** How many of them were not told before. */
    readonly more: number;
    readonly seconds: number;
  };
  /** A client asks for many filters within a minute, one by one or in vain. */
  "session.probing": {
    readonly conversation: Conversation;
    readonly filters: number;
    /** How many of them were not told before. */
    readonly more: number;
    readonly refused: number;
    readonly seconds: number;
  };
  /** Another connection uses the Client Identifier of one that lives; seen where the newer CONNECT was. */
  "session.takeover": {
    readonly conversation: Conversation;
    readonly clientId: WireText;
    readonly otherSource: boolean;
    readonly otherCredential: boolean;
    /** The broker said so: DISCONNECT with 0x8E. */
    readonly told: boolean;
    /** The older client was still there after that. */
    readonly alive: boolean;
    /** The newer CONNECT; undefined where it was not seen, and this where the DISCONNECT was. */
    readonly connect: Connect | undefined;
  };
  /** MQTT-SN: its CONNECT, or the first message where none was seen. */
  "session.mqttsn": {
    readonly conversation: Conversation;
    readonly mqtt: MqttConversation;
    readonly connected: boolean;
  };
  /** Three Client Identifiers that differ by one from each to the next. */
  "session.numbered_clients": {
    readonly conversation: Conversation;
    readonly beginning: string;
    readonly example: WireText;
    readonly connect: Connect;
  };
  /** A login in clear after TLS to the same broker failed. */
  "session.fallback": {
    readonly conversation: Conversation;
    readonly login: Login;
    /** Where TLS failed. */
    readonly port: number;
    readonly seconds: number;
    /** This address was heard in another way too: several clients may share it. */
    readonly others: boolean;
  };
  /** So many TCP sessions of one client address were open at once for half a minute and not used. */
  "session.idle_connections": {
    readonly connections: number;
    /** How many of them were not told before. */
    readonly more: number;
  };
  /** Version, suite and extensions are agreed; seen where the ServerHello was. */
  "session.negotiated": OfHandshake & { readonly conversation: Conversation; readonly tls: TlsConversation };
  /** A chain that could be read, empty where the broker showed a key alone; seen where the Certificate was. */
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
export type SessionEventOf<Type extends SessionEventType> = Seen & {
  readonly type: Type;
} & Apart<SessionEventMap[Type]>;
export type SessionEvent = { [Type in SessionEventType]: SessionEventOf<Type> }[SessionEventType];

/** Facts of an event that would hide where it was seen make it an event that cannot be told. */
type Apart<Facts> = Extract<keyof Facts, keyof Seen> extends never ? Facts : never;

/** Everything that was seen on a connection. */
export type SniffEvent = ProtocolEvent | SessionEvent;
export type EventType = SniffEvent["type"];
export type EventOf<Type extends EventType> = Extract<SniffEvent, { readonly type: Type }>;

/** What tells messages in which nobody would find anything, by their octets alone. */
export interface Innocence {
  /** A message may be innocent whatever its topic says. */
  ofTopic(topic: WireText): boolean;
  /** The payload is `octets[start … end)`. */
  ofPayload(octets: View, start: number, end: number): boolean;
}

/** What the session stage is given. */
export interface SessionSink {
  /** Where it does not want each event of a PUBLISH that says nothing new. */
  readonly innocence?: Innocence | undefined;
  event(event: SniffEvent): void;
  limit(limit: LimitEvent): void;
  capture(event: CaptureEvent): void;
  datagram(datagram: Datagram): void;
  notice(notice: Notice): void;
  end(): void;
}
