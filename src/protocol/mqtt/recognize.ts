/** Whether first octets are MQTT: by the CONNECT's own name, never by two octets. */
import type { View } from "../../octets/view.ts";
import type { Direction } from "../../stream/item.ts";
import type { Recognition } from "../protocol.ts";
import { CONNECT, fixedHeader, IMPOSSIBLE, NOT_YET, readFixedHeader } from "./frame.ts";

/**
 * Whether `head` begins with a CONNECT (§3.1): type and flags, a Remaining Length that can be one, the Protocol Name
 * "MQTT" or "MQIsdp", and a level that goes with it. Either side may have sent it: who is the client is then known.
 */
export function recognizeMqtt(head: View, _direction: Direction): Recognition {
  const header = fixedHeader();
  const read = readFixedHeader(head, 0, head.length, header);
  if (head.length > 0 && header.type !== CONNECT) return "no";
  if (read === IMPOSSIBLE || header.flags !== 0) return "no";
  if (read === NOT_YET) return "unsure";
  // The shortest holds its name, level, flags, keep alive and an empty Client Identifier.
  if (header.remaining < 12) return "no";
  return NAMES.map(name => compare(head, read, name)).reduce(better);
}

/** How the octets at `at` compare to a protocol name with its length, and the level after it. */
function compare(head: View, at: number, name: readonly number[]): Recognition {
  const there = Math.min(name.length, head.length - at);
  for (let index = 0; index < there; index++) if (head[at + index] !== name[index]) return "no";
  const level = head[at + name.length];
  if (level === undefined) return "unsure";
  return level % 0x80 >= 3 && level % 0x80 <= 5 ? "yes" : "no";
}

const better = (a: Recognition, b: Recognition): Recognition =>
  a === "yes" || b === "yes" ? "yes" : a === "unsure" || b === "unsure" ? "unsure" : "no";

/** Protocol Names of 3.1.1 and 5.0, and of 3.1, each with its length. */
const NAMES: readonly (readonly number[])[] = [
  [0x00, 0x04, 0x4d, 0x51, 0x54, 0x54],
  [0x00, 0x06, 0x4d, 0x51, 0x49, 0x73, 0x64, 0x70],
];
