/** What a protocol is to the stage that chooses one: recognised by its first octets, then fed a connection's items. */
import type { Stage } from "../octets/stage.ts";
import type { View } from "../octets/view.ts";
import type { Connection, Direction, StreamItem } from "../stream/item.ts";
import type { ProtocolEvent, ProtocolName, Transport } from "./event.ts";

export type Emit = (event: ProtocolEvent) => void;

/** "unsure" asks to be shown more octets of that direction. */
export type Recognition = "yes" | "no" | "unsure";

export interface Protocol {
  readonly name: ProtocolName;
  /** Could these first octets, sent by `direction`, be ours? Never "yes" on two octets alone. */
  recognize(head: View, direction: Direction): Recognition;
  /** One connection's session. `transport` is what carries it; events go to `emit` while `push` runs. */
  open(connection: Connection, transport: Transport, emit: Emit): Stage<StreamItem>;
}
