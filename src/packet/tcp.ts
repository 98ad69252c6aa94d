/** TCP (RFC 9293 §3.1): the last header of the way. Options are passed over. */
import { sourceText } from "./address.ts";
import { isUnfilled } from "./checksum.ts";
import { SYN } from "./segment.ts";
import { i32, LAYER, type Layer, stop, u16, type Walk } from "./walk.ts";

/**
 * Hands on one segment. Where the snap length cut the options off, the payload is missing as a whole, and said so:
 * the segment's place in the stream is known all the same.
 */
export function tcp(walk: Walk): Layer {
  const { octets, at, end, frame } = walk;
  if (end - at < 20) return stop(walk, "truncated TCP header");
  const header = (octets[at + 12]! >> 4) * 4;
  let start = at + header;
  let missing = walk.missing;
  if (header < 20 || start > end + missing) return stop(walk, "malformed TCP header");
  if (start > end) {
    missing -= start - end;
    start = end;
  }
  // A connection's first segments say it for all: reading every octet once more would cost as much as the walk.
  if ((octets[at + 13]! & SYN) !== 0 && walk.missing === 0 && isUnfilled(walk)) noteUnfilled(walk);
  walk.sink.segment({
    frame,
    octets,
    start,
    end,
    position: positionOf(walk, start),
    missing,
    family: walk.family,
    source0: walk.source0,
    source1: walk.source1,
    source2: walk.source2,
    source3: walk.source3,
    destination0: walk.destination0,
    destination1: walk.destination1,
    destination2: walk.destination2,
    destination3: walk.destination3,
    sourcePort: u16(octets, at),
    destinationPort: u16(octets, at + 2),
    sequence: i32(octets, at + 4),
    acknowledgment: i32(octets, at + 8),
    flags: octets[at + 13]!,
    window: u16(octets, at + 14),
  });
  return LAYER.done;
}

function noteUnfilled(walk: Walk): void {
  const { unfilled, frame, at } = walk;
  if (unfilled.segments++ > 0) return;
  unfilled.frame = frame.number;
  unfilled.position = positionOf(walk, at + 16);
  unfilled.source = sourceText(walk);
}

/** Where an octet of the walk lies in the capture; -1 in reassembled fragments and in live captures. */
export function positionOf(walk: Walk, at: number): number {
  const frame = walk.frame;
  return frame.position < 0 || walk.octets !== frame.octets ? -1 : frame.position + (at - frame.start);
}
