/** An HTTP head in assembly: the octets of one direction until the empty line. */
import type { Carrier, Chunk } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import { headEnd } from "./handshake.ts";

export interface Head {
  buffer: Uint8Array;
  length: number;
  /** Octets of the head itself, once it is whole. */
  end: number;
  readonly carriers: Carrier[];
  /** When its last octets arrived, and on which frame. */
  at: Chunk["at"];
  arrival: Chunk["arrival"];
}

/** A head of which nothing has come yet. */
export const newHead = (): Head => ({
  buffer: new Uint8Array(512),
  length: 0,
  end: 0,
  carriers: [],
  at: 0 as Chunk["at"],
  arrival: 0 as Chunk["arrival"],
});

/**
 * Adds a chunk: the length of the head once it is whole, "unsure" before, "too-long" where it is longer than
 * `LIMITS.upgradeOctets`. `head.length` counts what was added, with what lies behind the head.
 */
export function extendHead(head: Head, chunk: Chunk): number | "unsure" | "too-long" {
  const { frame, position, offset, length } = chunk;
  const before = head.length;
  const room = Math.min(chunk.octets.length, LIMITS.upgradeOctets - before);
  if (before + room > head.buffer.length) {
    const grown = new Uint8Array(Math.max(head.buffer.length * 2, before + room));
    grown.set(head.buffer.subarray(0, before));
    head.buffer = grown;
  }
  head.buffer.set(chunk.octets.subarray(0, room), before);
  head.length = before + chunk.octets.length;
  if (head.carriers.length < LIMITS.carriers) head.carriers.push({ frame, position, offset, length });
  head.at = chunk.at;
  head.arrival = chunk.arrival;
  const end = headEnd(head.buffer, Math.max(0, before - 3), before + room);
  if (typeof end === "number") head.end = end;
  return end;
}
