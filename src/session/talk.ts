/** What is remembered of one connection beside the conversation that the report shows. */
import type { ProtocolEventOf, ProtocolName, Seen, Transport } from "../protocol/event.ts";
import type { WireText } from "../octets/text.ts";
import type { Connack, Suback, Subscribe } from "../protocol/mqtt/packet.ts";
import type { Carrier, Connection, Direction } from "../stream/item.ts";
import type {
  Conversation,
  Credential,
  GrantedSubscription,
  MqttConversation,
  SeenWill,
} from "./conversation.ts";
import type { SessionEventOf } from "./event.ts";
import type { Pairing } from "./pairing.ts";
import type { TlsSigns } from "./signs.ts";

/** A SUBSCRIBE that waits for its SUBACK. */
export interface PendingSubscribe {
  readonly seen: Seen;
  readonly subscribe: Subscribe;
  /** Its filters in the conversation's list, by index; shorter where that is full. */
  readonly listed: readonly GrantedSubscription[];
  /** Octets of the connection that were missing by then. */
  readonly missing: number;
}

/** A CONNACK or a SUBACK. */
export interface BrokersAnswer {
  readonly seen: Seen;
  readonly packet: Connack | Suback;
}

/** A CONNECT that waits for its CONNACK. */
export interface PendingLogin {
  readonly seen: Seen;
  readonly event: ProtocolEventOf<"mqtt.connect">;
}

/** The first packet of a conversation whose CONNECT was not read yet; `isAnswer`: nothing but CONNACK came. */
export interface Unopened {
  readonly seen: Seen;
  readonly isAnswer: boolean;
}

/** What waits for another message of MQTT-SN to complete it. */
export interface PendingSensor {
  /** A WILLTOPIC that waits for its WILLMSG. */
  will: Omit<SeenWill, "payload"> | undefined;
  /** SUBSCRIBE messages and their SUBACK, by MsgId; `granted` as MQTT says it. */
  readonly subscribes: Pairing<GrantedSubscription, number>;
}

/** What the PUBLISH packets of a conversation are held against, and those of them that are counted but not yet entered. */
export interface Publishing {
  /** Topic and direction of a run of packets that say nothing new: another of it costs one look here. */
  topic: WireText | undefined;
  direction: Direction;
  /** The longest Control Packet that says nothing new by its size. */
  longest: number;
  messages: number;
  octets: number;
  /** Maximum Packet Size that the other side set (MQTT 5.0 §3.1.2.11.4, §3.2.2.3.6). */
  readonly largest: { client: number; server: number };
  /** Different topics that the client published to, as far as they are listed. */
  topics: number;
  /** Marked topics that were told, with their direction. */
  marked: Set<string> | undefined;
  /** Marked topics published to before the login was answered: told when it is. */
  early: SessionEventOf<"session.topic">[];
  /** A granted subscription to everything, until a delivery shows that it is worth something. */
  everything: { readonly filter: WireText; looked: number } | undefined;
}

export interface Talk {
  readonly conversation: Conversation;
  readonly connection: Connection;
  /** false: TLS on a port that is not judged. */
  judged: boolean;
  /** What waits for an answer by Packet Identifier, and answers read before their questions, once there was one. */
  pairing: Pairing<PendingSubscribe, BrokersAnswer> | undefined;
  login: PendingLogin | undefined;
  /** A login that was told without its answer, and whether it showed a credential. */
  overdue: { readonly credential: Credential | undefined; readonly anonymous: boolean } | undefined;
  unopened: Unopened | "told" | undefined;
  sensor: PendingSensor | undefined;
  readonly publishing: Publishing;
  signs: TlsSigns | undefined;
  /** A part of it was given up, and that was counted. */
  unread: boolean;
  /** Octets of the PROXY headers before it. */
  preface: number;
}

export const newTalk = (conversation: Conversation, judged: boolean): Talk => ({
  conversation,
  connection: conversation.connection,
  judged,
  pairing: undefined,
  login: undefined,
  overdue: undefined,
  unopened: undefined,
  sensor: undefined,
  publishing: newPublishing(),
  signs: undefined,
  unread: false,
  preface: 0,
});

/** An event outlives its call when a later one completes it: the same facts, with carriers of its own. */
export function keepSeen(seen: Seen): Seen {
  return {
    at: seen.at,
    frame: seen.frame,
    connection: seen.connection,
    direction: seen.direction,
    transport: seen.transport,
    from: seen.from,
    to: seen.to,
    carriers: seen.carriers.map(keepCarrier),
    doubt: seen.doubt,
  };
}

export const newConversation = (
  id: number,
  connection: Connection,
  transport: Transport,
  protocol: ProtocolName,
): Conversation => ({
  id,
  connection,
  transport,
  protocol,
  proxySource: undefined,
  upgraded: undefined,
  mqtt: undefined,
  tls: undefined,
  ended: undefined,
  gaps: 0,
  rules: new Set(),
});

export const newMqtt = (): MqttConversation => ({
  version: undefined,
  likelyVersion: undefined,
  clientIds: [],
  credentials: [],
  authMethods: [],
  connackCodes: [],
  publishes: { client: 0, server: 0 },
  retained: { client: 0, server: 0 },
  subscriptions: [],
  topics: new Set(),
  responseTopics: [],
  wills: [],
  disconnects: [],
  unanswered: 0,
  anonymous: false,
});

/** The same, for keeping: a list that has grown holds room for sixteen more, and a fleet has a hundred thousand lists. */
export const fitted = (mqtt: MqttConversation): MqttConversation => ({
  version: mqtt.version,
  likelyVersion: mqtt.likelyVersion,
  clientIds: [...mqtt.clientIds],
  credentials: [...mqtt.credentials],
  authMethods: [...mqtt.authMethods],
  connackCodes: [...mqtt.connackCodes],
  publishes: mqtt.publishes,
  retained: mqtt.retained,
  subscriptions: [...mqtt.subscriptions],
  topics: mqtt.topics,
  responseTopics: [...mqtt.responseTopics],
  wills: [...mqtt.wills],
  disconnects: [...mqtt.disconnects],
  unanswered: mqtt.unanswered,
  anonymous: mqtt.anonymous,
});

const newPublishing = (): Publishing => ({
  topic: undefined,
  direction: "client",
  longest: 0,
  messages: 0,
  octets: 0,
  largest: { client: Infinity, server: Infinity },
  topics: 0,
  marked: undefined,
  early: [],
  everything: undefined,
});

const keepCarrier = (carrier: Carrier): Carrier => ({
  frame: carrier.frame,
  position: carrier.position,
  offset: carrier.offset,
  length: carrier.length,
});
