/** What a source hands on: frames as they were captured, in batches, and notices about the capture itself. */
import type { Fault } from "../octets/decode.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Owned, View } from "../octets/view.ts";

declare const frameNumber: unique symbol;

/** 1-based in its capture, as Wireshark numbers frames. */
export type FrameNumber = number & { readonly [frameNumber]: true };

/**
 * One frame as it was captured. Its octets are `octets[start … end)`: a range and not a view of its own,
 * since a view for each frame costs more than decoding its headers.
 */
export interface Frame {
  readonly number: FrameNumber;
  readonly at: Timestamp;
  /** What `at` leaves out: 0 to 999 nanoseconds. Absent where the capture counts microseconds. */
  readonly nanos?: number;
  /** Offset of the frame's first octet in the capture file (decompressed); -1 for live capture. */
  readonly position: number;
  /** LINKTYPE_ value: pcap's header or the pcapng interface says it. */
  readonly linkType: number;
  /** Octets that the frame had on the wire; more than were captured where the snap length cut it. */
  readonly originalLength: number;
  /** The read buffer: borrowed, reused for the next batch. */
  readonly octets: View;
  readonly start: number;
  readonly end: number;
}

/** What happened to the capture itself. Notices go through all stages unchanged. */
export type Notice =
  | {
      readonly type: "capture.opened";
      readonly format: CaptureFormat;
      /** Live: who reads the interface, and whose clock stamps the frames. */
      readonly engine?: string;
      readonly timestamps?: string;
      /** Live: what the engine may still do once it captures; undefined where that does not show. */
      readonly rights?: string;
    }
  | {
      readonly type: "capture.interface";
      readonly linkType: number;
      readonly snapLength: number;
      readonly name?: string;
      readonly filter?: string;
    }
  | { readonly type: "capture.secrets"; readonly secretsType: number; readonly octets: Owned }
  /** The source cannot be read on from here: `position` is the octet offset of the unit that is at fault. */
  /** `cut`: nothing is wrong but that the octets end. */
  | {
      readonly type: "capture.malformed";
      readonly fault: Fault;
      readonly position: number;
      readonly cut?: true;
    }
  /** More frames follow, and nobody asked for them (`-c`). */
  | { readonly type: "capture.left" }
  /** Received and dropped so far, as the engine or the Interface Statistics Blocks count them: the last notice holds the total. */
  | { readonly type: "capture.drops"; readonly received?: number; readonly dropped: number }
  /** The clock of a live source, so that a silent capture still expires connections. */
  | { readonly type: "capture.tick"; readonly at: Timestamp }
  /** Live, with each tick: what was handed on so far. An engine that cannot count drops says so, never 0. */
  | {
      readonly type: "capture.stats";
      readonly at: Timestamp;
      readonly frames: number;
      /** Of these frames, as captured. */
      readonly octets: number;
      readonly dropped: number | "unknown";
      /** Added by the stream stage, whatever the engine can count. */
      readonly estimatedLoss?: EstimatedLoss;
    }
  /** A live engine ended although nobody asked it to; one line that says how. `capture.resumed` or `capture.closed` follows. */
  | { readonly type: "capture.lost"; readonly engine: string; readonly text: string }
  /** A lost capture goes on: what passed in between, `missed` microseconds, nobody has seen. */
  | {
      readonly type: "capture.resumed";
      readonly at: Timestamp;
      readonly engine: string;
      readonly missed: number;
      readonly text: string;
    }
  /** Live: what somebody at the screen can do to see more, in a line; once for each thing it is about. */
  | {
      readonly type: "capture.advice";
      readonly at: Timestamp;
      readonly about: "own-traffic" | "midstream" | "wifi-encrypted";
      readonly text: string;
    }
  /** Frames that gave no segment and no datagram, by kind, told once at the end of a capture. */
  | { readonly type: "capture.undecoded"; readonly kind: string; readonly frames: number }
  /** The last notice of a source. */
  | { readonly type: "capture.closed"; readonly octets: number };

/**
 * What the traffic itself says of packets that were not captured: of the octets that receivers acknowledged, those that
 * were never seen. Connections whose handshake was not captured are left out.
 */
export interface EstimatedLoss {
  readonly acknowledgedOctets: number;
  readonly missedOctets: number;
}

export type CaptureFormat = "pcap" | "pcap-ns" | "pcap-modified" | "pcapng" | "live";

/** Frames in the capture's order, then the notices that follow the last of them. */
export interface FrameBatch {
  readonly frames: readonly Frame[];
  readonly notices: readonly Notice[];
}

/** A batch and its octets are the reader's until the next one is asked for. */
export type Source = AsyncIterable<FrameBatch>;
