/** TLS that begins after other talk: STARTTLS and its kin (RFC 3207 §4, RFC 2595, RFC 6120 §5, RFC 4642 …). */
import type { Stage } from "../../octets/stage.ts";
import type { View } from "../../octets/view.ts";
import { type Chunk, type Connection, type StreamItem, UNHEARD } from "../../stream/item.ts";
import type { Transport } from "../event.ts";
import type { Emit } from "../protocol.ts";
import { HandshakeType } from "./decode.ts";
import { MESSAGE_HEADER } from "./handshake.ts";
import { ContentType, HEADER, lengthOf } from "./record.ts";
import { openTls, type TlsOptions } from "./session.ts";

/**
 * Watches a connection that speaks nothing known for a chunk that begins with a ClientHello, and opens a session
 * there: `stream.protocol` is told once more. Until then a chunk costs one comparison.
 */
export function lateTls(
  connection: Connection,
  transport: Transport,
  emit: Emit,
  options: TlsOptions,
): Stage<StreamItem> {
  let session: Stage<StreamItem> | undefined;
  const open = (chunk: Chunk): Stage<StreamItem> => {
    const { at, arrival: frame, direction, offset } = chunk;
    const where = { at, frame, connection, direction, transport, from: offset, to: offset, carriers: [] };
    emit({ type: "stream.protocol", ...where, protocol: "tls" });
    return openTls(connection, transport, emit, options);
  };
  return {
    push(item) {
      if (session === undefined && item.kind === "chunk") {
        if (beginsWithHello(item.octets)) session = open(item);
        else if (item.offset > LATEST) connection.handOver?.(UNHEARD);
      }
      session?.push(item);
    },
    end: () => session?.end(),
  };
}

/** Record and message header that fit one another, and a version: ten octets that other protocols do not begin with. */
export function beginsWithHello(octets: View): boolean {
  if (octets[0] !== ContentType.handshake || octets[1] !== 3 || octets.length < HEADER + MESSAGE_HEADER + 2)
    return false;
  if (octets[HEADER] !== HandshakeType.clientHello) return false;
  const announced = octets[6]! * 0x1_0000 + octets[7]! * 0x100 + octets[8]! + MESSAGE_HEADER;
  return octets[9] === 3 && octets[10]! <= 4 && announced >= lengthOf(octets) && announced >= SHORTEST_HELLO;
}

/** Stream offset: who goes over to TLS does so in the first exchanges. */
const LATEST = 65_536;

/** Header, version, random, and the lengths of four lists. */
const SHORTEST_HELLO = 42;
