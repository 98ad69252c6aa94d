/** One datagram as one MQTT-SN message (version 1.2): its length is the datagram's, its fields fill it exactly. */
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { type WireText, wireText } from "../../octets/text.ts";
import { own, type View } from "../../octets/view.ts";
import { MESSAGE_TYPES, type SnMessage, type SnQoS, type SnTopic } from "./message.ts";

/**
 * Whether `octets[start … end)` could be a message: Length (§5.2.1) is that of the datagram, in one octet or, after
 * 0x01, in two, and MsgType (§5.2.2) is one. Asked of every datagram: nothing is made.
 */
export function isFramed(octets: View, start: number, end: number): boolean {
  const length = end - start;
  if (length < 2) return false;
  const first = octets[start]!;
  if (first !== LONG) return first === length && isType(octets[start + 1]!);
  if (length < 4) return false;
  const said = octets[start + 1]! * 0x100 + octets[start + 2]!;
  return said === length && isType(octets[start + 3]!);
}

/**
 * Where the message begins that a forwarder wrapped (§5.4.20), behind its own header with the address of a node: `start`
 * where there is no such header.
 */
export function unwrapped(octets: View, start: number, end: number): number {
  if (octets[start + 1] !== ENCAPSULATED) return start;
  const length = octets[start]!;
  return length > ENCAPSULATION_HEADER && start + length < end ? start + length : start;
}

/** The node whose message a forwarder wrapped, as text; "" where none did. */
export const nodeOf = (octets: View, start: number, message: number): string =>
  message === start
    ? ""
    : Buffer.from(octets.buffer, octets.byteOffset + start, message - start).toString(
        "hex",
        ENCAPSULATION_HEADER,
      );

/** MsgType of what `isFramed` holds for. */
export const messageType = (octets: View, start: number): number =>
  octets[start + (octets[start] === LONG ? 3 : 1)]!;

/** Decodes `octets[start … end)`, for which `isFramed` holds. Reserved flags and values are faults. */
export function decodeMessage(octets: View, start: number, end: number): Decoded<SnMessage> {
  const type = messageType(octets, start);
  const name = NAMES.get(type) ?? "connect";
  const reader = new Reader(name.toUpperCase(), octets, start, end);
  reader.take(octets[start] === LONG ? 4 : 2, "header");
  return reader.end(readMessage(reader, name));
}

function readMessage(reader: Reader, type: SnMessage["type"]): SnMessage {
  switch (type) {
    case "advertise":
      return { type, gatewayId: reader.u8("GwId"), duration: reader.u16("Duration") };
    case "searchgw":
      return { type, radius: reader.u8("Radius") };
    case "gwinfo":
      return { type, gatewayId: reader.u8("GwId"), address: own(reader.rest()) };
    case "connect":
      return readConnect(reader);
    case "connack":
    case "willtopicresp":
    case "willmsgresp":
      return { type, code: reader.u8("ReturnCode") };
    case "willtopic":
    case "willtopicupd": {
      const flags = reader.left === 0 ? 0 : reader.u8("Flags");
      return { type, qos: qosOf(flags), retain: (flags & RETAIN) !== 0, topic: restText(reader) };
    }
    case "willmsg":
    case "willmsgupd":
      return { type, payload: own(reader.rest()) };
    case "register": {
      const topicId = reader.u16("TopicId");
      return { type, topicId, messageId: reader.u16("MsgId"), topic: restText(reader) };
    }
    case "regack":
    case "puback": {
      const topicId = reader.u16("TopicId");
      return { type, topicId, messageId: reader.u16("MsgId"), code: reader.u8("ReturnCode") };
    }
    case "publish":
      return readPublish(reader);
    case "pubrec":
    case "pubrel":
    case "pubcomp":
    case "unsuback":
      return { type, messageId: reader.u16("MsgId") };
    case "subscribe":
    case "unsubscribe":
      return readSubscribe(reader, type);
    case "suback": {
      const flags = reader.u8("Flags");
      const topicId = reader.u16("TopicId");
      const messageId = reader.u16("MsgId");
      return { type, qos: qosOf(flags), topicId, messageId, code: reader.u8("ReturnCode") };
    }
    case "pingreq":
      return reader.left === 0 ? { type } : { type, clientId: restText(reader) };
    case "disconnect":
      return reader.left === 0 ? { type } : { type, duration: reader.u16("Duration") };
    case "willtopicreq":
    case "willmsgreq":
    case "pingresp":
      return { type };
    default:
      return type satisfies never;
  }
}

function readConnect(reader: Reader): SnMessage {
  const flags = reader.u8("Flags");
  if ((flags & ~(WILL | CLEAN_SESSION)) !== 0) reader.reject("Flags", flags, "MQTT-SN 1.2 §5.4.4");
  const protocol = reader.u8("ProtocolId");
  if (protocol !== PROTOCOL_ID) reader.reject("ProtocolId", protocol, "MQTT-SN 1.2 §5.3.8");
  const duration = reader.u16("Duration");
  const clientId = restText(reader);
  return {
    type: "connect",
    will: (flags & WILL) !== 0,
    cleanSession: (flags & CLEAN_SESSION) !== 0,
    duration,
    clientId,
  };
}

function readPublish(reader: Reader): SnMessage {
  const flags = reader.u8("Flags");
  const topic = readTopic(reader, flags, "publish");
  const messageId = reader.u16("MsgId");
  return {
    type: "publish",
    dup: (flags & DUP) !== 0,
    qos: qosOf(flags),
    retain: (flags & RETAIN) !== 0,
    topic,
    messageId,
    payload: reader.rest(),
  };
}

function readSubscribe(reader: Reader, type: "subscribe" | "unsubscribe"): SnMessage {
  const flags = reader.u8("Flags");
  const messageId = reader.u16("MsgId");
  return { type, qos: qosOf(flags), messageId, topic: readTopic(reader, flags, type) };
}

/** §5.3.4: what the two octets, or the rest of a SUBSCRIBE, are. */
function readTopic(reader: Reader, flags: number, type: "publish" | "subscribe" | "unsubscribe"): SnTopic {
  const kind = flags & TOPIC_ID_TYPE;
  if (kind === RESERVED) reader.reject("TopicIdType", kind, "MQTT-SN 1.2 §5.3.4");
  if (kind === SHORT) return { kind: "short", name: wireText(reader.take(2, "TopicName")) };
  if (kind === PREDEFINED) return { kind: "predefined", id: reader.u16("TopicId") };
  if (type === "publish") return { kind: "normal", id: reader.u16("TopicId") };
  return { kind: "name", name: restText(reader) };
}

const restText = (reader: Reader): WireText => wireText(reader.rest());

/** §5.3.4: 0b11 is -1. */
const qosOf = (flags: number): SnQoS => QOS[(flags >> 5) & 0x03]!;

const QOS: readonly SnQoS[] = [0, 1, 2, -1];

const isType = (octet: number): boolean => TYPES[octet] === 1;

const NAMES: ReadonlyMap<number, SnMessage["type"]> = new Map(
  (Object.entries(MESSAGE_TYPES) as [SnMessage["type"], number][]).map(([name, number]) => [number, name]),
);

/** 1 where a number is a MsgType. */
const TYPES = Uint8Array.from({ length: 0x100 }, (_, number) => (NAMES.has(number) ? 1 : 0));

/** §5.4.20: Length, MsgType and Ctrl, then the Wireless Node Id and the message. */
const ENCAPSULATED = 0xfe;
const ENCAPSULATION_HEADER = 3;

/** The first octet of a Length of three. */
const LONG = 0x01;
const PROTOCOL_ID = 0x01;

/** Flags (§5.3.4). */
const DUP = 0x80;
const RETAIN = 0x10;
const WILL = 0x08;
const CLEAN_SESSION = 0x04;
const TOPIC_ID_TYPE = 0x03;
const PREDEFINED = 0x01;
const SHORT = 0x02;
const RESERVED = 0x03;
