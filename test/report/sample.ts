/** Reports and events made by hand, with the shapes that the stages before the report give them. */
import type { FrameNumber } from "../../src/capture/frame.ts";
import { Secret } from "../../src/octets/text.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { own } from "../../src/octets/view.ts";
import type { Carrier, Connection, StreamId } from "../../src/stream/item.ts";
import type { Report, ReportConversation, ReportFinding } from "../../src/verdict/report.ts";
import type { ReportCertificate, ReportTls } from "../../src/verdict/report-tls.ts";

export const octets = (text: string) => own(new TextEncoder().encode(text));

/** 2026-01-02T03:04:05.678901Z. */
export const AT = 1_767_323_045_678_901 as Timestamp;

export const connection = (more: Partial<Connection> = {}): Connection => ({
  id: 0 as StreamId,
  capture: 0,
  client: { family: 4, address: "192.0.2.7", port: 49_152, text: "192.0.2.7:49152" },
  server: { family: 4, address: "192.0.2.1", port: 1883, text: "192.0.2.1:1883" },
  roles: "handshake",
  midstream: false,
  first: AT,
  last: (AT + 12_300_000) as Timestamp,
  firstFrame: 1 as FrameNumber,
  frames: 20,
  octets: { client: 300, server: 100 },
  segments: { client: 11, server: 9 },
  gapOctets: 0,
  swapRoles() {},
  ...more,
});

/** What every event of a connection carries. */
export const seen = (more: { readonly connection?: Connection; readonly frame?: number } = {}) => ({
  at: AT,
  frame: (more.frame ?? 12) as FrameNumber,
  connection: more.connection ?? LINE,
  direction: "client" as const,
  transport: "tcp" as const,
  from: 0,
  to: 40,
  carriers: [] as readonly Carrier[],
});

export const LINE = connection();

export const conversation = (more: Partial<ReportConversation> = {}): ReportConversation => ({
  id: 0,
  client: "192.0.2.7:49152",
  server: "192.0.2.1:1883",
  transport: "tcp",
  protocol: "mqtt",
  exposure: "exposed",
  first: "2026-01-02T03:04:05.678901Z",
  last: "2026-01-02T03:04:17.978901Z",
  frames: 20,
  octets: { client: 3_000, server: 1_000 },
  ended: "fin",
  ...more,
});

export const certificate = (more: Partial<ReportCertificate> = {}): ReportCertificate => ({
  sha256: "aa".repeat(32),
  octets: 817,
  subject: "C=US, O=Example, CN=broker.example",
  issuer: "CN=Lab Root CA",
  serialNumber: "0097e6",
  notBefore: "2025-01-01T00:00:00.000000Z",
  notAfter: "2027-01-01T00:00:00.000000Z",
  subjectAltNames: ["DNS:broker.example"],
  publicKey: { algorithm: "RSA", bits: 2048, sha256: "b".repeat(64) },
  signatureAlgorithm: "sha256WithRSAEncryption",
  selfSigned: false,
  ...more,
});

export const tls = (more: Partial<ReportTls> = {}): ReportTls => ({
  version: "TLS 1.2",
  cipherSuite: { id: 0xc02f, name: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
  group: { id: 29, name: "x25519" },
  serverName: "broker.example",
  alpn: { offered: [] },
  ja3: "0".repeat(32),
  ja3s: "1".repeat(32),
  ja4: "t12d0203h0_000000000000_111111111111",
  helloRetryRequest: false,
  earlyData: false,
  applicationData: { client: { records: 2, octets: 120 }, server: { records: 2, octets: 60 } },
  encryptedClientHello: false,
  renegotiated: false,
  closeNotify: false,
  resumed: false,
  pskIdentities: [],
  chain: [certificate()],
  clientChain: [],
  certificateRequested: false,
  clientCertificate: false,
  trust: { status: "trusted", reasons: [] },
  clientVerifies: "unknown",
  clientVerifiesBecause: {
    confidence: "certain",
    text: "the certificate is good: accepting it proves nothing",
    frames: [],
  },
  decrypted: false,
  alerts: [],
  handshake: { milliseconds: 32.4, octets: 3_212, roundTrips: 2 },
  ...more,
});

export const finding = (more: Partial<ReportFinding> = {}): ReportFinding => ({
  rule: "MQ101",
  name: "cleartext-password",
  title: "Password sent without TLS, accepted by the broker",
  severity: "critical",
  confidence: "certain",
  subject: { client: "sensor-a1", broker: "192.0.2.1:1883" },
  count: 3,
  first: "2026-01-02T03:04:05.678901Z",
  last: "2026-01-02T03:04:15.678901Z",
  fingerprint: "f".repeat(64),
  evidence: [
    {
      capture: 0,
      frame: 12,
      offset: 1_234,
      length: 40,
      conversation: 0,
      field: "CONNECT.Password",
      shown: new Secret("MqttP@ss2024!"),
    },
  ],
  why: "Anyone on the path reads the password and can connect as this client.",
  fix: "Offer MQTT over TLS (port 8883), close the plain listener, and replace the password: it is known.",
  cwe: [319, 523],
  references: ["MQTT 5.0 §5.4.1"],
  ...more,
});

/** One device that sends its password in clear. */
export const report = (more: Partial<Report> = {}): Report => ({
  schemaVersion: 1,
  tool: { name: "mqtt-sniff", version: "0.1.0" },
  judgedBy: { policy: "bcp195", roots: "none", at: "packet time", ports: [1883, 8883, 8884] },
  captures: [
    {
      path: "lab.pcapng",
      format: "pcapng",
      linkTypes: [1],
      frames: 1_204,
      octets: 98_765,
      first: "2026-01-02T03:04:05.678901Z",
      last: "2026-01-02T03:04:17.978901Z",
    },
  ],
  coverage: {
    frames: 1_204,
    undecodedFrames: { ARP: 4 },
    truncatedFrames: 0,
    connections: 1,
    gaps: 0,
    gapOctets: 0,
    encryptedConnections: 0,
    midstreamConnections: 0,
    oneSidedConnections: 0,
    evictedConnections: 0,
    tlsNotJudged: 0,
    unrecognised: { connections: 0, onListedPorts: 0, likeMqtt: 0 },
    limits: [],
  },
  verdict: { outcome: "fail", exposure: "exposed", complete: true, because: [0], notSeen: [] },
  conversations: [
    conversation({
      mqtt: {
        version: "3.1.1",
        clientIds: ["sensor-a1"],
        credentials: [{ username: "device_fleet", password: new Secret("MqttP@ss2024!"), accepted: true }],
        authMethods: [],
        connackCodes: [{ id: 0, name: "Connection Accepted" }],
        publishes: { client: 24, server: 0 },
        retained: { client: 1, server: 0 },
        subscriptions: [{ filter: "iot/command", qos: 1, granted: 1 }],
        topics: ["iot/sensor/temp", "iot/sensor/humidity", "iot/command"],
        responseTopics: [],
        wills: [{ topic: "iot/status", payload: { text: "offline" }, qos: 1, retain: true }],
        disconnects: [{ from: "client", code: { id: 0, name: "Normal disconnection" } }],
      },
    }),
  ],
  exposed: {
    credentials: [
      {
        username: "device_fleet",
        password: new Secret("MqttP@ss2024!"),
        clientId: "sensor-a1",
        accepted: true,
        conversation: 0,
        frame: 12,
      },
    ],
    topics: [
      { topic: "iot/sensor/temp", messages: 12, octets: 48 },
      { topic: "iot/sensor/humidity", messages: 12, octets: 48 },
    ],
    secrets: [],
    clients: ["sensor-a1"],
  },
  findings: [finding()],
  ...more,
});
