/** AFTER: what TLS still shows. Version, suite, name, certificate, and whether the client verifies it. */
import { rfc3339 } from "../../octets/time.ts";
import { cipherSuites, protocolVersions, supportedGroups } from "../../protocol/tls/registry.ts";
import type { DistinguishedName } from "../../protocol/x509/certificate.ts";
import type { Conversation, TlsConversation } from "../../session/conversation.ts";
import { exposureOf } from "../../verdict/exposure.ts";
import type { Exposure } from "../../verdict/report.ts";
import { type Line, line, shown, span } from "../line.ts";
import type { Model } from "../model.ts";
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

/** The most exposed first. Enter opens the conversation that stands for its kind. */
export const after = (model: Model): Item[] =>
  entriesOf(model).map(entry => ({
    key: entry.key,
    subject: { of: "conversation", conversation: entry.conversation } as const,
    height: 4,
    lines: () => block(entry),
  }));

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
  return [
    line(
      span(versionText(tls), "strong"),
      span("  "),
      span(exposure.toUpperCase(), exposure),
      span(`  ${suiteText(tls)}`),
      span(times > 1 ? `  ${number(times)} ×` : "", "faint"),
    ),
    line(span(`  ${client.address} → ${server.text}  ${nameAsked(tls)}`)),
    verifiesLine(tls),
    line(span(`  ${certificateText(tls)}`)),
  ];
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

/** `broker.example ← Lab Root  expired 2025-01-01`. */
function certificateText({ chain, serverHello, resumed, trust }: TlsConversation): string {
  const [leaf] = chain;
  if (leaf === undefined) {
    if (resumed) return "certificate: none, session resumed";
    return serverHello !== undefined && serverHello.version >= TLS_1_3
      ? "certificate: encrypted (TLS 1.3)"
      : "certificate: not seen";
  }
  if (leaf.fields === undefined) return `certificate: unreadable, sha256 ${leaf.sha256.slice(0, 16)}…`;
  const { subject, issuer, notAfter } = leaf.fields;
  const wrong = trust.defects.map(defect => shown(defect.text, 80)).join(", ");
  return `${commonName(subject)} ← ${commonName(issuer)}  ${wrong === "" ? `until ${rfc3339(notAfter).slice(0, 10)}` : wrong}`;
}

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

const TLS_1_3 = 0x0304;
