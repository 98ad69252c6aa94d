/** TLS conversations made by hand, for the tests of what is concluded from them. */
import type { FrameNumber } from "../../src/capture/frame.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import type { Owned } from "../../src/octets/view.ts";
import type { Seen } from "../../src/protocol/event.ts";
import type { ClientHello, ServerHello } from "../../src/protocol/tls/message.ts";
import type { Conversation, TlsConversation } from "../../src/session/conversation.ts";
import { newSigns, newTls, type SeenRecord, type TlsSigns } from "../../src/session/signs.ts";
import { newConversation } from "../../src/session/talk.ts";
import type { Connection, Direction } from "../../src/stream/item.ts";
import { connection } from "../protocol/build.ts";

export const TLS_1_2 = 0x0303;
export const TLS_1_3 = 0x0304;
/** TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_AES_128_CCM_8_SHA256, ECDHE-RSA-AES128-GCM-SHA256, AECDH-AES256-SHA. */
export const SUITES = {
  gcm256: 0x1301,
  gcm384: 0x1302,
  ccm8: 0x1305,
  ecdhe: 0xc02f,
  anonymous: 0xc019,
} as const;

export const frame = (number: number): FrameNumber => number as FrameNumber;
export const at = (seconds: number): Timestamp => (seconds * 1_000_000) as Timestamp;

export const octets = (fill: number, length = 32): Owned =>
  Uint8Array.from({ length }, (_, index) => (fill + index * 7) % 256) as Owned;

export const clientHello = (more: Partial<ClientHello> = {}): ClientHello => ({
  type: "client_hello",
  legacyVersion: TLS_1_2,
  random: octets(1),
  sessionId: octets(2),
  cipherSuites: [SUITES.ecdhe],
  compressionMethods: [0],
  extensions: [],
  ja3: "",
  ja3Text: "",
  ja4: "",
  ...more,
});

export const serverHello = (more: Partial<ServerHello> = {}): ServerHello => ({
  type: "server_hello",
  legacyVersion: TLS_1_2,
  version: TLS_1_2,
  random: octets(3),
  sessionId: octets(4),
  cipherSuite: SUITES.ecdhe,
  compressionMethod: 0,
  extensions: [],
  ja3s: "",
  ja3sText: "",
  ...more,
});

export const record = (from: Direction, length: number, contentType = 23): SeenRecord => ({
  from,
  frame: frame(9),
  shape: { contentType, version: TLS_1_2, length, protected: true },
});

/** A conversation of which these records came after the ServerHello. */
export function handshake(
  hello: ServerHello,
  records: readonly SeenRecord[] = [],
  more: Partial<TlsConversation> = {},
): { readonly tls: TlsConversation; readonly signs: TlsSigns } {
  const signs = { ...newSigns(), afterHello: 0 };
  signs.records.push(...records);
  return { tls: { ...newTls(), clientHello: clientHello(), serverHello: hello, ...more }, signs };
}

/** An event's common facts, on a connection of its own unless one is given. */
export const seen = (seconds: number, on: Connection = connection()): Seen => ({
  at: at(seconds),
  frame: frame(1),
  connection: on,
  direction: "client",
  transport: "tcp",
  from: 0,
  to: 0,
  carriers: [],
});

export const conversationOf = (tls: TlsConversation, on: Connection, id = 0): Conversation => ({
  ...newConversation(id, on, "tls", "tls"),
  tls,
});
