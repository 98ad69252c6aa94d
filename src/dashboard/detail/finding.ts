/** A finding, explained: why it matters, what proves it, how to mend it, the standard, and where Wireshark shows it. */
import type { Evidence, Finding } from "../../finding/finding.ts";
import { severityWords } from "../../finding/severities.ts";
import { RULES } from "../../finding/rules/index.ts";
import { Secret } from "../../octets/text.ts";
import type { Conversation } from "../../session/conversation.ts";
import { type Line, line, shownUnless, type Size, span } from "../line.ts";
import { keepUnit, recorded, type Unit } from "../history.ts";
import { captureName } from "../captures.ts";
import type { Model } from "../model.ts";
import { alikeOf } from "../panels/findings.ts";
import { counted, number, ofCapture } from "../panels/panel.ts";
import type { DetailScreen, Subject } from "../state.ts";
import { NAME_WIDTH, type Page, paragraph, scrolled } from "./page.ts";

/** The page of a finding, read by lines; Enter opens the unit that proves it, or its conversation. */
export function findingPage(
  model: Model,
  finding: Finding,
  screen: DetailScreen,
  reveal: boolean,
  size: Size,
): Page {
  const rule = RULES.find(one => one.id === finding.rule);
  const text = (name: string, said: string): Line[] => [...paragraph(name, said, size.columns), []];
  const severity = rule && severityWords(rule);
  const lines: Line[] = [...headOf(finding, reveal), []];
  if (rule !== undefined) lines.push(...text("Why", rule.why));
  for (const [index, evidence] of finding.evidence.entries())
    lines.push(
      ...evidenceLines(evidence, index, captureName(model.captures, evidence), reveal, size.columns),
    );
  if (finding.count > finding.evidence.length)
    lines.push(
      line(
        span(`${" ".repeat(NAME_WIDTH)}… ${number(finding.count - finding.evidence.length)} more`, "faint"),
      ),
    );
  lines.push(...othersLines(model, finding, reveal, size.columns), []);
  if (rule !== undefined)
    lines.push(
      ...text("Mend it", rule.fix),
      ...text("False alarm", rule.falseAlarm),
      ...(severity === undefined ? [] : text("Severity", `${severity}.`)),
      ...text("Standard", [...rule.references, ...rule.cwe.map(id => `CWE-${id}`)].join(" · ")),
      ...text("Wireshark", rule.wireshark),
    );
  const proof = proofOf(model, finding);
  return {
    ...scrolled(`${finding.rule} ${finding.name}`, lines, screen.at, size),
    ...(proof !== undefined && { opens: proof }),
  };
}

function headOf({ severity, title, subject, count, confidence }: Finding, reveal: boolean): Line[] {
  const { client, broker, what } = subject;
  const whom = [client, broker].flatMap(one => (one === undefined ? [] : shownUnless(reveal, one)));
  const facts = [
    whom.join(" → "),
    what === undefined ? "" : shownUnless(reveal, what),
    `${counted(count, "time")}, ${confidence}`,
  ];
  return [
    line(span(severity.toUpperCase(), severity), span(`  ${shownUnless(reveal, title)}`, "strong")),
    line(span(facts.filter(fact => fact !== "").join("   "), "faint")),
  ];
}

/** `Also   dev2, dev3 (4 times)`: of whom else the same was found. */
function othersLines(model: Model, finding: Finding, reveal: boolean, columns: number): Line[] {
  const others = alikeOf(model, finding).filter(one => one !== finding);
  if (others.length === 0) return [];
  const times = new Map<string, number>();
  for (const { subject, count } of others) {
    const name = shownUnless(reveal, subject.client ?? subject.what ?? subject.broker ?? "", 64);
    times.set(name, (times.get(name) ?? 0) + count);
  }
  const names = [...times].map(([name, count]) => (count === 1 ? name : `${name} (${number(count)} ×)`));
  const rest = names.length - MOST;
  const said = `${names.slice(0, MOST).join(", ")}${rest > 0 ? `, … ${number(rest)} more` : ""}`;
  return [[], ...paragraph("Also", said, columns)];
}

/** Others than anybody reads are counted. */
const MOST = 200;

/** `Proof   frame 12, octets 1,204–1,217 of the file   CONNECT.Password  ‹13 characters›`. */
function evidenceLines(
  evidence: Evidence,
  index: number,
  capture: string | undefined,
  reveal: boolean,
  columns: number,
): Line[] {
  const { frame, offset, length, field, conversation } = evidence;
  const parts = [
    frame === undefined ? undefined : `frame ${number(frame)}${ofCapture(capture)}`,
    offset === undefined || length === undefined || length === 0
      ? undefined
      : `octets ${number(offset)}–${number(offset + length - 1)} of the file`,
    conversation === undefined ? undefined : `conversation #${conversation}`,
  ].filter(part => part !== undefined);
  const says = [field, shownText(evidence, reveal)].filter(part => part !== "").join("  ");
  return paragraph(index === 0 ? "Proof" : "", [...parts, says].join(", "), columns);
}

function shownText({ shown }: Evidence, reveal: boolean): string {
  if (shown === undefined) return "";
  if (typeof shown === "number") return String(shown);
  if (!(shown instanceof Secret)) return shownUnless(reveal, shown);
  return reveal ? shownUnless(true, shown.reveal()) : String(shown);
}

/** The first unit among the evidence that is still known, with its octets. */
function proofOf({ conversations, history }: Model, { evidence }: Finding): Subject | undefined {
  let known: Conversation | undefined;
  for (const conversation of conversations)
    for (const { conversation: id, frame, field } of evidence) {
      if (id !== conversation.id) continue;
      known ??= conversation;
      const units = recorded(history, conversation).units.filter(
        unit => unit.frame === frame && unit.kept > 0,
      );
      const unit = units.find(one => isNamed(one, field)) ?? units[0];
      if (unit !== undefined) return { of: "unit", conversation, unit: keepUnit(unit) };
    }
  return known === undefined ? undefined : { of: "conversation", conversation: known };
}

/** `CONNECT.Password`, `server_hello.cipher_suite`: the unit before the point is the event's own name. */
const isNamed = ({ type }: Unit, field: string): boolean =>
  type.endsWith(`.${field.slice(0, field.indexOf(".")).toLowerCase()}`);
