/** What begins after other talk: STARTTLS and its kin (RFC 3207 §4 …), and MQTT through a proxy or behind a page. */
import type { Stage } from "../octets/stage.ts";
import type { View } from "../octets/view.ts";
import { type Chunk, type Connection, type StreamItem, UNHEARD } from "../stream/item.ts";
import type { Decision } from "./detect.ts";
import { recognizeMqtt } from "./mqtt/recognize.ts";
import { HandshakeType } from "./tls/decode.ts";
import { MESSAGE_HEADER } from "./tls/handshake.ts";
import { ContentType, HEADER, lengthOf } from "./tls/record.ts";
import { beginsWith, headEnd, isMqttSubprotocol, readRequest } from "./websocket/handshake.ts";

export interface LateHost {
  /** A protocol begins with this chunk: gives the stage that reads it from there. */
  open(protocol: LateProtocol, chunk: Chunk): Stage<StreamItem>;
  /** None did, and none is waited for any longer. */
  unread(item: StreamItem): void;
}

type LateProtocol = Exclude<Decision["protocol"], "unknown">;

/**
 * Watches a connection that speaks nothing known for a chunk that begins with a ClientHello, a CONNECT, or a request
 * for MQTT over WebSocket. Until then a chunk costs one comparison.
 */
export function late(connection: Connection, host: LateHost): Stage<StreamItem> {
  let session: Stage<StreamItem> | undefined;
  let told = false;
  const giveUp = (item: StreamItem): void => {
    if (!told) host.unread(item);
    told = true;
  };
  return {
    push(item) {
      if (session === undefined && item.kind === "chunk" && !told) {
        const protocol = beginningOf(item);
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
