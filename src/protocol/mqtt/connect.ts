/** Reading CONNECT (§3.1): who says who it is, with what, and what is to be said when it is gone. */
import { own, type View } from "../../octets/view.ts";
import { CONNECT } from "./frame.ts";
import type { Connect, MqttVersion, QoS, Will } from "./packet.ts";
import { readString, WILL } from "./properties.ts";
import { forbid, readChecked, readPropertyList, type Sheet } from "./sheet.ts";
import { textTrouble, topicNameTrouble } from "./text.ts";

/** §3.1; levels 0x83 and 0x84 are those of bridges that ask a broker to treat them as one. */
export function readConnect(sheet: Sheet): Connect | undefined {
  const { reader } = sheet;
  const nameAt = reader.offset;
  const protocolName = readString(reader, "Protocol Name");
  const levelAt = reader.offset;
  const level = reader.u8("Protocol Version");
  const version = VERSIONS[level % 0x80];
  if (version === undefined) {
    reader.reject("Protocol Version", level, "MQTT-3.1.2-2");
    return undefined;
  }
  sheet.version = version;
  const v5 = version === "5.0";
  if (protocolName !== "MQTT" && protocolName !== "MQIsdp")
    forbid(sheet, "Protocol Name", nameAt, "unknown", "MQTT-3.1.2-1");
  const flags = reader.u8("Connect Flags");
  checkConnectFlags(sheet, flags, levelAt + 1);
  const keepAlive = reader.u16("Keep Alive");
  const properties = readPropertyList(sheet, CONNECT);
  const clientId = readChecked(sheet, "Client Identifier", textTrouble);
  const cleanStart = (flags & CLEAN_START) !== 0;
  if (clientId === "" && !cleanStart && version === "3.1.1" && reader.fault === undefined)
    forbid(sheet, "Client Identifier", reader.offset - 2, "empty", "MQTT-3.1.3-7");
  const will = (flags & WILL_FLAG) === 0 ? undefined : readWill(sheet, flags);
  // In 3.1 the Remaining Length goes before the flags: a name or password may be announced and left out.
  const toCome = (flag: number): boolean => (flags & flag) !== 0 && (version !== "3.1" || reader.left > 0);
  const username = toCome(USER_NAME) ? readChecked(sheet, "User Name", textTrouble) : undefined;
  // Binary Data in 3.1.1 and 5.0: any octets are right.
  const password = toCome(PASSWORD) ? readString(reader, "Password") : undefined;
  return {
    type: "connect",
    protocolName,
    protocolVersion: version,
    clientId,
    cleanStart,
    keepAlive,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(will !== undefined && { will }),
    ...(v5 && properties !== undefined && { properties }),
  };
}

/** The version that a CONNECT names whose end is missing; `octets[at … end)` is what there is behind its fixed header. */
export function versionOfTorn(octets: View, at: number, end: number): MqttVersion | undefined {
  if (at + 2 > end) return undefined;
  const level = at + 2 + octets[at]! * 0x100 + octets[at + 1]!;
  if (level >= end) return undefined;
  const name = Buffer.from(octets.subarray(at + 2, level)).toString("latin1");
  return name === "MQTT" || name === "MQIsdp" ? VERSIONS[octets[level]! % 0x80] : undefined;
}

function readWill(sheet: Sheet, flags: number): Will {
  const { reader } = sheet;
  const properties = readPropertyList(sheet, WILL);
  const topic = readChecked(sheet, "Will Topic", topicNameTrouble);
  const payload = own(reader.take(reader.u16("Will Payload"), "Will Payload"));
  const qos = ((flags & WILL_QOS) >> 3) as QoS;
  return {
    topic,
    payload,
    qos,
    retain: (flags & WILL_RETAIN) !== 0,
    ...(properties !== undefined && { properties }),
  };
}

/** §3.1.2.3 to §3.1.2.9. */
function checkConnectFlags(sheet: Sheet, flags: number, at: number): void {
  const v5 = sheet.version === "5.0";
  const refuse = (clause: string): void => forbid(sheet, "Connect Flags", at, flags, clause);
  if ((flags & RESERVED) !== 0 && sheet.version !== "3.1") refuse("MQTT-3.1.2-3");
  const willQos = (flags & WILL_QOS) >> 3;
  if ((flags & WILL_FLAG) === 0) {
    if (willQos !== 0) refuse(v5 ? "MQTT-3.1.2-11" : "MQTT-3.1.2-13");
    if ((flags & WILL_RETAIN) !== 0) refuse(v5 ? "MQTT-3.1.2-13" : "MQTT-3.1.2-15");
  } else if (willQos === 3) {
    refuse(v5 ? "MQTT-3.1.2-12" : "MQTT-3.1.2-14");
  }
  if ((flags & PASSWORD) !== 0 && (flags & USER_NAME) === 0 && !v5) refuse("MQTT-3.1.2-22");
}

/** Protocol levels (§3.1.2.2). */
const VERSIONS: readonly (MqttVersion | undefined)[] = [
  undefined,
  undefined,
  undefined,
  "3.1",
  "3.1.1",
  "5.0",
];

/** Connect Flags (§3.1.2.3). */
const RESERVED = 0x01;
export const CLEAN_START = 0x02;
export const WILL_FLAG = 0x04;
const WILL_QOS = 0x18;
const WILL_RETAIN = 0x20;
export const PASSWORD = 0x40;
export const USER_NAME = 0x80;
