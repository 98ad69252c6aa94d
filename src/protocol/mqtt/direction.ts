/** Who may send which Control Packet (MQTT 5.0 §2.1.2, table 2-1; 3.1.1 §2.2.1). */
import type { Direction, Roles } from "../../stream/item.ts";
import {
  CONNACK,
  CONNECT,
  PACKET_NAMES,
  PINGREQ,
  PINGRESP,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from "./frame.ts";
import type { ControlPacket } from "./packet.ts";

/** The one side that may send packets of a type, by its number; undefined where both may. */
export const SENDERS: readonly (Direction | undefined)[] = PACKET_NAMES.map((_, type) => senderOf(type));

function senderOf(type: number): Direction | undefined {
  if (type === CONNECT || type === SUBSCRIBE || type === UNSUBSCRIBE || type === PINGREQ) return "client";
  if (type === CONNACK || type === SUBACK || type === UNSUBACK || type === PINGRESP) return "server";
  return undefined;
}

/** The handshake or the content of packets said who is who; otherwise it is a guess. */
export const areKnown = (roles: Roles): boolean => roles === "handshake" || roles === "content";

/** Sent by the side that may not, and it is known which side that is. */
export function isWrongWay(type: ControlPacket["type"], from: Direction, roles: Roles): boolean {
  const sender = SENDER_OF[type];
  return sender !== undefined && sender !== from && areKnown(roles);
}

const SENDER_OF: Readonly<Partial<Record<ControlPacket["type"], Direction>>> = {
  connect: "client",
  subscribe: "client",
  unsubscribe: "client",
  pingreq: "client",
  connack: "server",
  suback: "server",
  unsuback: "server",
  pingresp: "server",
};
