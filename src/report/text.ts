/** The report that a person reads: verdict, what is exposed, what TLS protects, findings, what was not seen. */
import { inputName } from "../capture/input-name.ts";
import type { Report } from "../verdict/report.ts";
import { hostOf } from "../packet/address.ts";
import { scopeOf } from "../packet/scope.ts";
import { headline } from "./headline.ts";
import { GLUE, hang, type Page, type PageOptions, page, unglued } from "./page.ts";
import { exposedRows, hidesSecrets } from "./text-exposed.ts";
import { findingRows } from "./text-findings.ts";
import { clearRows, tlsRows } from "./text-tls.ts";
import { counted, digits, duration } from "./words.ts";

/** The whole report, rows no wider than `width`, with its last line feed; secrets only with `reveal`. */
export function textReport(report: Report, options: PageOptions): string {
  const sheet = page(options);
  const rows = [
    ...verdictRows(report, sheet),
    ...section("Anyone on the path reads", exposedRows(report, sheet), sheet),
    ...section("Under TLS", tlsRows(report, sheet), sheet),
    ...section("Without TLS", clearRows(report, sheet), sheet),
    ...section("Findings", findingRows(report, sheet), sheet),
    ...section("Not seen", notSeenRows(report, sheet), sheet),
  ];
  if (!sheet.reveal && hidesSecrets(report))
    rows.push("", ...note("Secrets are hidden: --reveal shows them.", sheet));
  return `${unglued(rows.join("\n"))}\n`;
}

/** `EXPOSED   One client sends …` and what was judged. */
function verdictRows(report: Report, sheet: Page): string[] {
  const word = report.verdict.exposure.toUpperCase();
  const indent = word.length + 3;
  const [first = "", ...more] = hang(sheet, word, indent, headline(report, sheet));
  return [
    sheet.paint(report.verdict.exposure, word) + sheet.paint("title", first.slice(word.length)),
    ...more.map(row => sheet.paint("title", row)),
    ...hang(sheet, "", indent, judged(report, sheet), "faint"),
    ...capturedBy(report, sheet).flatMap(text => hang(sheet, "", indent, text, "faint")),
  ];
}

/** Live: `captured by tcpdump · timestamps: kernel · 0 packets dropped`; what cannot be told is unknown, never 0. */
function capturedBy({ captures, coverage }: Report, { dotted, safe }: Page): string[] {
  const [only] = captures;
  if (captures.length !== 1 || only?.engine === undefined) return [];
  const { kernelDrops: drops = "unknown" } = coverage;
  const { rights } = only;
  const parts = [
    `captured by ${safe(only.engine)}`,
    only.timestamps === undefined ? undefined : `timestamps: ${safe(only.timestamps)}`,
    drops === "unknown" ? "drops: unknown" : `${counted(drops, "packet")} dropped`,
    rights === undefined || rights === "none" ? undefined : `it kept ${safe(rights)}`,
  ];
  return [dotted(parts.map(part => part?.replaceAll(" ", GLUE)))];
}

/** `capture.pcap · 1,204 frames · 12.3 s · everything in it was judged` */
function judged(report: Report, { dotted, safe }: Page): string {
  const { captures, coverage } = report;
  const [only] = captures;
  const name =
    captures.length === 1 && only !== undefined
      ? safe(inputName(only.path))
      : counted(captures.length, "capture");
  const lasted = captures.length === 1 ? span(only?.first, only?.last) : undefined;
  const parts = [counted(coverage.frames, "frame"), lasted].map(part => part?.replaceAll(" ", GLUE));
  return dotted([name, ...parts, completeness(report), loopback(report)]);
}

/** Where no network lay between: said once, since findings do not change with it. */
function loopback({ conversations }: Report): string | undefined {
  const local = conversations.filter(
    ({ server }) => scopeOf(hostOf(server).replaceAll(/[[\]]/g, "")) === "loopback",
  ).length;
  if (local === 0) return undefined;
  return local === conversations.length
    ? "all on loopback, judged like a network"
    : `${digits(local)} on loopback, judged like a network`;
}

function completeness({ verdict, conversations }: Report): string {
  if (verdict.complete) return "everything in it was judged";
  if (conversations.length === 0) return "nothing in it was judged";
  return verdict.notSeen.length > 0 ? "not all of it could be seen (below)" : "not all of it could be seen";
}

function span(first: string | undefined, last: string | undefined): string | undefined {
  if (first === undefined || last === undefined) return undefined;
  const milliseconds = Date.parse(last) - Date.parse(first);
  return Number.isFinite(milliseconds) && milliseconds >= 0 ? duration(milliseconds) : undefined;
}

const notSeenRows = ({ verdict }: Report, sheet: Page): string[] =>
  verdict.notSeen.flatMap(text => hang(sheet, `  ${sheet.marks.none}`, 4, sheet.safe(text)));

const note = (text: string, sheet: Page): string[] => hang(sheet, "", 0, text, "faint");

/** A title, the rows under it and the empty row before; nothing where there are no rows. */
const section = (title: string, rows: readonly string[], sheet: Page): string[] =>
  rows.length === 0 ? [] : ["", sheet.paint("title", title), ...rows];
