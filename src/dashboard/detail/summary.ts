/** A unit in one line: its name, and what it says. */
import { cutOut, hiddenOfMessage, hideWire } from "../../finding/secrets/hide.ts";
import { faultText } from "../../octets/decode.ts";
import { cutPayload, printableText } from "../../octets/payload.ts";
import { Secret, type WireText } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import { markControlPacket } from "../../protocol/mqtt/marks.ts";
import type { Connect, ControlPacket, MqttVersion, Publish } from "../../protocol/mqtt/packet.ts";
import { type CodedPacket, codesOf } from "../../protocol/mqtt/reason-codes.ts";
import { alertDescriptions, handshakeTypes } from "../../protocol/tls/registry.ts";
import type { Conversation } from "../../session/conversation.ts";
import type { Unit } from "../history.ts";
import { shown } from "../line.ts";
import { counted } from "../panels/panel.ts";
import { octetsCount } from "./field.ts";
import { explainMessage } from "./other.ts";

export interface Summary {
  /** `CONNECT`, `ClientHello`. */
  readonly name: string;
  readonly says: string;
  /** Something is wrong with it, or missing. */
  readonly trouble?: boolean;
}

/** Secrets as their length unless they are revealed. `version` is the connection's. */
export function summary(unit: Unit, version: MqttVersion, reveal: boolean): Summary {
  const { type, fault, note, length } = unit;
  if (fault !== undefined) return { name: "malformed", says: shown(faultText(fault), 160), trouble: true };
  switch (type) {
    case "stream.gap":
      return { name: "gap", says: `${octetsCount(length)} were not seen`, trouble: true };
    case "stream.close":
      return {
        name: note === "fin" ? "FIN" : "RST",
        says: note === "fin" ? "sends nothing more" : "resets the connection",
      };
    case "stream.end":
      return { name: "end", says: ENDINGS.get(note ?? "") ?? "" };
    case "tls.alert":
      return alert(unit);
    case "tls.change_cipher_spec":
      return { name: "ChangeCipherSpec", says: "" };
    case "tls.record":
      return record(unit);
    case "websocket.upgrade":
      return { name: "upgrade", says: "asks for WebSocket" };
    default:
      if (type.startsWith("mqttsn.")) return sensor(unit, reveal);
      return type.startsWith("mqtt.") ? packet(unit, version, reveal) : handshake(unit);
  }
}

/** `ClientHello`, as the registry's `client_hello` is written in running text. */
export const messageName = (type: number): string =>
  handshakeTypes
    .nameOf(type)
    .split("_")
    .map(part => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

function handshake({ octets, kept, length, note, type }: Unit): Summary {
  const name = kept === 0 ? type.replace(/^tls\./u, "") : messageName(octets[0]!);
  return { name, says: `${octetsCount(length)}${note === undefined ? "" : `, ${note}`}` };
}

function alert({ octets, kept, note }: Unit): Summary {
  if (note !== undefined || kept < ALERT_OCTETS) return { name: "Alert", says: note ?? "" };
  const level = octets[5] === 2 ? "fatal" : "warning";
  return { name: "Alert", says: `${level}, ${alertDescriptions.nameOf(octets[6]!)}` };
}

function record({ octets, kept, length, note }: Unit): Summary {
  const type = kept === 0 ? undefined : RECORDS.get(octets[0]!);
  return { name: type ?? "record", says: `${octetsCount(length)}${note === undefined ? "" : `, ${note}`}` };
}

function packet(unit: Unit, version: MqttVersion, reveal: boolean): Summary {
  const octets = unit.octets.subarray(0, unit.kept);
  const name = unit.type.replace(/^mqtt\./u, "").toUpperCase();
  const { packet: read } = markControlPacket(octets, version);
  if (read === undefined) return { name, says: octetsCount(unit.length) };
  return { name, says: packetText(read, unit, version, reveal) };
}

function packetText(read: ControlPacket, unit: Unit, version: MqttVersion, reveal: boolean): string {
  const safe = (text: WireText): string => hidden(text, reveal);
  switch (read.type) {
    case "connect":
      return connectText(read, reveal);
    case "connack":
      return `${codeText("connack", read.code, version)}${read.sessionPresent ? ", session present" : ""}`;
    case "publish":
      return publishText(read, unit, reveal);
    case "subscribe":
      return read.subscriptions.map(({ filter, qos }) => `${safe(filter)} QoS ${qos}`).join(", ");
    case "unsubscribe":
      return read.filters.map(safe).join(", ");
    case "suback":
    case "unsuback":
      return read.codes.map(code => codeText(read.type, code, version)).join(", ");
    case "puback":
    case "pubrec":
    case "pubrel":
    case "pubcomp":
      return `#${read.packetId}${read.code === undefined ? "" : `  ${codeText(read.type, read.code, version)}`}`;
    case "pingreq":
    case "pingresp":
      return "";
    case "disconnect":
    case "auth":
      return read.code === undefined ? "" : codeText(read.type, read.code, version);
    default:
      return read satisfies never;
  }
}

function connectText(read: Connect, reveal: boolean): string {
  const { clientId, username, password, will, keepAlive, protocolVersion } = read;
  const secret = password === undefined ? undefined : new Secret(password);
  return [
    clientId.length === 0 ? "no Client Identifier" : hidden(clientId, reveal),
    username === undefined ? undefined : `user ${hidden(username, reveal)}`,
    secret === undefined ? undefined : `password ${secretText(secret, reveal)}`,
    will === undefined ? undefined : `will ${hidden(will.topic, reveal)}`,
    `keep alive ${keepAlive} s`,
    `MQTT ${protocolVersion}`,
  ]
    .filter(part => part !== undefined)
    .join(", ");
}

const publishText = (read: Publish, unit: Unit, reveal: boolean): string =>
  `${hidden(unit.topic ?? read.resolvedTopic, reveal)}  ${saysBesideTopic(read, unit, reveal)}`;

/** What a PUBLISH says beside its topic, where its octets are kept. */
export function messageText(unit: Unit, version: MqttVersion, reveal: boolean): string {
  if (unit.type === "mqttsn.publish") return dataText(unit, reveal);
  const { packet: read } = markControlPacket(unit.octets.subarray(0, unit.kept), version);
  return read?.type === "publish" ? saysBesideTopic(read, unit, reveal) : octetsCount(unit.length);
}

function saysBesideTopic(read: Publish, unit: Unit, reveal: boolean): string {
  const topic = unit.topic ?? read.resolvedTopic;
  const { payload, payloadLength, qos, retain, dup, packetId } = read;
  const found = reveal ? [] : (unit.hidden ?? hiddenOfMessage({ resolvedTopic: topic, payload }));
  const marks = [
    ...(qos === 0 ? [] : [`QoS ${qos} #${packetId}`]),
    ...(retain ? ["retained"] : []),
    ...(dup ? ["again"] : []),
  ];
  return [...marks, payloadText(payload, payloadLength, found)].join("  ");
}

/** The start of a payload where it is text, without what must be hidden. */
export function payloadText(
  payload: View,
  length: number,
  found: Parameters<typeof cutOut>[1],
  limit = 160,
): string {
  if (length === 0) return "(empty)";
  const start = cutPayload(payload, limit);
  const text = printableText(start);
  if (text === undefined)
    return `‹${octetsCount(length)}${printableText(payload) === undefined ? ", not text" : ""}›`;
  const more = length > start.length ? "…" : "";
  return `${shown(found.length === 0 ? text : cutOut(payload, found, start.length), limit)}${more}`;
}

function sensor(unit: Unit, reveal: boolean): Summary {
  const name = unit.type.replace(/^mqttsn\./u, "").toUpperCase();
  const says = name === "PUBLISH" ? dataText(unit, reveal) : octetsCount(unit.length);
  return { name, says: unit.topic === undefined ? says : `${hidden(unit.topic, reveal)}  ${says}` };
}

/** What a PUBLISH of MQTT-SN carries. */
const dataText = (unit: Unit, reveal: boolean): string =>
  explainMessage(unit, reveal).fields.find(({ name }) => name === "Data")?.value ?? octetsCount(unit.length);

/** `‹13 characters›`, or the secret itself. */
export function secretText(secret: Secret, reveal: boolean): string {
  const value = secret.reveal();
  if (reveal) return shown(value, 64);
  return typeof value === "string" ? `‹${counted([...value].length, "character")}›` : secret.toString();
}

function hidden(text: WireText, reveal: boolean): string {
  const safe = reveal ? text : hideWire(text);
  return safe instanceof Secret ? String(safe) : shown(safe, 96);
}

const codeText = (packet: CodedPacket, code: number, version: MqttVersion): string =>
  codesOf(packet, version).nameOf(code);

const RECORDS: ReadonlyMap<number, string> = new Map([
  [22, "encrypted handshake"],
  [23, "application data"],
  [24, "heartbeat"],
]);

/** How a conversation is over, in words; undefined while it lasts. */
export const endingText = ({ ended, tls }: Conversation): string | undefined =>
  ended === "rst" && tls?.goodbye === true ? "closed in order" : ENDINGS.get(ended ?? "");

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["fin", "closed by both sides"],
  ["rst", "ended with a reset"],
  ["idle", "nothing more was heard"],
  ["evicted", "made room for others"],
  ["capture-ended", "the capture ended before it did"],
]);

/** A record with its header, and an alert. */
const ALERT_OCTETS = 7;
