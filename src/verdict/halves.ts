/** One capture that holds both a before and an after: which conversations, and what of the report, belong to which. */
import { hostOf } from "../packet/address.ts";
import { wireKey } from "../octets/text.ts";
import { worse } from "./exposure.ts";
import type { Exposure, Report, ReportConversation, ReportVerdict } from "./report.ts";

export interface Halves {
  readonly before: Report;
  readonly after: Report;
}

/**
 * Splits the report of one capture: what was said in clear is the before, and TLS the after, with what is still said in
 * clear once the last TLS of the same client and broker has begun. Where nothing but that is in clear, TLS came first.
 * Drops, gaps and what else limited the view are told of the capture, and so of both.
 */
export function halves(report: Report): Halves {
  const sealed = report.conversations.filter(c => c.tls !== undefined);
  const open = report.conversations.filter(c => c.tls === undefined);
  const turns = turnsOf(sealed);
  const latest = [...turns.values()].sort(byFirst).at(-1);
  const turnOf = (c: ReportConversation): ReportConversation | undefined => turns.get(pathOf(c)) ?? latest;
  const later = open.filter(c => outlasts(c, turnOf(c)));
  const earlier = open.filter(c => !begunAfter(c, turnOf(c)));
  const reversed = earlier.length === 0 && later.length > 0;
  return {
    before: partOf(report, reversed ? sealed : earlier),
    after: partOf(report, reversed ? later : [...sealed, ...later]),
  };
}

/** The last TLS conversation of each pair of hosts: when they were done with changing over. */
function turnsOf(sealed: readonly ReportConversation[]): Map<string, ReportConversation> {
  const turns = new Map<string, ReportConversation>();
  for (const conversation of sealed) {
    const known = turns.get(pathOf(conversation));
    if (known === undefined || known.first < conversation.first)
      turns.set(pathOf(conversation), conversation);
  }
  return turns;
}

const begunAfter = (c: ReportConversation, turn: ReportConversation | undefined): boolean =>
  turn !== undefined && c.first > turn.first;

/** Begun after the turn; or begun before it, and not just the old connection that is closed after the new one is open. */
const outlasts = (c: ReportConversation, turn: ReportConversation | undefined): boolean =>
  begunAfter(c, turn) ||
  (turn !== undefined && c.last > turn.first && (c.ended === undefined || c.last > turn.last));

/** The report as if only these conversations were in the capture. */
function partOf(report: Report, conversations: readonly ReportConversation[]): Report {
  const ids = new Set(conversations.map(c => c.id));
  const kept = report.findings.flatMap((finding, index) =>
    finding.evidence.some(e => e.conversation !== undefined && ids.has(e.conversation)) ? [index] : [],
  );
  return {
    ...report,
    coverage: {
      ...report.coverage,
      connections: conversations.length,
      encryptedConnections: conversations.filter(c => c.tls !== undefined && !c.tls.decrypted).length,
    },
    verdict: verdictOf(report, kept, conversations),
    conversations,
    findings: kept.map(index => report.findings[index]!),
    exposed: exposedIn(report, conversations, ids),
  };
}

/** The whole capture's verdict where it could not be judged; else what is left of its reasons. */
function verdictOf(
  { verdict, findings }: Report,
  kept: readonly number[],
  conversations: readonly ReportConversation[],
): ReportVerdict {
  const because = kept.flatMap((index, place) => (verdict.because.includes(index) ? [place] : []));
  const warning = kept.flatMap((index, place) => (findings[index]!.severity === "info" ? [] : [place]));
  const exposure = conversations.map(c => c.exposure).reduce(worse, "protected" as Exposure);
  const failed = verdict.outcome === "fail" && because.length > 0;
  const mild = warning.length > 0 ? "warn" : "pass";
  return {
    ...verdict,
    outcome: failed ? "fail" : verdict.outcome === "inconclusive" ? "inconclusive" : mild,
    exposure: conversations.length === 0 ? "unknown" : exposure,
    because: failed ? because : warning,
  };
}

/** What is exposed in some of the conversations: topics are listed over all, so those that one of these has. */
function exposedIn(
  { exposed }: Report,
  conversations: Report["conversations"],
  ids: ReadonlySet<number>,
): Report["exposed"] {
  const topics = new Set(conversations.flatMap(({ mqtt }) => (mqtt?.topics ?? []).map(wireKey)));
  const clients = new Set(
    conversations.flatMap(({ mqtt, client }) => [client, ...(mqtt?.clientIds ?? []).map(wireKey)]),
  );
  return {
    credentials: exposed.credentials.filter(({ conversation }) => ids.has(conversation)),
    topics: exposed.topics.filter(({ topic }) => topics.has(wireKey(topic))),
    secrets: exposed.secrets.filter(
      ({ conversation }) => conversation !== undefined && ids.has(conversation),
    ),
    clients: exposed.clients.filter(client => clients.has(wireKey(client))),
  };
}

const byFirst = (a: ReportConversation, b: ReportConversation): number => (a.first < b.first ? -1 : 1);

const pathOf = ({ client, server }: ReportConversation): string => `${hostOf(client)} ${hostOf(server)}`;
