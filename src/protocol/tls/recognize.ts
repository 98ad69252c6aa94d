/** Could the first octets of a direction be TLS? */
import type { View } from "../../octets/view.ts";
import type { Direction } from "../../stream/item.ts";
import type { Recognition } from "../protocol.ts";
import { HandshakeType } from "./decode.ts";
import { LIMITS } from "./limits.ts";
import { ContentType, HEADER, lengthOf } from "./record.ts";
import { decodeSslv2ClientHello, LONGEST_HELLO } from "./sslv2.ts";

/**
 * A handshake record whose first message is a hello of that side, an alert as the server's first answer, a protected
 * record where the capture began later, or a whole SSLv2 CLIENT-HELLO. "yes" rests on five octets or more.
 */
export function recognizeTls(head: View, direction: Direction): Recognition {
  const type = head[0];
  if (type === undefined) return "unsure";
  if (type >= SSLV2_RECORD) return direction === "client" ? recognizeSslv2(head) : "no";
  if (type < ContentType.changeCipherSpec || type > ContentType.applicationData) return "no";
  if (head.length > 1 && head[1] !== 3) return "no";
  if (head.length > 2 && head[2]! > 4) return "no";
  if (head.length < HEADER) return "unsure";
  const length = lengthOf(head);
  if (length === 0 || length > LIMITS.fragment) return "no";
  switch (type) {
    case ContentType.handshake:
      return recognizeHandshake(head, direction);
    case ContentType.alert:
      return recognizeAlert(head, length);
    case ContentType.changeCipherSpec:
      return length === 1 ? "yes" : "no";
    default:
      return length >= SHORTEST_PROTECTED ? "yes" : "no";
  }
}

/** A datagram that begins with a record of DTLS 1.0 or 1.2 (RFC 6347 §4.1); `octets[start … end)`. Nothing in it is read. */
export function isDtls(octets: View, start: number, end: number): boolean {
  const type = octets[start];
  if (type === undefined || end - start < DTLS_HEADER || octets[start + 1] !== 0xfe) return false;
  if (type < ContentType.changeCipherSpec || type > ContentType.heartbeat) return false;
  const version = octets[start + 2]!;
  const length = octets[start + 11]! * 0x100 + octets[start + 12]!;
  return (version === 0xff || version === 0xfd) && length > 0 && DTLS_HEADER + length <= end - start;
}

function recognizeHandshake(head: View, direction: Direction): Recognition {
  const type = head[HEADER];
  if (type === undefined) return "unsure";
  if (direction === "client") return type === HandshakeType.clientHello ? "yes" : "no";
  return SERVER_FIRST.has(type) ? "yes" : "no";
}

/** In the clear: warning or fatal, and a description. Encrypted: longer than any MAC. */
function recognizeAlert(head: View, length: number): Recognition {
  if (length !== 2) return length >= SHORTEST_PROTECTED ? "yes" : "no";
  const level = head[HEADER];
  if (level === undefined) return "unsure";
  return level === 1 || level === 2 ? "yes" : "no";
}

/** Strict, since its header has no magic: lengths that add up, and a version that exists. */
function recognizeSslv2(head: View): Recognition {
  if (head.length > 2 && head[2] !== 1) return "no";
  if (head.length < 5) return "unsure";
  const length = (head[0]! - SSLV2_RECORD) * 0x100 + head[1]!;
  if (length > LONGEST_HELLO) return "no";
  const decoded = decodeSslv2ClientHello(head.subarray(2, 2 + length));
  if (decoded.ok) return "yes";
  return decoded.fault.reason.kind === "short" && head.length < 2 + length ? "unsure" : "no";
}

const SSLV2_RECORD = 0x80;

/** Type, version, epoch, sequence number, length. */
const DTLS_HEADER = 13;

/** A MAC or tag of 8 octets, an explicit nonce or a content type, and something protected. */
const SHORTEST_PROTECTED = 10;

/** HelloRetryRequest was a message of its own in drafts of TLS 1.3; HelloRequest asks for a handshake. */
const SERVER_FIRST: ReadonlySet<number> = new Set([
  HandshakeType.serverHello,
  HandshakeType.helloRetryRequest,
  HandshakeType.helloRequest,
]);
