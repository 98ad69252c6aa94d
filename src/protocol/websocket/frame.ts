/** Frames of WebSocket (RFC 6455 §5.2): headers are framed, payloads are counted. */
import type { Framed } from "../../octets/decode.ts";
import type { View } from "../../octets/view.ts";

export interface FrameHeader {
  readonly fin: boolean;
  /** RSV1: the message is compressed, where that was agreed on (RFC 7692 §6). */
  readonly compressed: boolean;
  /** RSV2 and RSV3, which nobody defined. */
  readonly reserved: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** Octets of payload. */
  readonly payload: number;
  /** Whether their number was written in the fewest octets (§5.2). */
  readonly minimal: boolean;
}

/** Reads a frame header at `at`; `length` is the header's, with the masking key. */
export function frameHeader(octets: View, at: number, end: number): Framed<FrameHeader> {
  const there = end - at;
  if (there < 2) return { state: "need-more", atLeast: 2 };
  const first = octets[at]!;
  const second = octets[at + 1]!;
  const masked = second >= 0x80;
  const short = second & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const length = 2 + extended + (masked ? 4 : 0);
  if (there < length) return { state: "need-more", atLeast: length };
  let payload = extended === 0 ? short : 0;
  for (let read = 0; read < extended; read++) payload = payload * 0x100 + octets[at + 2 + read]!;
  if (payload > Number.MAX_SAFE_INTEGER) {
    const reason = { kind: "forbidden", value: "64 bits", clause: "RFC 6455 §5.2" } as const;
    return {
      state: "malformed",
      fault: { unit: "WebSocket frame", field: "Extended payload length", offset: 2, reason },
    };
  }
  const minimal = payload >= (extended === 0 ? 0 : extended === 2 ? 126 : 0x1_0000);
  const fin = first >= 0x80;
  const compressed = (first & 0x40) !== 0;
  const reserved = (first & 0x30) >> 4;
  return {
    state: "ok",
    unit: { fin, compressed, reserved, opcode: first & 0x0f, masked, payload, minimal },
    length,
  };
}

/** Opcodes (RFC 6455 §11.8). */
export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PONG = 0xa;

/** RFC 6455 §5.5: opcodes from 0x8 on. */
export const isControl = (opcode: number): boolean => opcode >= CLOSE;

/** The longest header: two octets, a length of eight, a masking key of four. */
export const LONGEST_HEADER = 14;
