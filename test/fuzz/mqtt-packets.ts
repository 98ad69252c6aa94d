/** Control Packets of every type, with every property, made by a seed: sound ones, and what a spoiler makes of them. */
import {
  AUTH,
  CONNACK,
  CONNECT,
  DISCONNECT,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from "../../src/protocol/mqtt/frame.ts";
import type { MqttVersion } from "../../src/protocol/mqtt/packet.ts";
import { PROPERTIES, type PropertyRow, WILL } from "../../src/protocol/mqtt/properties.ts";
import type { Direction } from "../../src/stream/item.ts";
import { join } from "../protocol/build.ts";
import { varint } from "../protocol/mqtt/build.ts";
import type { Choices } from "./random.ts";

/** One packet with its sender; `type` is its Control Packet type. */
export interface MadePacket {
  readonly from: Direction;
  readonly type: number;
  readonly octets: Uint8Array;
}

/** What a side has said that later packets must keep to. */
export interface Said {
  /** Topic Aliases in use, by sender. */
  readonly aliases: { readonly client: Set<number>; readonly server: Set<number> };
}

/** A CONNECT without fault. */
export function connect(choose: Choices, version: MqttVersion): MadePacket {
  const five = version === "5.0";
  const username = choose.chance(60);
  const password = (username || five) && choose.chance(60);
  const will = choose.chance(30);
  const clean = choose.chance(70);
  const flags =
    (username ? 0x80 : 0) +
    (password ? 0x40 : 0) +
    (will ? 0x04 + 0x08 * choose.below(3) + 0x20 * choose.below(2) : 0) +
    (clean ? 0x02 : 0);
  const id = choose.chance(10) && (clean || five) ? "" : text(choose);
  const parts = [
    prefixed(utf8(version === "3.1" ? "MQIsdp" : "MQTT")),
    Uint8Array.of(
      version === "3.1" ? 3 : version === "3.1.1" ? 4 : 5,
      flags,
      choose.below(256),
      choose.below(256),
    ),
    ...(five ? [properties(choose, CONNECT)] : []),
    prefixed(utf8(id)),
  ];
  if (will) {
    if (five) parts.push(properties(choose, WILL));
    parts.push(prefixed(utf8(topic(choose))), prefixed(choose.octets(choose.below(12))));
  }
  if (username) parts.push(prefixed(utf8(text(choose))));
  if (password) parts.push(prefixed(choose.octets(choose.below(10))));
  return made("client", CONNECT, 0, parts);
}

/** A CONNACK that accepts or refuses. */
export function connack(choose: Choices, version: MqttVersion): MadePacket {
  const five = version === "5.0";
  const code = choose.chance(80) ? 0 : five ? choose.pick([0x80, 0x84, 0x87, 0x9f]) : choose.pick([1, 4, 5]);
  const present = code === 0 && version !== "3.1" ? choose.below(2) : 0;
  const tail = five ? [properties(choose, CONNACK)] : [];
  return made("server", CONNACK, 0, [Uint8Array.of(present, code), ...tail]);
}

/** Any packet that may come once client and broker know each other. */
export function anyPacket(choose: Choices, version: MqttVersion, said: Said): MadePacket {
  const five = version === "5.0";
  const either: Direction = choose.pick(["client", "server"]);
  const type = choose.pick(five ? TYPES_OF_5 : TYPES);
  const listed = (place: number): Uint8Array[] => (five ? [properties(choose, place)] : []);
  switch (type) {
    case PUBLISH:
      return publish(choose, version, either, said);
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP: {
      const codes = type === PUBREL || type === PUBCOMP ? [0, 0x92] : [0, 0x10, 0x80, 0x91];
      const tail = five ? reasonTail(choose, type, codes) : [];
      return made(either, type, type === PUBREL ? 2 : 0, [packetId(choose), ...tail]);
    }
    case SUBSCRIBE: {
      const filters = some(choose, 4, () =>
        join(prefixed(utf8(filter(choose))), Uint8Array.of(five ? options(choose) : choose.below(3))),
      );
      return made("client", type, 2, [packetId(choose), ...listed(type), ...filters]);
    }
    case SUBACK:
      return made("server", type, 0, [
        packetId(choose),
        ...listed(type),
        ...some(choose, 4, () =>
          Uint8Array.of(choose.pick(five ? [0, 1, 2, 0x80, 0x87, 0xa2] : [0, 1, 2, 0x80])),
        ),
      ]);
    case UNSUBSCRIBE:
      return made("client", type, 2, [
        packetId(choose),
        ...listed(type),
        ...some(choose, 4, () => prefixed(utf8(filter(choose)))),
      ]);
    case UNSUBACK:
      return made("server", type, 0, [
        packetId(choose),
        ...listed(type),
        ...(five ? some(choose, 4, () => Uint8Array.of(choose.pick([0, 0x11, 0x80, 0x87]))) : []),
      ]);
    case PINGREQ:
    case PINGRESP:
      return made(type === PINGREQ ? "client" : "server", type, 0, []);
    case AUTH: {
      const method = join(Uint8Array.of(0x15), prefixed(utf8(text(choose))));
      const list = properties(choose, AUTH, [method], ["authenticationMethod"]);
      return made(either, type, 0, choose.chance(10) ? [] : [Uint8Array.of(0x18), list]);
    }
    default:
      throw new Error(`nobody makes packets of type ${type}`);
  }
}

/** The last word of a side. */
export function disconnect(choose: Choices, version: MqttVersion): MadePacket {
  const from: Direction = version === "5.0" && choose.chance(30) ? "server" : "client";
  const code = from === "client" ? 0x04 : 0x8b;
  const tail =
    version === "5.0"
      ? choose.pick([[], [Uint8Array.of(0x8e)], [Uint8Array.of(code), properties(choose, DISCONNECT)]])
      : [];
  return made(from, DISCONNECT, 0, tail);
}

/** A packet made of another by breaking a rule or its form; some stay what they were. */
export function spoil(choose: Choices, { from, type, octets }: MadePacket): MadePacket {
  const head = headerOf(octets);
  const body = octets.subarray(head);
  const rewritten = (first: number, length: Uint8Array, rest: Uint8Array): MadePacket => ({
    from,
    type,
    octets: join(Uint8Array.of(first), length, rest),
  });
  const first = octets[0]!;
  switch (choose.below(9)) {
    // Octets changed wherever they are.
    case 0: {
      const changed = Uint8Array.from(octets);
      for (let times = 1 + choose.below(3); times > 0; times--)
        changed[choose.below(changed.length)] = choose.below(256);
      return { from, type, octets: changed };
    }
    // A body cut short, with a header that says so.
    case 1: {
      const kept = body.subarray(0, choose.below(body.length + 1));
      return rewritten(first, varint(kept.length), kept);
    }
    // Octets behind the last field.
    case 2: {
      const more = join(body, choose.octets(1 + choose.below(4)));
      return rewritten(first, varint(more.length), more);
    }
    // A Remaining Length with more octets than it needs (MQTT-1.5.5-1).
    case 3:
      return rewritten(first, padded(varint(body.length), 1 + choose.below(3)), body);
    // One that does not end.
    case 4:
      return rewritten(first, Uint8Array.of(0xff, 0xff, 0xff, 0xff, choose.below(256)), body);
    // Flags, or a type, that are not its own.
    case 5:
      return rewritten((first & 0xf0) | choose.below(16), varint(body.length), body);
    case 6:
      return rewritten((choose.below(16) << 4) | (first & 0x0f), varint(body.length), body);
    // Text that is none.
    case 7: {
      const changed = Uint8Array.from(octets);
      for (let at = head + 2; at < changed.length; at++)
        if (choose.chance(20)) changed[at] = choose.pick([0x00, 0xc3, 0xff, 0xed, 0x23, 0x2b]);
      return { from, type, octets: changed };
    }
    // A Packet Identifier, a count or a length of zero.
    default: {
      const changed = Uint8Array.from(octets);
      changed.fill(0, head, Math.min(changed.length, head + 2));
      return { from, type, octets: changed };
    }
  }
}

function publish(choose: Choices, version: MqttVersion, from: Direction, said: Said): MadePacket {
  const qos = choose.below(3);
  const flags = (qos << 1) | choose.below(2) | (qos > 0 && choose.chance(20) ? 0x08 : 0);
  const named = topic(choose);
  const parts: Uint8Array[] = [];
  let list: Uint8Array[] = [];
  let name = named;
  if (version === "5.0") {
    const aliases = said.aliases[from];
    const alias = choose.chance(30) ? 1 + choose.below(4) : 0;
    if (alias > 0 && aliases.has(alias) && choose.chance(60)) name = "";
    if (alias > 0) aliases.add(alias);
    const first = alias === 0 ? [] : [Uint8Array.of(0x23, 0, alias)];
    list = [properties(choose, PUBLISH, first, from === "client" ? ["subscriptionIdentifier"] : [])];
  }
  parts.push(prefixed(utf8(name)));
  if (qos > 0) parts.push(packetId(choose));
  parts.push(...list, choose.octets(choose.pick([0, 1, 4, 12])));
  return made(from, PUBLISH, flags, parts);
}

/** A property list with its length: each property that may stand there, now and then. */
function properties(
  choose: Choices,
  place: number,
  first: readonly Uint8Array[] = [],
  without: readonly string[] = [],
): Uint8Array {
  const parts = [...first];
  if (choose.chance(30))
    for (const [id, known] of PROPERTIES) {
      if (
        !known.in.includes(place) ||
        known.name === "topicAlias" ||
        without.includes(known.name) ||
        !choose.chance(15)
      )
        continue;
      const times = known.repeats === true && place !== SUBSCRIBE ? 1 + choose.below(2) : 1;
      for (let time = 0; time < times; time++) parts.push(join(Uint8Array.of(id), value(choose, known)));
    }
  const list = join(...parts);
  return join(varint(list.length), list);
}

function value(choose: Choices, { kind, least = 0, most, name }: PropertyRow): Uint8Array {
  switch (kind) {
    case "byte":
      return Uint8Array.of(least + choose.below((most ?? 255) - least + 1));
    case "two":
      return Uint8Array.of(choose.below(256), 1 + choose.below(255));
    case "four":
      return Uint8Array.of(choose.below(256), 0, choose.below(256), 1 + choose.below(255));
    case "varint":
      return varint(choose.pick([1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455]));
    case "text":
      return prefixed(utf8(name === "responseTopic" ? topic(choose) : text(choose)));
    case "binary":
      return prefixed(choose.octets(choose.below(10)));
    case "pair":
      return join(prefixed(utf8(text(choose))), prefixed(utf8(text(choose))));
    default:
      return kind satisfies never;
  }
}

/** Reason Code and properties of an acknowledgement; both may be left out from behind. */
function reasonTail(choose: Choices, place: number, codes: readonly number[]): readonly Uint8Array[] {
  const code = Uint8Array.of(choose.pick(codes));
  return choose.pick([[], [code], [code, properties(choose, place)]]);
}

/** Subscription Options of 5.0 that are allowed for any filter. */
const options = (choose: Choices): number =>
  choose.below(3) + (choose.chance(30) ? 0x08 : 0) + 0x10 * choose.below(3);

const packetId = (choose: Choices): Uint8Array => Uint8Array.of(choose.below(256), 1 + choose.below(255));

function made(from: Direction, type: number, flags: number, parts: readonly Uint8Array[]): MadePacket {
  const body = join(...parts);
  return { from, type, octets: join(Uint8Array.of(type * 0x10 + flags), varint(body.length), body) };
}

function some(choose: Choices, most: number, make: () => Uint8Array): Uint8Array[] {
  return Array.from({ length: 1 + choose.below(most) }, make);
}

function prefixed(octets: Uint8Array): Uint8Array {
  return join(Uint8Array.of(octets.length >> 8, octets.length & 0xff), octets);
}

/** A Variable Byte Integer with as many needless octets as fit into four. */
function padded(length: Uint8Array, more: number): Uint8Array {
  const wide = Uint8Array.from({ length: Math.min(4, length.length + more) }, (_, at) =>
    at < length.length ? length[at]! | 0x80 : 0x80,
  );
  wide[wide.length - 1]! &= 0x7f;
  return wide;
}

/** Octets of the fixed header. */
function headerOf(octets: Uint8Array): number {
  let at = 1;
  while (at < 4 && octets[at]! >= 0x80) at++;
  return at + 1;
}

const utf8 = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, "utf8"));
const filter = (choose: Choices): string => choose.pick(choose.chance(50) ? TOPICS : FILTERS);

const TYPES = [
  PUBLISH,
  PUBLISH,
  PUBLISH,
  PUBACK,
  PUBREC,
  PUBREL,
  PUBCOMP,
  SUBSCRIBE,
  SUBACK,
  UNSUBSCRIBE,
  UNSUBACK,
  PINGREQ,
  PINGRESP,
];
const TYPES_OF_5 = [...TYPES, AUTH];

const text = (choose: Choices): string => (choose.chance(2) ? LONG : choose.pick(TEXTS));
const topic = (choose: Choices): string => (choose.chance(2) ? LONG : choose.pick(TOPICS));

const TEXTS = ["c", "a1", "b", "a-1", "__proto__", "hé€😀", "a=b&c"];
const TOPICS = ["t", "a/b", "/", "a//b", "$SYS/up", "__proto__/x", "ß/😀"];
/** So long that the packet's length takes two octets. */
const LONG = "l/".repeat(70);
const FILTERS = ["#", "+/#", "a/+/b", "+", "$share/g/a/#", "$share:g:a/#", "$SYS/#"];
