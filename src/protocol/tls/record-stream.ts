/** One direction of a TLS connection, cut into records as its octets come; what nobody reads is skipped by its length. */
import type { Fault } from "../../octets/decode.ts";
import type { View } from "../../octets/view.ts";
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

export interface RecordStream {
  /** Octets that follow those before; `offset` is the first one's in the stream. */
  push(octets: View, offset: number): void;
  /** `length` octets at `offset` are missing. */
  gap(offset: number, length: number): void;
  /** From here on octets are ignored. */
  stop(): void;
  /** Stream offset of the first octet that an unfinished record needs; Infinity where there is none. */
  pending(): number;
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
export function recordStream(sink: RecordSink, midstream: boolean): RecordStream {
  const head = new Uint8Array(HEADER);
  let have = 0;
  /** Octets of a header: two for SSLv2, which only the first octet of a direction may begin. */
  let header = HEADER;
  let fresh = true;
  let stopped = false;
  /** `search`: any octet may begin a record; `trial`: one is believed to, the next header decides. */
  let mode: "sure" | "search" | "trial" = midstream ? "search" : "sure";
  let searched = 0;
  let held: StreamRecord | undefined;

  let type = 0;
  let version = 0;
  let length = 0;
  /** Octets of the fragment still to come; -1 while a header is read. */
  let left = -1;
  let from = 0;
  let interest: Interest = "none";
  let body: Uint8Array | undefined;

  const readHeader = (octets: View, start: number, offset: number): number => {
    let at = start;
    while (at < octets.length) {
      if (have === 0) from = offset + at;
      head[have++] = octets[at++]!;
      if (have === 1 && fresh && mode === "sure" && head[0]! >= SSLV2) header = 2;
      if (mode === "sure" ? refused() : have === HEADER && implausible()) return at;
      if (have === header) {
        open();
        return at;
      }
    }
    return at;
  };

  const refused = (): boolean => {
    const fault = header === HEADER ? headerFault(head, have) : undefined;
    if (fault === undefined) return false;
    stopped = true;
    sink.malformed(fault, from);
    return true;
  };

  /** Moves the window of five octets on by one, unless they may be a header. */
  const implausible = (): boolean => {
    if (plausibleAt(head, 0, mode === "trial" ? version : undefined)) {
      confirm();
      return false;
    }
    mode = "search";
    held = undefined;
    head.copyWithin(0, 1);
    have = HEADER - 1;
    from += 1;
    searched += 1;
    stopped = searched > LIMITS.resync;
    return stopped;
  };

  const confirm = (): void => {
    const believed = held;
    held = undefined;
    mode = mode === "search" ? "trial" : "sure";
    searched = 0;
    if (believed !== undefined) sink.record(believed);
  };

  const open = (): void => {
    fresh = false;
    type = header === HEADER ? head[0]! : SSLV2;
    version = header === HEADER ? versionOf(head) : 0;
    length = header === HEADER ? lengthOf(head) : (head[0]! - SSLV2) * 0x100 + head[1]!;
    left = length;
    interest = sink.wants(type, length);
  };

  const readFragment = (octets: View, at: number, offset: number): number => {
    const taken = Math.min(left, octets.length - at);
    const end = at + taken;
    const content = interest === "content";
    // A record on trial may have to outlive this chunk.
    if (content && taken > 0 && (taken < length || mode === "trial")) {
      const filled = length - left;
      body = grown(body, filled + taken, length);
      body.set(octets.subarray(at, end), filled);
    }
    left -= taken;
    if (left === 0) close(content ? (body ?? octets.subarray(at, end)) : undefined, offset + end);
    return end;
  };

  const close = (fragment: View | undefined, to: number): void => {
    const record = { type, version, length, fragment, from, content: from + header, to };
    body = undefined;
    left = -1;
    have = 0;
    header = HEADER;
    if (mode === "trial") held = record;
    else sink.record(record);
  };

  return {
    push(octets, offset) {
      let at = 0;
      while (at < octets.length) {
        if (stopped) return;
        if (left < 0) at = readHeader(octets, at, offset);
        if (left >= 0 && !stopped) at = readFragment(octets, at, offset);
      }
      if (held !== undefined && have === 0) confirm();
    },
    gap(offset, missing) {
      if (stopped) return;
      if (interest === "content") interest = "shape";
      body = undefined;
      if (mode !== "search" && left >= missing) {
        left -= missing;
        if (left === 0) close(undefined, offset + missing);
        return;
      }
      mode = "search";
      held = undefined;
      fresh = false;
      left = -1;
      have = 0;
      header = HEADER;
      sink.lost();
    },
    stop() {
      stopped = true;
    },
    pending() {
      if (stopped) return Number.POSITIVE_INFINITY;
      if (held !== undefined) return held.from;
      return have > 0 && (left < 0 || interest !== "none") ? from : Number.POSITIVE_INFINITY;
    },
  };
}

/** A buffer for `needed` of `length` octets, with what `body` holds: it grows with what came, not with what was announced. */
export function grown(body: Uint8Array | undefined, needed: number, length: number): Uint8Array {
  if (body !== undefined && body.length >= needed) return body;
  const size = Math.min(length, Math.max(needed, 2 * (body?.length ?? 1_024)));
  const larger = new Uint8Array(size);
  if (body !== undefined) larger.set(body);
  return larger;
}
