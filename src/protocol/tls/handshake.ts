/** The handshake layer (RFC 8446 §4): messages cut out of the fragments of handshake records. */
import type { Fault, Framed } from "../../octets/decode.ts";
import type { View } from "../../octets/view.ts";
import { HandshakeType } from "./decode.ts";
import { LIMITS } from "./limits.ts";
import { grown } from "./record-stream.ts";

/** Octets of a message's header: type, then a length of three octets. */
export const MESSAGE_HEADER = 4;

export interface HandshakeFrame {
  /** HandshakeType. */
  readonly type: number;
  readonly body: View;
}

/** Cuts the first handshake message out of `octets`. */
export function frameHandshake(octets: View): Framed<HandshakeFrame> {
  if (octets.length < MESSAGE_HEADER) return { state: "need-more", atLeast: MESSAGE_HEADER };
  const size = bodyLength(octets);
  const fault = tooLarge(octets[0]!, size);
  if (fault !== undefined) return { state: "malformed", fault };
  const total = MESSAGE_HEADER + size;
  if (octets.length < total) return { state: "need-more", atLeast: total };
  return {
    state: "ok",
    unit: { type: octets[0]!, body: octets.subarray(MESSAGE_HEADER, total) },
    length: total,
  };
}

/** Does a fragment hold whole messages of known types and nothing else? Told apart from encrypted ones by this. */
export function holdsMessages(fragment: View): boolean {
  let at = 0;
  while (at < fragment.length) {
    const framed = frameHandshake(fragment.subarray(at));
    if (framed.state !== "ok" || !KNOWN.has(framed.unit.type)) return false;
    at += framed.length;
  }
  return at > 0;
}

/** What an assembler is given; offsets are those of the stream. */
export interface HandshakeSink {
  /** `body` is borrowed. */
  message(type: number, body: View, from: number, to: number): void;
  malformed(fault: Fault, from: number, to: number): void;
}

/** One direction's handshake messages. */
export interface Handshake {
  /** A fragment of a handshake record. False: after a loss it does not show where a message begins. */
  push(fragment: View, offset: number): boolean;
  /** `octets` of a fragment are missing; Infinity where nobody knows how many. */
  skip(octets: number): void;
  /** Stream offset where the unfinished message begins; Infinity where there is none. */
  pending(): number;
}

/** Messages may share a record, and one may take many. A message above its ceiling is a fault and is passed over. */
export function handshake(sink: HandshakeSink, midstream: boolean): Handshake {
  let lost = midstream;
  /** Octets of a message given up that are still to come. */
  let dropping = 0;
  let held: Uint8Array | undefined;
  let filled = 0;
  let from = 0;

  /** Takes octets for the unfinished message; gives where they end. */
  const complete = (fragment: View, at: number, offset: number): number => {
    const target = filled < MESSAGE_HEADER ? MESSAGE_HEADER : MESSAGE_HEADER + bodyLength(held!);
    const end = Math.min(fragment.length, at + target - filled);
    held = grown(held, filled + end - at, target);
    held.set(fragment.subarray(at, end), filled);
    filled += end - at;
    if (filled === target) settle(offset + end);
    return end;
  };

  /** Decides what the octets held are: a message, one above its ceiling, or the header of one unfinished. */
  const settle = (to: number): void => {
    const framed = frameHandshake(held!.subarray(0, filled));
    if (framed.state === "need-more") return;
    const announced = bodyLength(held!);
    held = undefined;
    filled = 0;
    if (framed.state === "ok") return sink.message(framed.unit.type, framed.unit.body, from, to);
    dropping = announced;
    sink.malformed(framed.fault, from, to);
  };

  return {
    push(fragment, offset) {
      if (lost && !holdsMessages(fragment)) return false;
      lost = false;
      let at = 0;
      while (at < fragment.length) {
        if (dropping > 0) {
          const passed = Math.min(dropping, fragment.length - at);
          dropping -= passed;
          at += passed;
        } else if (filled > 0) {
          at = complete(fragment, at, offset);
        } else {
          from = offset + at;
          const framed = frameHandshake(fragment.subarray(at));
          if (framed.state === "ok") {
            at += framed.length;
            sink.message(framed.unit.type, framed.unit.body, from, offset + at);
          } else {
            at = complete(fragment, at, offset);
          }
        }
      }
      return true;
    },
    skip(octets) {
      const rest = filled >= MESSAGE_HEADER ? MESSAGE_HEADER + bodyLength(held!) - filled : dropping;
      held = undefined;
      filled = 0;
      dropping = Math.max(0, rest - octets);
      lost = lost || octets > rest;
    },
    pending: () => (filled > 0 ? from : Number.POSITIVE_INFINITY),
  };
}

const bodyLength = (octets: View): number => octets[1]! * 0x1_0000 + octets[2]! * 0x100 + octets[3]!;

function tooLarge(type: number, size: number): Fault | undefined {
  const limit = type === HandshakeType.certificate ? LIMITS.certificateMessage : LIMITS.message;
  if (size <= limit) return undefined;
  return { unit: "Handshake", field: "length", offset: 1, reason: { kind: "too-large", size, limit } };
}

/** Types that occur outside TLS 1.3's encryption. */
const KNOWN: ReadonlySet<number> = new Set([...Object.values(HandshakeType), 3, 8, 21, 23, 67]);
