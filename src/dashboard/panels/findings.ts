/** The findings: the worst first, how often, and of whom. */
import { type Finding, SEVERITIES } from "../../finding/finding.ts";
import { column, type Line, line, shownUnless, span } from "../line.ts";
import type { Model } from "../model.ts";
import type { Item } from "./list.ts";
import { number } from "./panel.ts";

/** The worst first. */
export const findings = (model: Model, reveal: boolean, columns: number): Item[] =>
  [...model.findings].sort(worstFirst).map(finding => ({
    key: keyOf(finding),
    subject: { of: "finding", finding } as const,
    height: 1,
    lines: () => [row(finding, reveal, columns)],
  }));

/** `CRITICAL  MQ101  3 ×  Password sent without TLS   sensor-a1 → 192.0.2.1:1883`. */
function row({ severity, rule, count, title, subject }: Finding, reveal: boolean, columns: number): Line {
  const whom = [subject.client, subject.broker]
    .flatMap(one => (one === undefined ? [] : shownUnless(reveal, one, 48)))
    .join(" → ");
  const said = shownUnless(reveal, title);
  return line(
    span(column(severity.toUpperCase(), 9), severity),
    span(column(rule, 7)),
    span(column(`${number(count)} ×`, 6), "faint"),
    span(columns < 100 ? `${said}  ` : `${column(said, Math.floor(columns * 0.5))}  `),
    span(whom, "faint"),
  );
}

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
