/** Names of Return Codes (MQTT 3.1 and 3.1.1) and Reason Codes (MQTT 5.0), by the packet that carries them. */
import { type CodePoints, codePoints } from "../../octets/code-points.ts";
import type { ControlPacket, MqttVersion } from "./packet.ts";

/** The packets that carry a code. */
export type CodedPacket = Extract<
  ControlPacket["type"],
  "connack" | "puback" | "pubrec" | "pubrel" | "pubcomp" | "suback" | "unsuback" | "disconnect" | "auth"
>;

/**
 * The registry of a packet's codes: MQTT 3.1.1 §3.2.2.3 and §3.9.3 before 5.0, MQTT 5.0 §2.4 from then on, where 0x00
 * has another name in DISCONNECT (§3.14.2.1) and SUBACK (§3.9.3). A version that is not known is taken for 5.0.
 */
export function codesOf(packet: CodedPacket, version: MqttVersion | undefined): CodePoints {
  const old = version === "3.1" || version === "3.1.1";
  if (packet === "connack") return old ? CONNECT_RETURN_CODES : REASON_CODES;
  if (packet === "suback") return old ? SUBACK_RETURN_CODES : SUBACK_REASON_CODES;
  return packet === "disconnect" ? DISCONNECT_REASON_CODES : REASON_CODES;
}

/** MQTT 3.1.1 §3.2.2.3, table 3.1. */
const CONNECT_RETURN_CODES = codePoints(
  "Connect Return Code",
  [
    [0, "Connection Accepted"],
    [1, "Connection Refused, unacceptable protocol version"],
    [2, "Connection Refused, identifier rejected"],
    [3, "Connection Refused, Server unavailable"],
    [4, "Connection Refused, bad user name or password"],
    [5, "Connection Refused, not authorized"],
  ],
  1,
);

/** MQTT 3.1.1 §3.9.3. */
const SUBACK_RETURN_CODES = codePoints(
  "SUBACK Return Code",
  [
    [0x00, "Success - Maximum QoS 0"],
    [0x01, "Success - Maximum QoS 1"],
    [0x02, "Success - Maximum QoS 2"],
    [0x80, "Failure"],
  ],
  1,
);

/** MQTT 5.0 §2.4, table 2-6. */
const ROWS = [
  [0x00, "Success"],
  [0x01, "Granted QoS 1"],
  [0x02, "Granted QoS 2"],
  [0x04, "Disconnect with Will Message"],
  [0x10, "No matching subscribers"],
  [0x11, "No subscription existed"],
  [0x18, "Continue authentication"],
  [0x19, "Re-authenticate"],
  [0x80, "Unspecified error"],
  [0x81, "Malformed Packet"],
  [0x82, "Protocol Error"],
  [0x83, "Implementation specific error"],
  [0x84, "Unsupported Protocol Version"],
  [0x85, "Client Identifier not valid"],
  [0x86, "Bad User Name or Password"],
  [0x87, "Not authorized"],
  [0x88, "Server unavailable"],
  [0x89, "Server busy"],
  [0x8a, "Banned"],
  [0x8b, "Server shutting down"],
  [0x8c, "Bad authentication method"],
  [0x8d, "Keep Alive timeout"],
  [0x8e, "Session taken over"],
  [0x8f, "Topic Filter invalid"],
  [0x90, "Topic Name invalid"],
  [0x91, "Packet Identifier in use"],
  [0x92, "Packet Identifier not found"],
  [0x93, "Receive Maximum exceeded"],
  [0x94, "Topic Alias invalid"],
  [0x95, "Packet too large"],
  [0x96, "Message rate too high"],
  [0x97, "Quota exceeded"],
  [0x98, "Administrative action"],
  [0x99, "Payload format invalid"],
  [0x9a, "Retain not supported"],
  [0x9b, "QoS not supported"],
  [0x9c, "Use another server"],
  [0x9d, "Server moved"],
  [0x9e, "Shared Subscriptions not supported"],
  [0x9f, "Connection rate exceeded"],
  [0xa0, "Maximum connect time"],
  [0xa1, "Subscription Identifiers not supported"],
  [0xa2, "Wildcard Subscriptions not supported"],
] as const satisfies readonly (readonly [number, string])[];

const REASON_CODES = codePoints("Reason Code", ROWS, 1);
const SUBACK_REASON_CODES = codePoints("Reason Code", [...ROWS, [0x00, "Granted QoS 0"]], 1);
const DISCONNECT_REASON_CODES = codePoints("Reason Code", [...ROWS, [0x00, "Normal disconnection"]], 1);

/** The codes of each packet of 5.0, and the clause that leaves it no others (§3.2.2.2, §3.4.2.1 … §3.15.2.1). */
const ALLOWED: Readonly<Record<CodedPacket, readonly [clause: string, ...codes: number[]]>> = {
  connack: [
    "MQTT-3.2.2-8",
    ...[0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95],
    ...[0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f],
  ],
  puback: ["MQTT-3.4.2-1", 0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  pubrec: ["MQTT-3.5.2-1", 0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  pubrel: ["MQTT-3.6.2-1", 0x00, 0x92],
  pubcomp: ["MQTT-3.7.2-1", 0x00, 0x92],
  suback: ["MQTT-3.9.3-2", 0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2],
  unsuback: ["MQTT-3.11.3-2", 0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91],
  disconnect: [
    "MQTT-3.14.2-1",
    ...[0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95],
    ...[0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2],
  ],
  auth: ["MQTT-3.15.2-1", 0x00, 0x18, 0x19],
};

/** The clause that a Reason Code of 5.0 breaks in this packet: the code is reserved, or another packet's. */
export function codeClause(packet: CodedPacket, code: number): string | undefined {
  const [clause, ...codes] = ALLOWED[packet];
  return codes.includes(code) ? undefined : clause;
}
