/** Before and after as a person reads it: the verdict, what is hidden now, what still shows, what to do. */
import { Secret, type WireText } from "../octets/text.ts";
import type { ComparedClient, ComparedFact, ComparedOutcome, Comparison } from "../verdict/compare.ts";
import { hang, type Page, type PageOptions, page, type Style, unglued } from "./page.ts";

/** The comparison, rows no wider than `width`; secrets only with `reveal`. */
export function compareText(comparison: Comparison, options: PageOptions): string {
  const sheet = page(options);
  const { verdict, clients, residual } = comparison;
  const rows = [
    ...verdictRows(verdict.outcome, verdict.reasons, sheet),
    ...clients.flatMap(client => ["", ...clientRows(client, sheet)]),
    ...list("TLS still shows", residual, sheet),
    ...list("To do", verdict.mustDo, sheet),
  ];
  return `${unglued(rows.join("\n"))}\n`;
}

function verdictRows(outcome: ComparedOutcome, reasons: readonly string[], sheet: Page): string[] {
  const [first = "", ...more] = reasons.slice(0, REASONS);
  const indent = outcome.length + 3;
  const rows = [
    ...hang(sheet, outcome, indent, sheet.safe(first)),
    ...more.flatMap(reason => hang(sheet, "", indent, sheet.safe(reason))),
  ];
  return rows.map((row, i) =>
    i === 0 ? sheet.paint(STYLES[outcome], outcome) + sheet.paint("title", row.slice(outcome.length)) : row,
  );
}

function clientRows({ before, after, facts }: ComparedClient, sheet: Page): string[] {
  const name = before ?? after ?? "";
  const told = facts.filter(fact => fact.before !== undefined || fact.after !== undefined);
  return [
    sheet.paint("title", sheet.safe(name)),
    ...told.flatMap(fact =>
      hang(sheet, `  ${fact.state.padEnd(14)}${fact.name}`, INDENT, detail(fact, sheet)),
    ),
  ];
}

/** `hidden: what was`; `still visible: what is`. */
const detail = ({ before, after }: ComparedFact, sheet: Page): string =>
  (after ?? before ?? []).map(text => shown(text, sheet)).join(", ");

const shown = (text: WireText | Secret, sheet: Page): string =>
  text instanceof Secret ? sheet.secret(text) : sheet.safe(text);

const list = (title: string, lines: readonly string[], sheet: Page): string[] =>
  lines.length === 0
    ? []
    : ["", sheet.paint("title", title), ...lines.flatMap(line => hang(sheet, "  –", 4, sheet.safe(line)))];

const STYLES: Readonly<Record<ComparedOutcome, Style>> = {
  SECURED: "protected",
  IMPROVED: "weak",
  UNCHANGED: "exposed",
  REGRESSED: "exposed",
  INCONCLUSIVE: "unknown",
};

const REASONS = 5;
const INDENT = 34;
