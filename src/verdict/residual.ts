/** What TLS shows all the same, and what it hides: of one conversation, and of a whole report in one line a kind. */
import { hostOf } from "../packet/address.ts";
import { wireString } from "../octets/text.ts";
import { isNull } from "../session/suites.ts";
import { count } from "./not-seen.ts";
import type { Report, ReportConversation } from "./report.ts";
import type { ReportShown, ReportTls } from "./report-tls.ts";

/** What anyone on the path still reads of a conversation under TLS; nothing for one without. */
export function stillShown(conversation: ReportConversation): readonly ReportShown[] {
  const { tls, client, server, octets, frames, first, last } = conversation;
  if (tls === undefined) return [];
  return [
    { what: ADDRESSES, values: [`${hostOf(client)} → ${server}`] },
    ...shown(tls),
    {
      what: SIZES,
      values: [
        `${count(octets.client + octets.server, "octet")} in ${count(frames, "frame")}, ${first} to ${last}`,
      ],
    },
  ];
}

/** What nobody reads without a key; empty where nothing was protected. */
export function hidden({ tls, mqtt }: ReportConversation): readonly string[] {
  if (tls?.version === undefined || (tls.cipherSuite !== undefined && isNull(tls.cipherSuite.id))) return [];
  const tls13 = tls.version.startsWith("TLS 1.3");
  return [
    ...(tls13 && !tls.resumed && tls.pskIdentities.length === 0 ? ["the broker's certificate"] : []),
    ...(tls13 ? ["the chosen protocol (ALPN)", "whether the client shows a certificate"] : []),
    ...(tls.encryptedClientHello ? ["the broker's name, if the offer of ECH was meant"] : []),
    ...(tls.applicationData.client.records > 0 && (mqtt === undefined || tls.decrypted) ? MQTT_FACTS : []),
  ];
}

/** Addresses, names, fingerprints, certificates, sizes and timing of all conversations under TLS. */
export function residualOf({ conversations }: Report): string[] {
  const sealed = conversations.filter(c => c.tls !== undefined);
  if (sealed.length === 0) return [];
  const kinds = new Map<string, Set<string>>();
  for (const conversation of sealed)
    for (const { what, values } of stillShown(conversation)) {
      const known = kinds.get(what) ?? new Set();
      for (const value of values) known.add(value);
      kinds.set(what, known);
    }
  const octets = sealed.reduce((sum, c) => sum + c.octets.client + c.octets.server, 0);
  kinds.set(SIZES, new Set([`${count(sealed.length, "connection")}, ${count(octets, "octet")}`]));
  return [...kinds].map(([what, values]) => `${what}: ${listed([...values])}`);
}

function shown(tls: ReportTls): ReportShown[] {
  const rows: readonly (readonly [what: string, values: readonly (string | undefined)[]])[] = [
    ["server name (SNI)", [tls.serverName === undefined ? undefined : wireString(tls.serverName)]],
    ["protocols (ALPN)", tls.alpn.offered.map(wireString)],
    ["certificate", [tls.chain[0]?.subject]],
    ["client certificate", [tls.clientChain[0]?.subject]],
    ["pre-shared key identity", tls.pskIdentities.map(wireString)],
    ["client software (JA4)", [tls.ja4]],
  ];
  return rows.flatMap(([what, values]) => {
    const known = values.filter(value => value !== undefined);
    return known.length === 0 ? [] : [{ what, values: known }];
  });
}

function listed(texts: readonly string[]): string {
  return `${texts.slice(0, LISTED).join(", ")}${texts.length > LISTED ? `, … (${texts.length})` : ""}`;
}

const ADDRESSES = "addresses";
const SIZES = "sizes and timing";
const MQTT_FACTS = ["user names", "passwords", "client identifiers", "topics", "payloads"];
const LISTED = 5;
