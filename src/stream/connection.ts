/** A TCP connection: who is who, its two directions, and the items that it hands on. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Stage } from "../octets/stage.ts";
import type { Timestamp } from "../octets/time.ts";
import type { View } from "../octets/view.ts";
import { addressText, endpointText } from "../packet/address.ts";
import { NO_HARDWARE } from "../packet/hardware.ts";
import type { Addresses } from "../packet/segment.ts";
import type { ConnectionTable } from "./connection-table.ts";
import { Half } from "./half.ts";
import type { Close, Connection, Direction, Ending, Endpoint, Roles, StreamId, StreamItem } from "./item.ts";
import { UNHEARD, UNWANTED } from "./item.ts";
import type { Ledger } from "./ledger.ts";
import type { Opening } from "./opening.ts";
import type { Reset } from "./reset.ts";
import { NONE } from "./row.ts";

/** The initiator is the side that the first segment came from, or the handshake's client: `source` of its addresses. */
export class TcpConnection implements Connection, Addresses {
  // What every segment needs comes first, so that it lies together.
  readonly hash: number;
  readonly source3: number;
  readonly destination3: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly family: 4 | 6;
  readonly initiator: Half;
  readonly responder: Half;
  stage: Stage<StreamItem> | undefined = undefined;
  /** Its row in the table while it is there. */
  row = NONE;
  /** Another SYN for these addresses waits for its answer. */
  challenged = false;
  /** An RST that ends it once the octets from before it have come. */
  reset: Reset | undefined = undefined;
  ended = false;
  kept: unknown = undefined;
  readonly id: StreamId;
  readonly capture: number;
  readonly source0: number;
  readonly source1: number;
  readonly source2: number;
  readonly destination0: number;
  readonly destination1: number;
  readonly destination2: number;
  readonly midstream: boolean;
  readonly first: Timestamp;
  readonly firstFrame: FrameNumber;
  roles: Roles;
  gapOctets = 0;
  readonly #hardware: Opening["hardware"];
  /** Neighbours in the idle list. */
  older: TcpConnection | undefined = undefined;
  newer: TcpConnection | undefined = undefined;
  /** A FIN before the first octets: handed on when there are some. */
  #earlyClose: Close | undefined = undefined;
  #source: Endpoint | undefined = undefined;
  #table: ConnectionTable | undefined = undefined;
  #last: Timestamp;
  #destination: Endpoint | undefined = undefined;

  constructor(opening: Opening) {
    const { addresses: a, reversed, initiatorIsClient } = opening;
    this.hash = opening.hash;
    this.source3 = reversed ? a.destination3 : a.source3;
    this.destination3 = reversed ? a.source3 : a.destination3;
    this.sourcePort = reversed ? a.destinationPort : a.sourcePort;
    this.destinationPort = reversed ? a.sourcePort : a.destinationPort;
    this.family = a.family;
    this.initiator = new Half(this, initiatorIsClient ? "client" : "server");
    this.responder = new Half(this, initiatorIsClient ? "server" : "client");
    this.#last = opening.first;
    this.id = opening.id;
    this.capture = opening.capture;
    this.source0 = reversed ? a.destination0 : a.source0;
    this.source1 = reversed ? a.destination1 : a.source1;
    this.source2 = reversed ? a.destination2 : a.source2;
    this.destination0 = reversed ? a.source0 : a.destination0;
    this.destination1 = reversed ? a.source1 : a.destination1;
    this.destination2 = reversed ? a.source2 : a.destination2;
    this.midstream = opening.midstream;
    this.first = opening.first;
    this.firstFrame = opening.firstFrame;
    this.roles = opening.roles;
    this.#hardware = opening.hardware;
  }

  get client(): Endpoint {
    return this.initiator.direction === "client" ? this.#initiatorEnd() : this.#responderEnd();
  }

  get server(): Endpoint {
    return this.initiator.direction === "client" ? this.#responderEnd() : this.#initiatorEnd();
  }

  get clientHardware(): number | undefined {
    const address = this.#hardware[this.initiator.direction === "client" ? 0 : 1];
    return address === NO_HARDWARE ? undefined : address;
  }

  get last(): Timestamp {
    return this.#table?.last(this.row) ?? this.#last;
  }

  get frames(): number {
    this.refresh();
    return this.initiator.segments + this.responder.segments;
  }

  get octets(): { readonly client: number; readonly server: number } {
    this.refresh();
    return { client: this.#clientHalf.octets, server: this.#serverHalf.octets };
  }

  get segments(): { readonly client: number; readonly server: number } {
    this.refresh();
    return { client: this.#clientHalf.segments, server: this.#serverHalf.segments };
  }

  swapRoles(): void {
    const { initiator, responder } = this;
    [initiator.direction, responder.direction] = [responder.direction, initiator.direction];
    this.roles = "content";
  }

  handOver(stage: Stage<StreamItem>): void {
    this.stage = stage;
    if (stage !== UNHEARD) return;
    this.skims("client", UNWANTED);
    this.skims("server", UNWANTED);
  }

  skims(direction: Direction, handle: number): void {
    const half = direction === this.initiator.direction ? this.initiator : this.responder;
    half.handle = handle;
    this.#table?.setHandle(this, half);
  }

  /** It has a row of the table, until it leaves. */
  enter(table: ConnectionTable, row: number): void {
    this.#table = table;
    this.row = row;
  }

  leave(last: Timestamp): void {
    this.#table = undefined;
    this.row = NONE;
    this.#last = last;
  }

  /** What the row knows is known here, too. */
  refresh(): void {
    this.#table?.refresh(this);
  }

  peer(half: Half): Half {
    return half === this.initiator ? this.responder : this.initiator;
  }

  /**
   * Hand on `octets[start … end)`, the next ones of a direction, which `frame` carried at `position` of the capture.
   * Nothing is allocated but the item and its view.
   */
  deliver(
    half: Half,
    octets: View,
    start: number,
    end: number,
    frame: FrameNumber,
    position: number,
    ledger: Ledger,
  ): void {
    const length = end - start;
    const offset = half.offset;
    half.offset = offset + length;
    half.next = (half.next + length) | 0;
    half.octets += length;
    if (this.stage === UNHEARD) return;
    half.record = ledger.journal.note(half.record, offset, octets, start, end);
    this.hand(half, octets.subarray(start, end), offset, frame, position, ledger);
  }

  /** The next octets of a direction go to the stage as an item. */
  hand(half: Half, octets: View, offset: number, frame: FrameNumber, position: number, ledger: Ledger): void {
    const stage = this.stage ?? this.#open(ledger);
    stage.push({
      kind: "chunk",
      connection: this,
      direction: half.direction,
      frame,
      position,
      offset,
      length: octets.length,
      octets,
      arrival: ledger.frame,
      at: ledger.at,
    });
  }

  /** Give up the next octets of a direction. */
  skip(half: Half, length: number, ledger: Ledger): void {
    const offset = half.offset;
    half.offset = offset + length;
    half.next = (half.next + length) | 0;
    half.skipped += length;
    this.gapOctets += length;
    const { frame: arrival, at } = ledger;
    this.#push(
      { kind: "gap", connection: this, direction: half.direction, offset, length, arrival, at },
      ledger,
    );
  }

  /** Tell that octets came twice and were not the same. */
  overlap(half: Half, offset: number, length: number, ledger: Ledger): void {
    const { frame: arrival, at } = ledger;
    this.#push(
      { kind: "overlap", connection: this, direction: half.direction, offset, length, arrival, at },
      ledger,
    );
  }

  /** Tell that a side has closed; a connection without octets keeps it to itself. */
  close(half: Half, how: "fin" | "rst", seen: Pick<Ledger, "frame" | "at">): void {
    const { frame: arrival, at } = seen;
    const close: Close = { kind: "close", connection: this, direction: half.direction, how, arrival, at };
    if (this.stage !== undefined) this.stage.push(close);
    else this.#earlyClose ??= close;
  }

  /** The last item, where anything was handed on; else only that there was a connection. */
  end(how: Ending, ledger: Ledger): void {
    this.ended = true;
    const stage = this.stage;
    if (stage === undefined) {
      ledger.sink.silent?.(this, ledger.at);
      return;
    }
    stage.push({ kind: "end", connection: this, how, arrival: ledger.frame, at: ledger.at });
    stage.end();
    this.stage = undefined;
  }

  #push(item: StreamItem, ledger: Ledger): void {
    (this.stage ?? this.#open(ledger)).push(item);
  }

  #open(ledger: Ledger): Stage<StreamItem> {
    ledger.counters.opened++;
    const stage = ledger.sink.open(this);
    this.stage = stage;
    if (this.#earlyClose !== undefined) stage.push(this.#earlyClose);
    return stage;
  }

  get #clientHalf(): Half {
    return this.initiator.direction === "client" ? this.initiator : this.responder;
  }

  get #serverHalf(): Half {
    return this.peer(this.#clientHalf);
  }

  #initiatorEnd(): Endpoint {
    const { family, source0, source1, source2, source3, sourcePort } = this;
    this.#source ??= endpoint(family, source0, source1, source2, source3, sourcePort);
    return this.#source;
  }

  #responderEnd(): Endpoint {
    const { family, destination0, destination1, destination2, destination3, destinationPort } = this;
    this.#destination ??= endpoint(
      family,
      destination0,
      destination1,
      destination2,
      destination3,
      destinationPort,
    );
    return this.#destination;
  }
}

const endpoint = (family: 4 | 6, w0: number, w1: number, w2: number, w3: number, port: number): Endpoint => ({
  family,
  address: addressText(family, w0, w1, w2, w3),
  port,
  text: endpointText(family, w0, w1, w2, w3, port),
});
