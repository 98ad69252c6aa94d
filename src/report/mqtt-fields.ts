/** What an event line says of each MQTT Control Packet, beside the common fields. */
import { Secret, type WireText } from "../octets/text.ts";
import type {
  Acknowledgement,
  Connack,
  Connect,
  ControlPacket,
  MqttVersion,
  Property,
  PropertyValue,
  Publish,
  Subscribe,
  Will,
} from "../protocol/mqtt/packet.ts";
import { AUTHENTICATION_DATA, PROPERTIES } from "../protocol/mqtt/properties.ts";
import { codesOf } from "../protocol/mqtt/reason-codes.ts";
import { cutPayload } from "../octets/payload.ts";
import { ShownPair, ShownPayload } from "./plain.ts";

/** Fields by name; `plain` makes JSON of them. */
export type Fields = Readonly<Record<string, unknown>>;

/** `version` is that of the connection's CONNECT; `payloadLimit` counts octets of payload that are shown. */
export function packetFields(
  packet: ControlPacket,
  version: MqttVersion | undefined,
  payloadLimit: number,
): Fields {
  switch (packet.type) {
    case "connect":
      return connectFields(packet, payloadLimit);
    case "connack":
      return connackFields(packet, version);
    case "publish":
      return publishFields(packet, payloadLimit);
    case "puback":
    case "pubrec":
    case "pubrel":
    case "pubcomp":
      return acknowledgementFields(packet);
    case "subscribe":
      return subscribeFields(packet);
    case "suback":
    case "unsuback":
      return {
        packetId: packet.packetId,
        codes: packet.codes,
        properties: propertyFields(packet.properties),
      };
    case "unsubscribe":
      return {
        packetId: packet.packetId,
        filters: packet.filters,
        properties: propertyFields(packet.properties),
      };
    case "pingreq":
    case "pingresp":
      return {};
    case "disconnect":
    case "auth":
      return {
        code: packet.code === undefined ? undefined : codesOf(packet.type, "5.0").of(packet.code),
        properties: propertyFields(packet.properties),
      };
    default:
      return packet satisfies never;
  }
}

const connectFields = (packet: Connect, payloadLimit: number): Fields => ({
  protocolVersion: packet.protocolVersion,
  clientId: packet.clientId,
  cleanStart: packet.cleanStart,
  keepAlive: packet.keepAlive,
  username: packet.username,
  password: packet.password === undefined ? undefined : new Secret(packet.password),
  will: packet.will === undefined ? undefined : willFields(packet.will, payloadLimit),
  properties: propertyFields(packet.properties),
});

const willFields = (will: Will, payloadLimit: number): Fields => ({
  topic: will.topic,
  payloadLength: will.payload.length,
  payload: new ShownPayload(will.payload, payloadLimit, will.topic),
  payloadTruncated: will.payload.length > payloadLimit,
  qos: will.qos,
  retain: will.retain,
  properties: propertyFields(will.properties),
});

const connackFields = (packet: Connack, version: MqttVersion | undefined): Fields => ({
  code: codesOf("connack", version).of(packet.code),
  sessionPresent: packet.sessionPresent,
  properties: propertyFields(packet.properties),
});

function publishFields(packet: Publish, payloadLimit: number): Fields {
  const shown = cutPayload(packet.payload, payloadLimit);
  return {
    topic: packet.resolvedTopic,
    qos: packet.qos,
    retain: packet.retain,
    dup: packet.dup,
    packetId: packet.packetId,
    payloadLength: packet.payloadLength,
    payload: new ShownPayload(packet.payload, payloadLimit, packet.resolvedTopic),
    payloadTruncated: shown.length < packet.payloadLength,
    properties: propertyFields(packet.properties),
  };
}

const acknowledgementFields = (packet: Acknowledgement): Fields => ({
  packetId: packet.packetId,
  code: packet.code === undefined ? undefined : codesOf(packet.type, "5.0").of(packet.code),
  properties: propertyFields(packet.properties),
});

const subscribeFields = (packet: Subscribe): Fields => ({
  packetId: packet.packetId,
  subscriptions: packet.subscriptions,
  properties: propertyFields(packet.properties),
});

/**
 * MQTT 5.0 §2.2.2 as one object: names in camel case, user properties as pairs, anything else sent more than once as
 * a list. Binary data is shown as payloads are; authentication data is a secret. undefined where there are none.
 */
export function propertyFields(properties: readonly Property[] | undefined): Fields | undefined {
  if (properties === undefined || properties.length === 0) return undefined;
  const values = new Map<string, unknown[]>();
  const lists = new Set<string>();
  for (const { id, value } of properties) {
    const row = PROPERTIES.get(id);
    if (row === undefined) continue;
    const before = values.get(row.name);
    if (before === undefined) values.set(row.name, [propertyValue(id, row.kind === "binary", value)]);
    else before.push(propertyValue(id, row.kind === "binary", value));
    if (row.kind === "pair" || before !== undefined) lists.add(row.name);
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, lists.has(name) ? list : list[0]]));
}

function propertyValue(id: number, isBinary: boolean, value: PropertyValue): unknown {
  if (isPair(value)) return new ShownPair(...value);
  if (!isBinary || !(value instanceof Uint8Array)) return value;
  return id === AUTHENTICATION_DATA ? new Secret(value) : new ShownPayload(value, Number.POSITIVE_INFINITY);
}

const isPair = (value: PropertyValue): value is readonly [name: WireText, value: WireText] =>
  Array.isArray(value);
