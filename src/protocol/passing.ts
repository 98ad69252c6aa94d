/** What every session says of the items that are not octets: gaps, overlaps, closes and ends. */
import type { Close, End, Gap, Overlap } from "../stream/item.ts";
import type { Transport } from "./event.ts";
import type { Emit } from "./protocol.ts";

/** A stream item that carries no octets. */
export type PassingItem = Gap | Overlap | Close | End;

/**
 * Emits the event of an item that is not a chunk, once for the layer that sees it first: `stream.gap`,
 * `stream.overlap`, `stream.close`, `stream.end`. Offsets are those of the stream; a close and an end cover no
 * octets (`from` equals `to`), and an end belongs to neither side: its direction is "client".
 */
export function passItem(item: PassingItem, transport: Transport, emit: Emit): void {
  const { connection, arrival: frame, at } = item;
  switch (item.kind) {
    case "gap":
    case "overlap": {
      const { direction, offset: from, length: octets } = item;
      const type = item.kind === "gap" ? "stream.gap" : "stream.overlap";
      emit({
        type,
        at,
        frame,
        connection,
        direction,
        transport,
        from,
        to: from + octets,
        carriers: [],
        octets,
      });
      return;
    }
    case "close":
      emit({
        type: "stream.close",
        at,
        frame,
        connection,
        direction: item.direction,
        transport,
        from: 0,
        to: 0,
        carriers: [],
        how: item.how,
      });
      return;
    case "end":
      emit({
        type: "stream.end",
        at,
        frame,
        connection,
        direction: "client",
        transport,
        from: 0,
        to: 0,
        carriers: [],
        how: item.how,
      });
      return;
    default:
      item satisfies never;
  }
}
