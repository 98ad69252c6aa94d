/** A Control Packet as Suricata's EVE records spell it: one member of the record's `mqtt` object. */
import { hiddenOfMessage, hideMessage, hideValue, hideWire } from "../finding/secrets/hide.ts";
import type { Message } from "../finding/secrets/pair.ts";
import { Secret, type WireText, wireText } from "../octets/text.ts";
import type {
  Connect,
  ControlPacket,
  MqttVersion,
  Property,
  PropertyValue,
  Publish,
  Will,
} from "../protocol/mqtt/packet.ts";
import { AUTHENTICATION_DATA, PROPERTIES } from "../protocol/mqtt/properties.ts";
import type { View } from "../octets/view.ts";
import { jsonText, quote } from "./json-text.ts";
import type { Plain } from "./plain.ts";

export interface EveMqttOptions {
  readonly reveal: boolean;
  /** Octets of a payload that are shown. */
  readonly payloadLimit: number;
}

/** `{…}`: the packet's member; undefined for AUTH, which has no place in the schema. */
export function eveMqtt(packet: ControlPacket, options: EveMqttOptions): string | undefined {
  switch (packet.type) {
    case "connect":
      return connectText(packet, options);
    case "connack":
      return object(
        NOT_FLAGGED,
        member("session_present", packet.sessionPresent),
        member("return_code", packet.code),
        propertiesMember(packet.properties, options),
      );
    case "publish":
      return publishText(packet, options);
    case "puback":
    case "pubrec":
    case "pubcomp":
      return object(NOT_FLAGGED, member("message_id", packet.packetId), member("reason_code", packet.code));
    case "pubrel":
      return object(
        RESERVED_FLAGS,
        member("message_id", packet.packetId),
        member("reason_code", packet.code),
      );
    case "subscribe": {
      const topics = packet.subscriptions.map(({ filter, qos }) => ({
        topic: shownText(filter, options),
        qos,
      }));
      return object(RESERVED_FLAGS, member("message_id", packet.packetId), list("topics", topics));
    }
    case "suback":
      return object(NOT_FLAGGED, member("message_id", packet.packetId), list("qos_granted", packet.codes));
    case "unsubscribe":
      return object(
        RESERVED_FLAGS,
        member("message_id", packet.packetId),
        list(
          "topics",
          packet.filters.map(filter => shownText(filter, options)),
        ),
      );
    case "unsuback":
      return object(NOT_FLAGGED, member("message_id", packet.packetId), list("reason_codes", packet.codes));
    case "pingreq":
    case "pingresp":
      return object(NOT_FLAGGED);
    case "disconnect":
      return object(
        NOT_FLAGGED,
        member("reason_code", packet.code),
        propertiesMember(packet.properties, options),
      );
    case "auth":
      return undefined;
    default:
      return packet satisfies never;
  }
}

function connectText(packet: Connect, options: EveMqttOptions): string {
  const { will } = packet;
  return object(
    NOT_FLAGGED,
    member("protocol_string", eveText(packet.protocolName)),
    member("protocol_version", PROTOCOL_LEVELS[packet.protocolVersion]),
    member("client_id", shownText(packet.clientId, options)),
    `"flags":${object(
      member("username", packet.username !== undefined),
      member("password", packet.password !== undefined),
      member("will_retain", will?.retain === true),
      member("will", will !== undefined),
      member("clean_session", packet.cleanStart),
    )}`,
    packet.username === undefined ? "" : member("username", shownText(packet.username, options)),
    // The flag tells that there is one; a placeholder here would be taken for the password.
    packet.password === undefined || !options.reveal ? "" : member("password", eveText(packet.password)),
    will === undefined ? "" : `"will":${willText(will, options)}`,
    propertiesMember(packet.properties, options),
  );
}

const willText = (will: Will, options: EveMqttOptions): string =>
  object(
    member("topic", shownText(will.topic, options)),
    member("message", messageText({ resolvedTopic: will.topic, payload: will.payload }, options)),
    propertiesMember(will.properties, options),
  );

function publishText(packet: Publish, options: EveMqttOptions): string {
  const shown = packet.payload.subarray(0, options.payloadLimit);
  const skipped = packet.payloadLength - shown.length;
  return object(
    `"qos":${packet.qos},"retain":${packet.retain},"dup":${packet.dup}`,
    member("topic", shownText(packet.resolvedTopic, options)),
    member("message_id", packet.packetId),
    member("message", messageText(packet, options)),
    skipped > 0 ? `"truncated":true,"skipped_length":${skipped}` : "",
    propertiesMember(packet.properties, options),
  );
}

/** Names with underscores; a user property is a key of its own, unless it would pass for one of the standard's. */
function propertiesMember(properties: readonly Property[] | undefined, options: EveMqttOptions): string {
  if (properties === undefined || properties.length === 0) return "";
  const members = new Map<string, Plain[]>();
  for (const { id, value } of properties) {
    const row = PROPERTIES.get(id);
    if (row === undefined || (id === AUTHENTICATION_DATA && !options.reveal)) continue;
    const [name, shown] = isPair(value)
      ? [userName(shownText(value[0], options)), valueText(value, options)]
      : [row.eve, typeof value === "number" ? value : shownText(value as WireText, options)];
    const before = members.get(name);
    if (before === undefined) members.set(name, [shown]);
    else before.push(shown);
  }
  const texts = [...members].map(
    ([name, values]) => `${quote(name)}:${jsonText(values.length > 1 ? values : values[0]!)}`,
  );
  return `"properties":{${texts.join(",")}}`;
}

const isPair = (value: PropertyValue): value is readonly [WireText, WireText] => Array.isArray(value);

/** A text, without the secrets in it unless they may be shown; ill-formed ones as `octetsText` writes them. */
export const shownText = (text: WireText, { reveal }: Pick<EveMqttOptions, "reveal">): string =>
  lengthOrText(reveal ? text : hideWire(text));

/** The value of a user property, whose name may say that it is a secret. */
const valueText = ([name, value]: readonly [WireText, WireText], { reveal }: EveMqttOptions): string =>
  lengthOrText(reveal ? value : hideValue(name, value));

const lengthOrText = (text: WireText | Secret): string =>
  text instanceof Secret ? String(text) : eveText(text);

/** The start of a payload. */
function messageText(message: Message, { reveal, payloadLimit }: EveMqttOptions): string {
  const start = message.payload.subarray(0, payloadLimit);
  if (reveal || hiddenOfMessage(message).length === 0) return octetsText(start);
  const hidden = hideMessage(message, payloadLimit);
  return "text" in hidden ? hidden.text : `\u2039${message.payload.length} octets\u203a`;
}

const userName = (name: string): string => (STANDARD_NAMES.has(name) ? `user_property_${name}` : name);

/** Wire text as the records hold it, always a string: octets of ill-formed text from 0x80 on become `\xf2`. */
const eveText = (text: WireText): string => (typeof text === "string" ? text : octetsText(text));

function octetsText(octets: View): string {
  const text = wireText(octets);
  if (typeof text === "string") return text;
  return Buffer.from(text)
    .toString("latin1")
    .replace(/[\u0080-\u00ff]/g, c => `\\x${c.charCodeAt(0).toString(16)}`);
}

const object = (...members: readonly string[]): string =>
  `{${members.filter(text => text !== "").join(",")}}`;

const member = (name: string, value: string | number | boolean | undefined): string =>
  value === undefined ? "" : `"${name}":${typeof value === "string" ? quote(value) : value}`;

/** The schema allows no empty lists. */
const list = (name: string, values: readonly Plain[]): string =>
  values.length === 0 ? "" : `"${name}":${jsonText(values)}`;

/** Bits 3 to 0 of the fixed header (MQTT 5.0 §2.1.3); 0010 where they are reserved to be so. */
const NOT_FLAGGED = '"qos":0,"retain":false,"dup":false';
const RESERVED_FLAGS = '"qos":1,"retain":false,"dup":false';

const PROTOCOL_LEVELS: Readonly<Record<MqttVersion, number>> = { "3.1": 3, "3.1.1": 4, "5.0": 5 };

const STANDARD_NAMES: ReadonlySet<string> = new Set([...PROPERTIES.values()].map(row => row.eve));
