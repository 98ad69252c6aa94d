/** What begins after other talk: STARTTLS and its kin (RFC 3207 §4 …), and MQTT through a proxy or behind a page. */
import type { Stage } from "../octets/stage.ts";
import type { View } from "../octets/view.ts";
import { type Chunk, type Connection, type Direction, type StreamItem, UNHEARD } from "../stream/item.ts";
import { type Decision, missesBeginning } from "./detect.ts";
import { LIMITS } from "./limits.ts";
import { PUBLISH } from "./mqtt/frame.ts";
import { recognizeMqtt } from "./mqtt/recognize.ts";
import { followRow, newRow, type Row } from "./mqtt/row.ts";
import { HandshakeType } from "./tls/decode.ts";
import { MESSAGE_HEADER } from "./tls/handshake.ts";
import { ContentType, HEADER, lengthOf } from "./tls/record.ts";
import { beginsWith, headEnd, isMqttSubprotocol, readRequest } from "./websocket/handshake.ts";

export interface LateHost {
  /** A protocol begins with this chunk: gives the stage that reads it from there. */
  open(protocol: LateProtocol, chunk: Chunk): Stage<StreamItem>;
  /** None did, and none is waited for any longer; `like` is what it looks like all the same. */
  unread(item: StreamItem, like: Decision["like"]): void;
}

type LateProtocol = Exclude<Decision["protocol"], "unknown">;

/**
 * Watches a connection that speaks nothing known for a chunk that begins with a ClientHello, a CONNECT, or a request
 * for MQTT over WebSocket; and, where its beginning was missed, for messages in a row behind the rest of a packet. Until
 * then a chunk costs two comparisons.
 */
export function late(connection: Connection, like: Decision["like"], host: LateHost): Stage<StreamItem> {
  let session: Stage<StreamItem> | undefined;
  let told = false;
  const rows: Rows = {};
  const giveUp = (item: StreamItem): void => {
    if (!told) host.unread(item, like ?? likeRows(connection, rows));
    told = true;
  };
  return {
    push(item) {
      if (session === undefined && item.kind === "chunk" && !told) {
        const protocol = beginningOf(item) ?? lineUp(item, rows);
        if (protocol !== undefined) session = host.open(protocol, item);
        else if (item.offset > LATEST) {
          giveUp(item);
          connection.handOver?.(UNHEARD);
        }
      } else if (session === undefined && item.kind === "end") giveUp(item);
      session?.push(item);
    },
    end: () => session?.end(),
  };
}

/** Of directions in which a chunk began like a message. */
type Rows = Partial<Record<Direction, Row>>;

/** MQTT, where no SYN was seen and so many messages line up that packets are searched from this chunk on. */
function lineUp({ connection, direction, octets, offset }: Chunk, rows: Rows): "mqtt" | undefined {
  if (rows[direction] === undefined && octets[0]! >> 4 !== PUBLISH) return undefined;
  const row = (rows[direction] ??= newRow(connection.roles === "first-segment" ? undefined : direction));
  followRow(row, octets, offset);
  return connection.midstream && row.messages >= LIMITS.proofPackets ? "mqtt" : undefined;
}

/** Messages in a row on a connection whose beginning was missed, too few to be sure. */
function likeRows(connection: Connection, rows: Rows): "mqtt" | undefined {
  const begun =
    connection.gapOctets === 0 &&
    !missesBeginning(connection, "client") &&
    !missesBeginning(connection, "server");
  if (begun) return undefined;
  return Math.max(messagesOf(rows.client), messagesOf(rows.server)) >= LIMITS.messagesAlone
    ? "mqtt"
    : undefined;
}

/** The last of them may end where the octets do. */
const messagesOf = (row: Row | undefined): number =>
  row === undefined ? 0 : row.messages + (row.open && row.rest === 0 ? 1 : 0);

function beginningOf({ octets, direction, offset }: Chunk): LateProtocol | undefined {
  if (octets[0] === ContentType.handshake) return beginsWithHello(octets) ? "tls" : undefined;
  if (direction === "server") return undefined;
  if (octets[0] === GET) return asksForMqtt(octets) ? "websocket" : undefined;
  if (octets[0]! >> 4 !== CONNECT_TYPE || offset > LATEST_CONNECT) return undefined;
  return recognizeMqtt(octets) === "yes" ? "mqtt" : undefined;
}

/** Record and message header that fit one another, and a version: ten octets that other protocols do not begin with. */
export function beginsWithHello(octets: View): boolean {
  if (octets[0] !== ContentType.handshake || octets[1] !== 3 || octets.length < HEADER + MESSAGE_HEADER + 2)
    return false;
  if (octets[HEADER] !== HandshakeType.clientHello) return false;
  const announced = octets[6]! * 0x1_0000 + octets[7]! * 0x100 + octets[8]! + MESSAGE_HEADER;
  return octets[9] === 3 && octets[10]! <= 4 && announced >= lengthOf(octets) && announced >= SHORTEST_HELLO;
}

/** A whole request that names MQTT. */
function asksForMqtt(octets: View): boolean {
  if (beginsWith(octets, "GET ") !== "yes") return false;
  const end = headEnd(octets, 0, octets.length);
  if (typeof end !== "number") return false;
  const request = readRequest(octets.subarray(0, end));
  return request?.upgrade === true && request.subprotocols.some(isMqttSubprotocol);
}

/** Stream offset: who goes over to TLS does so in the first exchanges. */
const LATEST = 65_536;

/** SOCKS (RFC 1928) and the CONNECT of HTTP (RFC 9110 §9.3.6) take no more; mail may carry a capture file. */
const LATEST_CONNECT = 4_096;

/** Header, version, random, and the lengths of four lists. */
const SHORTEST_HELLO = 42;

/** "G", and the type of a CONNECT (MQTT 5.0 §2.1.2). */
const GET = 0x47;
const CONNECT_TYPE = 1;
