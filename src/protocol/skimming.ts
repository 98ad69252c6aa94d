/** What is agreed with whoever listens about packets that say nothing new: they are counted, and no event is made. */
import type { WireText } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import type { View } from "../octets/view.ts";
import type { Connection, Direction } from "../stream/item.ts";

/** Absent where somebody wants every event. */
export interface Skimming {
  /**
   * After a PUBLISH was told: how long one on this topic may be that says no more than it did; 0 where the next one is
   * to be told whatever it is. It holds until another packet than PUBLISH, its acknowledgments and pings is told.
   */
  repeats(connection: Connection, direction: Direction, topic: WireText): number;
  /** Whether an acknowledgment on this connection says nothing; it holds as long. */
  ignoresAcknowledgments(connection: Connection): boolean;
  /** Nobody would find anything in the payload `octets[start … end)`. */
  isInnocent(octets: View, start: number, end: number): boolean;
  /** A packet of this time need not be told now; it counts as seen. */
  passes(at: Timestamp): boolean;
  /** So many PUBLISH packets repeated the last one that was told of this connection; `octets` of their payloads. */
  repeated(connection: Connection, messages: number, octets: number): void;
}
