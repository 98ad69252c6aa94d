/** AFTER: what TLS still shows. Version, suite, name, certificate, and whether the client verifies it. */
import { rfc3339, type Timestamp } from "../../octets/time.ts";
import { cipherSuites, protocolVersions, supportedGroups } from "../../protocol/tls/registry.ts";
import type { Certificate, DistinguishedName } from "../../protocol/x509/certificate.ts";
import type { Conversation, TlsConversation } from "../../session/conversation.ts";
import { exposureOf } from "../../verdict/exposure.ts";
import type { Exposure } from "../../verdict/report.ts";
import { folded, type Line, line, shown, type Size, span } from "../line.ts";
import { clientOf, type Model } from "../model.ts";
import type { Item } from "./list.ts";
import { number } from "./panel.ts";

/** Conversations of one client with one broker that look alike are one entry. */
interface Entry {
  readonly key: string;
  readonly conversation: Conversation;
  readonly tls: TlsConversation;
  readonly exposure: Exposure;
  times: number;
}

/**
 * The most exposed first. Enter opens the conversation that stands for its kind. Where the panel has many rows, what is
 * longer than one of them goes on below.
 */
export const after = (model: Model, { columns, rows }: Size): Item[] =>
  entriesOf(model).map(entry => {
    const { key, conversation } = entry;
    const whole = block(entry);
    const lines = rows < SPACIOUS ? whole : whole.flatMap(one => folded(one, columns));
    return {
      key,
      subject: { of: "conversation", conversation } as const,
      parties: { client: clientOf(conversation), broker: conversation.connection.server.text },
      height: lines.length,
      lines: () => lines,
      text: () => lines.map(one => one.map(({ text }) => text).join("")).join(" "),
    };
  });

function entriesOf(model: Model): Entry[] {
  const entries = new Map<string, Entry>();
  for (const conversation of model.conversations) {
    const { tls, connection } = conversation;
    if (tls === undefined) continue;
    const hello = tls.serverHello;
    const key = `${connection.client.address} ${connection.server.text} ${hello?.version} ${hello?.cipherSuite} ${nameAsked(tls)}`;
    const exposure = exposureOf(conversation, model.affects);
    const known = entries.get(key);
    // The newest of a kind stands for it, unless an older one was worse.
    const stays = known !== undefined && ORDER.indexOf(known.exposure) < ORDER.indexOf(exposure);
    if (stays) known.times++;
    else entries.set(key, { key, conversation, tls, exposure, times: (known?.times ?? 0) + 1 });
  }
  return [...entries.values()].sort((a, b) => ORDER.indexOf(a.exposure) - ORDER.indexOf(b.exposure));
}

function block({ conversation, tls, exposure, times }: Entry): Line[] {
  const { client, server } = conversation.connection;
  const lines = [
    line(
      span(versionText(tls), "strong"),
      span("  "),
      span(exposure.toUpperCase(), exposure),
      span(`  ${suiteText(tls)}`),
      span(times > 1 ? `  ${number(times)} ×` : "", "faint"),
    ),
    line(span(`  ${client.address} → ${server.text}  ${nameAsked(tls)}`)),
    verifiesLine(tls),
    certificateLine(tls),
  ];
  const mutual = mutualText(tls);
  return mutual === undefined ? lines : [...lines, line(span("  mutual TLS: ", "faint"), span(mutual))];
}

/** What the client was asked to show of itself, and what it showed; nothing where that is not seen. */
function mutualText({
  certificateRequested,
  clientCertificate,
  clientChain,
}: TlsConversation): string | undefined {
  const [leaf] = clientChain;
  if (leaf?.fields !== undefined)
    return `client shows ${commonName(leaf.fields.subject)}, until ${dateOf(leaf.fields.notAfter)}`;
  if (clientCertificate) return "client shows a certificate";
  return certificateRequested ? "asked for, and no certificate shown" : undefined;
}

/** `TLS 1.3`; what the client offered while no ServerHello was seen. */
function versionText({ serverHello, sslv2 }: TlsConversation): string {
  if (sslv2) return "SSLv2";
  return serverHello === undefined ? "TLS, no ServerHello" : protocolVersions.nameOf(serverHello.version);
}

function suiteText({ serverHello, group }: TlsConversation): string {
  if (serverHello === undefined) return "";
  const suite = cipherSuites.nameOf(serverHello.cipherSuite).replace(/^TLS_/, "");
  return group === undefined ? suite : `${suite}  ${supportedGroups.nameOf(group)}`;
}

const nameAsked = ({ clientHello }: TlsConversation): string =>
  clientHello?.serverName === undefined ? "no SNI" : `SNI ${shown(clientHello.serverName, 64)}`;

/** `broker.example ← Lab CA ← Lab Root  until 2027-01-01`, or what is wrong with it. */
function certificateLine({ chain, serverHello, resumed, trust }: TlsConversation): Line {
  const [leaf] = chain;
  const none = (text: string): Line => line(span("  certificate: ", "faint"), span(text));
  if (leaf === undefined) {
    if (resumed) return none("none, session resumed");
    return none(
      serverHello !== undefined && serverHello.version >= TLS_1_3 ? "encrypted (TLS 1.3)" : "not seen",
    );
  }
  if (leaf.fields === undefined) return none(`unreadable, sha256 ${leaf.sha256.slice(0, 16)}…`);
  const { subject, notAfter } = leaf.fields;
  const names = [commonName(subject), ...chain.slice(0, CHAIN_SHOWN).flatMap(issuerOf)];
  const wrong = trust.defects.map(defect => shown(defect.text, 80)).join(", ");
  return line(
    span(`  ${names.join(" ← ")}  `),
    wrong === "" ? span(`until ${dateOf(notAfter)}`, "faint") : span(wrong, "weak"),
  );
}

const issuerOf = ({ fields }: Certificate): string[] =>
  fields === undefined || fields.selfSigned ? [] : [commonName(fields.issuer)];

const dateOf = (at: Timestamp): string => rfc3339(at).slice(0, 10);

/** The name that people know a certificate by, or all of its subject. */
function commonName(name: DistinguishedName): string {
  const named = name.find(attribute => attribute.type === "CN") ?? name.at(-1);
  return named === undefined ? "(no name)" : shown(named.value, 40);
}

function verifiesLine({ clientVerifies: { answer, text } }: TlsConversation): Line {
  const style = answer === "no" ? "interceptable" : answer === "yes" ? "protected" : "faint";
  return line(
    span("  client verifies: "),
    span(answer.toUpperCase(), style),
    span(`  ${shown(text)}`, "faint"),
  );
}

const ORDER: readonly Exposure[] = ["exposed", "interceptable", "weak", "unknown", "protected"];

/** Rows from which on a panel folds its lines. */
const SPACIOUS = 12;

const TLS_1_3 = 0x0304;
/** Of a chain, so many certificates are named in a row; the broker's page shows all. */
const CHAIN_SHOWN = 3;
