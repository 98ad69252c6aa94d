/** A CONNECT of which the end is missing: what its beginning says, and what it announces (§3.1). */
import { wireText, type WireText } from "../../octets/text.ts";
import type { View } from "../../octets/view.ts";
import { CLEAN_START, PASSWORD, USER_NAME, versionOfTorn, WILL_FLAG } from "./connect.ts";
import type { Connect } from "./packet.ts";

/**
 * Reads `octets[at … end)`, what there is behind the fixed header; undefined where not even the flags are there. Only
 * fields that are whole are given: of the others `torn` says that they were announced.
 */
export function readTornConnect(octets: View, at: number, end: number): Connect | undefined {
  const version = versionOfTorn(octets, at, end);
  const nameLength = lengthAt(octets, at, end);
  if (version === undefined || nameLength === undefined) return undefined;
  const flagsAt = at + 2 + nameLength + 1;
  const flags = flagsAt < end ? octets[flagsAt]! : undefined;
  if (flags === undefined) return undefined;
  const keepAlive = lengthAt(octets, flagsAt + 1, end);
  const cursor: Cursor = { octets, at: flagsAt + 3, end, torn: keepAlive === undefined };
  const withProperties = version === "5.0";
  if (withProperties) skipProperties(cursor);
  const clientId = takeText(cursor);
  if ((flags & WILL_FLAG) !== 0) {
    if (withProperties) skipProperties(cursor);
    takeText(cursor);
    takeText(cursor);
  }
  const username = (flags & USER_NAME) === 0 ? undefined : takeText(cursor);
  const password = (flags & PASSWORD) === 0 ? undefined : takeText(cursor);
  return {
    type: "connect",
    protocolName: version === "3.1" ? "MQIsdp" : "MQTT",
    protocolVersion: version,
    clientId: clientId ?? "",
    cleanStart: (flags & CLEAN_START) !== 0,
    keepAlive: keepAlive ?? 0,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    torn: {
      username: (flags & USER_NAME) !== 0 && username === undefined,
      password: (flags & PASSWORD) !== 0 && password === undefined,
    },
  };
}

interface Cursor {
  readonly octets: View;
  at: number;
  readonly end: number;
  /** A field was not whole: nothing behind it can be read. */
  torn: boolean;
}

const lengthAt = (octets: View, at: number, end: number): number | undefined =>
  at + 2 <= end ? octets[at]! * 0x100 + octets[at + 1]! : undefined;

function takeText(cursor: Cursor): WireText | undefined {
  const { octets, at, end } = cursor;
  const length = lengthAt(octets, at, end);
  cursor.torn ||= length === undefined || at + 2 + length > end;
  if (cursor.torn || length === undefined) return undefined;
  cursor.at = at + 2 + length;
  return wireText(octets.subarray(at + 2, cursor.at));
}

/** A list of properties with its length (MQTT 5.0 §2.2.2). */
function skipProperties(cursor: Cursor): void {
  let length = 0;
  for (let read = 0; read < LONGEST_LENGTH; read++) {
    const octet = cursor.at < cursor.end ? cursor.octets[cursor.at]! : undefined;
    if (octet === undefined) break;
    cursor.at += 1;
    length += (octet & 0x7f) * 0x80 ** read;
    if (octet >= 0x80) continue;
    cursor.at += length;
    return;
  }
  cursor.torn = true;
}

/** MQTT 5.0 §1.5.5. */
const LONGEST_LENGTH = 4;
