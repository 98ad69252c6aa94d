/** What TLS shows all the same: the residual exposure, in one line for each kind of fact. */
import { wireString } from "../octets/text.ts";
import { count } from "./not-seen.ts";
import type { Report, ReportTls } from "./report.ts";

/** Addresses, names, fingerprints, certificates, sizes and timing that anyone on the path still reads. */
export function residualOf({ conversations }: Report): string[] {
  const sealed = conversations.filter(c => c.tls !== undefined);
  if (sealed.length === 0) return [];
  const tls = sealed.flatMap(c => c.tls ?? []);
  const octets = sealed.reduce((sum, c) => sum + c.octets.client + c.octets.server, 0);
  return [
    `addresses: ${listed(sealed.map(c => `${hostOf(c.client)} → ${c.server}`))}`,
    ...line(
      "server name (SNI)",
      tls.map(t => (t.serverName === undefined ? undefined : wireString(t.serverName))),
    ),
    ...line(
      "protocols (ALPN)",
      tls.flatMap(t => t.alpn.offered.map(wireString)),
    ),
    ...line(
      "certificate",
      tls.map(t => t.chain[0]?.subject),
    ),
    ...line(
      "client certificate",
      tls.map(t => t.clientChain[0]?.subject),
    ),
    ...line(
      "pre-shared key identity",
      tls.flatMap(t => t.pskIdentities.map(wireString)),
    ),
    ...line("client software (JA4)", tls.map(ja4Of)),
    `sizes and timing: ${count(sealed.length, "connection")}, ${count(octets, "octet")}`,
  ];
}

const ja4Of = ({ ja4 }: ReportTls): string | undefined => ja4;

const line = (name: string, texts: readonly (string | undefined)[]): string[] => {
  const known = texts.filter(text => text !== undefined);
  return known.length === 0 ? [] : [`${name}: ${listed(known)}`];
};

function listed(texts: readonly string[]): string {
  const distinct = [...new Set(texts)];
  return `${distinct.slice(0, LISTED).join(", ")}${distinct.length > LISTED ? `, … (${distinct.length})` : ""}`;
}

const hostOf = (endpoint: string): string => endpoint.slice(0, endpoint.lastIndexOf(":"));

const LISTED = 5;
