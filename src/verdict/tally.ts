/** The end of the data's way: everything that the verdict needs of a run, gathered while it passes, bounded. */
import type { Notice } from "../capture/frame.ts";
import { faultText } from "../octets/decode.ts";
import { rfc3339, type Timestamp } from "../octets/time.ts";
import type { FindingSink } from "../finding/run.ts";
import type { Conversation } from "../session/conversation.ts";
import type { Coverage } from "../session/coverage.ts";
import { addUndecoded, emptyCoverage } from "../session/coverage.ts";
import { LIMITS } from "../session/limits.ts";
import { addUnrecognised } from "../session/unrecognised.ts";
import { reportFault } from "./certificate.ts";
import type { ReportCapture } from "./report.ts";

/** Times and frames of one capture, as the packet stage counted them. */
export interface CaptureCounts {
  readonly frames: number;
  readonly first: Timestamp | undefined;
  readonly last: Timestamp | undefined;
}

export interface Tally {
  /** The sink for the next capture of the run; `counts` is asked at its end. */
  capture(path: string, counts: () => CaptureCounts): FindingSink;
  /** A capture that could not even be opened. */
  unreadable(path: string, text: string): void;
  readonly captures: readonly ReportCapture[];
  readonly conversations: readonly Conversation[];
  /** Of all captures so far; the capture that is being read counts from its end on. */
  readonly coverage: Coverage;
  /** Conversations beyond the ceiling: judged, not listed. */
  readonly unlisted: () => number;
}

/** The tally of a run that has judged nothing yet. */
export function tally(): Tally {
  const captures: ReportCapture[] = [];
  const conversations: Conversation[] = [];
  const coverage = emptyCoverage();
  let unlisted = 0;

  return {
    captures,
    conversations,
    coverage,
    unlisted: () => unlisted,
    unreadable(path, text): void {
      coverage.cut = true;
      captures.push({
        path,
        format: "unreadable",
        linkTypes: [],
        frames: 0,
        octets: 0,
        fault: { text, offset: 0 },
      });
    },
    capture(path, counts): FindingSink {
      const seen: SeenCapture = {
        format: "unknown",
        engine: undefined,
        timestamps: undefined,
        rights: undefined,
        linkTypes: new Set(),
        octets: 0,
        lost: undefined,
        fault: undefined,
      };
      return {
        attentive: false,
        event(event): void {
          if (event.type !== "session.opened") return;
          if (conversations.length < LIMITS.conversations) conversations.push(event.conversation);
          else unlisted++;
        },
        finding(): void {},
        limit(): void {},
        datagram(): void {},
        notice(notice): void {
          watch(seen, notice);
        },
        capture(event): void {
          addCoverage(coverage, event.coverage);
        },
        end(): void {
          captures.push(reportCapture(path, seen, counts()));
        },
      };
    },
  };
}

type Malformed = Extract<Notice, { type: "capture.malformed" }>;

interface SeenCapture {
  format: string;
  engine: string | undefined;
  timestamps: string | undefined;
  readonly linkTypes: Set<number>;
  octets: number;
  rights: string | undefined;
  /** Why a live engine ended, until another goes on. */
  lost: string | undefined;
  fault: Malformed | undefined;
}

function watch(seen: SeenCapture, notice: Notice): void {
  switch (notice.type) {
    case "capture.opened":
      seen.format = notice.format;
      seen.engine = notice.engine;
      seen.timestamps = notice.timestamps;
      seen.rights = notice.rights;
      return;
    case "capture.interface":
      seen.linkTypes.add(notice.linkType);
      return;
    case "capture.malformed":
      seen.fault ??= notice;
      return;
    case "capture.lost":
      seen.lost = notice.text;
      return;
    case "capture.resumed":
      seen.lost = undefined;
      return;
    case "capture.closed":
      seen.octets = notice.octets;
      return;
    default:
      return;
  }
}

const reportCapture = (path: string, seen: SeenCapture, counts: CaptureCounts): ReportCapture => ({
  path,
  format: seen.format,
  linkTypes: [...seen.linkTypes],
  frames: counts.frames,
  octets: seen.octets,
  ...(counts.first !== undefined && { first: rfc3339(counts.first) }),
  ...(counts.last !== undefined && { last: rfc3339(counts.last) }),
  ...(seen.engine !== undefined && { engine: seen.engine }),
  ...(seen.timestamps !== undefined && { timestamps: seen.timestamps }),
  ...(seen.rights !== undefined && { rights: seen.rights }),
  ...(seen.lost !== undefined && { fault: { text: seen.lost, offset: 0 } }),
  ...(seen.fault !== undefined && {
    fault: {
      text: reasonText(seen.fault, path === "-" ? "it" : "the file", seen.octets, counts.frames),
      offset: seen.fault.position,
      cause: reportFault(seen.fault.fault),
    },
  }),
});

/** A file that is no capture at all, or that ends too early, needs no field to say so. */
function reasonText({ fault, cut }: Malformed, file: string, octets: number, frames: number): string {
  if (cut !== undefined) {
    if (octets === 0) return `${file} is empty`;
    if (fault.unit === "capture file") return `${file} ends inside its header`;
    if (/Packet/.test(fault.unit)) return `${file} ends inside packet ${frames + 1}`;
    return frames === 0 ? `${file} ends before its first packet` : `${file} ends behind packet ${frames}`;
  }
  return fault.unit === "capture file" && fault.reason.kind === "forbidden"
    ? fault.reason.clause
    : faultText(fault);
}

function addCoverage(sum: Coverage, more: Coverage): void {
  for (const key of SUMMED) sum[key] += more[key];
  for (const [kind, frames] of more.undecodedFrames) addUndecoded(sum, kind, frames);
  for (const limit of more.limits) sum.limits.add(limit);
  addUnrecognised(sum, more);
  sum.cut ||= more.cut;
  sum.left ||= more.left;
  sum.missedLogins += more.missedLogins;
  sum.tornLogins += more.tornLogins;
  sum.unknownLinkTypes ||= more.unknownLinkTypes;
  if (more.keyLog !== undefined)
    sum.keyLog = {
      sessions: more.keyLog.sessions + (sum.keyLog?.sessions ?? 0),
      fitted: more.keyLog.fitted + (sum.keyLog?.fitted ?? 0),
    };
  if (more.kernelDrops !== undefined)
    sum.kernelDrops =
      more.kernelDrops === "unknown" || sum.kernelDrops === "unknown"
        ? "unknown"
        : (sum.kernelDrops ?? 0) + more.kernelDrops;
}

const SUMMED = [
  "frames",
  "truncatedFrames",
  "connections",
  "judged",
  "gaps",
  "gapOctets",
  "encryptedConnections",
  "midstreamConnections",
  "oneSidedConnections",
  "evictedConnections",
  "unreadConversations",
  "tlsNotJudged",
  "acknowledgedOctets",
  "missedOctets",
  "interruptions",
  "interruptedMicros",
] as const satisfies readonly (keyof Coverage)[];
