/** Which Control Packet may come where: who may send it, and before and after what. */
import type { Fault } from "../../octets/decode.ts";
import { LIMITS } from "../limits.ts";
import { areKnown, SENDERS } from "./direction.ts";
import { AUTH, CONNACK, CONNECT, DISCONNECT, PACKET_NAMES, PUBLISH } from "./frame.ts";
import type { Half } from "./half.ts";
import type { Connect, ControlPacket, Disconnect, Publish } from "./packet.ts";
import { SUBSCRIPTION_IDENTIFIER } from "./properties.ts";
import type { Session } from "./receive.ts";

/** Judges the packet whose header is the shared one by its place; its faults join the shared ones. */
export function checkOrder(session: Session, half: Half, packet: ControlPacket): void {
  const { type } = session.shared.header;
  const sender = SENDERS[type];
  // Who sends the first of such packets says who is who, unless the handshake has said it.
  if (
    sender !== undefined &&
    sender !== half.direction &&
    !session.told &&
    !areKnown(session.connection.roles)
  )
    swap(session);
  if (half.disconnected) {
    const clause = session.version === "5.0" ? "MQTT-3.14.4-1" : "MQTT-3.14.4-2";
    refuse(session, type, clause, `${PACKET_NAMES[type]} behind a DISCONNECT`);
  }
  if (sender !== undefined && sender !== half.direction) return refuseWay(session, half, type);
  if (type === CONNECT) introduce(session, half, packet as Connect);
  else if (type === CONNACK) checkConnack(session, half);
  else if (packet.type === "disconnect") checkDisconnect(session, half, packet);
  if (half.packets === 0) checkFirst(session, half, type);
}

/** What only the server says of a message (§3.3.2.3.8 of 5.0). */
export function checkProperties(session: Session, half: Half, { properties }: Publish): void {
  if (half.direction !== "client" || properties === undefined) return;
  const identifier = properties.find(property => property.id === SUBSCRIPTION_IDENTIFIER)?.value;
  if (typeof identifier !== "number") return;
  const reason = { kind: "forbidden", value: identifier, clause: "MQTT-3.3.4-6" } as const;
  const offset = session.shared.header.headerLength;
  session.shared.faults.push({ unit: "PUBLISH", field: "subscriptionIdentifier", offset, reason });
}

/** A CONNECT says what both speak (§3.1). */
function introduce(session: Session, half: Half, connect: Connect): void {
  // What looks like one behind a gap may be part of something else.
  if (session.version !== undefined && half.whole) refuse(session, CONNECT, "MQTT-3.1.0-2");
  session.version = connect.protocolVersion;
  half.proof = LIMITS.proofPackets;
}

function checkConnack(session: Session, half: Half): void {
  const clause = session.version === "5.0" ? "MQTT-3.2.0-2" : "MQTT 3.1.1 §3.2";
  if (half.answered) refuse(session, CONNACK, clause, "a second CONNACK");
  half.answered = true;
}

/** Before 5.0 only a client says farewell (3.1.1 §3.14), and never a server that its will be published. */
function checkDisconnect(session: Session, half: Half, { code }: Disconnect): void {
  if (half.direction === "server" && session.version !== undefined && session.version !== "5.0")
    refuseWay(session, half, DISCONNECT);
  if (half.direction === "server" && code === WITH_WILL)
    session.shared.faults.push({
      unit: "DISCONNECT",
      field: "Disconnect Reason Code",
      offset: session.shared.header.headerLength,
      reason: { kind: "forbidden", value: `${code} from the server`, clause: "MQTT 5.0 §3.14.2.1" },
    });
  half.disconnected = true;
}

/** The first packet of a client is a CONNECT, that of a server a CONNACK, in 5.0 perhaps behind AUTH. */
function checkFirst(session: Session, half: Half, type: number): void {
  if (!half.whole || session.connection.roles !== "handshake") return;
  if (half.direction === "client" && type !== CONNECT && session.version === undefined)
    refuse(session, type, "MQTT-3.1.0-1");
  if (half.direction === "server" && type !== CONNACK && type !== AUTH && session.version !== "3.1")
    refuse(session, type, "MQTT-3.2.0-1");
}

/** A packet from the side that must not send it. */
function refuseWay(session: Session, half: Half, type: number): void {
  const guess = areKnown(session.connection.roles) ? "" : ", if that is what it is";
  refuse(
    session,
    type,
    session.version === "5.0" ? "MQTT 5.0 §2.1.2" : "MQTT 3.1.1 §2.2.1",
    `${PACKET_NAMES[type]} from the ${half.direction}${guess}`,
  );
}

function refuse(session: Session, type: number, clause: string, value: number | string = type): void {
  session.shared.faults.push(orderFault(type, value, clause));
}

const orderFault = (type: number, value: number | string, clause: string): Fault => ({
  unit: PACKET_NAMES[type] as string,
  field: "Control Packet type",
  offset: 0,
  reason: { kind: "forbidden", value, clause },
});

/** Client and server were taken for one another. */
function swap(session: Session): void {
  const { client, server } = session;
  session.client = server;
  session.server = client;
  if (session.client !== undefined) session.client.direction = "client";
  if (session.server !== undefined) session.server.direction = "server";
  session.connection.swapRoles();
}

/** Packets whose place is worth a look: nearly all are PUBLISH, and come where they may. */
export const isWatched = (half: Half, type: number): boolean =>
  type !== PUBLISH || half.packets === 0 || half.disconnected;

/** Disconnect with Will Message (MQTT 5.0 §3.14.2.1). */
const WITH_WILL = 0x04;
