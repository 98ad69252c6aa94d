/** Reading the infrequent Control Packets from their framed octets: exact texts, and every clause they break. */
import type { Fault } from "../../octets/decode.ts";
import type { WireText } from "../../octets/text.ts";
import { LIMITS } from "../limits.ts";
import { readConnect } from "./connect.ts";
import {
  AUTH,
  CONNACK,
  CONNECT,
  type ControlPacketFrame,
  DISCONNECT,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from "./frame.ts";
import type {
  Auth,
  Connack,
  ControlPacket,
  Disconnect,
  MqttVersion,
  Suback,
  Subscribe,
  Subscription,
  Unsuback,
  Unsubscribe,
} from "./packet.ts";
import {
  checkFixedHeader,
  complain,
  forbid,
  readChecked,
  readPropertyList,
  type Sheet,
  sheetOf,
} from "./sheet.ts";
import { AUTHENTICATION_METHOD, findProperty } from "./properties.ts";
import { type CodedPacket, codeClause } from "./reason-codes.ts";
import { topicFilterTrouble } from "./text.ts";

/** What a packet says, where it could be read, and what is wrong with it, where anything is. */
export interface Reading {
  readonly packet: ControlPacket | undefined;
  readonly faults: readonly Fault[];
}

/**
 * Reads a packet of any type but PUBLISH, the acknowledgements and the pings (publish.ts). A packet whose structure
 * is readable is given, with the clauses it breaks beside it; one that is cut, or whose form is unknown, is not.
 */
export function readControlPacket(frame: ControlPacketFrame, version: MqttVersion): Reading {
  const sheet = sheetOf(frame, version);
  checkFixedHeader(sheet, frame);
  const packet = readBody(sheet, frame.type);
  const { reader, faults } = sheet;
  if (packet !== undefined && reader.left > 0)
    complain(sheet, "end", reader.offset, { kind: "trailing", octets: reader.left });
  if (reader.fault !== undefined) faults.push(reader.fault);
  return { packet: reader.fault === undefined ? packet : undefined, faults };
}

function readBody(sheet: Sheet, type: number): ControlPacket | undefined {
  switch (type) {
    case CONNECT:
      return readConnect(sheet);
    case CONNACK:
      return readConnack(sheet);
    case SUBSCRIBE:
      return readSubscribe(sheet);
    case SUBACK:
      return readSuback(sheet);
    case UNSUBSCRIBE:
      return readUnsubscribe(sheet);
    case UNSUBACK:
      return readUnsuback(sheet);
    case DISCONNECT:
      return readDisconnect(sheet);
    default:
      return readAuth(sheet);
  }
}

/** §3.2. */
function readConnack(sheet: Sheet): Connack {
  const { reader } = sheet;
  const v5 = sheet.version === "5.0";
  const at = reader.offset;
  const flags = reader.u8("Connect Acknowledge Flags");
  const code = reader.u8(v5 ? "Connect Reason Code" : "Connect Return code");
  // A 3.1.1 server that does not know 5.0 says so in its own form, which has no properties.
  const isOlder = v5 && code === 0x01 && reader.left === 0;
  const properties = isOlder ? undefined : readPropertyList(sheet, CONNACK);
  if (v5 && !isOlder) checkCode(sheet, "connack", code, "Connect Reason Code", at + 1);
  else if (!v5 && code > MOST_RETURN_CODES)
    forbid(sheet, "Connect Return code", at + 1, code, "MQTT 3.1.1 §3.2.2.3");
  if (flags > 1 && sheet.version !== "3.1")
    forbid(sheet, "Connect Acknowledge Flags", at, flags, v5 ? "MQTT-3.2.2-1" : "MQTT 3.1.1 §3.2.2.1");
  const sessionPresent = (flags & 1) !== 0 && sheet.version !== "3.1";
  if (sessionPresent && code !== 0)
    forbid(sheet, "Session Present", at, 1, v5 ? "MQTT-3.2.2-6" : "MQTT-3.2.2-4");
  return { type: "connack", sessionPresent, code, ...(properties !== undefined && { properties }) };
}

/** §3.8. */
function readSubscribe(sheet: Sheet): Subscribe {
  const { reader } = sheet;
  const v5 = sheet.version === "5.0";
  const packetId = readPacketId(sheet, v5 ? "MQTT-2.2.1-3" : "MQTT-2.3.1-1");
  const properties = readPropertyList(sheet, SUBSCRIBE);
  const subscriptions: Subscription[] = [];
  let count = 0;
  while (reader.left > 0) {
    const filter = readChecked(sheet, "Topic Filter", topicFilterTrouble);
    const at = reader.offset;
    const options = reader.u8(v5 ? "Subscription Options" : "Requested QoS");
    checkSubscriptionOptions(sheet, options, filter, at);
    count += 1;
    if (reader.fault === undefined && count <= LIMITS.filters)
      subscriptions.push(subscriptionOf(filter, options, v5));
  }
  checkCount(sheet, "Topic Filter", count, v5 ? "MQTT-3.8.3-2" : "MQTT-3.8.3-3");
  return { type: "subscribe", packetId, subscriptions, ...(properties !== undefined && { properties }) };
}

function subscriptionOf(filter: WireText, options: number, v5: boolean): Subscription {
  const qos = options & 0x03;
  if (!v5) return { filter, qos };
  const noLocal = (options & NO_LOCAL) !== 0;
  const retainAsPublished = (options & RETAIN_AS_PUBLISHED) !== 0;
  return { filter, qos, noLocal, retainAsPublished, retainHandling: (options >> 4) & 0x03 };
}

/** §3.8.3 of 3.1.1, §3.8.3.1 of 5.0. */
function checkSubscriptionOptions(sheet: Sheet, options: number, filter: WireText, at: number): void {
  const refuse = (clause: string): void => forbid(sheet, "Subscription Options", at, options, clause);
  if (sheet.version === "5.0") {
    if ((options & 0xc0) !== 0) refuse("MQTT-3.8.3-5");
    if ((options & 0x03) === 3 || (options & 0x30) === 0x30) refuse("MQTT 5.0 §3.8.3.1");
    if ((options & NO_LOCAL) !== 0 && typeof filter === "string" && filter.startsWith("$share/"))
      refuse("MQTT-3.8.3-4");
  } else if ((options & 0x03) === 3 || ((options & 0xfc) !== 0 && sheet.version === "3.1.1")) {
    // The standard itself spells this clause so.
    refuse("MQTT-3-8.3-4");
  }
}

/** §3.9. */
function readSuback(sheet: Sheet): Suback {
  const v5 = sheet.version === "5.0";
  const packetId = readPacketId(sheet, v5 ? "MQTT-2.2.1-6" : "MQTT-2.3.1-7");
  const properties = readPropertyList(sheet, SUBACK);
  const at = sheet.reader.offset;
  const codes = readCodes(sheet, v5 ? "MQTT-3.8.4-6" : "MQTT-3.8.4-5");
  if (sheet.version === "5.0") checkCodes(sheet, "suback", codes, at);
  else if (sheet.version === "3.1.1")
    for (const [index, code] of codes.entries())
      if (code > MOST_QOS && code !== FAILURE) forbid(sheet, "Return Code", at + index, code, "MQTT-3.9.3-2");
  return { type: "suback", packetId, codes, ...(properties !== undefined && { properties }) };
}

/** §3.10. */
function readUnsubscribe(sheet: Sheet): Unsubscribe {
  const { reader } = sheet;
  const v5 = sheet.version === "5.0";
  const packetId = readPacketId(sheet, v5 ? "MQTT-2.2.1-3" : "MQTT-2.3.1-1");
  const properties = readPropertyList(sheet, UNSUBSCRIBE);
  const filters: WireText[] = [];
  let count = 0;
  while (reader.left > 0) {
    const filter = readChecked(sheet, "Topic Filter", topicFilterTrouble);
    count += 1;
    if (reader.fault === undefined && count <= LIMITS.filters) filters.push(filter);
  }
  checkCount(sheet, "Topic Filter", count, "MQTT-3.10.3-2");
  return { type: "unsubscribe", packetId, filters, ...(properties !== undefined && { properties }) };
}

/** §3.11; it has no payload before 5.0. */
function readUnsuback(sheet: Sheet): Unsuback {
  const v5 = sheet.version === "5.0";
  const packetId = readPacketId(sheet, v5 ? "MQTT-2.2.1-6" : "MQTT-2.3.1-7");
  if (!v5) return { type: "unsuback", packetId, codes: [] };
  const properties = readPropertyList(sheet, UNSUBACK);
  const at = sheet.reader.offset;
  const codes = readCodes(sheet, "MQTT-3.11.3-1");
  checkCodes(sheet, "unsuback", codes, at);
  return { type: "unsuback", packetId, codes, ...(properties !== undefined && { properties }) };
}

/** §3.14; before 5.0 it is its fixed header. */
function readDisconnect(sheet: Sheet): Disconnect {
  const { reader } = sheet;
  if (sheet.version !== "5.0") return { type: "disconnect" };
  const at = reader.offset;
  const code = reader.left === 0 ? 0 : reader.u8("Disconnect Reason Code");
  checkCode(sheet, "disconnect", code, "Disconnect Reason Code", at);
  const properties = reader.left === 0 ? undefined : readPropertyList(sheet, DISCONNECT);
  return { type: "disconnect", code, ...(properties !== undefined && { properties }) };
}

/** §3.15 of 5.0; the type was forbidden before. */
function readAuth(sheet: Sheet): Auth | undefined {
  const { reader } = sheet;
  if (sheet.version !== "5.0") {
    reader.reject("Control Packet type", AUTH, "MQTT 3.1.1 §2.2.1");
    return undefined;
  }
  if (reader.left === 0) return { type: "auth", code: 0 };
  const at = reader.offset;
  const code = reader.u8("Authenticate Reason Code");
  checkCode(sheet, "auth", code, "Authenticate Reason Code", at);
  const properties = readPropertyList(sheet, AUTH);
  if (reader.fault === undefined && findProperty(properties, AUTHENTICATION_METHOD) === undefined)
    forbid(sheet, "authenticationMethod", reader.offset, "none", "MQTT 5.0 §3.15.2.2.2");
  return { type: "auth", code, ...(properties !== undefined && { properties }) };
}

/** A Reason Code of 5.0 that this packet does not have. */
function checkCode(sheet: Sheet, packet: CodedPacket, code: number, field: string, at: number): void {
  const clause = sheet.reader.fault === undefined ? codeClause(packet, code) : undefined;
  if (clause !== undefined) forbid(sheet, field, at, code, clause);
}

function checkCodes(sheet: Sheet, packet: CodedPacket, codes: readonly number[], at: number): void {
  for (const [index, code] of codes.entries()) checkCode(sheet, packet, code, "Reason Code", at + index);
}

function readPacketId(sheet: Sheet, clause: string): number {
  const at = sheet.reader.offset;
  const packetId = sheet.reader.u16("Packet Identifier");
  if (packetId === 0 && sheet.reader.fault === undefined) forbid(sheet, "Packet Identifier", at, 0, clause);
  return packetId;
}

function readCodes(sheet: Sheet, clause: string): readonly number[] {
  const { reader } = sheet;
  const all = reader.rest();
  if (reader.fault === undefined) checkCount(sheet, "Reason Code", all.length, clause);
  return Array.from(all.subarray(0, LIMITS.filters));
}

/** A list must hold something, and this program keeps so much of it. */
function checkCount(sheet: Sheet, field: string, count: number, clause: string): void {
  if (sheet.reader.fault !== undefined) return;
  if (count === 0) forbid(sheet, field, sheet.reader.offset, "none", clause);
  if (count > LIMITS.filters)
    complain(sheet, field, 0, { kind: "too-large", size: count, limit: LIMITS.filters });
}

/** The last of the Return Codes of a CONNACK (3.1.1 §3.2.2.3), and those of a SUBACK (3.1.1 §3.9.3). */
const MOST_RETURN_CODES = 5;
const MOST_QOS = 2;
const FAILURE = 0x80;

/** Subscription Options (§3.8.3.1 of 5.0). */
const NO_LOCAL = 0x04;
const RETAIN_AS_PUBLISHED = 0x08;
