/** The handshake layer (RFC 8446 §4): messages cut out of the fragments of handshake records. */
import type { Fault, Framed } from "../../octets/decode.ts";
import { NO_OCTETS, type View } from "../../octets/view.ts";
import { HandshakeType } from "./decode.ts";
import { LIMITS } from "./limits.ts";
import { grown } from "./record-stream.ts";

/** Octets of a message's header: type, then a length of three octets. */
export const MESSAGE_HEADER = 4;

export interface HandshakeFrame {
  /** HandshakeType. */
  readonly type: number;
  /** The message with its header, and without. */
  readonly octets: View;
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
    unit: {
      type: octets[0]!,
      octets: octets.subarray(0, total),
      body: octets.subarray(MESSAGE_HEADER, total),
    },
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
  /** Its octets are borrowed. */
  message(message: HandshakeFrame, from: number, to: number): void;
  malformed(fault: Fault, from: number, to: number): void;
}

/** One direction's messages, put together: they may share a record, and one may take many. */
export class HandshakeAssembler {
  readonly #sink: HandshakeSink;
  /** It is not known where in the octets a message begins. */
  #lost: boolean;
  /** Octets of a message given up that are still to come. */
  #dropping = 0;
  #held: Uint8Array = NO_OCTETS;
  #filled = 0;
  #from = 0;

  constructor(sink: HandshakeSink, midstream: boolean) {
    this.#sink = sink;
    this.#lost = midstream;
  }

  /**
   * A fragment of a handshake record; `offset` is its first octet's in the stream. False: after a loss it does not
   * show where a message begins. A message above its ceiling is a fault and is passed over.
   */
  push(fragment: View, offset: number): boolean {
    if (this.#lost && !holdsMessages(fragment)) return false;
    this.#lost = false;
    let at = 0;
    while (at < fragment.length) {
      if (this.#dropping > 0) {
        const passed = Math.min(this.#dropping, fragment.length - at);
        this.#dropping -= passed;
        at += passed;
      } else {
        at = this.#filled > 0 ? this.#complete(fragment, at, offset) : this.#begin(fragment, at, offset);
      }
    }
    return true;
  }

  /** `octets` of a fragment are missing; Infinity where nobody knows how many. */
  skip(octets: number): void {
    const rest = this.#filled >= MESSAGE_HEADER ? this.#target() - this.#filled : this.#dropping;
    this.#held = NO_OCTETS;
    this.#filled = 0;
    this.#dropping = Math.max(0, rest - octets);
    this.#lost ||= octets > rest;
  }

  /** Stream offset where the unfinished message begins; Infinity where there is none. */
  get pending(): number {
    return this.#filled > 0 ? this.#from : Number.POSITIVE_INFINITY;
  }

  /** A message begins at `at`: told at once where it is whole. Gives where in the fragment it ends, as far as it is there. */
  #begin(fragment: View, at: number, offset: number): number {
    this.#from = offset + at;
    const framed = frameHandshake(fragment.subarray(at));
    if (framed.state !== "ok") return this.#complete(fragment, at, offset);
    const end = at + framed.length;
    this.#sink.message(framed.unit, this.#from, offset + end);
    return end;
  }

  /** Takes octets for the unfinished message; gives where they end. */
  #complete(fragment: View, at: number, offset: number): number {
    const target = this.#target();
    const end = Math.min(fragment.length, at + target - this.#filled);
    this.#held = grown(this.#held, this.#filled + end - at, target);
    this.#held.set(fragment.subarray(at, end), this.#filled);
    this.#filled += end - at;
    if (this.#filled === target) this.#settle(offset + end);
    return end;
  }

  /** The octets held are a message, one above its ceiling, or the header of one unfinished. */
  #settle(to: number): void {
    const held = this.#held;
    const framed = frameHandshake(held.subarray(0, this.#filled));
    if (framed.state === "need-more") return;
    this.#held = NO_OCTETS;
    this.#filled = 0;
    if (framed.state === "ok") return this.#sink.message(framed.unit, this.#from, to);
    this.#dropping = bodyLength(held);
    this.#sink.malformed(framed.fault, this.#from, to);
  }

  /** Octets of the unfinished message, or of its header where that is not there yet. */
  #target(): number {
    return this.#filled < MESSAGE_HEADER ? MESSAGE_HEADER : MESSAGE_HEADER + bodyLength(this.#held);
  }
}

const bodyLength = (octets: View): number => octets[1]! * 0x1_0000 + octets[2]! * 0x100 + octets[3]!;

function tooLarge(type: number, size: number): Fault | undefined {
  const limit = type === HandshakeType.certificate ? LIMITS.certificateMessage : LIMITS.message;
  if (size <= limit) return undefined;
  return { unit: "Handshake", field: "length", offset: 1, reason: { kind: "too-large", size, limit } };
}

/** Types that occur outside TLS 1.3's encryption. */
const KNOWN: ReadonlySet<number> = new Set([...Object.values(HandshakeType), 3, 8, 21, 23, 67]);
