/** What stands between an observer and each TLS conversation, and the conversations in clear in a few lines. */
import { faultText } from "../octets/decode.ts";
import type { WireText } from "../octets/text.ts";
import type { Exposure, Report, ReportConversation } from "../verdict/report.ts";
import type { ReportCertificate, ReportTls } from "../verdict/report-tls.ts";
import { hostOf } from "../packet/address.ts";
import { GLUE, hang, type Page, table } from "./page.ts";
import { certificateRows } from "./text-certificates.ts";
import { ladderRows } from "./text-ladder.ts";
import { captureNames, moreRow } from "./text-exposed.ts";
import { counted, digits, duration, size } from "./words.ts";

/** Alike conversations once, the worst first. */
export function tlsRows(report: Report, page: Page): string[] {
  const names = captureNames(report, page);
  const groups = new Map<string, TlsGroup>();
  for (const conversation of report.conversations) {
    if (conversation.tls === undefined) continue;
    const key = tlsKey(conversation, conversation.tls);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: conversation, tls: conversation.tls, times: 1 });
    else group.times++;
  }
  const worst = [...groups.values()].sort((a, b) => rank(a.first.exposure) - rank(b.first.exposure));
  const shown = worst.slice(0, LIMITS.tls);
  return [
    ...shown.flatMap(group => groupRows(group, names[group.first.capture ?? 0], page)),
    ...moreRow(page, worst.length - shown.length),
  ];
}

interface TlsGroup {
  readonly first: ReportConversation;
  readonly tls: ReportTls;
  times: number;
}

const tlsKey = ({ client, server, exposure }: ReportConversation, tls: ReportTls): string =>
  JSON.stringify([
    hostOf(client),
    server,
    exposure,
    tls.version,
    tls.cipherSuite?.id,
    tls.group?.id,
    tls.serverName,
    tls.chain[0]?.sha256,
    tls.resumed,
    tls.clientVerifiesBecause.text,
  ]);

function groupRows({ first, tls, times }: TlsGroup, capture: string | undefined, page: Page): string[] {
  const word = first.exposure.toUpperCase();
  const ends = `${hostOf(first.client)} ${page.marks.to} ${first.server}${times > 1 ? `, ${counted(times, "connection")}` : ""}`;
  const label = `  ${page.paint(first.exposure, word)}${" ".repeat(WORD_CELLS - word.length)}  `;
  const rows = hang(page, " ".repeat(INDENT), INDENT, ends).map((row, i) =>
    i === 0 ? label + row.slice(INDENT) : row,
  );
  const part = (name: string, text: string | undefined): void => {
    if (text !== undefined) rows.push(...hang(page, `    ${name}`, PART_INDENT, text));
  };
  part("speaks", parameters(tls, page));
  part("asks for", asked(tls, page));
  part("certificate", certificateText(tls, page));
  part("client shows", clientCertificate(tls, page));
  part("client verifies", verification(tls, capture, page));
  part("alert", alertText(tls));
  if (tls.ladder === undefined) return rows;
  rows.push(...certificateRows("broker's certificate", tls.chain, page));
  rows.push(...certificateRows("client's certificate", tls.clientChain, page));
  rows.push(...ladderRows(first, tls, page));
  return rows;
}

function parameters(tls: ReportTls, page: Page): string {
  if (tls.version === undefined) return "no ServerHello was seen";
  const { milliseconds } = tls.handshake;
  const parts = [
    tls.version,
    tls.cipherSuite?.name,
    tls.group?.name,
    tls.resumed ? "resumed" : undefined,
    tls.earlyData ? "early data" : undefined,
    milliseconds === undefined ? undefined : `handshake ${duration(milliseconds)}`,
    tls.decrypted ? "opened with the key log" : undefined,
  ];
  return page.dotted(parts.map(part => part?.replaceAll(" ", GLUE)));
}

/** What the hello says in clear: server name and ALPN. */
function asked({ serverName, alpn }: ReportTls, page: Page): string | undefined {
  const protocols = alpn.offered.length === 0 ? undefined : `ALPN ${alpn.offered.map(page.safe).join(", ")}`;
  return page.dotted([serverName === undefined ? undefined : page.safe(serverName), protocols]) || undefined;
}

function certificateText(tls: ReportTls, page: Page): string | undefined {
  const [leaf] = tls.chain;
  if (leaf === undefined) {
    if (tls.version === undefined) return undefined;
    if (tls.rawPublicKey !== undefined)
      return `none, a raw public key (${tls.rawPublicKey.algorithm}, SHA-256 ${tls.rawPublicKey.sha256})`;
    if (tls.resumed) return "none is sent when a session is resumed";
    return tls.version.startsWith("TLS 1.3") ? "encrypted (TLS 1.3)" : "none was seen";
  }
  if (leaf.subject === undefined) {
    const why = leaf.fault === undefined ? "" : `: ${page.safe(faultText(leaf.fault))}`;
    return `does not parse${why} (SHA-256 ${leaf.sha256})`;
  }
  const { status, reasons } = tls.trust;
  const issuer = leaf.selfSigned === true ? "itself" : commonName(leaf.issuer ?? "", page);
  const until = leaf.notAfter === undefined ? undefined : `until ${leaf.notAfter.slice(0, 10)}`;
  return page.dotted([
    `${holder(leaf, page)} ${page.marks.by} ${issuer}`,
    until,
    reasons.length > 0 ? reasons.map(page.safe).join(", ") : STATUS[status],
  ]);
}

function clientCertificate(
  { clientChain, clientCertificate: sent }: ReportTls,
  page: Page,
): string | undefined {
  const [leaf] = clientChain;
  if (leaf?.subject !== undefined) return `a certificate of its own: ${holder(leaf, page)}`;
  return sent ? "a certificate of its own" : undefined;
}

/** The common name, else the first name of the extension, else the hash. */
function holder(certificate: ReportCertificate, page: Page): string {
  const name = certificate.subject === undefined ? "" : commonName(certificate.subject, page);
  return name || page.safe(certificate.subjectAltNames?.[0] ?? certificate.sha256);
}

const commonName = (name: string, page: Page): string =>
  page.safe(/(?:^|, )CN=(.*?)(?=, [A-Za-z0-9.]+=|$)/.exec(name)?.[1] ?? name);

function verification(
  { clientVerifies, clientVerifiesBecause: { confidence, text, frames } }: ReportTls,
  capture: string | undefined,
  page: Page,
): string {
  const word = clientVerifies === "unknown" ? "not shown" : clientVerifies === "no" ? "NO" : "yes";
  const sure = confidence === "tentative" ? " (tentative)" : "";
  const of = capture === undefined ? "" : ` of ${capture}`;
  const where =
    frames.length === 0
      ? ""
      : ` (frame${frames.length === 1 ? "" : "s"} ${frames.map(digits).join(", ")}${of})`;
  return `${word}${sure}: ${page.safe(text)}${where}`;
}

/** The first alert that says more than goodbye, unless the row above has told it. */
function alertText({ alerts, clientVerifiesBecause }: ReportTls): string | undefined {
  for (const { description, from } of alerts)
    if (description !== undefined && description.id !== CLOSE_NOTIFY)
      return clientVerifiesBecause.text.includes(description.name)
        ? undefined
        : `${description.name}, from the ${from}`;
  return undefined;
}

/** Conversations without TLS, by broker and what they speak. */
export function clearRows({ conversations }: Report, page: Page): string[] {
  const groups = new Map<string, ClearGroup>();
  for (const conversation of conversations) {
    if (conversation.tls !== undefined) continue;
    const speaks = spoken(conversation, page);
    const key = `${conversation.server} ${conversation.exposure} ${speaks}`;
    const group = groups.get(key) ?? {
      server: conversation.server,
      speaks,
      exposure: conversation.exposure,
      times: 0,
      messages: 0,
      octets: 0,
    };
    group.times++;
    group.messages += (conversation.mqtt?.publishes.client ?? 0) + (conversation.mqtt?.publishes.server ?? 0);
    group.octets += conversation.octets.client + conversation.octets.server;
    groups.set(key, group);
  }
  const busiest = [...groups.values()].sort(
    (a, b) => rank(a.exposure) - rank(b.exposure) || b.octets - a.octets,
  );
  const shown = busiest.slice(0, LIMITS.clear);
  if (shown.length === 0) return [];
  const columns = [
    { head: "broker", shrinks: true },
    { head: "speaks", shrinks: true },
    { head: "talks", align: "right" },
    { head: "messages", align: "right" },
    { head: "octets", align: "right" },
    { head: "exposure" },
  ] as const;
  const cells = shown.map(group => [
    group.server,
    group.speaks,
    digits(group.times),
    digits(group.messages),
    size(group.octets).replace(/ octets?$/, ""),
    group.exposure.toUpperCase(),
  ]);
  const [head = "", ...rows] = table(page, columns, cells);
  const painted = rows.map((row, i) => {
    const word = shown[i]!.exposure;
    return row.slice(0, row.length - word.length) + page.paint(word, row.slice(row.length - word.length));
  });
  return [head, ...painted, ...moreRow(page, busiest.length - shown.length)];
}

interface ClearGroup {
  readonly server: string;
  readonly speaks: string;
  readonly exposure: Exposure;
  times: number;
  messages: number;
  octets: number;
}

function spoken({ mqtt, transport, protocol }: ReportConversation, page: Page): string {
  if (protocol === "mqttsn") return "MQTT-SN";
  const name =
    mqtt === undefined ? page.safe(protocol as WireText) : `MQTT ${mqtt.version ?? "(version not seen)"}`;
  return transport === "ws" || transport === "wss" ? `${name} over WebSocket` : name;
}

const rank = (exposure: Exposure): number => ORDER.indexOf(exposure);

const ORDER: readonly Exposure[] = ["exposed", "interceptable", "weak", "unknown", "protected"];

const STATUS: Readonly<Record<string, string>> = {
  trusted: "trusted",
  untrusted: "leads to no trusted root",
  "self-signed": "self-signed",
  "not-judged": "its root is not known here (--ca)",
  unknown: "",
};

/** RFC 8446 §6.1: says goodbye, and nothing else. */
const CLOSE_NOTIFY = 0;

/** `INTERCEPTABLE`. */
const WORD_CELLS = 13;
const INDENT = WORD_CELLS + 4;
/** Behind the longest name of a part, `client verifies`. */
const PART_INDENT = 21;
const LIMITS = { tls: 12, clear: 12 } as const;
