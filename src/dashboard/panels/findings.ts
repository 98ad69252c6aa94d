/** The findings: the worst first, how often, and of whom. */
import { wireKey } from "../../octets/text.ts";
import type { Parties } from "../state.ts";
import { type Finding, SEVERITIES } from "../../finding/finding.ts";
import { sharedTitle } from "../../finding/outcomes.ts";
import { column, type Line, line, shownUnless, span } from "../line.ts";
import { captureName } from "../captures.ts";
import type { Model } from "../model.ts";
import { holding, type Item } from "./list.ts";
import { number, ofCapture, type Room } from "./panel.ts";

/**
 * The worst first; those of one rule are one row, which has the title of the worst of them and opens it. A filter looks through each
 * finding, and the rows are made of those that it leaves.
 */
export function findings(model: Model, { reveal, columns }: Room, filter = ""): Item[] {
  const kept = holding([...model.findings].sort(worstFirst), filter, finding => textOf(finding, reveal));
  const alike = new Map<string, Finding[]>();
  for (const finding of kept) {
    const same = alike.get(finding.rule);
    if (same === undefined) alike.set(finding.rule, [finding]);
    else same.push(finding);
  }
  return [...alike].map(([key, same]) => {
    const worst = same[0]!;
    return {
      key,
      subject: { of: "finding", finding: worst } as const,
      parties: partiesOf(worst.subject),
      height: 1,
      lines: () => [row(worst, same, captureName(model.captures, worst.evidence[0]), reveal, columns)],
      text: () => same.map(finding => textOf(finding, reveal)).join(" "),
    };
  });
}

/** The two ends that a finding names. */
export const partiesOf = ({ client, broker }: Finding["subject"]): Parties => ({
  client: client === undefined ? undefined : wireKey(client),
  broker,
});

/** Those of the same rule, the given one too; the worst first. */
export const alikeOf = (model: Model, finding: Finding): readonly Finding[] =>
  [...model.findings].filter(({ rule }) => rule === finding.rule).sort(worstFirst);

/**
 * `CRITICAL  MQ101  3 ×  Password sent without TLS   sensor-a1 → 192.0.2.1:1883  frame 12`; of several alike, whom they
 * are about: `dev1, dev2, … 22 more`.
 */
function row(
  worst: Finding,
  alike: readonly Finding[],
  capture: string | undefined,
  reveal: boolean,
  columns: number,
): Line {
  const { severity, rule, evidence } = worst;
  const said = shownUnless(reveal, sharedTitle(alike));
  const count = alike.reduce((sum, one) => sum + one.count, 0);
  const frame = alike.length === 1 ? evidence[0]?.frame : undefined;
  const whom = alike.length === 1 ? whomOf(worst, reveal) : namesOf(alike, reveal);
  return line(
    span(column(severity.toUpperCase(), 9), severity),
    span(column(rule, 7)),
    span(column(`${number(count)} ×`, 6), "faint"),
    span(columns < 100 ? `${said}  ` : `${column(said, Math.floor(columns * 0.5))}  `, "strong"),
    span(whom, "faint"),
    span(frame === undefined ? "" : `  frame ${number(frame)}${ofCapture(capture)}`, "faint"),
  );
}

const whomOf = ({ subject: { client, broker } }: Finding, reveal: boolean): string =>
  [client, broker].flatMap(one => (one === undefined ? [] : shownUnless(reveal, one, 48))).join(" → ");

const textOf = (finding: Finding, reveal: boolean): string =>
  `${finding.severity} ${finding.rule} ${finding.name} ${shownUnless(reveal, finding.title)} ${whomOf(finding, reveal)}`;

/** `dev1, dev2, … 22 more`: whom findings are about, each once. */
function namesOf(alike: readonly Finding[], reveal: boolean): string {
  const names = new Set(alike.map(({ subject: { client, what, broker } }) => client ?? what ?? broker ?? ""));
  names.delete("");
  const shown = [...names].slice(0, NAMED).map(name => shownUnless(reveal, name, 48));
  const rest = names.size - shown.length;
  return `${shown.join(", ")}${rest > 0 ? `, … ${number(rest)} more` : ""}`;
}

/** Of several, so many are named in a row. */
const NAMED = 2;

const worstFirst = (a: Finding, b: Finding): number =>
  SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || a.rule.localeCompare(b.rule);

/** The count of `severities` from the worst on: `1 critical, 2 high`. */
export const severitiesText = (model: Model): string =>
  [...SEVERITIES]
    .reverse()
    .flatMap(severity =>
      model.severities[severity] === 0 ? [] : `${number(model.severities[severity])} ${severity}`,
    )
    .join(", ");
