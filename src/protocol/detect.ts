/** What a connection speaks: decided by the first octets of both directions, never by the port alone. */
import type { View } from "../octets/view.ts";
import type { Connection, Direction } from "../stream/item.ts";
import { opposite } from "../stream/item.ts";
import { AUTH, CONNACK } from "./mqtt/frame.ts";
import { recognizeMqtt } from "./mqtt/recognize.ts";
import { ENOUGH_BITS, newSearch, searchPackets, weighRun } from "./mqtt/resync.ts";
import { beginsMidstream } from "./mqtt/row.ts";
import type { Recognition } from "./protocol.ts";
import { recognizeTls } from "./tls/recognize.ts";
import {
  beginsWith,
  headEnd,
  isMqttSubprotocol,
  readRequest,
  readResponse,
  type UpgradeRequest,
} from "./websocket/handshake.ts";
import { weighFrames } from "./websocket/search.ts";

/** The first octets of a direction, as far as they have been seen. */
export interface Head {
  readonly octets: View;
  /** Nothing was missed before them: packets begin where they begin. */
  readonly whole: boolean;
  /** No more of it comes: a gap, a FIN, the end of the connection, or the ceiling. */
  readonly complete: boolean;
}

export interface Situation {
  readonly connection: Connection;
  readonly client: Head;
  readonly server: Head;
  /** TCP ports on which MQTT and TLS are expected, or all. */
  readonly ports: ReadonlySet<number> | "all";
  /** Inside TLS: no TLS again. */
  readonly inside: boolean;
}

export interface Decision {
  readonly protocol: "mqtt" | "tls" | "websocket" | "unknown";
  /** The side called the server sent what only a client sends. */
  readonly swapped: boolean;
  /** Of what is unknown: its octets look like MQTT, and are too few to prove it. */
  readonly like?: "mqtt" | undefined;
  /** Of WebSocket: its opening handshake was before the capture. */
  readonly begun?: boolean;
}

/** What the connection speaks, or undefined where more octets are needed. */
export function detect(situation: Situation): Decision | undefined {
  let undecided = false;
  for (const recognize of [tlsOf, mqttOf, webSocketOf, framesOf, packetsOf]) {
    const found = recognize(situation);
    if (typeof found === "object") return found;
    // Frames hold packets, in the clear from the server: they come first.
    if (found === "unsure" && recognize === framesOf) return undefined;
    undecided ||= found === "unsure";
  }
  return undecided ? undefined : { protocol: "unknown", swapped: false, like: likeness(situation) };
}

/** Whether MQTT is expected on a port; where all are judged, on its own. */
export const isMqttPort = (port: number, ports: ReadonlySet<number> | "all"): boolean =>
  port === MQTT_PORT || (ports === "all" ? MQTT_PORTS : ports).has(port);

/** Whether a connection's ports are among those on which MQTT is expected. */
const isExpected = ({ connection: { client, server }, ports }: Situation): boolean =>
  isMqttPort(client.port, ports) || isMqttPort(server.port, ports);

type Found = Decision | "no" | "unsure";

const SIDES: readonly Direction[] = ["client", "server"];

/** A hello or an alert says TLS wherever it is; protected records say it only where TLS is expected. */
function tlsOf(situation: Situation): Found {
  if (situation.inside) return "no";
  let found: Found = "no";
  for (const direction of SIDES) {
    const { octets, complete } = situation[direction];
    if (octets.length === 0) continue;
    const right = recognizeTls(octets, direction);
    const wrong = maySwap(situation) ? recognizeTls(octets, opposite(direction)) : "no";
    if (right === "yes" && (isBeginning(situation, octets) || expectsTls(situation)))
      return { protocol: "tls", swapped: false };
    if (wrong === "yes" && octets[0] !== APPLICATION_DATA && isBeginning(situation, octets))
      return { protocol: "tls", swapped: true };
    if (!complete && (right === "unsure" || wrong === "unsure")) found = "unsure";
  }
  return found;
}

/** A handshake record, or an SSLv2 hello; an alert is one only as the first answer of a connection. */
const isBeginning = ({ connection }: Situation, octets: View): boolean =>
  octets[0] === HANDSHAKE || octets[0]! >= 0x80 || (octets[0] === ALERT && !connection.midstream);

const expectsTls = (situation: Situation): boolean =>
  situation.ports === "all" ||
  isExpected(situation) ||
  [situation.connection.client.port, situation.connection.server.port].includes(HTTPS_PORT);

/** A CONNECT from either side. */
function mqttOf(situation: Situation): Found {
  let found: Found = "no";
  for (const direction of SIDES) {
    const { octets, complete } = situation[direction];
    if (octets.length === 0) continue;
    const recognition = recognizeMqtt(octets);
    if (recognition === "yes") return { protocol: "mqtt", swapped: swaps(situation, direction) };
    if (recognition === "unsure" && !complete) found = "unsure";
  }
  return found;
}

/** A request for WebSocket that asks for MQTT or was granted; an answer alone that grants MQTT. */
function webSocketOf(situation: Situation): Found {
  let found: Found = "no";
  for (const direction of SIDES) {
    const request = requestOf(situation[direction]);
    if (request === "unsure") found = "unsure";
    if (typeof request === "string") continue;
    if (!request.upgrade) return "no";
    const decision = { protocol: "websocket", swapped: swaps(situation, direction) } as const;
    if (request.subprotocols.some(isMqttSubprotocol)) return decision;
    const answer = answerOf(situation[opposite(direction)]);
    return answer === "yes" ? decision : answer;
  }
  if (found === "no" && answerOf(situation.server) === "yes" && grantsMqtt(situation.server.octets))
    return { protocol: "websocket", swapped: false };
  return found;
}

function requestOf({ octets, complete }: Head): UpgradeRequest | "no" | "unsure" {
  const get = beginsWith(octets, "GET ");
  if (octets.length === 0 || get === "no") return "no";
  const end = headEnd(octets, 0, octets.length);
  if (typeof end === "number") return readRequest(octets.subarray(0, end)) ?? "no";
  // What is longer than is looked at here may still say at its beginning that it asks for WebSocket.
  return complete || end === "too-long" ? (readRequest(octets) ?? "no") : "unsure";
}

/** Whether the server switched protocols. */
function answerOf({ octets, complete }: Head): Recognition {
  const begins = beginsWith(octets, "HTTP/1.1 101");
  return begins === "unsure" && complete ? "no" : begins;
}

function grantsMqtt(octets: View): boolean {
  const end = headEnd(octets, 0, octets.length);
  return typeof end === "number" && isMqttSubprotocol(readResponse(octets.subarray(0, end))?.subprotocol);
}

/** Frames of WebSocket without their handshake: each octet of both sides is theirs, and MQTT is inside. */
function framesOf(situation: Situation): Found {
  const { client, server, connection } = situation;
  if (!connection.midstream && client.whole && server.whole) return "no";
  for (const swapped of maySwap(situation) ? [false, true] : [false]) {
    const weights = SIDES.map(direction =>
      weighFrames(situation[direction].octets, swapped ? opposite(direction) : direction, UNEXPECTED_BITS),
    );
    if (weights.some(weight => weight < 0)) continue;
    const bits = weights.reduce((sum, weight) => sum + weight, 0);
    if (bits >= UNEXPECTED_BITS) return { protocol: "websocket", swapped, begun: true };
    if (bits > 0 && !(client.complete && server.complete)) return "unsure";
  }
  return "no";
}

/**
 * Packets without their CONNECT. Where MQTT is expected they are searched, since the octets may begin within one;
 * elsewhere both directions must be nothing but packets from the first octet on, and where only one side spoke, as it
 * is with QoS 0, several of them must be messages.
 */
function packetsOf(situation: Situation): Found {
  const { client, server, connection } = situation;
  const from = (direction: Direction) => (connection.roles === "first-segment" ? undefined : direction);
  const weigh = isExpected(situation) ? weighSearched : weighStrictly;
  const weights = SIDES.map(direction => weigh(situation[direction], from(direction)));
  const bits = weights.reduce((sum, weight) => sum + Math.max(0, weight), 0);
  const enough = isExpected(situation)
    ? bits >= EXPECTED_BITS
    : (bits >= UNEXPECTED_BITS && weights.every(weight => weight > 0)) || provesAlone(situation);
  if (enough) return { protocol: "mqtt", swapped: false };
  if (client.complete && server.complete) return "no";
  if (client.whole && weighStrictly(client, from("client")) < 0) return "no";
  if (isExpected(situation)) return "unsure";
  // What one side said is no packet: the other may say what it likes.
  return weights.some(weight => weight < 0) && (client.octets.length > 0 || server.complete)
    ? "no"
    : "unsure";
}

/** One side was silent, and what the other said from its first octet on are messages with topics. */
function provesAlone(situation: Situation): boolean {
  const { client, server, connection } = situation;
  if (client.octets.length > 0 && server.octets.length > 0) return false;
  const direction = client.octets.length > 0 ? "client" : "server";
  const { octets, whole } = situation[direction];
  if (octets.length === 0) return false;
  // From its beginning on, a broker answers a CONNECT that was missed.
  const answers = direction === "server" && misses(situation, "client") && ANSWERS.has(octets[0]! >> 4);
  if (whole && !connection.midstream && !answers) return false;
  const from = connection.roles === "first-segment" ? undefined : direction;
  // Behind such an answer a topic of one octet will do.
  return beginsMidstream(octets, from, answers ? 1 : undefined);
}

/** Whether octets of a side may have been sent that the capture does not hold. */
const misses = (situation: Situation, direction: Direction): boolean =>
  !situation[direction].whole || missesBeginning(situation.connection, direction);

/** Whether what a side sent first may be missing: no SYN was seen, or no segment of that side at all. */
export const missesBeginning = (connection: Connection, direction: Direction): boolean =>
  connection.midstream || connection.segments[direction] === 0;

/** Packets of one side or both that nothing speaks against, and too few to tell them from chance. */
function likeness(situation: Situation): "mqtt" | undefined {
  const { connection } = situation;
  if (!SIDES.some(direction => misses(situation, direction))) return undefined;
  const from = (direction: Direction) => (connection.roles === "first-segment" ? undefined : direction);
  const weights = SIDES.map(direction => weighStrictly(situation[direction], from(direction)));
  return weights.every(weight => weight >= 0) && weights.some(weight => weight >= ENOUGH_BITS)
    ? "mqtt"
    : undefined;
}

function weighSearched({ octets, complete }: Head, from: Direction | undefined): number {
  const search = newSearch(from);
  const at = searchPackets(search, octets, octets.length, place => place === 0, complete);
  return at < 0 ? 0 : weighRun(search, octets, at, octets.length, UNEXPECTED_BITS);
}

function weighStrictly({ octets }: Head, from: Direction | undefined): number {
  return octets.length === 0 ? 0 : weighRun(newSearch(from), octets, 0, octets.length, UNEXPECTED_BITS);
}

/** A handshake of TCP says who is who; nothing else is sure. */
const maySwap = ({ connection, inside }: Situation): boolean => connection.roles !== "handshake" && !inside;

const swaps = (situation: Situation, direction: Direction): boolean =>
  direction === "server" && maySwap(situation);

const MQTT_PORT = 1883;
const HTTPS_PORT = 443;

/** Ports on which MQTT is expected where all are judged: packets without a CONNECT prove little elsewhere. */
const MQTT_PORTS: ReadonlySet<number> = new Set([1883, 8883, 8884]);

/** A CONNACK is enough, a PINGREQ is not: two octets identify nothing. */
const EXPECTED_BITS = 30;

/** What a broker sends first (MQTT 5.0 §3.2, §4.12). */
const ANSWERS: ReadonlySet<number> = new Set([CONNACK, AUTH]);

/** Several packets of both directions. */
const UNEXPECTED_BITS = 72;

/** Content types of TLS records (RFC 8446 §5.1). */
const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
