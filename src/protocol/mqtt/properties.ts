/** The properties of MQTT 5 (§2.2.2): one row each, how they are read, and how views name them. */
import type { Fault } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import type { WireText } from "../../octets/text.ts";
import { own, type View } from "../../octets/view.ts";
import { LIMITS } from "../limits.ts";
import {
  AUTH,
  CONNACK,
  CONNECT,
  DISCONNECT,
  PACKET_NAMES,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from "./frame.ts";
import type { Property, PropertyValue } from "./packet.ts";
import { readText, textTrouble } from "./text.ts";

export type PropertyKind = "byte" | "two" | "four" | "varint" | "text" | "binary" | "pair";

export interface PropertyRow {
  /** The standard's name in camel case, as `ndjson` and the report write it. */
  readonly name: string;
  /** The name in Suricata's EVE records; a user property is a key of its own there. */
  readonly eve: string;
  readonly kind: PropertyKind;
  /** Control Packet types that may carry it; `WILL` is the Will Properties of a CONNECT. */
  readonly in: readonly number[];
  readonly repeats?: true;
  /** Largest and smallest value that is no Protocol Error, where not all are. */
  readonly least?: number;
  readonly most?: number;
}

/** The place of a Will Property, among the Control Packet types. */
export const WILL = 0;

const ACKNOWLEDGEMENTS = [CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH];

/** Table 2-4 of MQTT 5.0 and the sections it names. */
export const PROPERTIES: ReadonlyMap<number, PropertyRow> = new Map<number, PropertyRow>([
  [0x01, row("payloadFormatIndicator", "byte", [PUBLISH, WILL], { most: 1 })],
  [0x02, row("messageExpiryInterval", "four", [PUBLISH, WILL])],
  [0x03, row("contentType", "text", [PUBLISH, WILL])],
  [0x08, row("responseTopic", "text", [PUBLISH, WILL])],
  [0x09, row("correlationData", "binary", [PUBLISH, WILL])],
  [0x0b, row("subscriptionIdentifier", "varint", [PUBLISH, SUBSCRIBE], { repeats: true, least: 1 })],
  [0x11, row("sessionExpiryInterval", "four", [CONNECT, CONNACK, DISCONNECT])],
  [0x12, row("assignedClientIdentifier", "text", [CONNACK])],
  [0x13, row("serverKeepAlive", "two", [CONNACK])],
  [0x15, row("authenticationMethod", "text", [CONNECT, CONNACK, AUTH])],
  [0x16, row("authenticationData", "binary", [CONNECT, CONNACK, AUTH])],
  [0x17, row("requestProblemInformation", "byte", [CONNECT], { most: 1 })],
  [0x18, row("willDelayInterval", "four", [WILL])],
  [0x19, row("requestResponseInformation", "byte", [CONNECT], { most: 1 })],
  [0x1a, row("responseInformation", "text", [CONNACK])],
  [0x1c, row("serverReference", "text", [CONNACK, DISCONNECT])],
  [0x1f, row("reasonString", "text", ACKNOWLEDGEMENTS)],
  [0x21, row("receiveMaximum", "two", [CONNECT, CONNACK], { least: 1 })],
  [0x22, row("topicAliasMaximum", "two", [CONNECT, CONNACK])],
  [0x23, row("topicAlias", "two", [PUBLISH], { least: 1 })],
  [0x24, row("maximumQoS", "byte", [CONNACK], { most: 1, eve: "maximum_qos" })],
  [0x25, row("retainAvailable", "byte", [CONNACK], { most: 1 })],
  [
    0x26,
    row("userProperties", "pair", [CONNECT, PUBLISH, WILL, SUBSCRIBE, UNSUBSCRIBE, ...ACKNOWLEDGEMENTS], {
      repeats: true,
      eve: "user_property",
    }),
  ],
  [0x27, row("maximumPacketSize", "four", [CONNECT, CONNACK], { least: 1 })],
  [0x28, row("wildcardSubscriptionAvailable", "byte", [CONNACK], { most: 1 })],
  [0x29, row("subscriptionIdentifierAvailable", "byte", [CONNACK], { most: 1 })],
  [0x2a, row("sharedSubscriptionAvailable", "byte", [CONNACK], { most: 1 })],
]);

/** §3.1.2.11.9. */
export const AUTHENTICATION_METHOD = 0x15;
/** §3.1.2.11.10: what it holds is the method's affair; PLAIN puts the password there. */
export const AUTHENTICATION_DATA = 0x16;
export const SUBSCRIPTION_IDENTIFIER = 0x0b;
export const TOPIC_ALIAS = 0x23;
export const USER_PROPERTY = 0x26;

/** What was read of a property list, and what is wrong with it. */
export interface PropertyList {
  readonly properties: readonly Property[];
  readonly faults: readonly Fault[];
}

/**
 * Reads one property list without its length: `octets` are exactly the list, `place` the Control Packet type (or
 * `WILL`), `offset` where the list begins in its packet. What follows a property that cannot be read is not read;
 * what follows a forbidden one is.
 */
export function readProperties(octets: View, place: number, offset: number): PropertyList {
  const unit = PACKET_NAMES[place === WILL ? CONNECT : place] as string;
  const faults: Fault[] = [];
  const properties: Property[] = [];
  const reader = new Reader(unit, octets);
  const complain = (field: string, at: number, reason: Fault["reason"]): void => {
    if (faults.length < LIMITS.faultsPerPacket) faults.push({ unit, field, offset: offset + at, reason });
  };
  const forbid = (field: string, at: number, value: number | string, clause: string): void =>
    complain(field, at, { kind: "forbidden", value, clause });
  let seen = 0;
  const once = new Set<PropertyRow>();
  while (reader.left > 0) {
    const at = reader.offset;
    const id = reader.u8("Property Identifier");
    const known = PROPERTIES.get(id);
    if (known === undefined) {
      // Its length is not known, so what follows it cannot be read.
      forbid("Property Identifier", at, id, "MQTT 5.0 §2.2.2.2");
      break;
    }
    const value = readValue(reader, known);
    if (reader.fault !== undefined) break;
    seen += 1;
    if (!known.in.includes(place)) forbid("Property Identifier", at, id, "MQTT 5.0 §2.2.2.2");
    if (known.repeats === undefined || (place === SUBSCRIBE && known.kind === "varint")) {
      if (once.has(known)) forbid(known.name, at, id, section(place));
      once.add(known);
    }
    const trouble = judge(known, value, place);
    if (trouble !== undefined) forbid(known.name, at, trouble.value, trouble.clause);
    if (properties.length < LIMITS.properties) properties.push({ id, value });
  }
  if (reader.fault !== undefined) complain(reader.fault.field, reader.fault.offset, reader.fault.reason);
  if (seen > LIMITS.properties)
    complain("Properties", 0, { kind: "too-large", size: seen, limit: LIMITS.properties });
  return { properties, faults };
}

/** A Variable Byte Integer (§1.5.5): at most four octets, so 268 435 455 is FF FF FF 7F. */
export function variableByteInteger(reader: Reader, field: string): number {
  let value = 0;
  let weight = 1;
  for (let read = 0; read < 4; read++) {
    const octet = reader.u8(field);
    value += (octet & 0x7f) * weight;
    if (octet < 0x80) return value;
    weight *= 0x80;
  }
  reader.reject(field, value, "MQTT 5.0 §1.5.5");
  return 0;
}

/** A property as views print it. */
export type PropertyObject = Readonly<Record<string, PropertyValue | readonly PropertyValue[]>>;

/**
 * Properties as one object: the standard's names in camel case, user properties as `userProperties:
 * [[name, value], …]`, any other property sent more than once as a list. Keys are the table's, never the wire's.
 */
export function propertyObject(properties: readonly Property[]): PropertyObject {
  const values = new Map<PropertyRow, PropertyValue[]>();
  for (const { id, value } of properties) {
    const known = PROPERTIES.get(id);
    if (known === undefined) continue;
    const list = values.get(known);
    if (list === undefined) values.set(known, [value]);
    else list.push(value);
  }
  const object: Record<string, PropertyValue | readonly PropertyValue[]> = {};
  for (const [known, list] of values)
    object[known.name] = known.kind === "pair" || list.length > 1 ? list : (list[0] as PropertyValue);
  return object;
}

/** The first value of a property, or undefined. */
export const findProperty = (
  properties: readonly Property[] | undefined,
  id: number,
): PropertyValue | undefined => properties?.find(property => property.id === id)?.value;

function row(
  name: string,
  kind: PropertyKind,
  places: readonly number[],
  more: Partial<Pick<PropertyRow, "eve" | "repeats" | "least" | "most">> = {},
): PropertyRow {
  return { name, eve: name.replaceAll(/[A-Z]/gu, c => `_${c.toLowerCase()}`), kind, in: places, ...more };
}

function readValue(reader: Reader, known: PropertyRow): PropertyValue {
  switch (known.kind) {
    case "byte":
      return reader.u8(known.name);
    case "two":
      return reader.u16(known.name);
    case "four":
      return reader.u32(known.name);
    case "varint":
      return variableByteInteger(reader, known.name);
    case "text":
      return readString(reader, known.name);
    case "binary":
      return own(reader.take(reader.u16(known.name), known.name));
    case "pair":
      return [readString(reader, known.name), readString(reader, known.name)];
    default:
      return known.kind satisfies never;
  }
}

/** A UTF-8 encoded string with its length. */
export function readString(reader: Reader, field: string): WireText {
  const octets = reader.take(reader.u16(field), field);
  return readText(octets, 0, octets.length);
}

/** What the standard says of a value, beyond its form. */
function judge(
  known: PropertyRow,
  value: PropertyValue,
  place: number,
): { value: number | string; clause: string } | undefined {
  if (known.kind === "text") {
    const text = value as WireText;
    const trouble = textTrouble(text, true);
    if (trouble === undefined && known.name === "responseTopic" && WILDCARD.test(text as string))
      return { value: "wildcard", clause: "MQTT-3.3.2-14" };
    return trouble;
  }
  if (known.kind === "pair") {
    const [name, content] = value as readonly [WireText, WireText];
    return textTrouble(name, true) ?? textTrouble(content, true);
  }
  if (typeof value !== "number" || (value >= (known.least ?? 0) && value <= (known.most ?? value)))
    return undefined;
  return { value, clause: known.name === "topicAlias" ? "MQTT-3.3.2-8" : section(place) };
}

const section = (place: number): string => `MQTT 5.0 §${SECTIONS[place]}`;

const WILDCARD = /[#+]/u;

/** Where the standard describes the properties of each Control Packet; the first is the Will's. */
const SECTIONS = [
  "3.1.3.2",
  "3.1.2.11",
  "3.2.2.3",
  "3.3.2.3",
  "3.4.2.2",
  "3.5.2.2",
  "3.6.2.2",
  "3.7.2.2",
  "3.8.2.1",
  "3.9.2.1",
  "3.10.2.1",
  "3.11.2.1",
  "",
  "",
  "3.14.2.2",
  "3.15.2.2",
] as const;
