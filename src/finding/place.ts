/** Which octets of the capture prove a sighting: from the path of a field to a range of the file. */
import { type WireText, wireOctets } from "../octets/text.ts";
import type { View } from "../octets/view.ts";
import type { Seen } from "../protocol/event.ts";
import { LIMITS as PROTOCOL_LIMITS } from "../protocol/limits.ts";
import { type FieldPlace, fieldPlaces } from "../protocol/mqtt/layout.ts";
import type { ControlPacket } from "../protocol/mqtt/packet.ts";
import type { SniffEvent } from "../session/event.ts";
import type { Carrier } from "../stream/item.ts";
import type { OctetRange } from "./finding.ts";
import { LIMITS } from "./limits.ts";
import type { Shown } from "./finding.ts";
import type { SecretsFound } from "./secrets/found.ts";

/** `[from, to)` in octets from the first of a unit. */
export type UnitRange = readonly [from: number, to: number];

/** Where a field of the event's Control Packet lies in it; `value` tells fields of one name apart. */
export function fieldRange(
  event: SniffEvent | SecretsFound,
  field: string,
  value?: View,
): UnitRange | undefined {
  const places = placesOf(event, field);
  const place = value === undefined ? places[0] : places.find(each => holds(each, value));
  return place === undefined ? undefined : [place.from, place.to];
}

/** The field that a sighting names: the one that holds what it shows, where it has several of the name. */
export function sightedRange(
  event: SniffEvent | SecretsFound,
  field: string,
  shown: Shown | undefined,
): UnitRange | undefined {
  const places = placesOf(event, field);
  const value = places.length > 1 ? shownOctets(shown) : undefined;
  const place = (value && places.find(each => holds(each, value))) ?? places[0];
  return place === undefined ? undefined : [place.from, place.to];
}

function placesOf(event: SniffEvent | SecretsFound, field: string): readonly FieldPlace[] {
  const packet = packetOf(event);
  if (packet === undefined) return NOWHERE;
  const length = unitLength(event);
  if (packet !== counted.packet || length !== counted.length) {
    counted.packet = packet;
    counted.length = length;
    counted.places = fieldPlaces(packet, length);
  }
  return counted.places.filter(place => place.field === field);
}

const NOWHERE: readonly FieldPlace[] = [];

/** The packet whose fields were counted last: several findings are often about one. */
const counted: { packet: ControlPacket | undefined; length: number; places: readonly FieldPlace[] } = {
  packet: undefined,
  length: 0,
  places: NOWHERE,
};

/** The octets that a rule showed, where they are a text of the wire. */
function shownOctets(shown: Shown | undefined): View | undefined {
  if (shown === undefined || typeof shown === "number") return undefined;
  return wireOctets(typeof shown === "string" || shown instanceof Uint8Array ? shown : shown.reveal());
}

/** The pieces of the capture that hold a range, or the whole unit where none is given; neighbours in the file are one. */
export function rangesOf(event: Seen, range: UnitRange | undefined): readonly OctetRange[] {
  const { carriers } = event;
  const [first] = carriers;
  if (first === undefined) return [];
  const begin = event.from - first.offset + (range?.[0] ?? 0);
  const end = range === undefined ? begin + unitLength(event) : event.from - first.offset + range[1];
  const found: OctetRange[] = [];
  let at = 0;
  for (const { position, length } of named(carriers)) {
    const from = Math.max(begin, at);
    const to = Math.min(end, at + length);
    if (from < to && position >= 0) add(found, position + from - at, to - from);
    at += length;
  }
  return found.slice(0, LIMITS.ranges);
}

function add(ranges: OctetRange[], offset: number, length: number): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.offset + last.length === offset)
    ranges[ranges.length - 1] = { offset: last.offset, length: last.length + length };
  else ranges.push({ offset, length });
}

/** Of a unit in very many pieces the last one stands for several, which lie elsewhere. */
const named = (carriers: readonly Carrier[]): readonly Carrier[] =>
  carriers.length < PROTOCOL_LIMITS.carriers ? carriers : carriers.slice(0, -1);

/** Octets of the unit itself: what its carriers hold without what lies before and behind it. */
export function unitLength({ carriers, from, to }: Seen): number {
  const [first] = carriers;
  const last = carriers.at(-1);
  if (first === undefined || last === undefined) return 0;
  const held = carriers.reduce((sum, carrier) => sum + carrier.length, 0);
  return held - (from - first.offset) - (last.offset + last.length - to);
}

/** The Control Packet that an event is about, where it still has it. */
function packetOf(event: SniffEvent | SecretsFound): ControlPacket | undefined {
  switch (event.type) {
    case "finding.secrets":
      return packetOf(event.event);
    case "session.login":
    case "session.fallback":
      return event.login.connect;
    case "session.shared_credential":
    case "session.takeover":
    case "session.numbered_clients":
      return event.connect;
    case "session.topic":
    case "session.delivery":
      return event.publish;
    case "session.subscription":
      return event.subscribe;
    default:
      return event.type.startsWith("mqtt.") && "packet" in event ? event.packet : undefined;
  }
}

const holds = ({ value, from, to }: FieldPlace, octets: View): boolean =>
  to - from === octets.length && (value === undefined || areSame(value, octets));

const areSame = (value: WireText, octets: View): boolean => Buffer.compare(wireOctets(value), octets) === 0;
