/** The text report's first proof: what anyone on the path reads. */
import { distinctNames } from "../capture/input-name.ts";
import { Secret, type WireText, wireString } from "../octets/text.ts";
import type { PayloadText } from "../octets/payload.ts";
import type { Report, ReportConversation } from "../verdict/report.ts";
import { KINDS } from "../finding/secrets/match.ts";
import { hostOf } from "../packet/address.ts";
import { hang, type Page, table } from "./page.ts";
import { counted, digits } from "./words.ts";

/** Rows of the section without its title; none where nothing was readable. */
export function exposedRows(report: Report, page: Page): string[] {
  const { credentials, topics, clients } = report.exposed;
  return [
    ...credentialRows(report, page),
    ...(credentials.length === 0 && clients.length > 0
      ? listRow(page, "clients", clients.map(page.safe))
      : []),
    ...topicRows(topics, page),
    ...secretRows(report, page),
    ...willRows(report, page),
  ];
}

function credentialRows(report: Report, page: Page): string[] {
  const { credentials } = report.exposed;
  if (credentials.length === 0) return [];
  const ends = new Map(report.conversations.map(c => [c.id, c]));
  const rows = new Map<string, CredentialRow>();
  for (const credential of credentials) {
    const { username, password, clientId, accepted } = credential;
    const end = ends.get(credential.conversation);
    const key = JSON.stringify([
      username === undefined ? null : wireString(username),
      password === undefined ? null : wireString(password.reveal()),
      wireString(clientId) || (end && hostOf(end.client)),
      end?.server,
      accepted,
      end?.capture,
    ]);
    const known = rows.get(key);
    if (known !== undefined) known.times++;
    else rows.set(key, { credential, end, times: 1, capture: end?.capture ?? 0 });
  }
  // What opens a broker comes first: a list of refused guesses is cut, and not what they led to.
  const shown = [...rows.values()].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, LIMITS.credentials);
  return [
    ...credentialTable(shown, captureNames(report, page), page),
    ...moreRow(page, rows.size - shown.length),
  ];
}

/** Alike credentials; a fleet has thousands of rows, of which few get cells. */
interface CredentialRow {
  /** The first of them. */
  readonly credential: Report["exposed"]["credentials"][number];
  readonly end: ReportConversation | undefined;
  times: number;
  /** Of which capture its frame is. */
  readonly capture: number;
}

const rankOf = ({ credential: { accepted } }: CredentialRow): number =>
  accepted === undefined ? 1 : accepted ? 0 : 2;

function credentialCells({ credential, end, times }: CredentialRow, page: Page): string[] {
  const { username, password, clientId, accepted, frame } = credential;
  return [
    username === undefined ? page.marks.none : page.safe(username),
    password === undefined ? page.marks.none : page.secret(password),
    clientText(clientId, end && hostOf(end.client), page),
    end?.server ?? "",
    accepted === undefined ? "unknown" : accepted ? "yes" : "no",
    times > 1 ? `${digits(frame)} (${page.marks.times}${digits(times)})` : digits(frame),
  ];
}

/** Rows under their heads; of several captures, those of each under its name. */
function credentialTable(all: readonly CredentialRow[], names: readonly string[], page: Page): string[] {
  const captures = [...new Set(all.map(({ capture }) => capture))];
  const grouped = captures.map(capture => all.filter(one => one.capture === capture));
  const columns = [
    { head: "user", shrinks: true },
    { head: "password", shrinks: true },
    { head: "client", shrinks: true },
    { head: "broker" },
    { head: "accepted" },
    { head: "frame", align: "right" },
  ] as const;
  const cells = grouped.flat().map(row => credentialCells(row, page));
  const [head = "", ...rows] = table(page, columns, cells);
  return [
    head,
    ...grouped.flatMap(group => {
      const name = names[group[0]?.capture ?? 0];
      const own = rows.splice(0, group.length);
      return name === undefined ? own : [...hang(page, "", 2, `in ${name}`, "faint"), ...own];
    }),
  ];
}

/** By their number, where there are several: a frame is one of a capture. */
export const captureNames = ({ captures }: Report, page: Page): readonly string[] =>
  captures.length > 1 ? distinctNames(captures.map(({ path }) => path)).map(page.safe) : [];

/** A client without a Client Identifier of its own is known by its address. */
const clientText = (clientId: WireText, address: string | undefined, page: Page): string =>
  wireString(clientId) === "" ? (address ?? "") : page.safe(clientId);

function topicRows(topics: Report["exposed"]["topics"], page: Page): string[] {
  if (topics.length === 0) return [];
  const busiest = [...topics].sort((a, b) => b.messages - a.messages);
  const texts = busiest
    .slice(0, LIMITS.topics)
    .map(
      ({ topic, messages }, i) =>
        `${page.safe(topic)} (${i === 0 ? counted(messages, "message") : digits(messages)})`,
    );
  return listRow(page, "topics", texts, topics.length);
}

function willRows(report: Report, page: Page): string[] {
  const wills = new Set<string>();
  for (const { mqtt, exposure } of report.conversations) {
    if (exposure !== "exposed") continue;
    for (const { topic, payload, retain } of mqtt?.wills ?? []) {
      if (wills.size >= LIMITS.wills) break;
      wills.add(`${page.safe(topic)} ${payloadShown(topic, payload, page)}${retain ? " retained" : ""}`);
    }
  }
  return wills.size === 0 ? [] : listRow(page, "wills", [...wills]);
}

/** `password in config/mqtt`: what is in messages and elsewhere, each kind in each place once. */
function secretRows({ exposed }: Report, page: Page): string[] {
  const texts = new Set<string>();
  for (const { kind, field, topic } of exposed.secrets) {
    const words = kind in KINDS ? KINDS[kind as keyof typeof KINDS].words : kind;
    texts.add(`${words} in ${page.safe(topic === undefined ? field : topic)}`);
  }
  return texts.size === 0 ? [] : listRow(page, "secrets", [...texts]);
}

const payloadShown = (topic: WireText, payload: PayloadText, page: Page): string =>
  "text" in payload
    ? `"${page.message(topic, payload.text)}"`
    : `${page.marks.open}${counted(Buffer.byteLength(payload.base64, "base64"), "octet")}${page.marks.close}`;

/** `label  one, two, … and 7 more`, wrapped. */
function listRow(page: Page, label: string, texts: readonly string[], all = texts.length): string[] {
  const shown = texts.slice(0, LIMITS.topics);
  const rest = all - shown.length;
  const more = rest > 0 ? `, ${page.marks.more} and ${digits(rest)} more (--format json lists all)` : "";
  return hang(page, `  ${label}`, LABEL_CELLS, shown.join(", ") + more);
}

/** The row that says what a cut list leaves out. */
export const moreRow = (page: Page, rest: number): string[] =>
  rest > 0 ? [`  ${page.marks.more} and ${digits(rest)} more (--format json lists all)`] : [];

/** Whether a report holds a secret that a reader may miss. */
export const hidesSecrets = (report: Report): boolean =>
  report.exposed.secrets.length > 0 ||
  report.exposed.credentials.some(c => c.password !== undefined) ||
  report.findings.some(f => f.evidence.some(e => e.shown instanceof Secret)) ||
  report.conversations.some(c => c.mqtt?.credentials.some(credential => credential.password !== undefined));

const LABEL_CELLS = 12;

/** What one screen holds; the other formats hold all. */
const LIMITS = { credentials: 10, topics: 10, wills: 5 } as const;
