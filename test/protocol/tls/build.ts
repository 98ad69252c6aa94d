/** TLS in octets, built by hand: records, handshake messages and hellos. */
import { join } from "../build.ts";

export const u8 = (value: number): Uint8Array => Uint8Array.of(value);
export const u16 = (value: number): Uint8Array => Uint8Array.of(Math.floor(value / 0x100), value % 0x100);
export const u24 = (value: number): Uint8Array =>
  Uint8Array.of(Math.floor(value / 0x1_0000), ...u16(value % 0x1_0000));
export const u32 = (value: number): Uint8Array =>
  join(u16(Math.floor(value / 0x1_0000)), u16(value % 0x1_0000));

export const vector8 = (...parts: Uint8Array[]): Uint8Array => counted(u8, parts);
export const vector16 = (...parts: Uint8Array[]): Uint8Array => counted(u16, parts);
export const vector24 = (...parts: Uint8Array[]): Uint8Array => counted(u24, parts);

export const codes = (values: readonly number[]): Uint8Array => join(...values.map(u16));

/** TLSPlaintext; `length` lies where it is given. */
export const record = (type: number, fragment: Uint8Array, version = 0x0303): Uint8Array =>
  join(u8(type), u16(version), vector16(fragment));

/** One handshake message. */
export const message = (type: number, body: Uint8Array): Uint8Array => join(u8(type), vector24(body));

export const handshakeRecord = (type: number, body: Uint8Array, version = 0x0303): Uint8Array =>
  record(22, message(type, body), version);

/** Octets nobody should look into. */
export const opaque = (length: number): Uint8Array => new Uint8Array(length).fill(0xa7);

export type Extension = readonly [type: number, data: Uint8Array];

export interface HelloParts {
  readonly version?: number;
  readonly random?: Uint8Array;
  readonly sessionId?: Uint8Array;
  readonly suites?: readonly number[];
  readonly compression?: readonly number[];
  /** Absent: the hello ends before them. */
  readonly extensions?: readonly Extension[];
}

export const clientHello = (parts: HelloParts = {}): Uint8Array =>
  join(
    u16(parts.version ?? 0x0303),
    parts.random ?? new Uint8Array(32).fill(0x11),
    vector8(parts.sessionId ?? new Uint8Array(0)),
    vector16(codes(parts.suites ?? [0xc02f])),
    vector8(Uint8Array.from(parts.compression ?? [0])),
    extensionList(parts.extensions),
  );

export interface ServerHelloParts extends Omit<HelloParts, "suites" | "compression"> {
  readonly suite?: number;
  readonly compression?: number;
}

export const serverHello = (parts: ServerHelloParts = {}): Uint8Array =>
  join(
    u16(parts.version ?? 0x0303),
    parts.random ?? new Uint8Array(32).fill(0x22),
    vector8(parts.sessionId ?? new Uint8Array(0)),
    u16(parts.suite ?? 0xc02f),
    u8(parts.compression ?? 0),
    extensionList(parts.extensions),
  );

export const serverName = (name: Uint8Array): Extension => [0x0000, vector16(u8(0), vector16(name))];
export const alpn = (...names: Uint8Array[]): Extension => [0x0010, vector16(...names.map(n => vector8(n)))];
export const groups = (...values: number[]): Extension => [0x000a, vector16(codes(values))];
export const pointFormats = (...values: number[]): Extension => [0x000b, vector8(Uint8Array.from(values))];
export const signatureAlgorithms = (...values: number[]): Extension => [0x000d, vector16(codes(values))];
export const supportedVersions = (...values: number[]): Extension => [0x002b, vector8(codes(values))];
export const selectedVersion = (value: number): Extension => [0x002b, u16(value)];
export const keyShares = (...values: number[]): Extension => [
  0x0033,
  vector16(...values.map(group => join(u16(group), vector16(opaque(32))))),
];
export const serverShare = (group: number): Extension => [0x0033, join(u16(group), vector16(opaque(32)))];
export const psk = (...offers: readonly (readonly [identity: Uint8Array, age: number])[]): Extension => [
  0x0029,
  join(
    vector16(...offers.map(([identity, age]) => join(vector16(identity), u32(age)))),
    vector16(vector8(opaque(32))),
  ),
];
export const empty = (type: number): Extension => [type, new Uint8Array(0)];

/** RFC 8446 §4.1.3. */
export const RETRY_RANDOM = Uint8Array.from(
  Buffer.from("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c", "hex"),
);

const counted = (count: (length: number) => Uint8Array, parts: readonly Uint8Array[]): Uint8Array => {
  const body = join(...parts);
  return join(count(body.length), body);
};

const extensionList = (extensions: readonly Extension[] | undefined): Uint8Array =>
  extensions === undefined
    ? new Uint8Array(0)
    : vector16(...extensions.map(([type, data]) => join(u16(type), vector16(data))));
