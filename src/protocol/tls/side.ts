/** One direction of a TLS connection: its records told apart, what can be read of them read, and told. */
import type { FrameNumber } from "../../capture/frame.ts";
import type { Fault } from "../../octets/decode.ts";
import type { Timestamp } from "../../octets/time.ts";
import type { View } from "../../octets/view.ts";
import type { Chunk, Direction, Gap } from "../../stream/item.ts";
import type { Seen } from "../event.ts";
import { type Exchange, type Sender, seen, speaksTls13, tellFault } from "./exchange.ts";
import { HandshakeAssembler, type HandshakeFrame, holdsMessages } from "./handshake.ts";
import { LIMITS } from "./limits.ts";
import { ContentType } from "./record.ts";
import { type Interest, recordOctets, RecordStream, SSLV2, type StreamRecord } from "./record-stream.ts";
import { LONGEST_HELLO } from "./sslv2.ts";
import { trail } from "./trail.ts";

/** What a side hands on: whole messages, and what is read inside a suite without encryption. */
export interface SideSink {
  message(side: Side, message: HandshakeFrame, from: number, to: number): void;
  /** A record without a type, in SSLv2's framing. */
  sslv2(side: Side, fragment: View, from: number, to: number): void;
  /** Application data in the clear; undefined where a part of it was lost. */
  content(side: Side, content: View | undefined, octets: number, from: number): void;
}

/** One direction. `midstream`: its first octets may be the inside of a record. */
export class Side implements Sender {
  direction: Direction;
  arrival = 0 as FrameNumber;
  at = 0 as Timestamp;
  readonly trail = trail();
  readonly #state: Exchange;
  readonly #sink: SideSink;
  readonly #records: RecordStream;
  readonly #messages: HandshakeAssembler;
  /** What has a ceiling of its own. */
  readonly #counted = { handshake: 0, empty: 0, shapes: 0, alerts: 0, changes: 0 };
  /** ChangeCipherSpec was sent: until TLS 1.2 all that follows is protected. */
  #changed = false;
  /** The level of an alert whose description is in the next record; -1 for none. */
  #level = -1;

  constructor(direction: Direction, state: Exchange, sink: SideSink, midstream: boolean) {
    this.direction = direction;
    this.#state = state;
    this.#sink = sink;
    this.#messages = new HandshakeAssembler(
      {
        message: (message, from, to) => sink.message(this, message, from, to),
        malformed: (fault, from, to) => this.#tell(fault, from, to),
      },
      midstream,
    );
    this.#records = new RecordStream(
      {
        wants: (type, length) => this.#interest(type, length),
        record: record => this.#read(record),
        malformed: (fault, from) => this.#tell(fault, from, from),
        lost: () => this.#messages.skip(Number.POSITIVE_INFINITY),
      },
      midstream,
    );
  }

  push(chunk: Chunk): void {
    this.arrival = chunk.arrival;
    this.at = chunk.at;
    this.trail.at(chunk);
    this.#records.push(chunk.octets, chunk.offset);
    this.trail.keep(Math.min(this.#records.pending, this.#messages.pending));
  }

  gap(gap: Gap): void {
    this.arrival = gap.arrival;
    this.at = gap.at;
    this.#records.gap(gap.offset, gap.length);
  }

  stop(): void {
    this.#records.stop();
  }

  /** Records of this type hide their content. Type 23 is never sent in the clear. */
  #hides(type: number): boolean {
    if (this.#state.mac !== undefined) return false;
    return type === ContentType.applicationData || (this.#changed && !speaksTls13(this.#state));
  }

  /** Where no ServerHello was seen, ChangeCipherSpec may be TLS 1.3's empty gesture, and a clear hello may follow it. */
  get #undecided(): boolean {
    return this.#changed && this.#state.version === undefined;
  }

  #interest(type: number, length: number): Interest {
    switch (type) {
      case SSLV2:
        if (length <= LONGEST_HELLO) return "content";
        this.#tell(notSslv2(length), 0, 0);
        this.stop();
        return "none";
      case ContentType.changeCipherSpec:
        return "shape";
      case ContentType.handshake:
        if (this.#counted.handshake > LIMITS.handshakeRecords) return "none";
        return !this.#hides(type) || this.#undecided ? "content" : this.#shapeInterest();
      case ContentType.alert:
        return length <= 2 || !this.#hides(type) ? "content" : "shape";
      default:
        return this.#hides(type) ? this.#shapeInterest() : "content";
    }
  }

  #shapeInterest(): Interest {
    return this.#counted.shapes < LIMITS.shapes ? "shape" : "none";
  }

  #read(record: StreamRecord): void {
    if (record.length === 0 && this.#tooManyEmpty(record)) return;
    switch (record.type) {
      case SSLV2:
        if (record.fragment !== undefined) this.#sink.sslv2(this, record.fragment, record.from, record.to);
        return;
      case ContentType.changeCipherSpec:
        return this.#change(record);
      case ContentType.alert:
        return this.#alert(record);
      case ContentType.handshake:
        return this.#handshake(record);
      case ContentType.applicationData:
        return this.#applicationData(record);
      default:
        return this.#heartbeat(record);
    }
  }

  #change(record: StreamRecord): void {
    this.#changed = true;
    this.#state.progress.changed(this.direction);
    this.#counted.changes += 1;
    if (this.#within(this.#counted.changes, LIMITS.changes, "change_cipher_spec", record.from))
      this.#state.emit({ type: "tls.change_cipher_spec", ...this.#seen(record) });
  }

  #handshake(record: StreamRecord): void {
    const { fragment, content, length, from } = record;
    const readable =
      !this.#hides(record.type) || (this.#undecided && fragment !== undefined && holdsMessages(fragment));
    if (!readable) return this.#shape(record);
    this.#counted.handshake += 1;
    if (!this.#within(this.#counted.handshake, LIMITS.handshakeRecords, "handshake", from)) return;
    if (fragment === undefined) return this.#messages.skip(length);
    const plain = fragment.subarray(0, Math.max(0, length - this.#mac(ContentType.handshake)));
    if (!this.#messages.push(plain, content)) this.#shape(record);
  }

  /** Octets of MAC at the end of a record of this type, where the suite does not encrypt. */
  #mac(type: number): number {
    if (speaksTls13(this.#state)) return type === ContentType.applicationData ? (this.#state.mac ?? 0) : 0;
    return this.#changed || type === ContentType.applicationData ? (this.#state.mac ?? 0) : 0;
  }

  #applicationData(record: StreamRecord): void {
    if (this.#state.mac === undefined) {
      this.#shape(record);
      return this.#past(record);
    }
    const length = Math.max(0, record.length - this.#state.mac);
    const plain = { ...record, fragment: record.fragment?.subarray(0, length), length };
    if (speaksTls13(this.#state)) this.#innerPlaintext(record, plain);
    else this.#data(record, plain);
  }

  /** RFC 8446 §5.2: content, its type, zeros; readable where the suite protects integrity only (RFC 9150). */
  #innerPlaintext(record: StreamRecord, { fragment }: StreamRecord): void {
    if (fragment === undefined) return this.#data(record, record);
    let end = fragment.length;
    while (end > 0 && fragment[end - 1] === 0) end -= 1;
    const length = Math.max(0, end - 1);
    const plain = { ...record, fragment: fragment.subarray(0, length), length };
    if (fragment[length] === ContentType.handshake) this.#handshake(plain);
    else if (fragment[length] === ContentType.alert) this.#alert(plain);
    else this.#data(record, plain);
  }

  /** Application data that can be read: `plain` is what `record` holds without MAC and type. */
  #data(record: StreamRecord, { fragment, length, content }: StreamRecord): void {
    this.#shape(record, false);
    this.#past(record);
    this.#sink.content(this, fragment, length, content);
  }

  /** Counts application data, and tells once that the handshake lies behind. */
  #past(record: StreamRecord): void {
    if (!this.#state.progress.record(this.direction, record.length)) return;
    const applicationData = this.#state.progress.counts();
    this.#state.emit({ type: "tls.established", ...this.#seen(record), applicationData });
  }

  #alert(record: StreamRecord): void {
    const { fragment, length } = record;
    const mac = this.#mac(ContentType.alert);
    const plain = length > mac ? length - mac : length;
    if (fragment !== undefined && this.#isClear(plain))
      return this.#alerts(record, fragment.subarray(0, plain));
    this.#shape(record);
    if (this.#oneMoreAlert(record))
      this.#state.emit({ type: "tls.alert", ...this.#seen(record), encrypted: true });
  }

  /** RFC 8446 §6: level and description. Older stacks may join several in one record, or part one over two. */
  #alerts(record: StreamRecord, octets: View): void {
    for (const octet of octets) {
      if (this.#level < 0) {
        this.#level = octet;
        continue;
      }
      const told = { encrypted: false, level: this.#level, description: octet } as const;
      this.#level = -1;
      if (this.#oneMoreAlert(record)) this.#state.emit({ type: "tls.alert", ...this.#seen(record), ...told });
    }
  }

  /** Nothing that a cipher or MAC made is so short, and TLS 1.3 sends its protected alerts under type 23. */
  #isClear(length: number): boolean {
    return length <= 2 || (!this.#hides(ContentType.alert) && length <= LONGEST_ALERTS);
  }

  #oneMoreAlert({ from }: StreamRecord): boolean {
    this.#counted.alerts += 1;
    return this.#within(this.#counted.alerts, LIMITS.alerts, "alert", from);
  }

  #heartbeat(record: StreamRecord): void {
    const { fragment } = record;
    if (fragment === undefined || fragment.length < 3) return this.#shape(record);
    const payloadLength = fragment[1]! * 0x100 + fragment[2]!;
    this.#shape(record, false, { type: fragment[0]!, payloadLength });
  }

  /** A record whose content is not told here: hidden, or handed on. */
  #shape(record: StreamRecord, hidden = true, heartbeat?: { type: number; payloadLength: number }): void {
    this.#counted.shapes += 1;
    if (this.#counted.shapes > LIMITS.shapes) return;
    const { type: contentType, version, length } = record;
    const shape = {
      contentType,
      version,
      length,
      protected: hidden,
      ...(heartbeat !== undefined && { heartbeat }),
    };
    this.#state.emit({ type: "tls.record", ...this.#seen(record), shape });
  }

  #tooManyEmpty({ from }: StreamRecord): boolean {
    this.#counted.empty += 1;
    if (this.#within(this.#counted.empty, LIMITS.emptyRecords, "length", from)) return false;
    this.stop();
    return true;
  }

  /** Whether a count is within its limit; that it is not any more is told once. */
  #within(count: number, limit: number, field: string, from: number): boolean {
    if (count === limit + 1) this.#tell(tooMany(field, limit), from, from);
    return count <= limit;
  }

  #tell(fault: Fault, from: number, to: number): void {
    tellFault(this.#state, fault, seen(this.#state, this, from, to));
  }

  #seen(record: StreamRecord): Seen {
    return seen(this.#state, this, record.from, record.to, recordOctets(record));
  }
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
