/** The whole way of the data on one screen: a source goes in, everybody who watches sees it pass, a verdict comes out. */
import type { Source } from "./capture/frame.ts";
import { ledger } from "./finding/ledger.ts";
import { findings } from "./finding/run.ts";
import { type PacketCounters, packets } from "./packet/packets.ts";
import { protocols, type Spoken } from "./protocol/protocols.ts";
import type { Coverage } from "./session/coverage.ts";
import { sessions } from "./session/sessions.ts";
import { tlsRun } from "./session/tls-run.ts";
import { topics } from "./session/topics.ts";
import type { Pin } from "./session/roots.ts";
import { trustStore } from "./session/trust.ts";
import type { StreamCounters } from "./stream/ledger.ts";
import { streams } from "./stream/reassembler.ts";
import { type JudgeOptions, judge } from "./verdict/judge.ts";
import type { Watcher } from "./verdict/observation.ts";
import { observed } from "./verdict/observed.ts";
import type { Report } from "./verdict/report.ts";
import { tally } from "./verdict/tally.ts";

export interface AuditOptions extends JudgeOptions {
  readonly decodeAs: ReadonlyMap<number, Spoken>;
  /** DER of the roots given with `--ca`. */
  readonly roots: readonly Uint8Array[];
  /** The Mozilla roots that Node ships count too. */
  readonly systemRoots: boolean;
  /** Certificates or keys that must be seen (`--pin`). */
  readonly pins?: readonly Pin[];
  /** The name that a certificate must carry where the client sent no SNI. */
  readonly serverName: string | undefined;
}

/** One run over one capture or several: what is found in one is entered beside what was found in another. */
export interface Audit {
  /** Judge a source to its end, or until `enough` says so; it is asked after each batch. */
  add(path: string, source: Source, enough?: () => Promise<boolean>): Promise<void>;
  /** A capture that could not be opened, with the reason in one line. */
  unreadable(path: string, text: string): void;
  /** The report as it stands; may be asked for while a source is still being read. */
  report(): Report;
  /** Tells the watchers the verdict: the last thing they see. */
  finish(): Report;
}

/** Source → packets → streams → protocols → sessions → findings → tally and watchers. */
export function audit(options: AuditOptions, watchers: readonly Watcher[] = []): Audit {
  const seen = tally();
  const found = ledger();
  const said = topics();
  const numbers = { next: 0 };
  const trust = trustStore(options);
  const judging = { ...options, trust, topics: said, numbers, tlsRun: tlsRun() };

  const report = (): Report => judge(seen, found, said, options);
  const tell = (observation: Parameters<Watcher["observe"]>[0]): void => {
    for (const watcher of watchers) watcher.observe(observation);
  };

  return {
    async add(path, source, enough): Promise<void> {
      const capture = seen.captures.length;
      tell({ kind: "capture", index: capture, path });
      const sink = observed(
        seen.capture(path, () => packetStage.counters),
        watchers,
      );
      const findingStage = findings(sink, { ...options, ledger: found, capture });
      const sessionStage = sessions(findingStage, {
        ...judging,
        counted: () => counted(packetStage.counters, streamStage.counters),
      });
      const streamStage = streams(protocols(sessionStage, { ...options, capture }), { capture });
      const packetStage = packets(streamStage);
      for await (const batch of source) {
        packetStage.push(batch);
        if (enough !== undefined && (await enough())) break;
      }
      packetStage.end();
    },
    unreadable: (path, text) => seen.unreadable(path, text),
    report,
    finish(): Report {
      const last = report();
      tell({ kind: "verdict", report: last });
      return last;
    },
  };
}

const counted = (packet: PacketCounters, stream: StreamCounters): Partial<Coverage> => ({
  frames: packet.frames,
  truncatedFrames: packet.truncatedFrames,
  earliest: packet.first,
  ...(packet.unfilled.segments > 0 && { unfilled: packet.unfilled }),
  unknownLinkTypes: packet.frames > 0 && packet.knownFrames === 0,
  connections: stream.connections,
  acknowledgedOctets: stream.acknowledgedOctets,
  missedOctets: stream.missedOctets,
});
