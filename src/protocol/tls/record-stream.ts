/** One direction of a TLS connection, cut into records as its octets come; what nobody reads is skipped by its length. */
import type { Fault } from "../../octets/decode.ts";
import { NO_OCTETS, type View } from "../../octets/view.ts";
import type { UnitOctets } from "../event.ts";
import { LIMITS } from "./limits.ts";
import { HEADER, headerFault, lengthOf, plausibleAt, versionOf } from "./record.ts";

/** A record, or as much of it as was asked for. */
export interface StreamRecord {
  /** ContentType, or `SSLV2`. */
  readonly type: number;
  readonly version: number;
  /** Octets of the fragment. */
  readonly length: number;
  /** Borrowed; undefined where nobody wanted it, or where a part of it was lost. */
  readonly fragment: View | undefined;
  /** Stream offset of the header, of the fragment, and of the octet after the record. */
  readonly from: number;
  readonly content: number;
  readonly to: number;
}

/** `content`: the fragment is to be read; `shape`: where the record lies will be told; `none`: it is only counted. */
export type Interest = "content" | "shape" | "none";

/** What a record stream is given. */
export interface RecordSink {
  /** Asked once the header is there. */
  wants(type: number, length: number): Interest;
  record(record: StreamRecord): void;
  /** No record can begin with these octets: the stream has stopped. */
  malformed(fault: Fault, from: number): void;
  /** An unknown number of records is missing. */
  lost(): void;
}

/** SSLv2 records have no type of their own (draft-hickman-netscape-ssl-00 §1.1): the high bit of the length tells them. */
export const SSLV2 = 0x80;

/**
 * Cuts a direction into records; inside a record that nobody reads a chunk costs one step.
 *
 * After a loss that no record's length leads past, and at once where `midstream` says that the first octets may be
 * the inside of a record, records begin where a plausible header is followed, by its own length, by another one or
 * by the end of a chunk; by chance that is so once in 10^12 octets.
 */
export class RecordStream {
  readonly #sink: RecordSink;
  readonly #head = new Uint8Array(HEADER);
  /** Octets of the header that are there. */
  #have = 0;
  /** Octets of a header: two for SSLv2, which only the first octet of a direction may begin. */
  #header = HEADER;
  #fresh = true;
  #stopped = false;
  /** `search`: any octet may begin a record; `trial`: one is believed to, the next header decides. */
  #mode: "sure" | "search" | "trial";
  #searched = 0;
  /** The record on trial. */
  #held: StreamRecord | undefined = undefined;

  #type = 0;
  #version = 0;
  #length = 0;
  /** Octets of the fragment still to come; -1 while a header is read. */
  #left = -1;
  #from = 0;
  #interest: Interest = "none";
  #body: Uint8Array = NO_OCTETS;

  constructor(sink: RecordSink, midstream: boolean) {
    this.#sink = sink;
    this.#mode = midstream ? "search" : "sure";
  }

  /** Octets that follow those before; `offset` is the first one's in the stream. */
  push(octets: View, offset: number): void {
    let at = 0;
    while (at < octets.length) {
      if (this.#stopped) return;
      if (this.#left < 0) at = this.#readHeader(octets, at, offset);
      if (this.#left >= 0 && !this.#stopped) at = this.#readFragment(octets, at, offset);
    }
    if (this.#held !== undefined && this.#have === 0) this.#confirm();
  }

  /** `missing` octets at `offset` were lost. */
  gap(offset: number, missing: number): void {
    if (this.#stopped) return;
    if (this.#interest === "content") this.#interest = "shape";
    this.#body = NO_OCTETS;
    if (this.#mode !== "search" && this.#left >= missing) {
      this.#left -= missing;
      if (this.#left === 0) this.#close(undefined, offset + missing);
      return;
    }
    this.#mode = "search";
    this.#held = undefined;
    this.#fresh = false;
    this.#nextHeader();
    this.#sink.lost();
  }

  /** From here on octets are ignored. */
  stop(): void {
    this.#stopped = true;
  }

  /** Stream offset of the first octet that an unfinished record needs; Infinity where there is none. */
  get pending(): number {
    if (this.#stopped) return Number.POSITIVE_INFINITY;
    if (this.#held !== undefined) return this.#held.from;
    return this.#have > 0 && (this.#left < 0 || this.#interest !== "none")
      ? this.#from
      : Number.POSITIVE_INFINITY;
  }

  /** Takes header octets from `start` on; gives where they end. */
  #readHeader(octets: View, start: number, offset: number): number {
    const head = this.#head;
    let at = start;
    while (at < octets.length) {
      if (this.#have === 0) this.#from = offset + at;
      head[this.#have++] = octets[at++]!;
      if (this.#mode === "sure") {
        if (this.#have === 1 && this.#fresh && head[0]! >= SSLV2) this.#header = 2;
        if (this.#refused()) return at;
      } else if (this.#have === HEADER && this.#implausible()) {
        if (this.#stopped) return at;
        continue;
      }
      if (this.#have !== this.#header) continue;
      this.#open();
      return at;
    }
    return at;
  }

  #refused(): boolean {
    const fault = this.#header === HEADER ? headerFault(this.#head, this.#have) : undefined;
    if (fault === undefined) return false;
    this.#stopped = true;
    this.#sink.malformed(fault, this.#from);
    return true;
  }

  /** Moves the window of five octets on by one, unless they may be a header. */
  #implausible(): boolean {
    if (plausibleAt(this.#head, 0, this.#mode === "trial" ? this.#version : undefined)) {
      this.#confirm();
      return false;
    }
    this.#mode = "search";
    this.#held = undefined;
    this.#head.copyWithin(0, 1);
    this.#have = HEADER - 1;
    this.#from += 1;
    this.#searched += 1;
    this.#stopped = this.#searched > LIMITS.resync;
    return true;
  }

  #confirm(): void {
    const believed = this.#held;
    this.#held = undefined;
    this.#mode = this.#mode === "search" ? "trial" : "sure";
    this.#searched = 0;
    if (believed !== undefined) this.#sink.record(believed);
  }

  /** The header is there. */
  #open(): void {
    const head = this.#head;
    const v2 = this.#header !== HEADER;
    this.#fresh = false;
    this.#type = v2 ? SSLV2 : head[0]!;
    this.#version = v2 ? 0 : versionOf(head);
    this.#length = v2 ? (head[0]! - SSLV2) * 0x100 + head[1]! : lengthOf(head);
    this.#left = this.#length;
    this.#interest = this.#sink.wants(this.#type, this.#length);
  }

  /** Takes fragment octets from `at` on; gives where they end. */
  #readFragment(octets: View, at: number, offset: number): number {
    const taken = Math.min(this.#left, octets.length - at);
    const end = at + taken;
    const content = this.#interest === "content";
    // A record on trial may have to outlive this chunk.
    const copied = taken < this.#length || this.#mode === "trial";
    if (content && copied) {
      const filled = this.#length - this.#left;
      this.#body = grown(this.#body, filled + taken, this.#length);
      this.#body.set(octets.subarray(at, end), filled);
    }
    this.#left -= taken;
    if (this.#left > 0) return end;
    const fragment = copied ? this.#body : octets.subarray(at, end);
    this.#close(content ? fragment : undefined, offset + end);
    return end;
  }

  /** The fragment is there, or is passed. */
  #close(fragment: View | undefined, to: number): void {
    const record = {
      type: this.#type,
      version: this.#version,
      length: this.#length,
      fragment,
      from: this.#from,
      content: this.#from + this.#header,
      to,
    };
    this.#nextHeader();
    if (this.#mode === "trial") this.#held = record;
    else this.#sink.record(record);
  }

  #nextHeader(): void {
    this.#body = NO_OCTETS;
    this.#left = -1;
    this.#have = 0;
    this.#header = HEADER;
  }
}

/** The record as it was on the wire: its header, and its fragment where that was read. */
export function recordOctets({ type, version, fragment, content, to }: StreamRecord): UnitOctets | undefined {
  if (type === SSLV2) return undefined;
  const length = to - content;
  const octets = new Uint8Array(HEADER + (fragment?.length ?? 0));
  octets.set([type, version >> 8, version, length >> 8, length]);
  if (fragment !== undefined) octets.set(fragment, HEADER);
  return { octets, start: 0, end: octets.length };
}

/** A buffer for `needed` of `length` octets, with what `body` holds: it grows with what came, not with what was announced. */
export function grown(body: Uint8Array, needed: number, length: number): Uint8Array {
  if (body.length > 0 && body.length >= needed) return body;
  const larger = new Uint8Array(Math.min(length, Math.max(needed, 2 * body.length, SMALLEST_BODY)));
  larger.set(body);
  return larger;
}

const SMALLEST_BODY = 2_048;
