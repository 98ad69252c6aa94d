/** Frames made in code for tests: Ethernet, IP, TCP and UDP octets with right lengths and checksums. */
import { isIPv6 } from "node:net";

/** One TCP segment or UDP datagram, said as a person would: `from: "192.0.2.7:49152"`. */
export interface Conversation {
  /** `192.0.2.7:49152` or `[2001:db8::7]:49152`. */
  readonly from?: string;
  readonly to?: string;
}

export interface TcpFields extends Conversation {
  readonly sequence?: number;
  readonly acknowledgment?: number;
  /** CWR ECE URG ACK PSH RST SYN FIN, from bit 7 to bit 0. */
  readonly flags?: number;
  readonly window?: number;
  readonly urgentPointer?: number;
  /** A multiple of four octets. */
  readonly options?: Uint8Array;
  readonly payload?: Uint8Array;
}

export interface Ipv4Fields {
  readonly source?: string;
  readonly destination?: string;
  readonly protocol?: number;
  readonly identification?: number;
  readonly timeToLive?: number;
  readonly moreFragments?: boolean;
  /** In octets, a multiple of eight. */
  readonly fragmentOffset?: number;
  readonly options?: Uint8Array;
  /** What the header says instead of the real length. */
  readonly totalLength?: number;
}

export interface Ipv6Fields {
  readonly source?: string;
  readonly destination?: string;
  readonly nextHeader?: number;
  readonly hopLimit?: number;
  /** What the header says instead of the real length. */
  readonly payloadLength?: number;
}

/** A whole Ethernet frame with one TCP segment; the addresses say whether it is IPv4 or IPv6. */
export const tcpFrame = (fields: TcpFields = {}): Uint8Array => etherneted(fields, 6, tcp(fields));

/** A whole Ethernet frame with one UDP datagram. */
export const udpFrame = (fields: Conversation & { payload?: Uint8Array } = {}): Uint8Array =>
  etherneted(fields, 17, udp(fields));

/** An IPv4 or IPv6 packet with one TCP segment, without a link header. */
export const tcpPacket = (fields: TcpFields = {}): Uint8Array => packeted(fields, 6, tcp(fields));

/** RFC 894, with the destination before the source as on the wire. Not padded, no frame check sequence. */
export function ethernet(payload: Uint8Array, type = 0x0800, source = 0x02, destination = 0x01): Uint8Array {
  return join([0x02, 0, 0, 0, 0, destination], [0x02, 0, 0, 0, 0, source], u16(type), payload);
}

/** IEEE 802.1Q: the tag that stands before `type` and its payload; give it to `ethernet` with 0x8100. */
export const vlan = (payload: Uint8Array, id = 7, type = 0x0800): Uint8Array =>
  join(u16(id), u16(type), payload);

/** RFC 791 §3.1; fills the checksum of TCP, UDP or ICMP inside unless it is a fragment. */
export function ipv4(payload: Uint8Array, fields: Ipv4Fields = {}): Uint8Array {
  const options = fields.options ?? NOTHING;
  const source = addressOctets(fields.source ?? "192.0.2.7");
  const destination = addressOctets(fields.destination ?? "192.0.2.1");
  const protocol = fields.protocol ?? 6;
  const offset = (fields.fragmentOffset ?? 0) / 8;
  const whole = offset === 0 && fields.moreFragments !== true;
  const header = join(
    [0x40 + 5 + options.length / 4, 0],
    u16(fields.totalLength ?? (20 + options.length + payload.length) % 0x1_0000),
    u16(fields.identification ?? 1),
    u16((fields.moreFragments === true ? 0x2000 : 0) + offset),
    [fields.timeToLive ?? 64, protocol, 0, 0],
    source,
    destination,
    options,
  );
  header.set(u16(checksum(header)), 10);
  return join(header, whole ? checksummed(payload, protocol, source, destination) : payload);
}

/** RFC 8200 §3. */
export function ipv6(payload: Uint8Array, fields: Ipv6Fields = {}): Uint8Array {
  const source = addressOctets(fields.source ?? "2001:db8::7");
  const destination = addressOctets(fields.destination ?? "2001:db8::1");
  const next = fields.nextHeader ?? 6;
  return join(
    [0x60, 0, 0, 0],
    u16(fields.payloadLength ?? payload.length % 0x1_0000),
    [next, fields.hopLimit ?? 64],
    source,
    destination,
    checksummed(payload, next, source, destination),
  );
}

/** RFC 9293 §3.1; the checksum is filled by `ipv4` and `ipv6`. */
export function tcp(fields: TcpFields = {}): Uint8Array {
  const options = fields.options ?? NOTHING;
  return join(
    u16(portOf(fields.from ?? "192.0.2.7:49152")),
    u16(portOf(fields.to ?? "192.0.2.1:1883")),
    u32(fields.sequence ?? 0),
    u32(fields.acknowledgment ?? 0),
    [(5 + options.length / 4) * 16, fields.flags ?? 0x18],
    u16(fields.window ?? 0xffff),
    [0, 0],
    u16(fields.urgentPointer ?? 0),
    options,
    fields.payload ?? NOTHING,
  );
}

/** RFC 768; the checksum is filled by `ipv4` and `ipv6`. */
export function udp(fields: Conversation & { payload?: Uint8Array; length?: number } = {}): Uint8Array {
  const payload = fields.payload ?? NOTHING;
  return join(
    u16(portOf(fields.from ?? "192.0.2.7:49152")),
    u16(portOf(fields.to ?? "192.0.2.1:1883")),
    u16(fields.length ?? 8 + payload.length),
    [0, 0],
    payload,
  );
}

/** Pieces in a row. */
export function join(...pieces: readonly ArrayLike<number>[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Octets of a hex text; everything that is no hex digit is skipped. */
export const octets = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replace(/[^0-9a-f]/giu, ""), "hex"));

export const text = (string: string): Uint8Array => new TextEncoder().encode(string);

export const u16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];

export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)];

/** RFC 1071: the ones' complement of the ones' complement sum. */
export function checksum(...pieces: readonly ArrayLike<number>[]): number {
  const all = join(...pieces);
  let sum = 0;
  for (let at = 0; at < all.length; at += 2) sum += all[at]! * 0x100 + (all[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum % 0x1_0000) + Math.floor(sum / 0x1_0000);
  return 0xffff - sum;
}

function etherneted(fields: Conversation, protocol: number, payload: Uint8Array): Uint8Array {
  const packet = packeted(fields, protocol, payload);
  return ethernet(packet, packet[0]! >> 4 === 6 ? 0x86dd : 0x0800);
}

function packeted(fields: Conversation, protocol: number, payload: Uint8Array): Uint8Array {
  const source = hostOf(fields.from ?? "192.0.2.7:49152");
  const destination = hostOf(fields.to ?? "192.0.2.1:1883");
  return isIPv6(source)
    ? ipv6(payload, { source, destination, nextHeader: protocol })
    : ipv4(payload, { source, destination, protocol });
}

const CHECKSUM_AT = new Map([
  [6, 16],
  [17, 6],
]);

function checksummed(
  payload: Uint8Array,
  protocol: number,
  source: Uint8Array,
  destination: Uint8Array,
): Uint8Array {
  const at = CHECKSUM_AT.get(protocol);
  if (at === undefined || payload.length < at + 2) return payload;
  const filled = payload.slice();
  filled.set([0, 0], at);
  // RFC 9293 §3.1 and RFC 8200 §8.1: the pseudo-headers differ in zeros only, so one sum serves both.
  const sum = checksum(source, destination, u32(payload.length), [0, 0, 0, protocol], filled);
  filled.set(u16(sum === 0 && protocol === 17 ? 0xffff : sum), at);
  return filled;
}

const portOf = (endpoint: string): number => Number(endpoint.slice(endpoint.lastIndexOf(":") + 1));

const hostOf = (endpoint: string): string =>
  endpoint.slice(0, endpoint.lastIndexOf(":")).replace("[", "").replace("]", "");

/** Octets of `192.0.2.7` or of `2001:db8::7`. */
export function addressOctets(address: string): Uint8Array {
  if (!address.includes(":")) return Uint8Array.from(address.split("."), Number);
  const [left, right] = address.split("::");
  const groups = (some: string | undefined): number[] =>
    some === undefined || some === ""
      ? []
      : some.split(":").flatMap(group => u16(Number.parseInt(group, 16)));
  const head = groups(left);
  const tail = groups(right);
  return join(head, new Uint8Array(16 - head.length - tail.length), tail);
}

const NOTHING = new Uint8Array(0);
