/** WebSocket for tests: handshakes, frames and scripts, as RFC 6455 writes them. */
import { constants, deflateRawSync } from "node:zlib";
import type { ProtocolEvent, Transport } from "../../../src/protocol/event.ts";
import { mqttProtocol } from "../../../src/protocol/mqtt/session.ts";
import { openWebSocket } from "../../../src/protocol/websocket/session.ts";
import type { WebSocketOptions } from "../../../src/protocol/websocket/tell.ts";
import { ascii, eventsOf, join, type Talk } from "../build.ts";

const mqtt = mqttProtocol();

/** What a WebSocket session says of a script. */
export const webSocketEvents = (
  talk: Talk,
  options: Partial<WebSocketOptions> = {},
  transport: Transport = "tcp",
): ProtocolEvent[] =>
  eventsOf((connection, emit) => openWebSocket(connection, transport, emit, { mqtt, ...options }), talk);

/** A request for WebSocket; `more` are further header lines. */
export const request = (
  more: readonly string[] = ["Sec-WebSocket-Protocol: mqtt"],
  path = "/mqtt",
): Uint8Array =>
  ascii(
    [
      `GET ${path} HTTP/1.1`,
      "Host: broker.example:8080",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version: 13",
      ...more,
      "",
      "",
    ].join("\r\n"),
  );

export const response = (
  more: readonly string[] = ["Sec-WebSocket-Protocol: mqtt"],
  status = "101 Switching Protocols",
): Uint8Array =>
  ascii([`HTTP/1.1 ${status}`, "Upgrade: websocket", "Connection: Upgrade", ...more, "", ""].join("\r\n"));

export interface FrameFields {
  readonly opcode?: number;
  readonly fin?: boolean;
  readonly rsv?: number;
  /** Four octets; without it the payload goes as it is. */
  readonly mask?: readonly number[] | undefined;
  /** Octets of the extended length, where not the fewest. */
  readonly extended?: 0 | 2 | 8;
}

/** One frame (RFC 6455 §5.2). */
export function frame(payload: Uint8Array, fields: FrameFields = {}): Uint8Array {
  const { opcode = 2, fin = true, rsv = 0, mask } = fields;
  const extended = fields.extended ?? (payload.length < 126 ? 0 : payload.length < 0x1_0000 ? 2 : 8);
  const length = Array.from(
    { length: extended },
    (_, i) => Math.floor(payload.length / 0x100 ** (extended - 1 - i)) % 0x100,
  );
  const short = extended === 0 ? payload.length : extended === 2 ? 126 : 127;
  const head = [(fin ? 0x80 : 0) + rsv * 0x10 + opcode, (mask === undefined ? 0 : 0x80) + short, ...length];
  const body = mask === undefined ? payload : payload.map((octet, i) => octet ^ mask[i % 4]!);
  return join(Uint8Array.from([...head, ...(mask ?? [])]), body);
}

export const MASK = [0x12, 0x34, 0x56, 0x78];

/** A client's frame. */
export const masked = (payload: Uint8Array, fields: FrameFields = {}): Uint8Array =>
  frame(payload, { mask: MASK, ...fields });

/** A message as RFC 7692 §7.2.1 writes it, after what was said before it. */
export function deflated(message: Uint8Array, before: Uint8Array = new Uint8Array(0)): Uint8Array {
  const octets = deflateRawSync(message, {
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(before.length > 0 && { dictionary: before }),
  });
  return Uint8Array.from(octets.subarray(0, octets.length - 4));
}
