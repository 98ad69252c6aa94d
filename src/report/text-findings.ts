/** Findings by rule: what was found, where the proof lies, how to mend it. */
import { Secret, textOfKey, type WireText, wireKey, wireString } from "../octets/text.ts";
import { type Finding, SEVERITIES } from "../finding/finding.ts";
import { sharedTitle } from "../finding/outcomes.ts";
import type { Report, ReportEvidence, ReportFinding } from "../verdict/report.ts";
import { cutCells, pad, wrap } from "../octets/lines.ts";
import { hang, type Page } from "./page.ts";
import { captureNames } from "./text-exposed.ts";
import { digits } from "./words.ts";

/** The worst first; the proof shown is the first one of the worst. */
export function findingRows(report: Report, page: Page): string[] {
  const rules = new Map<string, ReportFinding[]>();
  for (const finding of report.findings) {
    const same = rules.get(finding.rule);
    if (same === undefined) rules.set(finding.rule, [finding]);
    else same.push(finding);
  }
  return [...rules.values()].sort(bySeverity).flatMap(findings => ruleRows(findings, report, page));
}

/** Findings of a rule come in the report's order: the worst and surest first. */
const bySeverity = (a: readonly ReportFinding[], b: readonly ReportFinding[]): number =>
  SEVERITIES.indexOf(b[0]?.severity ?? "info") - SEVERITIES.indexOf(a[0]?.severity ?? "info");

function ruleRows(findings: readonly ReportFinding[], report: Report, page: Page): string[] {
  const [worst] = findings;
  if (worst === undefined) return [];
  const [proof] = worst.evidence;
  const rows = headRows(worst, findings, page);
  if (proof !== undefined) rows.push(...indented(page, proofText(worst, proof, report, page)));
  const others = otherSubjects(worst, findings, page);
  if (others !== undefined) rows.push(...indented(page, others));
  // An observation needs no mending: its rule explains it.
  if (worst.severity !== "info") rows.push(...hang(page, `${" ".repeat(INDENT)}Mend`, INDENT + 6, worst.fix));
  rows.push(...hang(page, `${" ".repeat(INDENT)}More`, INDENT + 6, `mqtt-sniff rules ${worst.rule}`));
  return rows;
}

/** `CRITICAL  MQ101  Password sent without TLS      3 ×` */
function headRows(worst: ReportFinding, findings: readonly ReportFinding[], page: Page): string[] {
  const count = `${digits(findings.reduce((sum, finding) => sum + finding.count, 0))} ${page.marks.times}`;
  const title = `${page.safe(sharedTitle(findings, page.marks.times))}${worst.confidence === "tentative" ? " (tentative)" : ""}`;
  const room = page.width - INDENT - ID_CELLS - count.length - 2;
  const word = worst.severity.toUpperCase();
  return wrap(title, room).map((line, i) =>
    i === 0
      ? `  ${page.paint(worst.severity, word)}${" ".repeat(SEVERITY_CELLS - word.length)}${pad(worst.rule, ID_CELLS)}${pad(line, room)}  ${count}`
      : " ".repeat(INDENT + ID_CELLS) + line,
  );
}

/** `frame 12, CONNECT.Password of sensor-a1 at 192.0.2.1:1883: ‹13 characters›` */
function proofText(finding: ReportFinding, proof: ReportEvidence, report: Report, page: Page): string {
  const { client, broker, what } = finding.subject;
  const capture = captureNames(report, page)[proof.capture];
  const frame = proof.frame === undefined ? undefined : `frame ${digits(proof.frame)}`;
  const place = [capture, frame].filter(text => text !== undefined).join(" ");
  const who = client === undefined ? "" : ` of ${page.safe(client)}`;
  const where = broker === undefined ? "" : ` at ${page.safe(broker)}`;
  const shown = shownText(proof, what, page);
  return `${place === "" ? "" : `${place}, `}${page.safe(proof.field)}${who}${where}${shown === undefined ? "" : `: ${shown}`}`;
}

function shownText({ shown }: ReportEvidence, what: WireText | undefined, page: Page): string | undefined {
  if (shown instanceof Secret) return page.secret(shown);
  if (typeof shown === "number") return digits(shown);
  const text = shown === undefined || wireString(shown) === "" ? what : shown;
  return text === undefined ? undefined : cutCells(page.safe(text), SHOWN_CELLS, page.marks.more);
}

/** Whom else the rule fired for. */
function otherSubjects(
  worst: ReportFinding,
  findings: readonly ReportFinding[],
  page: Page,
): string | undefined {
  const own = nameOf(worst.subject);
  const names = new Set(
    findings.map(finding => nameOf(finding.subject)).filter(name => name !== own && name !== ""),
  );
  if (names.size === 0) return undefined;
  const shown = [...names]
    .slice(0, LIMITS.subjects)
    .map(name => cutCells(page.safe(textOfKey(name)), NAME_CELLS, page.marks.more));
  const rest = names.size - shown.length;
  return `also ${shown.join(", ")}${rest > 0 ? ` ${page.marks.more} and ${digits(rest)} more (--format json lists all)` : ""}`;
}

/** As a key. */
const nameOf = ({ client, broker, what }: Finding["subject"]): string =>
  wireKey(client ?? what ?? broker ?? "");

const indented = (page: Page, text: string): string[] => hang(page, "", INDENT, text);

/** Cells of the longest word for a severity, and the space behind it. */
const SEVERITY_CELLS = 10;
const INDENT = 2 + SEVERITY_CELLS;
const ID_CELLS = 7;
const SHOWN_CELLS = 160;
const NAME_CELLS = 60;
const LIMITS = { subjects: 3 } as const;
