/** What is read inside TLS, handed on as a stream of its own: only suites without encryption show it. */
import type { View } from "../../octets/view.ts";
import type { Stage } from "../../octets/stage.ts";
import type { Carrier, Close, Connection, Direction, End, StreamItem } from "../../stream/item.ts";
import type { Transport } from "../event.ts";
import type { Emit } from "../protocol.ts";
import type { Sender } from "./exchange.ts";

/** Opens the session that reads application data; what is not octets it leaves to be told by this layer. */
export type OpenInner = (connection: Connection, transport: Transport, emit: Emit) => Stage<StreamItem>;

export interface Inner {
  /** Application data of one record; `from` is the stream offset of its first octet. */
  data(sender: Sender, content: View, from: number): void;
  /** About `octets` of application data are missing. */
  gap(sender: Sender, octets: number): void;
  pass(item: Close | End): void;
}

/**
 * Offsets of the inner stream count its own octets, in each direction from 0; frames and positions are those of the
 * capture.
 */
export function inner(open: OpenInner, connection: Connection, emit: Emit): Inner {
  const session = open(connection, "tls", emit);
  const offsets: Record<Direction, number> = { client: 0, server: 0 };

  const chunk = (sender: Sender, octets: View, carrier: Pick<Carrier, "frame" | "position">): void => {
    const { direction, arrival, at } = sender;
    const offset = offsets[direction];
    offsets[direction] += octets.length;
    session.push({
      kind: "chunk",
      connection,
      direction,
      offset,
      length: octets.length,
      octets,
      frame: carrier.frame,
      position: carrier.position,
      arrival,
      at,
    });
  };

  return {
    data(sender, content, from) {
      const carriers = sender.trail.cut(from, from + content.length);
      const known = carriers.reduce((sum, carrier) => sum + carrier.length, 0) === content.length;
      if (!known) return chunk(sender, content, { frame: sender.arrival, position: -1 });
      for (const carrier of carriers) {
        const start = carrier.offset - from;
        chunk(sender, content.subarray(start, start + carrier.length), carrier);
      }
    },
    gap(sender, octets) {
      const { direction, arrival, at } = sender;
      const offset = offsets[direction];
      offsets[direction] += octets;
      session.push({ kind: "gap", connection, direction, offset, length: octets, arrival, at });
    },
    pass(item) {
      session.push(item);
      if (item.kind === "end") session.end();
    },
  };
}
