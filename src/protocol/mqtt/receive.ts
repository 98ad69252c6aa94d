/** One framed Control Packet: decoded by version, judged by its place in the connection, and told. */
import type { Fault } from "../../octets/decode.ts";
import type { View } from "../../octets/view.ts";
import type { Doubt } from "../event.ts";
import { LIMITS } from "../limits.ts";
import type { Assembly } from "./assembly.ts";
import { versionOfTorn } from "./connect.ts";
import { type Decoder, decodeControlPacket } from "./decode.ts";
import {
  CONNECT,
  type FixedHeader,
  frameOf,
  PACKET_NAMES,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
} from "./frame.ts";
import { type Half, miss, newHalf } from "./half.ts";
import type { ControlPacket, MqttVersion, Publish } from "./packet.ts";
import { readAcknowledgement, readPing, readPublish } from "./publish.ts";
import { readControlPacket } from "./read.ts";
import { checkOrder, checkProperties, isWatched } from "./order.ts";
import { type Place, type Teller, tellFault, tellLimit, tellPacket, tellTorn } from "./tell.ts";
import { readTornConnect } from "./torn.ts";
import type { TopicTable } from "./topics.ts";
import type { Skimmer } from "./skimmer.ts";
import { CERTAIN, leaning } from "./version.ts";

/** What all MQTT sessions of a run share. */
export interface Shared {
  readonly topics: TopicTable;
  readonly decoder: Decoder;
  /** What is held by a direction that holds nothing. */
  readonly nothing: Assembly;
  /** The header and the place of the packet being read, and its faults; written anew for each. */
  readonly header: FixedHeader;
  readonly place: Place;
  readonly faults: Fault[];
}

/** One connection. */
export interface Session extends Teller {
  readonly shared: Shared;
  /** The CONNECT's; until it is seen, what packets lean to: above 0 to 5.0. */
  version: MqttVersion | undefined;
  leaning: number;
  /** A packet was told: who is the client is settled. */
  told: boolean;
  /** Where packets that say nothing new may be skimmed. */
  readonly skimmer: Skimmer | undefined;
  client: Half | undefined;
  server: Half | undefined;
}

/**
 * Reads the packet with the shared header at `octets[start]`, of which the octets before `kept` are there, and tells it
 * with the faults it has. False where a packet that was only believed to be one is none.
 */
export function receive(session: Session, half: Half, octets: View, start: number, kept: number): boolean {
  const { header, place, faults } = session.shared;
  const proved = half.proof >= LIMITS.proofPackets;
  let packet: ControlPacket | undefined;
  if (half.hole !== undefined && header.type !== PUBLISH) {
    if (header.type === CONNECT) receiveTorn(session, half, octets, start + header.headerLength, kept);
    tellHole(session, half);
  } else packet = read(session, half, octets, start, kept);
  if (packet === undefined) return unreadable(session, half, proved);
  if (isWatched(half, header.type)) checkOrder(session, half, packet);
  const believed = half.proof >= LIMITS.proofPackets;
  if (!isFiller(header.type)) session.skimmer?.settle();
  tellPacket(
    session,
    half,
    header.type,
    packet,
    believed ? doubtOfVersion(session) : doubtOf(session, half),
    place,
  );
  session.told = true;
  half.packets += 1;
  if (header.type === PUBLISH && (packet as Publish).properties !== undefined)
    checkProperties(session, half, packet as Publish);
  if (header.type === PUBLISH && half.last !== undefined)
    session.skimmer?.begin(half, half.last, packet as Publish, session.version);
  if (faults.length > 0) {
    if (believed) for (const fault of faults) tellFault(session, half, fault, place);
    faults.length = 0;
  } else if (!believed) half.proof += 1;
  else half.losses = 0;
  if (half.hole === "memory") starve(session, half);
  return true;
}

/** Both readings are open until packets have said which one it is. */
function doubtOfVersion({ version, leaning }: Session): Doubt | undefined {
  if (version !== undefined) return undefined;
  return Math.abs(leaning) < CERTAIN ? "version" : "little";
}

/** Where packets were found again: two in a row are believed, more of them are proof. */
function doubtOf(session: Session, { proof }: Half): Doubt {
  return proof < LIMITS.plausiblePackets ? "place" : (doubtOfVersion(session) ?? "little");
}

/** Acknowledgments and pings: what comes between the packets of a run, and ends none. */
const isFiller = (type: number): boolean =>
  (type >= PUBACK && type <= PUBCOMP) || type === PINGREQ || type === PINGRESP;

/** The half of a direction; midstream, packets are searched unless a CONNECT told where they begin. */
export function halfOf(session: Session, direction: "client" | "server"): Half {
  const half = session[direction];
  if (half !== undefined) return half;
  const { connection, version, shared } = session;
  const state = connection.midstream && version === undefined ? "lost" : "synced";
  return (session[direction] = newHalf(direction, state, shared.topics, shared.nothing));
}

/** Reads by the connection's version, or by either where it is not known. */
function read(
  session: Session,
  half: Half,
  octets: View,
  start: number,
  kept: number,
): ControlPacket | undefined {
  if (session.version !== undefined) return readAs(session, half, octets, start, kept, session.version);
  if (Math.abs(session.leaning) < CERTAIN)
    session.leaning += leaning(session.shared.header, octets, start, kept);
  const likely = session.leaning > 0;
  const packet = readAs(session, half, octets, start, kept, likely ? "5.0" : "3.1.1");
  if (packet !== undefined) return packet;
  const faults = session.shared.faults.splice(0);
  const other = readAs(session, half, octets, start, kept, likely ? "3.1.1" : "5.0");
  if (other !== undefined && session.shared.faults.length === 0) {
    session.leaning = likely ? -1 : 1;
    return other;
  }
  session.shared.faults.length = 0;
  session.shared.faults.push(...faults);
  return undefined;
}

function readAs(
  session: Session,
  half: Half,
  octets: View,
  start: number,
  kept: number,
  version: MqttVersion,
): ControlPacket | undefined {
  const { header } = session.shared;
  const { type } = header;
  if (type === PUBLISH) return readPublish(header, octets, start, kept, version, half, session.shared.faults);
  if (type >= PUBACK && type <= PUBCOMP)
    return readAcknowledgement(header, octets, start, version, session.shared.faults);
  if (type === PINGREQ || type === PINGRESP) return readPing(header, version, session.shared.faults);
  const frame = frameOf(header, octets, start);
  half.asked += 1;
  const { packet, faults } =
    half.asked <= LIMITS.askedPackets
      ? decodeControlPacket(session.shared.decoder, frame, version)
      : readControlPacket(frame, version);
  session.shared.faults.push(...faults);
  return packet;
}

/** What is there of a CONNECT, behind its fixed header: its version goes for the connection. */
export function receiveTorn(session: Session, half: Half, octets: View, at: number, end: number): void {
  const isFirst = session.version === undefined;
  session.version ??= versionOfTorn(octets, at, end);
  const connect = isFirst && half.direction === "client" ? readTornConnect(octets, at, end) : undefined;
  if (connect !== undefined) tellTorn(session, half, connect, session.shared.place);
}

/** A packet that gives only its faults, or, where it was never proved to be one, nothing. */
function unreadable(session: Session, half: Half, proved: boolean): boolean {
  const { faults } = session.shared;
  // What a gap tore is no fault of the sender.
  if (proved && half.hole !== "gap")
    for (const fault of faults) tellFault(session, half, fault, session.shared.place);
  faults.length = 0;
  if (half.hole !== undefined) miss(half);
  return proved || half.hole !== undefined;
}

/** A packet that is not kept as a whole and whose beginning says too little. */
function tellHole(session: Session, half: Half): void {
  const { header, place } = session.shared;
  if (half.hole === "memory") starve(session, half);
  if (half.hole !== "packet") return;
  const size = header.remaining;
  const unit = PACKET_NAMES[header.type] as string;
  const reason: Fault["reason"] = { kind: "too-large", size, limit: LIMITS.packetOctets };
  tellFault(session, half, { unit, field: "Remaining Length", offset: 1, reason }, place);
}

function starve(session: Session, half: Half): void {
  if (!half.starved) tellLimit(session, half, "held-octets", session.shared.place);
  half.starved = true;
}
