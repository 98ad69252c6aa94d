/** The packet stage: frames in, TCP segments and UDP datagrams out, and a count of what was neither. */
import type { FrameBatch, Notice } from "../capture/frame.ts";
import type { Stage } from "../octets/stage.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Unfilled } from "./checksum.ts";
import { decode, newWalk } from "./decode.ts";
import { PROTECTED } from "./ieee80211.ts";
import type { PacketSink } from "./segment.ts";

/** What the stage counted so far. */
export interface PacketCounters {
  readonly frames: number;
  /** Frames of which the capture holds less than was on the wire. */
  readonly truncatedFrames: number;
  /** Frames whose link type this program knows: none of them means that nothing could be judged. */
  readonly knownFrames: number;
  /** Captured octets of all frames. */
  readonly octets: number;
  /** The earliest and the latest time; undefined before the first frame. */
  readonly first: Timestamp | undefined;
  readonly last: Timestamp | undefined;
  /** Segments with SYN of which the checksum was not filled in. */
  readonly unfilled: Readonly<Unfilled>;
}

export interface PacketStage extends Stage<FrameBatch> {
  readonly counters: PacketCounters;
}

/**
 * Walks the headers of frames and hands on TCP segments, UDP datagrams and the capture's notices. What gives neither
 * is counted by kind and told as `capture.undecoded`, before `capture.closed` is handed on and with it the last of
 * the fragments that waited in vain; a source without that notice is told at `end`.
 */
export function packets(sink: PacketSink): PacketStage {
  const walk = newWalk(sink);
  const counters: Counting = {
    frames: 0,
    truncatedFrames: 0,
    knownFrames: 0,
    octets: 0,
    first: undefined,
    last: undefined,
    unfilled: walk.unfilled,
  };
  let advised = false;
  const tell = (): void => {
    walk.fragments.end(walk);
    for (const notice of walk.undecoded.tell()) sink.notice(notice);
  };
  return {
    counters,
    push(batch) {
      let first = counters.first ?? Infinity;
      let last = counters.last ?? -Infinity;
      for (const frame of batch.frames) {
        const captured = frame.end - frame.start;
        counters.frames++;
        counters.octets += captured;
        if (captured < frame.originalLength) counters.truncatedFrames++;
        if (frame.at < first) first = frame.at;
        if (frame.at > last) last = frame.at;
        if (decode(walk, frame)) counters.knownFrames++;
      }
      if (counters.frames > 0) {
        counters.first = first as Timestamp;
        counters.last = last as Timestamp;
      }
      for (const notice of batch.notices) {
        if (notice.type === "capture.closed") tell();
        sink.notice(notice);
        if (notice.type === "capture.tick" && !advised) {
          const frames = walk.undecoded.of(PROTECTED);
          advised = frames > 0;
          if (advised) sink.notice(advice(notice.at, frames));
        }
      }
    },
    end() {
      tell();
      sink.end();
    },
  };
}

/** Only a live source has a clock: its user can still do something about it. */
const advice = (at: Timestamp, frames: number): Notice => ({
  type: "capture.advice",
  at,
  about: "wifi-encrypted",
  text: `${frames} Wi-Fi ${frames === 1 ? "frame is" : "frames are"} encrypted: in monitor mode nothing in them can be read; put the interface into managed mode, where its own traffic arrives as Ethernet, or capture on the access point, the gateway or the broker`,
});

type Counting = { -readonly [Field in keyof PacketCounters]: PacketCounters[Field] };
