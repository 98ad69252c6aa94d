/** Reading the frequent Control Packets directly: PUBLISH, its acknowledgements and the pings. */
import type { Fault, FaultReason } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import type { WireText } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import { LIMITS } from "../limits.ts";
import { type FixedHeader, PACKET_NAMES, PINGREQ, PUBACK, PUBLISH } from "./frame.ts";
import type { Acknowledgement, MqttVersion, Ping, Property, Publish, QoS } from "./packet.ts";
import { readProperties, TOPIC_ALIAS, variableByteInteger } from "./properties.ts";
import { codeClause } from "./reason-codes.ts";
import { flagsClause, lengthTrouble } from "./sheet.ts";
import { topicNameTrouble } from "./text.ts";
import { internTopic, isTopic, type Topic, type TopicTable } from "./topics.ts";

/** What reading the PUBLISH packets of one direction remembers. */
export interface PublishMemory {
  readonly table: TopicTable;
  /** The topic of the packet before: mostly the next one's too. */
  last: Topic | undefined;
  /** Topics by alias (MQTT 5.0 §3.3.2.3.4), once there was one. */
  aliases: (WireText | undefined)[] | undefined;
  aliasOctets: number;
  /** Packets were missed, so an alias may be unknown without fault of its sender. */
  incomplete: boolean;
}

export const publishMemory = (table: TopicTable): PublishMemory => ({
  table,
  last: undefined,
  aliases: undefined,
  aliasOctets: 0,
  incomplete: false,
});

/**
 * Reads the PUBLISH (§3.3) at `start`, of which the octets before `kept` are there: all of them, unless it is longer
 * than what this program keeps. The payload is a view. Undefined where its structure cannot be read; what is wrong
 * with it is added to `faults` either way.
 */
export function readPublish(
  header: FixedHeader,
  octets: View,
  start: number,
  kept: number,
  version: MqttVersion,
  memory: PublishMemory,
  faults: Fault[],
): Publish | undefined {
  const body = start + header.headerLength;
  const end = body + header.remaining;
  if (body + 2 > kept) return cut(faults, "Topic Name", header.headerLength, 2, kept - body);
  const topicLength = octets[body]! * 0x100 + octets[body + 1]!;
  const topicStart = body + 2;
  let at = topicStart + topicLength;
  if (at > kept) return cut(faults, "Topic Name", topicStart - start, topicLength, kept - topicStart);
  const topic = topicAt(memory, octets, topicStart, at);
  const qos = ((header.flags >> 1) & 0x03) as QoS;
  let packetId = 0;
  if (qos > 0) {
    if (at + 2 > kept) return cut(faults, "Packet Identifier", at - start, 2, kept - at);
    packetId = octets[at]! * 0x100 + octets[at + 1]!;
    at += 2;
  }
  let properties: readonly Property[] | undefined;
  if (version === "5.0") {
    if (at < kept && octets[at] === 0) at += 1;
    else if (kept < end && topicLength > 0 && endOfList(octets, at, kept) > kept) {
      // The list is torn: its properties are gone, the topic is not.
      at = Math.min(endOfList(octets, at, kept), end);
    } else {
      const list = propertyList(octets, start, at, kept, faults);
      if (list === undefined) return undefined;
      properties = list.properties;
      at = list.end;
    }
  }
  const unusual =
    qos === 3 || (header.flags & 0x0e) === DUP || (packetId === 0 && qos > 0) || !header.minimal;
  if (unusual || topicLength === 0 || !topic.sound)
    checkPublish(header, topic, packetId, version, properties, faults);
  const resolvedTopic =
    properties === undefined ? topic.text : resolveTopic(memory, topic.text, properties, header, faults);
  const payload = octets.subarray(Math.min(at, kept), kept);
  const payloadLength = end - at;
  const retain = (header.flags & 0x01) !== 0;
  const dup = (header.flags & DUP) !== 0;
  const text = topic.text;
  const type = "publish";
  if (qos === 0) {
    return properties === undefined
      ? { type, topic: text, resolvedTopic, qos, retain, dup, payloadLength, payload }
      : { type, topic: text, resolvedTopic, qos, retain, dup, payloadLength, payload, properties };
  }
  return properties === undefined
    ? { type, topic: text, resolvedTopic, qos, retain, dup, packetId, payloadLength, payload }
    : { type, topic: text, resolvedTopic, qos, retain, dup, packetId, payloadLength, payload, properties };
}

/** Reads a PUBACK, PUBREC, PUBREL or PUBCOMP (§3.4 to §3.7) that is `octets[start … )` as a whole. */
export function readAcknowledgement(
  header: FixedHeader,
  octets: View,
  start: number,
  version: MqttVersion,
  faults: Fault[],
): Acknowledgement | undefined {
  const { type, flags, remaining } = header;
  const v5 = version === "5.0";
  const unit = PACKET_NAMES[type] as string;
  const body = start + header.headerLength;
  const offset = header.headerLength;
  if (remaining < 2) return cut(faults, "Packet Identifier", offset, 2, remaining, unit);
  const packetId = octets[body]! * 0x100 + octets[body + 1]!;
  const clause = flagsClause(type, flags, version);
  if (clause !== undefined) forbid(faults, unit, "flags", 0, flags, clause);
  checkLength(header, unit, version, faults);
  if (packetId === 0)
    forbid(faults, unit, "Packet Identifier", offset, 0, v5 ? "MQTT-2.2.1-5" : "MQTT-2.3.1-6");
  const name = ACKNOWLEDGEMENTS[type - PUBACK]!;
  if (!v5) {
    if (remaining > 2) complain(faults, unit, "end", offset + 2, { kind: "trailing", octets: remaining - 2 });
    return { type: name, packetId };
  }
  if (remaining === 2) return { type: name, packetId, code: 0 };
  const code = octets[body + 2]!;
  const reserved = code === 0 ? undefined : codeClause(name, code);
  if (reserved !== undefined) forbid(faults, unit, "Reason Code", offset + 2, code, reserved);
  if (remaining === 3) return { type: name, packetId, code };
  const end = body + remaining;
  const list = propertyList(octets, start, body + 3, end, faults, type);
  if (list === undefined) return undefined;
  if (list.end < end)
    complain(faults, unit, "end", list.end - start, { kind: "trailing", octets: end - list.end });
  return list.properties === undefined
    ? { type: name, packetId, code }
    : { type: name, packetId, code, properties: list.properties };
}

/** PINGREQ and PINGRESP (§3.12, §3.13): a fixed header and nothing else. */
export function readPing(header: FixedHeader, version: MqttVersion, faults: Fault[]): Ping {
  const unit = PACKET_NAMES[header.type] as string;
  const clause = flagsClause(header.type, header.flags, version);
  if (clause !== undefined) forbid(faults, unit, "flags", 0, header.flags, clause);
  checkLength(header, unit, version, faults);
  if (header.remaining > 0)
    complain(faults, unit, "end", header.headerLength, { kind: "trailing", octets: header.remaining });
  return header.type === PINGREQ ? { type: "pingreq" } : { type: "pingresp" };
}

function checkLength(header: FixedHeader, unit: string, version: MqttVersion, faults: Fault[]): void {
  const trouble = lengthTrouble(header, version);
  if (trouble !== undefined) forbid(faults, unit, "Remaining Length", 1, trouble.value, trouble.clause);
}

/** The topic of the packet before, where it is the same, else one from the table. */
function topicAt(memory: PublishMemory, octets: View, start: number, end: number): Topic {
  const last = memory.last;
  if (last !== undefined && isTopic(last, octets, start, end - start)) return last;
  const topic = internTopic(memory.table, octets, start, end);
  memory.last = topic;
  return topic;
}

/** A property list with its length, and where it ends; undefined where it is not there as a whole. */
/** Where the property list at `at` ends, of which the octets before `kept` are there. */
function endOfList(octets: View, at: number, kept: number): number {
  let length = 0;
  for (let read = 0; read < 4; read++) {
    if (at + read >= kept) return kept + 1;
    const octet = octets[at + read]!;
    length += (octet & 0x7f) * 0x80 ** read;
    if (octet < 0x80) return at + read + 1 + length;
  }
  return kept;
}

function propertyList(
  octets: View,
  start: number,
  at: number,
  kept: number,
  faults: Fault[],
  type = PUBLISH,
): { properties: readonly Property[] | undefined; end: number } | undefined {
  const unit = PACKET_NAMES[type] as string;
  const reader = new Reader(unit, octets, start, kept);
  reader.take(at - start, "variable header");
  const length = variableByteInteger(reader, "Property Length");
  const listAt = reader.offset;
  const list = reader.take(length, "Properties");
  if (reader.fault !== undefined) {
    faults.push(reader.fault);
    return undefined;
  }
  const end = start + reader.offset;
  if (length === 0) return { properties: undefined, end };
  if (length > LIMITS.propertyOctets) {
    complain(faults, unit, "Properties", listAt, {
      kind: "too-large",
      size: length,
      limit: LIMITS.propertyOctets,
    });
    return { properties: undefined, end };
  }
  const read = readProperties(list, type, listAt);
  faults.push(...read.faults);
  return { properties: read.properties, end };
}

/** What a PUBLISH must not be (§3.3.1, §3.3.2). */
function checkPublish(
  header: FixedHeader,
  topic: Topic,
  packetId: number,
  version: MqttVersion,
  properties: readonly Property[] | undefined,
  faults: Fault[],
): void {
  const v5 = version === "5.0";
  const qos = (header.flags >> 1) & 0x03;
  const at = header.headerLength;
  const refuse = (field: string, offset: number, value: number | string, clause: string): void =>
    forbid(faults, "PUBLISH", field, offset, value, clause);
  if (qos === 3) refuse("QoS", 0, 3, "MQTT-3.3.1-4");
  if (qos === 0 && (header.flags & DUP) !== 0 && version !== "3.1") refuse("DUP", 0, 1, "MQTT-3.3.1-2");
  checkLength(header, "PUBLISH", version, faults);
  const trouble = topic.sound ? undefined : topicNameTrouble(topic.text, v5);
  if (trouble !== undefined) refuse("Topic Name", at, trouble.value, trouble.clause);
  // An empty Topic Name is right in 5.0 where an alias says which it is.
  const named = topic.text !== "" || properties?.some(property => property.id === TOPIC_ALIAS) === true;
  if (!named) refuse("Topic Name", at, "empty", "MQTT-4.7.3-1");
  if (qos > 0 && packetId === 0) refuse("Packet Identifier", at + 2, 0, v5 ? "MQTT-2.2.1-3" : "MQTT-2.3.1-1");
}

/** The topic that an alias stands for; a topic sent with an alias gives it that meaning (§3.3.2.3.4). */
function resolveTopic(
  memory: PublishMemory,
  topic: WireText,
  properties: readonly Property[],
  header: FixedHeader,
  faults: Fault[],
): WireText {
  const alias = properties.find(property => property.id === TOPIC_ALIAS)?.value;
  if (typeof alias !== "number" || alias === 0) return topic;
  if (topic === "") {
    const known = memory.aliases?.[alias];
    if (known === undefined && !memory.incomplete)
      forbid(faults, "PUBLISH", "topicAlias", header.headerLength, alias, "MQTT 5.0 §3.3.2.3.4");
    return known ?? topic;
  }
  const aliases = (memory.aliases ??= []);
  const octets = topic.length - (aliases[alias]?.length ?? 0);
  if (alias > LIMITS.topicAliases || memory.aliasOctets + octets > LIMITS.aliasOctets) {
    // Without its new meaning an old one would mislead.
    if (alias <= LIMITS.topicAliases) aliases[alias] = undefined;
    memory.incomplete = true;
    return topic;
  }
  aliases[alias] = topic;
  memory.aliasOctets += octets;
  return topic;
}

function cut(
  faults: Fault[],
  field: string,
  offset: number,
  needed: number,
  left: number,
  unit = "PUBLISH",
): undefined {
  complain(faults, unit, field, offset, { kind: "short", needed, left });
  return undefined;
}

const forbid = (
  faults: Fault[],
  unit: string,
  field: string,
  offset: number,
  value: number | string,
  clause: string,
): void => complain(faults, unit, field, offset, { kind: "forbidden", value, clause });

function complain(faults: Fault[], unit: string, field: string, offset: number, reason: FaultReason): void {
  if (faults.length < LIMITS.faultsPerPacket) faults.push({ unit, field, offset, reason });
}

const ACKNOWLEDGEMENTS = ["puback", "pubrec", "pubrel", "pubcomp"] as const;

/** The DUP flag of the fixed header. */
const DUP = 0x08;
