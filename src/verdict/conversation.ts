/** A conversation as the report prints it. */
import { textOfKey } from "../octets/text.ts";
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
import { isTls13 } from "../protocol/tls/version.ts";
import type {
  Conversation,
  MqttConversation,
  SeenAlert,
  Step,
  TlsConversation,
  Trust,
} from "../session/conversation.ts";
import { ladder, type Rung } from "../session/ladder.ts";
import { reportCertificate, reportPublicKey, withPem } from "./certificate.ts";
import { type Affects, exposureOf } from "./exposure.ts";
import type { ReportConversation, ReportMqtt } from "./report.ts";
import type { ReportStep, ReportTls } from "./report-tls.ts";
import { hidden, stillShown } from "./residual.ts";

export interface ConversationOptions {
  /** More than one capture was judged, so that each conversation names its own. */
  readonly several: boolean;
  /** `--verbose`: with each step of its handshake. */
  readonly verbose: boolean;
}

export function reportConversation(
  conversation: Conversation,
  affects: Affects,
  { several, verbose }: ConversationOptions,
): ReportConversation {
  const { connection, mqtt, tls } = conversation;
  const report: ReportConversation = {
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
  return verbose && report.tls !== undefined
    ? { ...report, tls: explained(report, report.tls, conversation) }
    : report;
}

const explained = (report: ReportConversation, tls: ReportTls, conversation: Conversation): ReportTls => ({
  ...tls,
  ...(conversation.tls !== undefined && {
    chain: conversation.tls.chain.map(withPem),
    clientChain: conversation.tls.clientChain.map(withPem),
  }),
  ladder: ladder(conversation).map(reportStep),
  observer: { sees: stillShown(report), hidden: hidden(report) },
});

const reportMqtt = (mqtt: MqttConversation, protocol: ProtocolName): ReportMqtt => ({
  version: mqtt.version,
  clientIds: mqtt.clientIds,
  credentials: mqtt.credentials.map(({ username, password, accepted }) => ({ username, password, accepted })),
  authMethods: mqtt.authMethods,
  connackCodes: mqtt.connackCodes.map(code =>
    (protocol === "mqttsn" ? SN_RETURN_CODES : codesOf("connack", mqtt.version ?? mqtt.likelyVersion)).of(
      code,
    ),
  ),
  publishes: { client: mqtt.publishes.client, server: mqtt.publishes.server },
  retained: { client: mqtt.retained.client, server: mqtt.retained.server },
  subscriptions: mqtt.subscriptions.map(({ filter, group, qos, granted }) => ({
    filter,
    ...(group !== undefined && { group }),
    qos,
    ...(granted !== undefined && { granted }),
  })),
  topics: [...mqtt.topics].map(textOfKey),
  responseTopics: mqtt.responseTopics,
  wills: mqtt.wills.map(({ topic, payload, qos, retain }) => ({
    topic,
    payload: payloadText(payload),
    qos,
    retain,
  })),
  disconnects: mqtt.disconnects.map(({ from, code }) => ({
    from,
    ...(code !== undefined && { code: codesOf("disconnect", mqtt.version ?? mqtt.likelyVersion).of(code) }),
  })),
});

function reportTls(tls: TlsConversation): ReportTls {
  const { clientHello, serverHello, clientVerifies } = tls;
  const { answer, confidence, text, frames } = clientVerifies;
  const version = serverHello?.version ?? (tls.sslv2 ? SSL_2_0 : onlyVersion(clientHello));
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
    encryptedClientHello: clientHello?.extensions.some(e => e.type === ENCRYPTED_CLIENT_HELLO) === true,
    renegotiated: tls.renegotiated,
    closeNotify: tls.goodbye,
    ...agreed(tls),
    ...(tls.chain.length > 0 && { ocspStaple: tls.stapled }),
    resumed: tls.resumed,
    pskIdentities: tls.pskIdentities,
    chain: tls.chain.map(reportCertificate),
    ...(tls.rawPublicKey !== undefined && { rawPublicKey: reportPublicKey(tls.rawPublicKey) }),
    clientChain: tls.clientChain.map(reportCertificate),
    certificateRequested: tls.certificateRequested,
    clientCertificate: tls.clientCertificate,
    trust: { status: tls.trust.status, reasons: trustReasons(tls.trust) },
    clientVerifies: answer,
    clientVerifiesBecause: { confidence, text, frames },
    decrypted: tls.decrypted,
    alerts: tls.alerts.map(reportAlert),
    handshake: handshakeCost(tls.steps),
    applicationData: tls.applicationData,
  };
}

/** RFC 7627 §5.1, RFC 7366 §2: the server's echo decides; in TLS 1.3 there is nothing to agree on. */
function agreed({
  serverHello,
}: TlsConversation): Pick<ReportTls, "extendedMasterSecret" | "encryptThenMac"> {
  if (serverHello === undefined || isTls13(serverHello.version)) return {};
  const has = (type: number): boolean => serverHello.extensions.some(extension => extension.type === type);
  return { extendedMasterSecret: has(EXTENDED_MASTER_SECRET), encryptThenMac: has(ENCRYPT_THEN_MAC) };
}

const trustReasons = ({ defects, unchecked }: Trust): string[] => [
  ...defects.map(defect => defect.text),
  ...(unchecked === undefined ? [] : [`its path cannot be checked here: ${unchecked}`]),
];

const reportStep = ({ name, from, at, first, frame, octets, tcp, tls, mqtt }: Rung): ReportStep => ({
  name,
  from,
  time: rfc3339(at),
  frames: [first, frame],
  octets,
  state: { tcp, tls, mqtt },
});

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

/** What the handshake cost: from the ClientHello to its last message; a round trip a turn to the server. */
function handshakeCost(steps: readonly Step[]): ReportTls["handshake"] {
  const data = steps.findIndex(step => step.kind === "data");
  const seen = (data < 0 ? steps : steps.slice(0, data)).filter(
    step => (step.kind === "handshake" || step.kind === "hidden") && step.name !== "NewSessionTicket",
  );
  const [from, to] = [seen[0], seen.at(-1)];
  const octets = seen.reduce((sum, step) => sum + step.octets, 0);
  if (from === undefined || to === undefined || seen.length < 2) return { octets };
  const turns = seen.filter(
    (step, i) => i > 0 && step.from === "server" && seen[i - 1]?.from === "client",
  ).length;
  return { milliseconds: Math.max(0, to.at - from.at) / 1000, octets, roundTrips: turns };
}

const SSL_2_0 = 0x0002;
/** RFC 7366 §2, RFC 7627 §5.1. */
const ENCRYPT_THEN_MAC = 22;
const EXTENDED_MASTER_SECRET = 23;
/** RFC 9849 §5. */
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

/** RFC 8446 §6. */
const ALERT_LEVELS: ReadonlyMap<number, string> = new Map([
  [1, "warning"],
  [2, "fatal"],
]);
