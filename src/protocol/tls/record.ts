/** The record layer (RFC 8446 §5.1, RFC 5246 §6.2.1): five octets of header, then the fragment. */
import type { Fault, Framed } from "../../octets/decode.ts";
import type { View } from "../../octets/view.ts";
import { LIMITS } from "./limits.ts";

/** RFC 8446 §5.1, RFC 6520 §3. */
export const ContentType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
} as const;

/** Octets of a record's header. */
export const HEADER = 5;

export interface RecordFrame {
  readonly type: number;
  /** legacy_record_version: says little about the version negotiated. */
  readonly version: number;
  readonly fragment: View;
}

/** Cuts the first record out of `octets`. */
export function frameRecord(octets: View): Framed<RecordFrame> {
  const fault = headerFault(octets, octets.length);
  if (fault !== undefined) return { state: "malformed", fault };
  if (octets.length < HEADER) return { state: "need-more", atLeast: HEADER };
  const total = HEADER + lengthOf(octets);
  if (octets.length < total) return { state: "need-more", atLeast: total };
  const unit = { type: octets[0]!, version: versionOf(octets), fragment: octets.subarray(HEADER, total) };
  return { state: "ok", unit, length: total };
}

/** What forbids the first `have` octets to begin a record; undefined where nothing does so far. */
export function headerFault(head: View, have: number): Fault | undefined {
  if (have < 1) return undefined;
  const type = head[0]!;
  if (type < ContentType.changeCipherSpec || type > ContentType.heartbeat) return forbidden("type", 0, type);
  if (have < 2) return undefined;
  if (head[1] !== 3) return forbidden("legacy_record_version", 1, head[1]!);
  if (have < HEADER) return undefined;
  const size = lengthOf(head);
  if (size <= LIMITS.fragment) return undefined;
  return {
    unit: "TLSPlaintext",
    field: "length",
    offset: 3,
    reason: { kind: "too-large", size, limit: LIMITS.fragment },
  };
}

/** Could a record of this version begin at `at`? Needs five octets there; stricter than a header in its place. */
export function plausibleAt(octets: View, at: number, version: number | undefined): boolean {
  const type = octets[at]!;
  if (type < ContentType.changeCipherSpec || type > ContentType.heartbeat || octets[at + 1] !== 3)
    return false;
  const minor = octets[at + 2]!;
  if (version === undefined ? minor > 3 : minor !== version % 0x100) return false;
  const length = lengthOf(octets, at);
  if (type === ContentType.changeCipherSpec) return length === 1;
  return length > 0 && length <= LIMITS.fragment;
}

/** The fragment length of the record header at `at` (RFC 8446 §5.1). */
export const lengthOf = (octets: View, at = 0): number => octets[at + 3]! * 0x100 + octets[at + 4]!;
/** legacy_record_version (RFC 8446 §5.1). */
export const versionOf = (octets: View): number => octets[1]! * 0x100 + octets[2]!;

const forbidden = (field: string, offset: number, value: number): Fault => ({
  unit: "TLSPlaintext",
  field,
  offset,
  reason: { kind: "forbidden", value, clause: "RFC 8446 §5.1" },
});
