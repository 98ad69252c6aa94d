/** The findings: the worst first, how often, and of whom. */
import { type Finding, SEVERITIES } from "../../finding/finding.ts";
import { column, type Line, line, shownUnless, span } from "../line.ts";
import type { Model } from "../model.ts";
import { clip, nothing, number } from "./panel.ts";

/** The panel's lines, at most `rows`. */
export function findings(model: Model, reveal: boolean, columns: number, rows: number): Line[] {
  if (model.findings.size === 0) return nothing("none so far");
  const all = [...model.findings].sort(worstFirst);
  const blocks = all.map((finding, index) => (index < rows ? [row(finding, reveal, columns)] : [EMPTY]));
  return clip(blocks, rows);
}

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

const EMPTY: Line = [];
