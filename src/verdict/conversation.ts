/** A conversation as the report prints it. */
import { payload as payloadText } from "../octets/payload.ts";
import { rfc3339 } from "../octets/time.ts";
import { codesOf } from "../protocol/mqtt/reason-codes.ts";
import type { ProtocolName } from "../protocol/event.ts";
import { SN_RETURN_CODES } from "../protocol/mqttsn/return-codes.ts";
import type { ClientHello } from "../protocol/tls/message.ts";
import {
  alertDescriptions,
  cipherSuites,
  isGrease,
  protocolVersions,
  supportedGroups,
} from "../protocol/tls/registry.ts";
import type {
  Conversation,
  HandshakeStep,
  MqttConversation,
  SeenAlert,
  TlsConversation,
} from "../session/conversation.ts";
import { reportCertificate } from "./certificate.ts";
import { type Affects, exposureOf } from "./exposure.ts";
import type { ReportConversation, ReportMqtt, ReportTls } from "./report.ts";

/** `several`: more than one capture was judged, so that each conversation names its own. */
export function reportConversation(
  conversation: Conversation,
  affects: Affects,
  several: boolean,
): ReportConversation {
  const { connection, mqtt, tls } = conversation;
  return {
    id: conversation.id,
    capture: several ? connection.capture : undefined,
    client: connection.client.text,
    server: connection.server.text,
    proxySource: conversation.proxySource,
    transport: conversation.transport,
    protocol: conversation.protocol,
    exposure: exposureOf(conversation, affects),
    first: rfc3339(connection.first),
    last: rfc3339(connection.last),
    frames: connection.frames,
    octets: { client: connection.octets.client, server: connection.octets.server },
    ended: conversation.ended,
    mqtt: mqtt && reportMqtt(mqtt, conversation.protocol),
    tls: tls && reportTls(tls),
  };
}

const reportMqtt = (mqtt: MqttConversation, protocol: ProtocolName): ReportMqtt => ({
  version: mqtt.version,
  clientIds: mqtt.clientIds,
  credentials: mqtt.credentials.map(({ username, password, accepted }) => ({ username, password, accepted })),
  authMethods: mqtt.authMethods,
  connackCodes: mqtt.connackCodes.map(code =>
    (protocol === "mqttsn" ? SN_RETURN_CODES : codesOf("connack", mqtt.version)).of(code),
  ),
  publishes: { client: mqtt.publishes.client, server: mqtt.publishes.server },
  retained: { client: mqtt.retained.client, server: mqtt.retained.server },
  subscriptions: mqtt.subscriptions.map(({ filter, group, qos, granted }) => ({
    filter,
    ...(group !== undefined && { group }),
    qos,
    ...(granted !== undefined && { granted }),
  })),
  topics: [...mqtt.topics],
  responseTopics: mqtt.responseTopics,
  wills: mqtt.wills.map(({ topic, payload, qos, retain }) => ({
    topic,
    payload: payloadText(payload),
    qos,
    retain,
  })),
  disconnects: mqtt.disconnects.map(({ from, code }) => ({
    from,
    ...(code !== undefined && { code: codesOf("disconnect", mqtt.version).of(code) }),
  })),
});

function reportTls(tls: TlsConversation): ReportTls {
  const { clientHello, serverHello, clientVerifies } = tls;
  const { answer, confidence, text, frames } = clientVerifies;
  const version = serverHello?.version ?? onlyVersion(clientHello);
  return {
    ...(version !== undefined && { version: protocolVersions.nameOf(version) }),
    ...(serverHello !== undefined && { cipherSuite: cipherSuites.of(serverHello.cipherSuite) }),
    ...(tls.group !== undefined && { group: supportedGroups.of(tls.group) }),
    ...(clientHello?.serverName !== undefined && { serverName: clientHello.serverName }),
    alpn: {
      offered: clientHello?.alpn ?? [],
      ...(serverHello?.alpn !== undefined && { selected: serverHello.alpn }),
    },
    ...(clientHello !== undefined && { ja3: clientHello.ja3, ja4: clientHello.ja4 }),
    ...(serverHello !== undefined && { ja3s: serverHello.ja3s }),
    helloRetryRequest: tls.helloRetryRequest,
    earlyData: tls.earlyData,
    resumed: tls.resumed,
    pskIdentities: tls.pskIdentities,
    chain: tls.chain.map(reportCertificate),
    clientChain: tls.clientChain.map(reportCertificate),
    certificateRequested: tls.certificateRequested,
    clientCertificate: tls.clientCertificate,
    trust: { status: tls.trust.status, reasons: tls.trust.defects.map(defect => defect.text) },
    clientVerifies: answer,
    clientVerifiesBecause: { confidence, text, frames },
    decrypted: tls.decrypted,
    alerts: tls.alerts.map(reportAlert),
    handshake: handshakeCost(tls.steps),
  };
}

/** Where no ServerHello came: the one version that could have been agreed, if the client left no choice. */
function onlyVersion(hello: ClientHello | undefined): number | undefined {
  const offered = hello?.supportedVersions?.filter(version => !isGrease(version)) ?? [hello?.legacyVersion];
  return offered.length === 1 ? offered[0] : undefined;
}

const reportAlert = ({ from, level, description }: SeenAlert): ReportTls["alerts"][number] =>
  level === undefined || description === undefined
    ? { from, encrypted: true }
    : {
        from,
        level: { id: level, name: ALERT_LEVELS.get(level) ?? String(level) },
        description: alertDescriptions.of(description),
      };

/** What the handshake cost: from the ClientHello to its last message in sight; a round trip a turn to the server. */
function handshakeCost(steps: readonly HandshakeStep[]): ReportTls["handshake"] {
  const last = steps.findLastIndex(step => step.name !== "Alert" && step.name !== "NewSessionTicket");
  const seen = steps.slice(0, last + 1);
  const [from, to] = [seen[0], seen.at(-1)];
  const octets = seen.reduce((sum, step) => sum + step.octets, 0);
  if (from === undefined || to === undefined || seen.length < 2) return { octets };
  const turns = seen.filter(
    (step, i) => i > 0 && step.from === "server" && seen[i - 1]?.from === "client",
  ).length;
  return { milliseconds: Math.max(0, to.at - from.at) / 1000, octets, roundTrips: turns };
}

/** RFC 8446 §6. */
const ALERT_LEVELS: ReadonlyMap<number, string> = new Map([
  [1, "warning"],
  [2, "fatal"],
]);
