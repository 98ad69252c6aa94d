/** The findings: the worst first, how often, and of whom. */
import { type Finding, SEVERITIES } from "../../finding/finding.ts";
import { column, type Line, line, shownUnless, span } from "../line.ts";
import type { Model } from "../model.ts";
import type { Item } from "./list.ts";
import { number, type Room } from "./panel.ts";

/** The worst first. */
export const findings = (model: Model, { reveal, columns }: Room): Item[] =>
  [...model.findings].sort(worstFirst).map(finding => ({
    key: keyOf(finding),
    subject: { of: "finding", finding } as const,
    parties: finding.subject,
    height: 1,
    lines: () => [row(finding, reveal, columns)],
    text: () =>
      `${finding.severity} ${finding.rule} ${finding.name} ${shownUnless(reveal, finding.title)} ${whomOf(finding, reveal)}`,
  }));

/** `CRITICAL  MQ101  3 ×  Password sent without TLS   sensor-a1 → 192.0.2.1:1883  frame 12`. */
function row(finding: Finding, reveal: boolean, columns: number): Line {
  const { severity, rule, count, title, evidence } = finding;
  const said = shownUnless(reveal, title);
  const frame = evidence[0]?.frame;
  return line(
    span(column(severity.toUpperCase(), 9), severity),
    span(column(rule, 7)),
    span(column(`${number(count)} ×`, 6), "faint"),
    span(columns < 100 ? `${said}  ` : `${column(said, Math.floor(columns * 0.5))}  `, "strong"),
    span(whomOf(finding, reveal), "faint"),
    span(frame === undefined ? "" : `  frame ${number(frame)}`, "faint"),
  );
}

const whomOf = ({ subject: { client, broker } }: Finding, reveal: boolean): string =>
  [client, broker].flatMap(one => (one === undefined ? [] : shownUnless(reveal, one, 48))).join(" → ");

/** What tells findings apart. */
const keyOf = ({ rule, subject: { client, broker, what } }: Finding): string =>
  [rule, client, broker, what].join("\n");

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
