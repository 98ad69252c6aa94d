/** The EVE records that are made of a conversation or of the report: flow, alert and stats. */
import type { Severity } from "../finding/finding.ts";
import type { Timestamp } from "../octets/time.ts";
import type { Conversation } from "../session/conversation.ts";
import type { Ending, Endpoint } from "../stream/item.ts";
import type { Report, ReportFinding } from "../verdict/report.ts";
import type { Plain } from "./plain.ts";

/** Packets and octets are those of TCP segments and their payload, since frames are not counted by direction. */
export function flowOf(
  { connection, ended }: Conversation,
  timeText: (at: Timestamp) => string,
  alerted: boolean,
): Plain {
  const { first, last, segments, octets } = connection;
  const how = ended === undefined ? undefined : ENDINGS[ended];
  return {
    pkts_toserver: segments.client,
    pkts_toclient: segments.server,
    bytes_toserver: octets.client,
    bytes_toclient: octets.server,
    start: timeText(first),
    end: timeText(last),
    age: Math.max(0, Math.round((last - first) / 1_000_000)),
    state: how?.state,
    reason: how?.reason,
    alerted,
  };
}

/** Members of a record that say between whom it was. */
export type Ends = { readonly [name: string]: Plain };

/** One finding; what its record says of the conversation is told apart. */
export const alertOf = (finding: ReportFinding): Plain => ({
  action: "allowed",
  gid: 1,
  signature_id: Number(finding.rule.slice(2)),
  rev: 1,
  signature: finding.title,
  category: CATEGORIES.get(finding.rule.slice(2, 3)) ?? "Other",
  severity: SEVERITY_NUMBERS[finding.severity],
  metadata: {
    rule: [finding.rule],
    name: [finding.name],
    cwe: finding.cwe.map(cwe => `CWE-${cwe}`),
    confidence: [finding.confidence],
    fingerprint: [finding.fingerprint],
    signature_severity: [finding.severity],
  },
  references: finding.references.length === 0 ? undefined : finding.references,
});

/** The ends of the conversation in which a finding was proved first; there may be none. */
export function reportedEnds(finding: ReportFinding, { conversations }: Report): Ends | undefined {
  const id = finding.evidence[0]?.conversation;
  if (id === undefined) return undefined;
  // Conversations are listed in the order of their numbers, so that most often the number is the index.
  const conversation =
    conversations[id]?.id === id ? conversations[id] : conversations.find(c => c.id === id);
  if (conversation === undefined) return undefined;
  return endsOf(endOf(conversation.client), endOf(conversation.server), conversation.transport === "udp");
}

/** Both ends as a record names them, the client being the source. */
export const endsOf = (client: End, server: End, overUdp: boolean): Ends => ({
  src_ip: client.address,
  src_port: client.port,
  dest_ip: server.address,
  dest_port: server.port,
  ip_v: client.address.includes(":") ? 6 : 4,
  proto: overUdp ? "UDP" : "TCP",
});

type End = Pick<Endpoint, "address" | "port">;

/** `192.0.2.7:49152`, `[2001:db8::7]:49152` taken apart. */
function endOf(text: string): End {
  const colon = text.lastIndexOf(":");
  return { address: text.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port: Number(text.slice(colon + 1)) };
}

/** Counters under the names that Suricata has for them. `sent` counts the records of each protocol. */
export function statsOf(report: Report, sent: { readonly mqtt: number; readonly tls: number }): Plain {
  const { coverage, conversations, captures } = report;
  const speaking = (protocol: "mqtt" | "tls"): number =>
    conversations.filter(c => c[protocol] !== undefined && c.transport !== "udp").length;
  const drops = coverage.kernelDrops;
  return {
    capture: typeof drops === "number" ? { kernel_drops: drops } : undefined,
    decoder: { pkts: coverage.frames, bytes: captures.reduce((sum, capture) => sum + capture.octets, 0) },
    tcp: {
      sessions: coverage.connections,
      midstream_pickups: coverage.midstreamConnections,
      reassembly_gap: coverage.gaps,
    },
    app_layer: {
      flow: { mqtt: speaking("mqtt"), tls: speaking("tls") },
      tx: { mqtt: sent.mqtt, tls: sent.tls },
    },
    detect: { alert: report.findings.length },
  };
}

/** Suricata counts from the worst: 1 to 4. */
const SEVERITY_NUMBERS: Readonly<Record<Severity, number>> = {
  critical: 1,
  high: 2,
  medium: 3,
  low: 4,
  info: 4,
};

const ENDINGS: Readonly<Record<Ending, { readonly state: string; readonly reason: string | undefined }>> = {
  fin: { state: "closed", reason: undefined },
  rst: { state: "closed", reason: undefined },
  idle: { state: "established", reason: "timeout" },
  evicted: { state: "established", reason: "forced" },
  "capture-ended": { state: "established", reason: "shutdown" },
};

/** By the first digit of the rule. */
const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ["1", "Credentials and secrets"],
  ["2", "MQTT misuse and exposure"],
  ["3", "TLS protocol"],
  ["4", "Certificates"],
  ["5", "Client behaviour"],
  ["6", "Capture quality"],
]);
