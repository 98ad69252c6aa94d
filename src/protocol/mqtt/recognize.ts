/** Whether first octets are MQTT: by the CONNECT's own name, never by two octets. */
import type { View } from "../../octets/view.ts";
import type { Recognition } from "../protocol.ts";
import { CONNECT, fixedHeader, IMPOSSIBLE, NOT_YET, readFixedHeader } from "./frame.ts";

/**
 * Whether `head` begins with a CONNECT (§3.1): its type, a Remaining Length that can be one, and the Protocol Name
 * "MQTT" or "MQIsdp". Flags and a level that the standard forbids make it a malformed one, and no other protocol.
 * Either side may have sent it: who is the client is then known.
 */
export function recognizeMqtt(head: View): Recognition {
  const header = fixedHeader();
  const read = readFixedHeader(head, 0, head.length, header);
  if (head.length > 0 && header.type !== CONNECT) return "no";
  if (read === IMPOSSIBLE) return "no";
  if (read === NOT_YET) return "unsure";
  return NAMES.map(name => (header.remaining > name.length ? compare(head, read, name) : "no")).reduce(
    better,
  );
}

/** How the octets at `at` compare to a protocol name with its length. */
function compare(head: View, at: number, name: readonly number[]): Recognition {
  const there = Math.min(name.length, head.length - at);
  for (let index = 0; index < there; index++) if (head[at + index] !== name[index]) return "no";
  return there === name.length ? "yes" : "unsure";
}

const better = (a: Recognition, b: Recognition): Recognition =>
  a === "yes" || b === "yes" ? "yes" : a === "unsure" || b === "unsure" ? "unsure" : "no";

/** Protocol Names of 3.1.1 and 5.0, and of 3.1, each with its length. */
const NAMES: readonly (readonly number[])[] = [
  [0x00, 0x04, 0x4d, 0x51, 0x54, 0x54],
  [0x00, 0x06, 0x4d, 0x51, 0x49, 0x73, 0x64, 0x70],
];
