/** One direction of a TLS connection: its records told apart, what can be read of them read, and told. */
import type { FrameNumber } from "../../capture/frame.ts";
import type { Fault } from "../../octets/decode.ts";
import type { Timestamp } from "../../octets/time.ts";
import type { View } from "../../octets/view.ts";
import type { Chunk, Direction, Gap } from "../../stream/item.ts";
import { type Exchange, type Sender, seen, speaksTls13, tellFault } from "./exchange.ts";
import { type Handshake, handshake, holdsMessages } from "./handshake.ts";
import { LIMITS } from "./limits.ts";
import { ContentType } from "./record.ts";
import { type Interest, recordStream, SSLV2, type StreamRecord } from "./record-stream.ts";
import { LONGEST_HELLO } from "./sslv2.ts";
import { trail } from "./trail.ts";

/** What a side hands on: whole messages, and what is read inside a suite without encryption. */
export interface SideSink {
  message(side: Side, type: number, body: View, from: number, to: number): void;
  /** A record without a type, in SSLv2's framing. */
  sslv2(side: Side, fragment: View, from: number, to: number): void;
  /** Application data in the clear; undefined where a part of it was lost. */
  content(side: Side, content: View | undefined, octets: number, from: number): void;
}

/** One direction. `direction`, `arrival` and `at` are of the item that is read now. */
export interface Side extends Sender {
  direction: Direction;
  arrival: FrameNumber;
  at: Timestamp;
  push(chunk: Chunk): void;
  gap(gap: Gap): void;
  stop(): void;
}

/** `midstream`: the first octets may be the inside of a record. */
export function openSide(direction: Direction, state: Exchange, sink: SideSink, midstream: boolean): Side {
  const counted = { handshake: 0, empty: 0, shapes: 0, alerts: 0, changes: 0 };
  /** ChangeCipherSpec was sent: until TLS 1.2 all that follows is protected. */
  let changed = false;
  /** The level of an alert that came in a record of one octet. */
  let level = -1;

  const records = recordStream(
    {
      wants: (type, length) => interest(type, length),
      record: record => {
        if (record.length === 0 && tooManyEmpty(record)) return;
        read(record);
      },
      malformed: (fault, from) => tell(fault, from, from),
      lost: () => messages.skip(Number.POSITIVE_INFINITY),
    },
    midstream,
  );
  const messages: Handshake = handshake(
    {
      message: (type, body, from, to) => sink.message(side, type, body, from, to),
      malformed: tell,
    },
    midstream,
  );
  const side: Side = {
    direction,
    arrival: 0 as FrameNumber,
    at: 0 as Timestamp,
    trail: trail(),
    push(chunk) {
      side.arrival = chunk.arrival;
      side.at = chunk.at;
      side.trail.at(chunk);
      records.push(chunk.octets, chunk.offset);
      side.trail.keep(Math.min(records.pending(), messages.pending()));
    },
    gap(gap) {
      side.arrival = gap.arrival;
      side.at = gap.at;
      records.gap(gap.offset, gap.length);
    },
    stop: () => records.stop(),
  };

  function tell(fault: Fault, from: number, to: number): void {
    tellFault(state, fault, seen(state, side, from, to));
  }

  /** Records of this type hide their content. Type 23 is never sent in the clear. */
  const hidden = (type: number): boolean =>
    state.mac === undefined && (type === ContentType.applicationData || (changed && !speaksTls13(state)));

  /** Where no ServerHello was seen, ChangeCipherSpec may be TLS 1.3's empty gesture, and a clear hello may follow it. */
  const undecided = (): boolean => changed && state.version === undefined;

  function interest(type: number, length: number): Interest {
    switch (type) {
      case SSLV2:
        if (length <= LONGEST_HELLO) return "content";
        tell(notSslv2(length), 0, 0);
        records.stop();
        return "none";
      case ContentType.changeCipherSpec:
        return "shape";
      case ContentType.handshake:
        if (counted.handshake > LIMITS.handshakeRecords) return "none";
        return !hidden(type) || undecided() ? "content" : shapeInterest();
      case ContentType.alert:
        return length <= 2 || !hidden(type) ? "content" : "shape";
      default:
        return hidden(type) ? shapeInterest() : "content";
    }
  }

  const shapeInterest = (): Interest => (counted.shapes < LIMITS.shapes ? "shape" : "none");

  function read(record: StreamRecord): void {
    switch (record.type) {
      case SSLV2:
        if (record.fragment !== undefined) sink.sslv2(side, record.fragment, record.from, record.to);
        return;
      case ContentType.changeCipherSpec:
        return change(record);
      case ContentType.alert:
        return alert(record);
      case ContentType.handshake:
        return handshakeRecord(record);
      case ContentType.applicationData:
        return applicationData(record);
      default:
        return heartbeat(record);
    }
  }

  function change({ from, to }: StreamRecord): void {
    changed = true;
    state.progress.changed(side.direction);
    counted.changes += 1;
    if (counted.changes <= LIMITS.changes)
      state.emit({ ...seen(state, side, from, to), type: "tls.change_cipher_spec" });
  }

  function handshakeRecord(record: StreamRecord): void {
    const { fragment, content, length, from } = record;
    const mac = changed && !speaksTls13(state) ? (state.mac ?? 0) : 0;
    if (hidden(record.type) && !(undecided() && fragment !== undefined && holdsMessages(fragment)))
      return shape(record);
    counted.handshake += 1;
    if (counted.handshake === LIMITS.handshakeRecords + 1)
      tell(tooMany("fragment", LIMITS.handshakeRecords), from, from);
    if (counted.handshake > LIMITS.handshakeRecords) return;
    if (fragment === undefined) return messages.skip(length);
    if (!messages.push(fragment.subarray(0, Math.max(0, length - mac)), content)) shape(record);
  }

  function applicationData(record: StreamRecord): void {
    const { fragment, length, content } = record;
    if (state.mac === undefined) {
      shape(record);
      past(record);
      return;
    }
    const plain = Math.max(0, length - state.mac);
    if (speaksTls13(state)) return innerPlaintext(record, fragment?.subarray(0, plain));
    shape(record, false);
    past(record);
    sink.content(side, fragment?.subarray(0, plain), plain, content);
  }

  /** RFC 8446 §5.2: content, its type, zeros; readable where the suite protects integrity only (RFC 9150). */
  function innerPlaintext(record: StreamRecord, plain: View | undefined): void {
    let end = plain?.length ?? 0;
    while (end > 0 && plain?.[end - 1] === 0) end -= 1;
    const type = plain?.[end - 1];
    const fragment = plain?.subarray(0, Math.max(0, end - 1));
    const length = fragment?.length ?? 0;
    if (type === ContentType.handshake) handshakeRecord({ ...record, fragment, length });
    else if (type === ContentType.alert) alert({ ...record, fragment, length });
    else {
      shape(record, false);
      past(record);
      sink.content(side, fragment, fragment === undefined ? record.length : length, record.content);
    }
  }

  /** Counts application data, and tells once that the handshake lies behind. */
  function past({ length, from, to }: StreamRecord): void {
    if (!state.progress.record(side.direction, length)) return;
    const applicationData = state.progress.counts();
    state.emit({ ...seen(state, side, from, to), type: "tls.established", applicationData });
  }

  function alert(record: StreamRecord): void {
    const { fragment, length, from, to } = record;
    const mac =
      changed && state.mac !== undefined && !speaksTls13(state) && length > state.mac ? state.mac : 0;
    if (fragment !== undefined && clearAlert(length - mac))
      return alerts(fragment.subarray(0, length - mac), from, to);
    shape(record);
    if (!limited()) state.emit({ ...seen(state, side, from, to), type: "tls.alert", encrypted: true });
  }

  /** RFC 8446 §6: level and description. Older stacks may join several in one record, or part one over two. */
  function alerts(octets: View, from: number, to: number): void {
    for (const octet of octets) {
      if (level < 0) {
        level = octet;
        continue;
      }
      const told = { encrypted: false, level, description: octet } as const;
      level = -1;
      if (!limited()) state.emit({ ...seen(state, side, from, to), type: "tls.alert", ...told });
    }
  }

  /** Nothing that a cipher or MAC made is so short, and TLS 1.3 sends its protected alerts under type 23. */
  const clearAlert = (length: number): boolean =>
    length <= 2 || (!hidden(ContentType.alert) && length <= LONGEST_ALERTS);

  const limited = (): boolean => {
    counted.alerts += 1;
    return counted.alerts > LIMITS.alerts;
  };

  function heartbeat(record: StreamRecord): void {
    const { fragment, type: contentType, version, length, from, to } = record;
    if (fragment === undefined || fragment.length < 3) return shape(record);
    counted.shapes += 1;
    if (counted.shapes > LIMITS.shapes) return;
    const claim = { type: fragment[0]!, payloadLength: fragment[1]! * 0x100 + fragment[2]! };
    const told = { contentType, version, length, protected: false, heartbeat: claim };
    state.emit({ ...seen(state, side, from, to), type: "tls.record", shape: told });
  }

  /** A record whose content is not told here: hidden, or handed on. */
  function shape({ type: contentType, version, length, from, to }: StreamRecord, hidden = true): void {
    counted.shapes += 1;
    if (counted.shapes > LIMITS.shapes) return;
    const told = { contentType, version, length, protected: hidden };
    state.emit({ ...seen(state, side, from, to), type: "tls.record", shape: told });
  }

  function tooManyEmpty({ from, to }: StreamRecord): boolean {
    counted.empty += 1;
    if (counted.empty <= LIMITS.emptyRecords) return false;
    tell(tooMany("length", LIMITS.emptyRecords), from, to);
    records.stop();
    return true;
  }

  return side;
}

const tooMany = (field: string, limit: number): Fault => ({
  unit: "TLSPlaintext",
  field,
  offset: 0,
  reason: { kind: "too-large", size: limit + 1, limit },
});

const notSslv2 = (size: number): Fault => ({
  unit: "CLIENT-HELLO",
  field: "RECORD-LENGTH",
  offset: 0,
  reason: { kind: "too-large", size, limit: LONGEST_HELLO },
});

/** More octets than this in an alert record in the clear are not alerts. */
const LONGEST_ALERTS = 8;
