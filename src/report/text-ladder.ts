/** A TLS connection step by step, and what an observer is left with: what `--verbose` adds to a conversation. */
import type { ReportConversation } from "../verdict/report.ts";
import type { ReportStep, ReportTls } from "../verdict/report-tls.ts";
import { type Column, hang, type Page, table } from "./page.ts";
import { digits } from "./words.ts";

/** Empty unless the report was made with its ladders. */
export function ladderRows({ ended }: ReportConversation, tls: ReportTls, page: Page): string[] {
  const { ladder = [], observer } = tls;
  if (ladder.length === 0 || observer === undefined) return [];
  const wide = page.width >= WIDE;
  const columns: readonly Column[] = [
    { head: "ms", align: "right" },
    { head: "step", shrinks: true },
    { head: "octets", align: "right" },
    { head: "frame", align: "right" },
    ...(wide ? STATES : [CHANGES]),
  ];
  const cells = ladder.map((step, i) => [
    since(ladder[0]!, step),
    `${step.from === "client" ? page.marks.to : page.marks.by} ${page.safe(step.name)}`,
    step.octets === 0 ? "" : digits(step.octets),
    framesOf(step, page),
    ...(wide ? stateCells(step) : [changed(ladder[i - 1], step)]),
  ]);
  return [
    ...hang(page, "    step by step", PART_INDENT, `from ${ladder[0]!.time}`),
    ...table({ ...page, width: page.width - INDENT }, columns, cells).map(row => `    ${row}`),
    ...hang(page, "    ended", PART_INDENT, ending(ended, tls)),
    ...observer.sees.flatMap(({ what, values }, i) =>
      hang(
        page,
        i === 0 ? "    still seen" : "",
        PART_INDENT,
        `${what}: ${values.map(page.safe).join(", ")}`,
      ),
    ),
    ...hang(page, "    hidden", PART_INDENT, observer.hidden.join(", ") || "nothing"),
  ];
}

const since = (first: ReportStep, { time }: ReportStep): string =>
  ((microsOf(time) - microsOf(first.time)) / 1000).toFixed(1);

/** RFC 3339 with six digits, which `Date` would cut to three. */
const microsOf = (time: string): number =>
  Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26));

const framesOf = ({ frames: [first, last] }: ReportStep, { marks }: Page): string =>
  first === last ? digits(first) : `${digits(first)}${marks.none}${digits(last)}`;

const stateCells = ({ state: { tcp, tls, mqtt } }: ReportStep): string[] =>
  [tcp, tls, mqtt].map(word => (word === "none" ? "" : word));

/** The states that the step changed; the end of TCP is the end of what it carried. */
function changed(before: ReportStep | undefined, { state }: ReportStep): string {
  if (before !== undefined && before.state.tcp !== state.tcp) return `TCP ${state.tcp}`;
  const names = [
    before?.state.tcp === state.tcp ? undefined : `TCP ${state.tcp}`,
    before?.state.tls === state.tls || state.tls === "none" ? undefined : `TLS ${state.tls}`,
    before?.state.mqtt === state.mqtt || state.mqtt === "none" ? undefined : `MQTT ${state.mqtt}`,
  ];
  return names.filter(name => name !== undefined).join(", ");
}

const ending = (ended: string | undefined, { closeNotify }: ReportTls): string =>
  ended === "rst" && closeNotify
    ? "in order (close_notify), and then with an RST"
    : (ENDINGS.get(ended ?? "") ?? "not in this capture");

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["fin", "in order (FIN)"],
  ["rst", "with a reset (RST)"],
  ["idle", "silent for so long that it is taken for over"],
  ["evicted", "not seen: given up at the ceiling of open connections"],
  ["capture-ended", "not seen: the capture ended before"],
]);

const STATES: readonly Column[] = [{ head: "TCP" }, { head: "TLS", shrinks: true }, { head: "MQTT" }];
const CHANGES: Column = { head: "from here on", shrinks: true };

/** Cells from which on each layer has a column of its own. */
const WIDE = 100;
const PART_INDENT = 21;
const INDENT = 4;
