/** All findings of a run, one for each rule, client, broker and subject. */
import { Secret, type WireText } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import {
  type Confidence,
  type Evidence,
  type Finding,
  type Severity,
  type Subject,
  severer,
  surer,
} from "./finding.ts";
import { LIMITS } from "./limits.ts";
import { addOutcomes, type Outcome, outcomeWords } from "./outcomes.ts";
import type { Rule } from "./rule.ts";
import type { FrameNumber } from "../capture/frame.ts";
import { costOf, shortKey, shortName } from "../session/long.ts";
import type { Find, Place } from "./secrets/found.ts";
import { isHidden, type SecretKind } from "./secrets/match.ts";

/** One sighting, with everything that the rule left to its own row filled in. */
export interface Entry {
  readonly rule: Rule;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly subject: Subject;
  readonly secret: Secret | undefined;
  readonly outcome: Outcome | undefined;
  readonly more: number | undefined;
  readonly evidence: Evidence;
  readonly at: Timestamp | undefined;
}

/** A secret that anyone on the path reads: what it is and where, never itself. */
export interface ExposedSecret {
  readonly kind: SecretKind;
  /** The name that stood before it: wire text. */
  readonly name?: string;
  readonly place: Place;
  readonly field: string;
  readonly topic?: WireText;
  readonly conversation?: number;
  /** Where it was seen first. */
  readonly frame: FrameNumber;
  readonly length: number;
  count: number;
}

export interface Ledger {
  /** Lists the secrets of a field that is readable by anyone. */
  expose(find: Find, frame: FrameNumber, conversation: number | undefined): void;
  readonly secrets: ReadonlyMap<string, ExposedSecret>;
  /** The finding that the entry belongs to, and whether this is its first sighting. */
  add(entry: Entry): { readonly finding: Finding; readonly isNew: boolean };
  readonly findings: ReadonlyMap<string, Finding>;
  /** Sightings that could not be told apart any more, and values that are not shown with theirs. */
  readonly beyond: { count: number; shown: number };
}

export function ledger(): Ledger {
  const findings = new Map<string, Finding>();
  const secrets = new Map<string, ExposedSecret>();
  const beyond = { count: 0, shown: 0 };
  let shownOctets = 0;

  /** A long value is shown while there is room for it. */
  function fitted(evidence: Evidence): Evidence {
    const { shown, ...rest } = evidence;
    const cost = shown === undefined || typeof shown === "number" ? 0 : costOf(shown);
    if (cost <= LIMITS.longText) return evidence;
    if (shownOctets + cost > LIMITS.shownOctets) {
      beyond.shown++;
      return rest;
    }
    shownOctets += cost;
    return evidence;
  }

  return {
    secrets,
    expose(find, frame, conversation) {
      for (const exposed of exposedOf(find, frame, conversation)) {
        const { kind, name, field, topic, length } = exposed;
        const key = [conversation, kind, name, field, keyOf(topic), length].join("\0");
        const known = secrets.get(key);
        if (known !== undefined) known.count++;
        else if (secrets.size < LIMITS.secrets) secrets.set(key, exposed);
      }
    },
    findings,
    beyond,
    add(entry) {
      const { rule, subject } = entry;
      let key = [rule.id, keyOf(subject.client), subject.broker, keyOf(subject.what)].join("\0");
      if (!findings.has(key) && findings.size >= LIMITS.findings) {
        beyond.count++;
        key = rule.id;
      }
      const known = findings.get(key);
      if (known === undefined) {
        const finding = newFinding({
          ...entry,
          subject: shortened(subject),
          secret: entry.secret === undefined ? undefined : shortSecret(entry.secret),
          evidence: fitted(entry.evidence),
        });
        findings.set(key, finding);
        return { finding, isNew: true };
      }
      const kept = known.evidence.length < LIMITS.evidence || tellsMore(known, entry);
      grow(known, kept ? { ...entry, evidence: fitted(entry.evidence) } : entry);
      return { finding: known, isNew: false };
    },
  };
}

const keyOf = (text: WireText | undefined): string => (text === undefined ? "" : shortKey(text));

/** A subject whose names are repeated with each finding about it. */
const shortened = (subject: Subject): Subject => ({
  ...subject,
  ...(subject.client !== undefined && { client: shortName(subject.client) }),
  ...(subject.what !== undefined && { what: shortName(subject.what) }),
});

/** For the fingerprint a digest of a long secret does as well. */
const shortSecret = (secret: Secret): Secret => {
  const value = secret.reveal();
  const short = shortName(value);
  return short === value ? secret : new Secret(short);
};

function exposedOf(
  { place, field, topic, secrets }: Find,
  frame: FrameNumber,
  conversation: number | undefined,
): readonly ExposedSecret[] {
  return secrets
    .filter(secret => isHidden(secret.kind))
    .map(({ kind, name, start, end }) => ({
      kind,
      ...(name !== undefined && { name }),
      place,
      field,
      ...(topic !== undefined && { topic: shortName(topic) }),
      ...(conversation !== undefined && { conversation }),
      frame,
      length: end - start,
      count: 1,
    }));
}

const newFinding = ({
  rule,
  title,
  severity,
  confidence,
  subject,
  secret,
  outcome,
  more,
  evidence,
  at,
}: Entry): Finding => ({
  rule: rule.id,
  name: rule.name,
  title: outcome === undefined ? title : title + outcomeWords({ [outcome]: 1 }),
  severity,
  confidence,
  subject,
  secret,
  count: Math.max(1, more ?? 1),
  outcomes: outcome === undefined ? undefined : { [outcome]: 1 },
  first: at,
  last: at,
  evidence: [evidence],
});

/** It is worse, or as bad and surer, or as both and counts those before it too. */
function tellsMore(finding: Finding, { severity, confidence, more }: Entry): boolean {
  if (severity !== finding.severity) return severer(finding.severity, severity) === severity;
  if (confidence !== finding.confidence) return surer(finding.confidence, confidence) === confidence;
  return more !== undefined;
}

function grow(finding: Finding, entry: Entry): void {
  finding.count += entry.more ?? 1;
  // Some are told late, at the time when they were seen; and clocks are set back.
  const at = entry.at ?? finding.last;
  if (at !== undefined) {
    finding.first = Math.min(finding.first ?? at, at) as Timestamp;
    finding.last = Math.max(finding.last ?? at, at) as Timestamp;
  }
  if (tellsMore(finding, entry)) {
    finding.severity = entry.severity;
    finding.title = entry.title;
    // The proof of the worst comes first, and of the surest where both are as bad.
    finding.evidence.unshift(entry.evidence);
    if (finding.evidence.length > LIMITS.evidence) finding.evidence.pop();
  } else if (finding.evidence.length < LIMITS.evidence) {
    finding.evidence.push(entry.evidence);
  }
  finding.confidence = surer(finding.confidence, entry.confidence);
  if (entry.outcome === undefined) return;
  // Every sighting of such a rule has the same title, and goes on with what became of the login.
  finding.outcomes = addOutcomes(finding.outcomes ?? {}, { [entry.outcome]: 1 });
  finding.title = entry.title + outcomeWords(finding.outcomes);
}
