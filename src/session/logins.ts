/** CONNECT and CONNACK of one conversation: who came with what, and whether the broker let it in. */
import { Secret } from "../octets/text.ts";
import { ownRange } from "../octets/view.ts";
import type { ProtocolEvent, ProtocolEventOf } from "../protocol/event.ts";
import type { Connack, Connect } from "../protocol/mqtt/packet.ts";
import { versionOfConnack } from "../protocol/mqtt/version.ts";
import type { MqttConversation } from "./conversation.ts";
import type { Login, SessionEvent } from "./event.ts";
import { LIMITS } from "./limits.ts";
import { addClientId, addText } from "./listed.ts";
import { CONNECTING, keepEarly, newPairing, takeEarly } from "./pairing.ts";
import { AUTHENTICATION_METHOD } from "../protocol/mqtt/properties.ts";
import { numberProperty, textProperty } from "./properties.ts";
import { tellEarly, weighProperties } from "./publish.ts";
import { keepSeen, type PendingLogin, type Talk } from "./talk.ts";
import type { Topics } from "./topics.ts";

type Emit = (event: SessionEvent) => void;

export function connect(
  talk: Talk,
  mqtt: MqttConversation,
  event: ProtocolEventOf<"mqtt.connect">,
  topics: Topics,
  emit: Emit,
): void {
  tellLogin(talk, undefined, topics, emit);
  const { packet } = event;
  talk.publishing.longest = 0;
  talk.publishing.largest.server = numberProperty(packet.properties, MAXIMUM_PACKET_SIZE) ?? Infinity;
  weighProperties(talk, event, packet.properties, emit);
  weighProperties(talk, event, packet.will?.properties, emit);
  mqtt.version ??= packet.protocolVersion;
  addClientId(topics, mqtt.clientIds, packet.clientId);
  addText(topics, mqtt.authMethods, textProperty(packet.properties, AUTHENTICATION_METHOD));
  if (packet.will !== undefined && mqtt.wills.length < LIMITS.listed) {
    const { topic, payload, qos, retain, properties } = packet.will;
    const kept = ownRange(payload, 0, LIMITS.willPayload);
    if (topics.mayKeep([topic, kept])) mqtt.wills.push({ topic, payload: kept, qos, retain });
    addText(topics, mqtt.responseTopics, textProperty(properties, RESPONSE_TOPIC));
  }
  if (
    (packet.username !== undefined || packet.password !== undefined) &&
    mqtt.credentials.length < LIMITS.listed &&
    topics.mayKeep([packet.clientId, packet.username, packet.password])
  ) {
    mqtt.credentials.push({
      clientId: packet.clientId,
      accepted: undefined,
      frame: event.frame,
      ...(packet.username !== undefined && { username: packet.username }),
      ...(packet.password !== undefined && { password: new Secret(packet.password) }),
    });
  }
  talk.login = { seen: keepSeen(event), event };
  talk.overdue = undefined;
  const early = talk.pairing === undefined ? undefined : takeEarly(talk.pairing, CONNECTING, event);
  if (early?.packet.type === "connack") tellLogin(talk, early.packet, topics, emit);
}

export function connack(
  talk: Talk,
  mqtt: MqttConversation,
  event: ProtocolEventOf<"mqtt.connack">,
  topics: Topics,
  emit: Emit,
): void {
  const { packet } = event;
  mqtt.likelyVersion ??= versionOfConnack(event);
  if (mqtt.connackCodes.length < LIMITS.listed) mqtt.connackCodes.push(packet.code);
  talk.publishing.longest = 0;
  talk.publishing.largest.client = numberProperty(packet.properties, MAXIMUM_PACKET_SIZE) ?? Infinity;
  if (talk.login !== undefined) tellLogin(talk, packet, topics, emit);
  else if (talk.overdue !== undefined) answerOverdue(talk, mqtt, packet);
  else keepEarly((talk.pairing ??= newPairing()), CONNECTING, { seen: keepSeen(event), packet }, event);
}

/** Nothing that is told or listed may wait for a CONNACK that will not come, or cannot be seen. */
export function isOverdue(talk: Talk, event: ProtocolEvent): boolean {
  if (talk.login === undefined || event.type === "mqtt.connack") return false;
  const waited = event.at - talk.login.seen.at;
  if (waited <= LIMITS.loginWait) return false;
  // A broker sends nothing before its CONNACK but AUTH (MQTT-3.2.0-1).
  if (waited > LIMITS.slowLogin || (event.direction === "server" && event.type !== "mqtt.auth")) return true;
  const { segments, gapOctets } = talk.connection;
  return segments.server === 0 || gapOctets > 0;
}

/** The login is told with its CONNACK, or undefined where none was seen. */
export function tellLogin(talk: Talk, answer: Connack | undefined, topics: Topics, emit: Emit): void {
  const { login, conversation } = talk;
  const mqtt = conversation.mqtt;
  if (login === undefined || mqtt === undefined) return;
  talk.login = undefined;
  const accepted = answer === undefined ? undefined : answer.code === 0;
  const told = loginOf(login.event.packet, accepted, answer?.code);
  const assigned = assignedIdentifier(login, answer);
  addClientId(topics, mqtt.clientIds, assigned);
  const last = mqtt.credentials.at(-1);
  const credential = !told.anonymous && last?.frame === login.seen.frame ? last : undefined;
  if (credential !== undefined) {
    credential.accepted = accepted;
    credential.clientId = assigned ?? credential.clientId;
  }
  if (told.anonymous && accepted === true) mqtt.anonymous = true;
  if (accepted === undefined) {
    mqtt.unanswered++;
    talk.overdue = { credential, anonymous: told.anonymous };
  }
  emit({ type: "session.login", ...login.seen, conversation, mqtt, login: told });
  tellEarly(talk, emit);
}

/** What was told stays; what is listed and counted is put right. */
function answerOverdue(talk: Talk, mqtt: MqttConversation, { code }: Connack): void {
  const { credential, anonymous } = talk.overdue ?? {};
  talk.overdue = undefined;
  mqtt.unanswered--;
  if (credential !== undefined) credential.accepted = code === 0;
  if (anonymous === true && code === 0) mqtt.anonymous = true;
}

/** The identifier that the broker gives to a client that named none (MQTT 5.0 §3.2.2.3.7). */
const assignedIdentifier = ({ event }: PendingLogin, answer: Connack | undefined) =>
  event.packet.clientId.length === 0 && answer?.code === 0
    ? textProperty(answer.properties, ASSIGNED_CLIENT_IDENTIFIER)
    : undefined;

function loginOf(packet: Connect, accepted: boolean | undefined, code: number | undefined): Login {
  const method = textProperty(packet.properties, AUTHENTICATION_METHOD);
  return {
    version: packet.protocolVersion,
    clientId: packet.clientId,
    ...(packet.username !== undefined && { username: packet.username }),
    ...(packet.password !== undefined && { password: new Secret(packet.password) }),
    ...(method !== undefined && { authenticationMethod: method }),
    anonymous: packet.username === undefined && !showsCredential(packet) && method === undefined,
    accepted,
    code,
    connect: packet,
  };
}

/** A password, or one of both that is announced and missing in the capture. */
const showsCredential = ({ password, torn }: Connect): boolean =>
  password !== undefined || torn?.username === true || torn?.password === true;

/** MQTT 5.0 §2.2.2.2. */
const RESPONSE_TOPIC = 0x08;
const ASSIGNED_CLIENT_IDENTIFIER = 0x12;
const MAXIMUM_PACKET_SIZE = 0x27;
