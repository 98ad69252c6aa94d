/** One broker: the certificates it shows as a tree, its clients and whether they verify it, what it speaks. */
import { wrap } from "../../octets/lines.ts";
import { rfc3339 } from "../../octets/time.ts";
import { cipherSuites, protocolVersions } from "../../protocol/tls/registry.ts";
import type { Certificate } from "../../protocol/x509/certificate.ts";
import type { Conversation } from "../../session/conversation.ts";
import { altNameText, nameText } from "../../verdict/certificate.ts";
import { type Line, line, shown, type Size, span } from "../line.ts";
import type { Model } from "../model.ts";
import { counted, heading, number } from "../panels/panel.ts";
import type { DetailScreen } from "../state.ts";
import { findingRows, part } from "./about.ts";
import { type CertificateNode, certificateTree } from "./certificates.ts";
import { connectionRow } from "./client.ts";
import { keyText } from "./handshake.ts";
import { chosenOf, list, listPage, NAME_WIDTH, type Page, type Place, type Row } from "./page.ts";

/** `broker` is its endpoint. */
export function brokerPage(
  model: Model,
  broker: string,
  screen: DetailScreen,
  reveal: boolean,
  size: Size,
): Page {
  const own = [...model.conversations].filter(({ connection }) => connection.server.text === broker);
  const title = `Broker ${shown(broker, 64)}`;
  const head = headOf(own);
  switch (screen.tab) {
    case 0:
      return certificatesPage(title, head, own, screen, size);
    case 1: {
      const rows = own.map(conversation => connectionRow(model, conversation, "client", size.columns));
      return listPage(title, TABS, head, rows, "none of its connections is kept any more", screen, size);
    }
    default: {
      const rows = [
        ...spoken(own),
        ...findingRows(model, finding => finding.subject.broker === broker, reveal, size.columns),
      ];
      return listPage(title, TABS, head, rows, "nothing more is known", screen, size);
    }
  }
}

function headOf(own: readonly Conversation[]): Line[] {
  const clients = new Set(own.map(({ connection }) => connection.client.address));
  const answers = { yes: 0, no: 0, unknown: 0 };
  for (const { tls } of own) if (tls !== undefined) answers[tls.clientVerifies.answer]++;
  const under = own.filter(({ tls }) => tls !== undefined).length;
  return [
    line(
      span(
        `${counted(own.length, "connection")} of ${counted(clients.size, "client")}, ${under} under TLS`,
        "strong",
      ),
    ),
    under === 0
      ? line(span("it shows no certificate: anyone may pretend to be it", "exposed"))
      : line(
          span("verified by the client: "),
          span(`yes ${answers.yes}`, answers.yes > 0 ? "protected" : "faint"),
          span("  "),
          span(`no ${answers.no}`, answers.no > 0 ? "interceptable" : "faint"),
          span(`  unknown ${answers.unknown}`, "faint"),
        ),
  ];
}

/** The tree above, the chosen certificate below. */
function certificatesPage(
  title: string,
  head: readonly Line[],
  own: readonly Conversation[],
  place: Place,
  size: Size,
): Page {
  const nodes = certificateTree(own);
  if (nodes.length === 0) return listPage(title, TABS, head, [], whyNone(own), place, size);
  // Of an issuer that was not sent there is nothing to show below.
  const rows = nodes.map(
    (node): Row => ({
      key: `${node.depth} ${node.certificate?.sha256}`,
      line: () => nodeLine(node),
      ...(node.certificate === undefined && { aside: true }),
    }),
  );
  const sent = nodes.filter(node => node.certificate !== undefined);
  const chosen = sent[chosenOf(rows, place).at]!;
  const about = certificateLines(chosen, size.columns);
  const room = size.rows - head.length;
  const below = Math.min(about.length + 1, Math.max(Math.floor(room * 0.6), room - nodes.length));
  const { lines, unitOf, units, at, keys } = list(rows, place, room - below);
  const filler = Array.from({ length: room - below - lines.length }, (): Line => []);
  return {
    title,
    tabs: TABS,
    units,
    at,
    keys,
    lines: [...head, ...lines, ...filler, heading(holderText(chosen), size.columns), ...about].slice(
      0,
      size.rows,
    ),
    unitOf: [...head.map(() => undefined), ...unitOf],
  };
}

function whyNone(own: readonly Conversation[]): string {
  if (own.every(({ tls }) => tls === undefined)) return "no TLS: no certificate";
  const tls13 = own.some(({ tls }) => (tls?.serverHello?.version ?? 0) >= TLS_1_3);
  return tls13 ? "encrypted (TLS 1.3): a key log shows it" : "none was seen";
}

/** `└─ broker.example   until 2027-01-01   RSA 2048 bits   expired 3 days before`. */
function nodeLine(node: CertificateNode): Line {
  const { depth, certificate, defects, root, times } = node;
  const branch = depth === 0 ? "" : `${"   ".repeat(depth - 1)}└─ `;
  const fields = certificate?.fields;
  const facts =
    certificate === undefined
      ? (root ?? "not sent")
      : fields === undefined
        ? `unreadable, sha256 ${certificate.sha256.slice(0, 16)}…`
        : `until ${rfc3339(fields.notAfter).slice(0, 10)}  ${keyText(fields.publicKey)}`;
  return line(
    span(branch, "frame"),
    span(holderText(node), certificate === undefined ? "faint" : "strong"),
    span(`  ${facts}`, "faint"),
    span(
      defects.length === 0 ? "" : `  ${defects.map(text => shown(text, 120)).join(", ")}`,
      "interceptable",
    ),
    span(times > 1 ? `  ${number(times)} ×` : "", "faint"),
  );
}

const holderText = ({ name }: CertificateNode): string => shown(name, 64);

function certificateLines({ certificate, defects, trust }: CertificateNode, columns: number): Line[] {
  if (certificate === undefined) return [];
  return [
    ...fieldRows(certificate),
    ["trust", trust ?? ""] as const,
    ...defects.map(text => ["", text] as const),
    ["sha256", certificate.sha256] as const,
  ].flatMap(([name, text]) => named(name, text, columns));
}

function fieldRows({ fields, fault, octets }: Certificate): (readonly [name: string, text: string])[] {
  if (fields === undefined)
    return [["unreadable", fault === undefined ? "" : `${fault.unit}.${fault.field} at ${fault.offset}`]];
  const names = fields.subjectAltNames.map(altNameText);
  return [
    ["subject", nameText(fields.subject) || "(empty)"],
    ["issuer", `${nameText(fields.issuer)}${fields.selfSigned ? " (itself)" : ""}`],
    ["validity", `${rfc3339(fields.notBefore)} to ${rfc3339(fields.notAfter)}`],
    ["names", names.length === 0 ? "no subjectAltName" : names.join(", ")],
    ["key", `${keyText(fields.publicKey)}, signed with ${fields.signatureAlgorithm}`],
    [
      "use",
      [
        ...(fields.ca === true ? ["CA"] : []),
        ...(fields.keyUsage ?? []),
        ...(fields.extendedKeyUsage ?? []),
      ].join(", "),
    ],
    ["serial", `${fields.serialNumber}, version ${fields.version}, ${number(octets)} octets`],
  ];
}

function named(name: string, text: string, columns: number): Line[] {
  if (text === "") return [];
  return wrap(shown(text, 600), Math.max(columns - NAME_WIDTH - 1, 20)).map((row, index) =>
    line(span((index === 0 ? name : "").padEnd(NAME_WIDTH), "strong"), span(row)),
  );
}

/** Versions and suites, how often each. */
function spoken(own: readonly Conversation[]): Row[] {
  const versions = new Map<string, number>();
  const suites = new Map<string, number>();
  const requested = own.filter(({ tls }) => tls?.certificateRequested === true).length;
  for (const { tls, mqtt } of own) {
    if (mqtt?.version !== undefined)
      add(versions, `MQTT ${mqtt.version}${tls === undefined ? ", in clear" : ""}`);
    if (tls?.serverHello === undefined) continue;
    add(versions, protocolVersions.nameOf(tls.serverHello.version));
    add(suites, cipherSuites.nameOf(tls.serverHello.cipherSuite));
  }
  return [
    ...part("versions", counts(versions)),
    ...part("suites", counts(suites)),
    ...part("asks clients", requested === 0 ? [] : [[`for a certificate, ${counted(requested, "time")}`]]),
  ];
}

const add = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

const counts = (of: ReadonlyMap<string, number>): (readonly [string])[] =>
  [...of].sort((a, b) => b[1] - a[1]).map(([name, times]) => [`${name}  ${number(times)} ×`] as const);

const TABS = ["certificates", "clients", "about"];
const TLS_1_3 = 0x0304;
