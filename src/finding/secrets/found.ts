/** Where events can hold secrets, and what was found there: told to the rules that ask for it as an event of its own. */
import { type WireText, wireOctets, wireString } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import type { Seen } from "../../protocol/event.ts";
import type { Property, Publish, Will } from "../../protocol/mqtt/packet.ts";
import { USER_PROPERTY } from "../../protocol/mqtt/properties.ts";
import type { Conversation } from "../../session/conversation.ts";
import type { EventOf, SniffEvent } from "../../session/event.ts";
import { findSecrets } from "./find.ts";
import { isHidden, NO_MATCHES, type SecretMatch } from "./match.ts";
import { publishSecrets, secretOfPair } from "./pair.ts";

/** The kinds of place; each has rules of its own. */
export type Place =
  | "payload"
  | "will"
  | "topic"
  | "client-id"
  | "user-name"
  | "user-property"
  | "upgrade-path"
  | "upgrade-header";

/** One field with what was found in it. */
export interface Find {
  readonly place: Place;
  /** `PUBLISH.Payload`, `CONNECT.User Property[name]`. */
  readonly field: string;
  /** Of the field: borrowed until the event's call returns. */
  readonly octets: View;
  readonly secrets: readonly SecretMatch[];
  /** Offset of the field's first octet from the start of the unit, where the event says it. */
  readonly offset?: number;
  /** Of the message, where it is one. */
  readonly topic?: WireText;
  readonly retained?: boolean;
}

/** What rules are given: the field, and where and when its event was seen. */
export interface SecretsFound extends Seen, Find {
  readonly type: "finding.secrets";
  /** Anyone on the path reads it: it is neither in TLS nor was it opened by a key log. */
  readonly clear: boolean;
  readonly conversation: Conversation | undefined;
  /** That held the field. */
  readonly event: SniffEvent;
}

/** The fields of an event that hold secrets; the same empty list for all that hold none. */
export function secretsIn(event: SniffEvent): readonly Find[] {
  switch (event.type) {
    case "mqtt.publish":
      return inPublish(event);
    case "session.login":
      return inConnect(event);
    case "session.topic":
      return inTopic("PUBLISH.Topic Name", event.publish.resolvedTopic);
    case "session.subscription":
      return inTopic("SUBSCRIBE.Topic Filter", event.filter);
    case "websocket.upgrade":
      return inUpgrade(event);
    case "mqttsn.publish": {
      const { payload, retain } = event.message;
      return inMessage("payload", "PUBLISH.Data", payload, event.topic ?? "", retain);
    }
    case "mqttsn.willmsg":
    case "mqttsn.willmsgupd":
      return inMessage("will", "WILLMSG.WillMsg", event.message.payload, "", false);
    case "mqttsn.register":
      return inTopic("REGISTER.TopicName", event.message.topic);
    case "mqttsn.connect":
      return inClientId(event.message.clientId);
    case "mqtt.connack":
    case "mqtt.puback":
    case "mqtt.pubrec":
    case "mqtt.pubrel":
    case "mqtt.pubcomp":
    case "mqtt.subscribe":
    case "mqtt.suback":
    case "mqtt.unsubscribe":
    case "mqtt.unsuback":
    case "mqtt.disconnect":
    case "mqtt.auth":
      return event.packet.properties === undefined
        ? NOTHING
        : inProperties(event.packet.type.toUpperCase(), event.packet.properties);
    default:
      return NOTHING;
  }
}

function inPublish({ packet }: EventOf<"mqtt.publish">): readonly Find[] {
  const secrets = publishSecrets(packet);
  if (secrets.length === 0 && packet.properties === undefined) return NOTHING;
  const { resolvedTopic: topic, retain: retained, payload: octets } = packet;
  const found: Find = {
    place: "payload",
    field: "PUBLISH.Payload",
    octets,
    secrets,
    topic,
    retained,
  };
  const properties =
    packet.properties === undefined ? NOTHING : inProperties("PUBLISH", packet.properties, packet);
  return secrets.length === 0 ? properties : [found, ...properties];
}

function inConnect(event: EventOf<"session.login">): readonly Find[] {
  const { connect } = event.login;
  const { clientId, username, will, properties } = connect;
  const found: Find[] = [];
  addField(found, "client-id", "CONNECT.Client Identifier", clientId);
  if (username !== undefined) addField(found, "user-name", "CONNECT.User Name", username);
  if (properties !== undefined) found.push(...inProperties("CONNECT", properties));
  if (will !== undefined) addWill(found, will);
  return found;
}

function addWill(found: Find[], { topic, retain: retained, payload: octets, properties }: Will): void {
  const secrets = publishSecrets({ resolvedTopic: topic, payload: octets });
  if (secrets.length > 0)
    found.push({ place: "will", field: "CONNECT.Will Payload", octets, secrets, topic, retained });
  found.push(...inTopic("CONNECT.Will Topic", topic));
  if (properties !== undefined) found.push(...inProperties("CONNECT.Will Properties", properties));
}

/** A message of MQTT-SN (MQTT-SN 1.2 §5.4.12, §5.4.9). */
function inMessage(
  place: "payload" | "will",
  field: string,
  octets: View,
  topic: WireText,
  retained: boolean,
): readonly Find[] {
  const secrets = publishSecrets({ resolvedTopic: topic, payload: octets });
  if (secrets.length === 0) return NOTHING;
  return [{ place, field, octets, secrets, ...(topic !== "" && { topic }), retained }];
}

function inClientId(clientId: WireText): readonly Find[] {
  const found: Find[] = [];
  addField(found, "client-id", "CONNECT.ClientId", clientId);
  return found;
}

function inTopic(field: string, topic: WireText): readonly Find[] {
  const octets = wireOctets(topic);
  const secrets = findSecrets(octets);
  return secrets.length === 0 ? NOTHING : [{ place: "topic", field, octets, secrets, topic }];
}

/** Fields that say who somebody is: an address may, a secret must not. */
function addField(found: Find[], place: Place, field: string, text: WireText): void {
  if (text.length < SHORTEST) return;
  const octets = wireOctets(text);
  const secrets = findSecrets(octets).filter(secret => isHidden(secret.kind));
  if (secrets.length > 0) found.push({ place, field, octets, secrets });
}

function inProperties(unit: string, properties: readonly Property[], message?: Publish): readonly Find[] {
  const found: Find[] = [];
  for (const { id, value } of properties) {
    if (id !== USER_PROPERTY || !Array.isArray(value)) continue;
    const [name, text] = value as readonly [WireText, WireText];
    const octets = wireOctets(text);
    const secrets = secretOfPair(wireString(name), octets);
    const ofName = findSecrets(wireOctets(name)).filter(secret => isHidden(secret.kind));
    const topic = message && { topic: message.resolvedTopic, retained: message.retain };
    const place = "user-property";
    if (secrets.length > 0)
      found.push({ place, field: `${unit}.User Property[${nameText(name)}]`, octets, secrets, ...topic });
    if (ofName.length > 0)
      found.push({
        place,
        field: `${unit}.User Property`,
        octets: wireOctets(name),
        secrets: ofName,
        ...topic,
      });
  }
  return found;
}

const nameText = (name: WireText): string => wireString(name).slice(0, SHOWN_NAME);

/** RFC 9110 §5 and RFC 3986 §3.4: fields of the request, and the parameters of its target. */
function inUpgrade({ path, headers, places }: EventOf<"websocket.upgrade">): readonly Find[] {
  const found: Find[] = [];
  const query = path.indexOf("?");
  const before = query < 0 ? path : path.slice(0, query);
  const inPath = findSecrets(Buffer.from(before, "latin1")).filter(secret => isHidden(secret.kind));
  if (inPath.length > 0)
    found.push({
      place: "upgrade-path",
      field: "GET.request-target",
      octets: Buffer.from(before, "latin1"),
      secrets: inPath,
      offset: REQUEST_TARGET,
    });
  let at = REQUEST_TARGET + query + 1;
  for (const parameter of query < 0 ? [] : path.slice(query + 1).split(/[&;]/, PARAMETERS)) {
    const begins = at;
    at += parameter.length + 1;
    const equals = parameter.indexOf("=");
    if (equals < 0) continue;
    const name = parameter.slice(0, equals);
    const octets = Buffer.from(parameter.slice(equals + 1), "latin1");
    const secrets = secretOfPair(name, octets, true);
    if (secrets.length > 0)
      found.push({
        place: "upgrade-path",
        field: `GET.request-target?${name.slice(0, SHOWN_NAME)}`,
        octets,
        secrets,
        offset: begins + equals + 1,
      });
  }
  for (const [index, [name, value]] of headers.entries()) {
    const octets = Buffer.from(value, "latin1");
    const secrets = name === "cookie" ? cookies(octets) : secretOfPair(name, octets);
    const offset = places[index];
    if (secrets.length > 0)
      found.push({
        place: "upgrade-header",
        field: `GET.${name.slice(0, SHOWN_NAME)}`,
        octets,
        secrets,
        ...(offset !== undefined && { offset }),
      });
  }
  return found;
}

/** RFC 6265 §4.2: what a browser sends back is who it is, until the contrary is shown. */
const cookies = (octets: View): readonly SecretMatch[] =>
  octets.length === 0 ? NO_MATCHES : [{ kind: "token", start: 0, end: octets.length, name: "cookie" }];

const NOTHING: readonly Find[] = [];
/** No client identifier or user name that is shorter holds a token. */
const SHORTEST = 12;
const SHOWN_NAME = 64;
/** Behind `GET `. */
const REQUEST_TARGET = 4;
const PARAMETERS = 64;
