/** What of a capture was seen and what was not: no verdict is cleaner than this. */
import type { Notice } from "../capture/frame.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Unfilled } from "../packet/checksum.ts";

/** Ceilings of an MQTT conversation behind which its octets are not read, and what they are called where people read. */
export const UNREAD: ReadonlyMap<string, string> = new Map([
  ["resynchronisations", "framing of MQTT lost and found"],
  ["held-octets", "octets of unfinished MQTT packets"],
  ["websocket-frames", "frames of WebSocket lost and found"],
]);

/** A key log in the capture: sessions whose keys it holds, and TLS conversations that they fit. */
export interface KeyLogCoverage {
  readonly sessions: number;
  readonly fitted: number;
}

/** Counts over one capture or the sum over several; names as the report prints them. */
export interface Coverage {
  frames: number;
  readonly undecodedFrames: Map<string, number>;
  truncatedFrames: number;
  connections: number;
  /** Conversations judged: MQTT in clear, MQTT over WebSocket, TLS. */
  judged: number;
  gaps: number;
  gapOctets: number;
  encryptedConnections: number;
  midstreamConnections: number;
  oneSidedConnections: number;
  /** MQTT in clear of which the beginning was captured, and no CONNECT in it. */
  missedLogins: number;
  /** CONNECTs of which only the beginning was captured. */
  tornLogins: number;
  evictedConnections: number;
  /** TLS conversations, and those of them that do not show whether the client verifies. */
  tls: number;
  unverified: number;
  /** The earliest time of a frame, and how often the clock was set back by more than a minute. */
  earliest: Timestamp | undefined;
  clockSteps: number;
  /** TLS on ports that are not judged (`--ports`). */
  tlsNotJudged: number;
  /** Conversations of which a part was given up: `UNREAD`. */
  unreadConversations: number;
  /** Connections that carried octets and speak nothing known. */
  unrecognised: number;
  /** Those of them at ports of MQTT, and those elsewhere that look like it, by port. */
  readonly unrecognisedPorts: Map<number, number>;
  readonly likePorts: Map<number, number>;
  kernelDrops: number | "unknown" | undefined;
  /** What the traffic itself says of packets that were not captured (`EstimatedLoss`). */
  acknowledgedOctets: number;
  missedOctets: number;
  /** How often a live capture was lost and went on, and how long nothing was captured. */
  interruptions: number;
  interruptedMicros: number;
  /** undefined where the capture brings no keys along. */
  keyLog: KeyLogCoverage | undefined;
  /** Segments whose checksum the network card had still to fill in; undefined without any. */
  unfilled: Readonly<Unfilled> | undefined;
  /** Ceilings reached, by name. */
  readonly limits: Set<string>;
  /** No frame had a link type that is understood. */
  unknownLinkTypes: boolean;
  /** The source could not be read to its end. */
  cut: boolean;
  /** The source goes on, and the user asked for no more of it (`-c`). */
  left: boolean;
}

export function emptyCoverage(): Coverage {
  return {
    frames: 0,
    undecodedFrames: new Map(),
    truncatedFrames: 0,
    connections: 0,
    judged: 0,
    gaps: 0,
    gapOctets: 0,
    encryptedConnections: 0,
    midstreamConnections: 0,
    oneSidedConnections: 0,
    missedLogins: 0,
    tornLogins: 0,
    evictedConnections: 0,
    tls: 0,
    unverified: 0,
    earliest: undefined,
    clockSteps: 0,
    tlsNotJudged: 0,
    unreadConversations: 0,
    unrecognised: 0,
    unrecognisedPorts: new Map(),
    likePorts: new Map(),
    kernelDrops: undefined,
    acknowledgedOctets: 0,
    missedOctets: 0,
    interruptions: 0,
    interruptedMicros: 0,
    keyLog: undefined,
    unfilled: undefined,
    limits: new Set(),
    unknownLinkTypes: false,
    cut: false,
    left: false,
  };
}

/** Frames that gave nothing to judge, by kind. */
export function addUndecoded({ undecodedFrames }: Coverage, kind: string, frames: number): void {
  undecodedFrames.set(kind, (undecodedFrames.get(kind) ?? 0) + frames);
}

/** What a notice of the capture says of how much was seen. */
export function noteNotice(coverage: Coverage, notice: Notice): void {
  switch (notice.type) {
    case "capture.malformed":
    case "capture.lost":
      coverage.cut = true;
      return;
    case "capture.left":
      coverage.left = true;
      return;
    case "capture.drops":
    case "capture.stats":
      coverage.kernelDrops = notice.dropped;
      return;
    case "capture.undecoded":
      return addUndecoded(coverage, notice.kind, notice.frames);
    case "capture.resumed":
      coverage.cut = false;
      coverage.interruptions++;
      coverage.interruptedMicros += notice.missed;
      return;
    default:
      return;
  }
}
