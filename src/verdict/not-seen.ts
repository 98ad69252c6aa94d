/** "Could not see" as an answer of its own: what limited the view, in words. */
import { inputName } from "../capture/input-name.ts";
import type { Conversation } from "../session/conversation.ts";
import type { Coverage } from "../session/coverage.ts";
import { connectionsOn } from "../session/unrecognised.ts";
import type { ReportCapture } from "./report.ts";

/** One line for each thing that the verdict cannot speak of. */
export function notSeen(
  coverage: Coverage,
  captures: readonly ReportCapture[],
  conversations: readonly Conversation[],
): string[] {
  const tls = conversations.flatMap(c => c.tls ?? []);
  const hidden = tls.filter(t => isTls13(t.serverHello?.version) && t.chain.length === 0 && !t.resumed);
  const unshown = tls.filter(t => t.clientVerifies.answer === "unknown");
  const unanswered = conversations.reduce((sum, { mqtt }) => sum + (mqtt?.unanswered ?? 0), 0);
  return [
    ...captures.flatMap(lost),
    ...line(
      coverage.gapOctets,
      () => `${count(coverage.gapOctets, "octet")} missing in ${count(coverage.gaps, "gap")}`,
    ),
    ...line(
      coverage.midstreamConnections,
      n =>
        `the start of ${count(n, "conversation")}, open before the capture began: reconnect the device to judge its login and handshake`,
    ),
    ...line(
      coverage.missedLogins,
      n =>
        `the login of ${count(n, "conversation")}: no CONNECT was captured, although the connection's start was`,
    ),
    ...line(
      coverage.tornLogins,
      n => `the end of ${count(n, "login")}: only the beginning of the CONNECT was captured`,
    ),
    ...line(unanswered, n => `the broker's answer to ${count(n, "login")}`),
    ...line(coverage.oneSidedConnections, n => `one direction of ${count(n, "conversation")}`),
    ...line(
      coverage.evictedConnections,
      n => `the rest of ${count(n, "conversation")}, given up at the ceiling of open connections`,
    ),
    ...line(
      coverage.unreadConversations,
      n => `the rest of ${count(n, "conversation")}, behind a place from which on it could not be read`,
    ),
    ...line(coverage.encryptedConnections, n => `what ${count(n, "TLS conversation")} carried (encrypted)`),
    ...line(
      coverage.keyLog?.fitted ?? 0,
      n =>
        `what the keys in the capture would open: they fit ${count(n, "TLS conversation")}, and this program does not use them`,
    ),
    ...line(hidden.length, n => `the certificates of ${count(n, "TLS 1.3 handshake")} (encrypted)`),
    ...line(
      unshown.length,
      n => `whether the client verifies, for ${n} of ${count(tls.length, "TLS conversation")}`,
    ),
    ...line(
      coverage.tlsNotJudged,
      n => `TLS on other ports: ${count(n, "connection")}, not judged (--ports all)`,
    ),
    ...onPorts(
      coverage.unrecognisedPorts,
      (connections, ports) =>
        `what ${connections} at ${ports} carried: neither MQTT nor TLS was recognised in it`,
    ),
    ...onPorts(
      coverage.likePorts,
      (connections, ports, port) =>
        `what ${connections} at ${ports} carried: it looks like MQTT, and is too little to tell (--decode-as ${port}=mqtt)`,
    ),
    ...line(
      coverage.interruptions,
      n =>
        `what passed during ${count(n, "interruption")} of the capture, ${seconds(coverage.interruptedMicros)} in all`,
    ),
    ...(coverage.left ? ["what follows the packets that -c asked for"] : []),
    ...drops(coverage),
    ...estimated(coverage),
    ...(coverage.limits.size > 0
      ? [`what lay beyond the ceilings reached: ${[...coverage.limits].join(", ")}`]
      : []),
    ...[...coverage.undecodedFrames].flatMap(([kind, frames]) =>
      HARMLESS.test(kind) ? [] : `${count(frames, "frame")} not decoded: ${kind}`,
    ),
  ];
}

function lost({ path, fault, octets }: ReportCapture): string[] {
  if (fault === undefined) return [];
  return [
    octets === 0 || fault.offset === 0
      ? `${inputName(path)}: ${fault.text}`
      : `${inputName(path)} from octet ${fault.offset} on: ${fault.text}`,
  ];
}

const line = (n: number, text: (n: number) => string): string[] => (n > 0 ? [text(n)] : []);

/** The ports with the most connections are named. */
function onPorts(
  ports: ReadonlyMap<number, number>,
  text: (connections: string, ports: string, port: number) => string,
): string[] {
  const most = [...ports].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([port]) => port);
  const [port] = most;
  if (port === undefined) return [];
  const shown = most.slice(0, PORTS_NAMED).join(", ");
  const more = most.length > PORTS_NAMED ? ` and ${most.length - PORTS_NAMED} more` : "";
  const named = `${most.length === 1 ? "port" : "ports"} ${shown}${more}`;
  return [text(count(connectionsOn(ports), "connection"), named, port)];
}

function drops({ kernelDrops }: Coverage): string[] {
  if (kernelDrops === undefined || kernelDrops === 0) return [];
  if (kernelDrops === "unknown") return ["how many packets the capture dropped (the engine cannot tell)"];
  return [`${count(kernelDrops, "packet")} that the capture dropped`];
}

/** As a share, since it stands for whole packets, of traffic without octets too. */
function estimated({ acknowledgedOctets, missedOctets }: Coverage): string[] {
  if (missedOctets === 0) return [];
  const percent = (100 * missedOctets) / acknowledgedOctets;
  const shown = percent < 0.01 ? "less than 0.01" : percent.toFixed(percent < 1 ? 2 : 1);
  return [
    `packets that were not captured, by estimate ${shown} % of the traffic (${missedOctets.toLocaleString("en-US")} of ${count(acknowledgedOctets, "octet")} that were acknowledged)`,
  ];
}

/** Of more it is said how many. */
const PORTS_NAMED = 4;

const seconds = (micros: number): string => `${(micros / 1_000_000).toFixed(1)} s`;

/** `1 gap`, `2,000 gaps`. */
export const count = (n: number, thing: string): string =>
  `${n.toLocaleString("en-US")} ${thing}${n === 1 ? "" : "s"}`;

const isTls13 = (version: number | undefined): boolean => version !== undefined && version >= 0x0304;

/** Frames that carry no TCP and never did: their number is in the coverage, and no line is made of them. */
const HARMLESS =
  /^(?:ARP|RARP|ICMP|ICMPv6|IGMP|LLDP|STP|CDP|EAPOL|IPv6 no next header|802\.11 (?:management|control))/;
