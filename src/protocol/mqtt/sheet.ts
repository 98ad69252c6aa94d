/** One Control Packet while it is read: its cursor, its version, and what is wrong with it. */
import type { Fault, FaultReason } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import type { WireText } from "../../octets/text.ts";
import { LIMITS } from "../limits.ts";
import {
  type ControlPacketFrame,
  type FixedHeader,
  PACKET_NAMES,
  PUBREL,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from "./frame.ts";
import type { MqttVersion, Property } from "./packet.ts";
import { readProperties, readString, variableByteInteger } from "./properties.ts";
import type { Trouble } from "./text.ts";

/** One packet while it is read. */
export interface Sheet {
  readonly unit: string;
  readonly reader: Reader;
  readonly faults: Fault[];
  version: MqttVersion;
}

export function sheetOf(frame: ControlPacketFrame, version: MqttVersion): Sheet {
  const unit = PACKET_NAMES[frame.type] as string;
  const reader = new Reader(unit, frame.octets, frame.start, frame.end);
  reader.take(frame.headerLength, "fixed header");
  return { unit, reader, faults: [], version };
}

/** A property list of 5.0 with its length; undefined where the packet has none to say or the version knows none. */
export function readPropertyList(sheet: Sheet, place: number): readonly Property[] | undefined {
  if (sheet.version !== "5.0") return undefined;
  const { reader, faults } = sheet;
  const length = variableByteInteger(reader, "Property Length");
  const at = reader.offset;
  const octets = reader.take(length, "Properties");
  if (length === 0 || reader.fault !== undefined) return undefined;
  if (length > LIMITS.propertyOctets) {
    complain(sheet, "Properties", at, { kind: "too-large", size: length, limit: LIMITS.propertyOctets });
    return undefined;
  }
  const list = readProperties(octets, place, at);
  faults.push(...list.faults);
  return list.properties;
}

export function readChecked(
  sheet: Sheet,
  field: string,
  trouble: (text: WireText, v5: boolean) => Trouble | undefined,
): WireText {
  const at = sheet.reader.offset;
  const text = readString(sheet.reader, field);
  if (sheet.reader.fault !== undefined) return text;
  const found = trouble(text, sheet.version === "5.0");
  if (found !== undefined) forbid(sheet, field, at, found.value, found.clause);
  return text;
}

export function checkFixedHeader(sheet: Sheet, frame: ControlPacketFrame): void {
  const clause = flagsClause(frame.type, frame.flags, sheet.version);
  if (clause !== undefined) forbid(sheet, "flags", 0, frame.flags, clause);
  const trouble = lengthTrouble(frame, sheet.version);
  if (trouble !== undefined) forbid(sheet, "Remaining Length", 1, trouble.value, trouble.clause);
}

/**
 * The clause that the flags of a fixed header break (§2.2.2 of 3.1.1, §2.1.3 of 5.0), for any type but PUBLISH.
 * MQTT 3.1 leaves unused flags unsaid, and sets DUP where PUBREL, SUBSCRIBE and UNSUBSCRIBE are sent again.
 */
export function flagsClause(type: number, flags: number, version: MqttVersion): string | undefined {
  if (version === "3.1") return undefined;
  const wanted = type === PUBREL || type === SUBSCRIBE || type === UNSUBSCRIBE ? 0x02 : 0x00;
  if (flags === wanted) return undefined;
  return version === "5.0" ? "MQTT-2.1.3-1" : "MQTT-2.2.2-2";
}

/** What is wrong with a Remaining Length of more octets than it needs; nothing was before 5.0 (3.1.1 §2.2.3). */
export const lengthTrouble = (
  { minimal, remaining, headerLength }: Readonly<FixedHeader>,
  version: MqttVersion,
): Trouble | undefined =>
  minimal || version !== "5.0"
    ? undefined
    : { value: `${remaining} in ${headerLength - 1} octets`, clause: "MQTT-1.5.5-1" };

export const forbid = (
  sheet: Sheet,
  field: string,
  offset: number,
  value: number | string,
  clause: string,
): void => complain(sheet, field, offset, { kind: "forbidden", value, clause });

export function complain(sheet: Sheet, field: string, offset: number, reason: FaultReason): void {
  if (sheet.faults.length < LIMITS.faultsPerPacket)
    sheet.faults.push({ unit: sheet.unit, field, offset, reason });
}
