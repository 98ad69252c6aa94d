/** Where the fields of a Control Packet lie in it, counted anew from what was decoded: only evidence asks for it. */
import { type WireText, wireLength, wireString } from "../../octets/text.ts";
import type { Connect, ControlPacket, Property, Publish, Subscribe } from "./packet.ts";
import { PROPERTIES, type PropertyRow } from "./properties.ts";

/** `[from, to)` in octets from the first of the packet, without the length before a text; `value` is what lies there. */
export interface FieldPlace {
  readonly field: string;
  readonly from: number;
  readonly to: number;
  readonly value?: WireText;
}

/**
 * The fields of a packet of `length` octets, named as evidence names them: `CONNECT.Password`, `PUBLISH.User
 * Property[name]`. Empty where they do not add up to `length`: what is not decoded as it was sent is not counted.
 */
export function fieldPlaces(packet: ControlPacket, length: number): readonly FieldPlace[] {
  switch (packet.type) {
    case "connect":
      return placed(connectParts(packet), length);
    case "publish":
      return publishPlaces(packet, length);
    case "subscribe":
      return placed(subscribeParts(packet, packet.properties), length, () => subscribeParts(packet, []));
    case "disconnect":
    case "connack":
    case "auth":
      return placed(reasonParts(packet), length);
    default:
      return [];
  }
}

/** A field of so many octets, behind `before` that are not its own. */
interface Part {
  readonly field?: string;
  readonly size: number;
  readonly before?: number;
  readonly value?: WireText;
}

/** §3.1. */
function connectParts(packet: Connect): Part[] {
  const { protocolName, protocolVersion, clientId, will, username, password, properties } = packet;
  const five = protocolVersion === "5.0";
  const parts: Part[] = [
    text("CONNECT.Protocol Name", protocolName),
    { field: "CONNECT.Protocol Version", size: 1 },
    { field: "CONNECT.Connect Flags", size: 1 },
    { field: "CONNECT.Keep Alive", size: 2 },
    ...(five ? listParts("CONNECT", properties ?? []) : []),
    text("CONNECT.Client Identifier", clientId),
  ];
  if (will !== undefined) {
    if (five) parts.push(...listParts("CONNECT.Will Properties", will.properties ?? []));
    parts.push(text("CONNECT.Will Topic", will.topic), text("CONNECT.Will Payload", will.payload));
  }
  if (username !== undefined) parts.push(text("CONNECT.User Name", username));
  if (password !== undefined) parts.push(text("CONNECT.Password", password));
  return parts;
}

/** §3.3; the payload is counted from the end, since it may be kept in part. */
function publishPlaces(packet: Publish, length: number): readonly FieldPlace[] {
  const { topic, packetId, properties, payloadLength } = packet;
  const head = (list: readonly Part[]): Part[] => [
    text("PUBLISH.Topic Name", topic),
    ...(packetId === undefined ? [] : [{ size: 2 }]),
    ...list,
    { field: "PUBLISH.Payload", size: payloadLength },
  ];
  const five = head(listParts("PUBLISH", properties ?? []));
  return placed(properties === undefined ? head([]) : five, length, () => five);
}

/** §3.8. */
function subscribeParts({ subscriptions }: Subscribe, properties: readonly Property[] | undefined): Part[] {
  return [
    { size: 2 },
    ...(properties === undefined ? [] : listParts("SUBSCRIBE", properties)),
    ...subscriptions.flatMap(({ filter }) => [text("SUBSCRIBE.Topic Filter", filter), { size: 1 }]),
  ];
}

/** §3.2, §3.14, §3.15: a code, and properties behind it. */
function reasonParts(packet: Extract<ControlPacket, { type: "connack" | "disconnect" | "auth" }>): Part[] {
  const unit = packet.type.toUpperCase();
  const flags = packet.type === "connack" ? [{ size: 1 }] : [];
  const code = { field: `${unit}.Reason Code`, size: 1 };
  return [...flags, code, ...(packet.properties === undefined ? [] : listParts(unit, packet.properties))];
}

/** A property list with its length (§2.2.2): each value behind its identifier. */
function listParts(unit: string, properties: readonly Property[]): Part[] {
  const parts = properties.flatMap(property => propertyParts(unit, property));
  const size = parts.reduce((sum, part) => sum + part.size + (part.before ?? 0), 0);
  return [{ size: varintSize(size) }, ...parts];
}

function propertyParts(unit: string, { id, value }: Property): Part[] {
  const row = PROPERTIES.get(id);
  if (row === undefined) return [];
  const field = `${unit}.${titleOf(row)}`;
  if (typeof value === "number") return [{ field, before: 1, size: NUMBERS[row.kind] ?? varintSize(value) }];
  if (!Array.isArray(value)) return [{ ...text(field, value as WireText), before: 3 }];
  const [name, content] = value as readonly [WireText, WireText];
  const named = `${field}[${wireString(name).slice(0, SHOWN_NAME)}]`;
  return [{ ...text(field, name), before: 3 }, text(named, content)];
}

/** The places of parts one behind the other, in the first of the layouts that has `length` octets. */
function placed(
  parts: readonly Part[],
  length: number,
  other?: () => readonly Part[],
): readonly FieldPlace[] {
  const remaining = parts.reduce((sum, part) => sum + part.size + (part.before ?? 0), 0);
  let at = 1 + varintSize(remaining);
  if (at + remaining !== length) return other === undefined ? [] : placed(other(), length);
  const places: FieldPlace[] = [];
  for (const { field, size, before = 0, value } of parts) {
    const from = at + before;
    at = from + size;
    if (field !== undefined) places.push({ field, from, to: at, ...(value !== undefined && { value }) });
  }
  return places;
}

/** `authenticationMethod` as the standard writes it: `Authentication Method`. */
const titleOf = ({ name }: PropertyRow): string =>
  name === "userProperties"
    ? "User Property"
    : name.replace(/^[a-z]/u, letter => letter.toUpperCase()).replaceAll(/([a-z])([A-Z])/gu, "$1 $2");

const text = (field: string, value: WireText): Part => ({ field, before: 2, size: wireLength(value), value });

const varintSize = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;

/** Octets of the kinds of number that have always the same. */
const NUMBERS: Partial<Record<PropertyRow["kind"], number>> = { byte: 1, two: 2, four: 4 };

/** As far as evidence shows a name. */
const SHOWN_NAME = 64;
