/** What became of the logins that a finding counts: told beside its title, since a count alone would mix them. */
import type { Finding } from "./finding.ts";

const OUTCOMES = ["accepted", "refused", "unanswered"] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** How many logins; nothing of what there was none. */
export type Outcomes = { readonly [Kind in Outcome]?: number };

/** `, accepted by the broker` where all were, `, accepted 9 ×, refused 4 ×` where not. */
export function outcomeWords(outcomes: Outcomes, times = "×"): string {
  const kinds = OUTCOMES.filter(kind => outcomes[kind] !== undefined);
  const [only] = kinds;
  if (kinds.length > 1)
    return kinds.map(kind => `, ${kind} ${outcomes[kind]?.toLocaleString("en-US")} ${times}`).join("");
  return only === undefined || only === "unanswered" ? "" : `, ${only} by the broker`;
}

export function addOutcomes(a: Outcomes, b: Outcomes): Outcomes {
  const sum: { -readonly [Kind in Outcome]?: number } = { ...a };
  for (const kind of OUTCOMES) if (b[kind] !== undefined) sum[kind] = (a[kind] ?? 0) + b[kind];
  return sum;
}

/** One title for findings of a rule that are shown as one: the first one's, with the logins of all of them. */
export function sharedTitle(findings: readonly Pick<Finding, "title" | "outcomes">[], times = "×"): string {
  const [first] = findings;
  if (first?.outcomes === undefined) return first?.title ?? "";
  const about = first.title.slice(0, first.title.length - outcomeWords(first.outcomes).length);
  return about + outcomeWords(findings.map(one => one.outcomes ?? {}).reduce(addOutcomes), times);
}
