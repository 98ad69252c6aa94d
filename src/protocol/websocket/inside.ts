/** What is inside a WebSocket connection: MQTT where the handshake says so or a CONNECT shows it, else nothing is read. */
import type { Stage } from "../../octets/stage.ts";
import type { Chunk, End, Gap, StreamItem } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import { recognizeMqtt } from "../mqtt/recognize.ts";

export interface Inside {
  /** Nothing but MQTT is inside, whatever its first octets are. */
  isMqtt(): void;
  push(item: Chunk | Gap): void;
  end(end: End): void;
}

/** `open` gives the session that reads MQTT; it is asked when MQTT is there. Chunks that are kept are owned already. */
export function inside(open: () => Stage<StreamItem>): Inside {
  let speaks: "mqtt" | "unknown" | "other" = "unknown";
  let session: Stage<StreamItem> | undefined;
  let waiting: (Chunk | Gap)[] = [];
  let octets = 0;

  const begin = (): void => {
    if (speaks !== "unknown") return;
    speaks = "mqtt";
    session = open();
    for (const item of waiting) session.push(item);
    waiting = [];
  };

  return {
    isMqtt: begin,
    push(item) {
      if (speaks === "unknown") {
        waiting.push(item);
        octets += item.kind === "chunk" ? item.octets.length : 0;
        const recognition = recognizeWaiting(waiting);
        if (recognition === "yes") begin();
        else if (recognition === "no" || octets > LIMITS.recognitionOctets || waiting.length > MOST_WAITING) {
          speaks = "other";
          waiting = [];
        }
      } else session?.push(item);
    },
    end(end) {
      session?.push(end);
      session?.end();
    },
  };
}

/** The client's first octets decide; until they are there, nothing does. */
function recognizeWaiting(waiting: readonly (Chunk | Gap)[]): "yes" | "no" | "unsure" {
  const head: number[] = [];
  for (const item of waiting) {
    if (item.direction !== "client") continue;
    if (item.kind === "gap") return "no";
    for (let at = 0; at < item.octets.length && head.length < ENOUGH; at++) head.push(item.octets[at]!);
  }
  return head.length === 0 ? "unsure" : recognizeMqtt(Uint8Array.from(head));
}

/** Fixed header and protocol name of a CONNECT. */
const ENOUGH = 16;

/** Messages without octets, or of one octet each, are kept no longer than this. */
const MOST_WAITING = 64;
