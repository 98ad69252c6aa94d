/** Findings and coverage become a verdict, and everything together the report. */
import { type Confidence, type Finding, SEVERITIES, type Severity } from "../finding/finding.ts";
import type { Ledger } from "../finding/ledger.ts";
import type { PackName } from "../finding/policy/policy.ts";
import type { Rule } from "../finding/rule.ts";
import { type WireText, wireKey } from "../octets/text.ts";
import { rfc3339, type Timestamp } from "../octets/time.ts";
import type { Conversation } from "../session/conversation.ts";
import type { Coverage } from "../session/coverage.ts";
import { connectionsOn } from "../session/unrecognised.ts";
import { isJudgeable, isReadable } from "../session/readable.ts";
import type { Topics } from "../session/topics.ts";
import { reportConversation } from "./conversation.ts";
import { affectsOf, exposureOf, worse } from "./exposure.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { count, notSeen } from "./not-seen.ts";
import type {
  Exposure,
  Outcome,
  Report,
  ReportCoverage,
  ReportExposed,
  ReportFinding,
  ReportVerdict,
} from "./report.ts";
import type { Tally } from "./tally.ts";

export interface JudgeOptions {
  readonly tool: { readonly name: string; readonly version: string };
  readonly rules: readonly Rule[];
  /** `--fail-on`: "never" switches `fail` off. */
  readonly failOn: Severity | "never";
  /** Anything that limited the view counts as "could not judge". */
  readonly strict: boolean;
  readonly policy: PackName;
  /** In words: which roots chains were held against. */
  readonly rootsText: string;
  readonly at: Timestamp | undefined;
  readonly ports: ReadonlySet<number> | "all";
  /** Each step of each handshake too. */
  readonly verbose?: boolean;
  readonly salt?: Uint8Array;
}

/** contract.md, "Exit codes": 2 is wrong usage, and comes from elsewhere. */
export const EXIT_CODE: Readonly<Record<Outcome, number>> = { pass: 0, warn: 0, fail: 1, inconclusive: 3 };

/** The report of a run as it stands; may be made again while a live capture grows. */
export function judge(seen: Tally, ledger: Ledger, topics: Topics, options: JudgeOptions): Report {
  const rules = new Map(options.rules.map(rule => [rule.id as string, rule]));
  const affects = affectsOf(options.rules);
  const findings = [...ledger.findings.values()].sort(bySeverity);
  const exposure = seen.conversations
    .map(c => ({ exposure: exposureOf(c, affects), counts: isJudgeable(c) }))
    .reduce(
      (worst, c) => (c.counts || c.exposure === "exposed" ? worse(worst, c.exposure) : worst),
      "protected" as Exposure,
    );
  return {
    schemaVersion: 1,
    tool: options.tool,
    judgedBy: {
      policy: options.policy,
      roots: options.rootsText,
      at: options.at === undefined ? "packet time" : rfc3339(options.at),
      ports: options.ports === "all" ? "all" : [...options.ports].sort((a, b) => a - b),
    },
    captures: seen.captures,
    coverage: reportCoverage(seen.coverage),
    verdict: verdictOf(seen, findings, exposure, options, [
      ...unlisted(seen.unlisted(), "conversation"),
      ...unlisted(topics.beyond.messages, "message"),
      ...unlisted(topics.beyond.texts, "text"),
      ...unlisted(ledger.beyond.count, "finding"),
      ...unlisted(ledger.beyond.shown, "value"),
    ]),
    conversations: seen.conversations.map(c =>
      reportConversation(c, affects, {
        several: seen.captures.length > 1,
        verbose: options.verbose === true,
      }),
    ),
    exposed: exposedOf(seen.conversations, topics, ledger),
    findings: findings.map(finding => reportFinding(finding, rules.get(finding.rule), options.salt)),
  };
}

function verdictOf(
  seen: Tally,
  findings: readonly Finding[],
  exposure: Exposure,
  options: JudgeOptions,
  beyond: readonly string[],
): ReportVerdict {
  const { coverage } = seen;
  const failing = indexesOf(findings, f => fails(f, options.failOn));
  const warning = indexesOf(findings, f => f.severity !== "info");
  const blind = coverage.judged === 0;
  const incomplete = limited(coverage);
  // Nothing to say, and nothing that kept it from being said: then it was not understood.
  const unread = couldNotJudge(coverage) || (incomplete ? options.strict : exposure === "unknown");
  const outcome: Outcome =
    failing.length > 0 ? "fail" : unread ? "inconclusive" : warning.length > 0 ? "warn" : "pass";
  return {
    outcome,
    exposure: blind || (exposure === "protected" && unread) ? "unknown" : exposure,
    complete: !incomplete,
    because: failing.length > 0 ? failing : warning,
    notSeen: [...notSeen(coverage, seen.captures, seen.conversations), ...beyond],
  };
}

/** Of what there was too much to list. */
const unlisted = (n: number, thing: string): string[] =>
  n > 0 ? [`${count(n, thing)} beyond the list: judged, not shown`] : [];

const indexesOf = (findings: readonly Finding[], is: (finding: Finding) => boolean): number[] =>
  findings.flatMap((finding, index) => (is(finding) ? [index] : []));

/** A finding fails the run at or above the threshold, and never on tentative evidence. */
const fails = (finding: Finding, failOn: Severity | "never"): boolean =>
  failOn !== "never" &&
  finding.confidence !== "tentative" &&
  SEVERITIES.indexOf(finding.severity) >= SEVERITIES.indexOf(failOn);

/** contract.md, "what limited the view", its first row: what was captured, and not judged. */
const couldNotJudge = (coverage: Coverage): boolean =>
  coverage.cut ||
  coverage.unknownLinkTypes ||
  coverage.judged === 0 ||
  coverage.unrecognisedPorts.size > 0 ||
  coverage.unreadConversations > 0 ||
  coverage.evictedConnections > 0;

/** Anything that limited the view: with `--strict` it counts like the first row. */
const limited = (coverage: Coverage): boolean =>
  couldNotJudge(coverage) ||
  coverage.left ||
  coverage.missedLogins > 0 ||
  coverage.tornLogins > 0 ||
  coverage.gaps > 0 ||
  coverage.limits.size > 0 ||
  coverage.midstreamConnections > 0 ||
  coverage.oneSidedConnections > 0 ||
  coverage.encryptedConnections > 0 ||
  coverage.interruptions > 0 ||
  coverage.kernelDrops === "unknown" ||
  (coverage.kernelDrops ?? 0) > 0;

const reportCoverage = (coverage: Coverage): ReportCoverage => ({
  frames: coverage.frames,
  undecodedFrames: Object.fromEntries(coverage.undecodedFrames),
  truncatedFrames: coverage.truncatedFrames,
  connections: coverage.connections,
  gaps: coverage.gaps,
  gapOctets: coverage.gapOctets,
  encryptedConnections: coverage.encryptedConnections,
  midstreamConnections: coverage.midstreamConnections,
  oneSidedConnections: coverage.oneSidedConnections,
  evictedConnections: coverage.evictedConnections,
  tlsNotJudged: coverage.tlsNotJudged,
  unrecognised: {
    connections: coverage.unrecognised,
    onListedPorts: connectionsOn(coverage.unrecognisedPorts),
    likeMqtt: connectionsOn(coverage.likePorts),
  },
  ...(coverage.kernelDrops !== undefined && { kernelDrops: coverage.kernelDrops }),
  ...(coverage.acknowledgedOctets > 0 && {
    estimatedLoss: {
      acknowledgedOctets: coverage.acknowledgedOctets,
      missedOctets: coverage.missedOctets,
    },
  }),
  ...(coverage.interruptions > 0 && { interruptions: coverage.interruptions }),
  ...(coverage.keyLog !== undefined && { keyLog: coverage.keyLog }),
  limits: [...coverage.limits],
});

function exposedOf(conversations: readonly Conversation[], topics: Topics, ledger: Ledger): ReportExposed {
  const readable = conversations.filter(isReadable);
  const clients = new Map<string, WireText>();
  for (const { mqtt, connection } of readable) {
    if (mqtt === undefined) continue;
    const ids = mqtt.clientIds.length > 0 ? mqtt.clientIds : [connection.client.address];
    for (const id of ids) if (clients.size < CLIENTS_LISTED) clients.set(wireKey(id), id);
  }
  return {
    credentials: readable.flatMap(conversation =>
      (conversation.mqtt?.credentials ?? []).map(({ username, password, clientId, accepted, frame }) => ({
        username,
        password,
        clientId,
        accepted,
        conversation: conversation.id,
        frame,
      })),
    ),
    topics: [...topics.all.values()].map(({ topic, messages, octets }) => ({ topic, messages, octets })),
    secrets: [...ledger.secrets.values()],
    clients: [...clients.values()],
  };
}

/** A finding as the report prints it. */
export const reportFinding = (
  finding: Finding,
  rule: Rule | undefined,
  salt: Uint8Array | undefined,
): ReportFinding => ({
  rule: finding.rule,
  name: finding.name,
  title: finding.title,
  severity: finding.severity,
  confidence: finding.confidence,
  subject: finding.subject,
  count: finding.count,
  outcomes: finding.outcomes,
  first: finding.first === undefined ? undefined : rfc3339(finding.first),
  last: finding.last === undefined ? undefined : rfc3339(finding.last),
  // Reckoned where it is printed: the text report shows none, and a fleet has thousands.
  get fingerprint() {
    return fingerprintOf(finding, salt);
  },
  evidence: finding.evidence,
  why: rule?.why ?? "",
  fix: rule?.fix ?? "",
  cwe: rule?.cwe ?? [],
  references: rule?.references ?? [],
});

/** The worst first; the same severity by rule, then by when it was first seen. */
const bySeverity = (a: Finding, b: Finding): number =>
  SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
  CONFIDENCE_ORDER[b.confidence] - CONFIDENCE_ORDER[a.confidence] ||
  a.rule.localeCompare(b.rule) ||
  (a.first ?? 0) - (b.first ?? 0);

const CONFIDENCE_ORDER: Readonly<Record<Confidence, number>> = { certain: 2, firm: 1, tentative: 0 };

/** design.md: distinct client ids kept. */
const CLIENTS_LISTED = 100_000;
