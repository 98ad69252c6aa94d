/** Telling what an MQTT session read: one event a packet, one a fault, and no flood of either kind. */
import type { FrameNumber } from "../../capture/frame.ts";
import type { Fault } from "../../octets/decode.ts";
import type { Timestamp } from "../../octets/time.ts";
import type { View } from "../../octets/view.ts";
import type { Carrier, Connection } from "../../stream/item.ts";
import type { Doubt, ProtocolEvent, Transport } from "../event.ts";
import { LIMITS } from "../limits.ts";
import type { Emit } from "../protocol.ts";
import type { Half } from "./half.ts";
import type { Connect, ControlPacket } from "./packet.ts";

/** Who tells, and to whom. */
export interface Teller {
  readonly connection: Connection;
  readonly transport: Transport;
  readonly emit: Emit;
}

/** Where a packet was: `carriers` in stream order, `[from, to)` of the stream; it is `octets[start … end)`. */
export interface Place {
  frame: FrameNumber;
  at: Timestamp;
  from: number;
  to: number;
  carriers: readonly Carrier[];
  octets: View;
  start: number;
  end: number;
}

/** A packet: nothing is made but the event. */
export function tellPacket(
  teller: Teller,
  half: Half,
  type: number,
  packet: ControlPacket,
  doubt: Doubt | undefined,
  place: Place,
): void {
  // The type number and the packet belong together; TypeScript cannot see that.
  teller.emit({
    type: EVENTS[type],
    at: place.at,
    frame: place.frame,
    connection: teller.connection,
    direction: half.direction,
    transport: teller.transport,
    from: place.from,
    to: place.to,
    carriers: place.carriers,
    unit: place,
    packet,
    guessed: doubt !== undefined,
    doubt,
  } as ProtocolEvent);
}

/** A CONNECT whose end is missing. Its octets are not shown: nobody can say which of them are its password. */
export function tellTorn(teller: Teller, half: Half, connect: Connect, place: Place): void {
  const where = { ...seen(teller, half, place), unit: undefined };
  teller.emit({ type: "mqtt.torn", ...where, connect, doubt: "place" });
}

/** A fault of a packet; beyond the ceiling it is said once that no more are told. */
export function tellFault(teller: Teller, half: Half, fault: Fault, place: Place): void {
  half.malformed += 1;
  if (half.malformed > LIMITS.malformed + 1) return;
  if (half.malformed > LIMITS.malformed) {
    tellLimit(teller, half, "malformed", place);
    return;
  }
  teller.emit({ type: "mqtt.malformed", ...seen(teller, half, place), fault });
}

/** A ceiling of the session was reached. */
export function tellLimit(teller: Teller, half: Half, limit: string, place: Place): void {
  teller.emit({ type: "mqtt.limit", ...seen(teller, half, place), unit: undefined, limit });
}

const seen = ({ connection, transport }: Teller, { direction }: Half, place: Place) => ({
  at: place.at,
  frame: place.frame,
  connection,
  direction,
  transport,
  from: place.from,
  to: place.to,
  carriers: place.carriers,
  unit: place,
});

/** Event types by Control Packet type. */
const EVENTS = [
  "",
  "mqtt.connect",
  "mqtt.connack",
  "mqtt.publish",
  "mqtt.puback",
  "mqtt.pubrec",
  "mqtt.pubrel",
  "mqtt.pubcomp",
  "mqtt.subscribe",
  "mqtt.suback",
  "mqtt.unsubscribe",
  "mqtt.unsuback",
  "mqtt.pingreq",
  "mqtt.pingresp",
  "mqtt.disconnect",
  "mqtt.auth",
] as const;
