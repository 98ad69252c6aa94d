/** One event of every type, made by hand. */
import { Secret, type WireText, wireText } from "../../src/octets/text.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { NO_OCTETS, own } from "../../src/octets/view.ts";
import type { ControlPacket, Publish } from "../../src/protocol/mqtt/packet.ts";
import type { SnMessage } from "../../src/protocol/mqttsn/message.ts";
import type { ClientHello, ServerHello } from "../../src/protocol/tls/message.ts";
import type { Certificate } from "../../src/protocol/x509/certificate.ts";
import type { Conversation, MqttConversation, TlsConversation } from "../../src/session/conversation.ts";
import type { Login, SniffEvent } from "../../src/session/event.ts";
import { SYS, SYS_VERSION } from "../../src/session/marks.ts";
import { newTls } from "../../src/session/signs.ts";
import { newConversation, newMqtt } from "../../src/session/talk.ts";
import { LINE, octets, seen } from "./sample.ts";
import { newSeeing } from "../../src/session/flight.ts";

export const ILL_FORMED = wireText(new Uint8Array([0x61, 0xff]));

/** The event of a Control Packet. */
export const packetEvent = (
  packet: ControlPacket,
  more: Parameters<typeof seen>[0] & { readonly from?: "server" } = {},
) =>
  ({
    ...seen(more),
    ...(more.from !== undefined && { direction: more.from }),
    type: `mqtt.${packet.type}`,
    packet,
    guessed: false,
  }) as Extract<SniffEvent, { readonly packet: ControlPacket }>;

export const publish = (more: Partial<Publish> = {}): Publish => ({
  type: "publish",
  topic: "iot/sensor/temp",
  resolvedTopic: "iot/sensor/temp",
  qos: 1,
  retain: false,
  dup: false,
  packetId: 7,
  payloadLength: 4,
  payload: octets("25.3"),
  ...more,
});

const PROPERTIES = [
  { id: 0x26, value: ["site", "north"] },
  { id: 0x26, value: ["__proto__", ILL_FORMED] },
  { id: 0x09, value: own(new Uint8Array([0, 1])) },
  { id: 0x0b, value: 1 },
  { id: 0x0b, value: 2 },
  { id: 0x03, value: "text/plain" },
] as const;

export const CONNECT = {
  type: "connect",
  protocolName: "MQTT",
  protocolVersion: "5.0",
  clientId: "sensor-a1",
  cleanStart: true,
  keepAlive: 60,
  username: "device_fleet",
  password: "MqttP@ss2024!",
  will: {
    topic: "iot/status",
    payload: octets("offline"),
    qos: 1,
    retain: true,
    properties: [{ id: 0x18, value: 200 }],
  },
  properties: [
    { id: 0x21, value: 20 },
    { id: 0x15, value: "PLAIN" },
    { id: 0x16, value: octets("MqttP@ss2024!") },
  ],
} as const satisfies ControlPacket;

export const PACKETS: readonly ControlPacket[] = [
  CONNECT,
  { type: "connack", sessionPresent: false, code: 0, properties: [{ id: 0x22, value: 10 }] },
  publish({ properties: PROPERTIES }),
  publish({ resolvedTopic: ILL_FORMED, qos: 0, payload: own(new Uint8Array([0, 1, 2])), payloadLength: 3 }),
  { type: "puback", packetId: 7, code: 0x10 },
  { type: "pubrec", packetId: 7 },
  { type: "pubrel", packetId: 7, code: 0x92, properties: [{ id: 0x1f, value: "gone" }] },
  { type: "pubcomp", packetId: 7 },
  {
    type: "subscribe",
    packetId: 8,
    subscriptions: [
      { filter: "#", qos: 1, noLocal: true, retainAsPublished: false, retainHandling: 2 },
      { filter: ILL_FORMED, qos: 0 },
    ],
  },
  { type: "suback", packetId: 8, codes: [1, 0x87] },
  { type: "unsubscribe", packetId: 9, filters: ["#", ILL_FORMED] },
  { type: "unsuback", packetId: 9, codes: [] },
  { type: "pingreq" },
  { type: "pingresp" },
  { type: "disconnect", code: 0x04, properties: [{ id: 0x11, value: 122 }] },
  { type: "disconnect" },
  { type: "auth", code: 0x18, properties: [{ id: 0x16, value: octets("MqttP@ss2024!") }] },
];

export const HELLO: ClientHello = {
  type: "client_hello",
  legacyVersion: 0x0303,
  random: NO_OCTETS,
  sessionId: NO_OCTETS,
  cipherSuites: [0x0a0a, 0x1301, 0xfb1a],
  compressionMethods: [0],
  extensions: [
    { type: 0, data: NO_OCTETS },
    { type: 43, data: NO_OCTETS },
  ],
  serverName: "broker.example",
  alpn: ["mqtt"],
  supportedVersions: [0x0a0a, 0x0304, 0x0303],
  groups: [29, 23],
  signatureAlgorithms: [0x0403],
  ja3: "0".repeat(32),
  ja3Text: "771,4865,0-43,29-23,",
  ja4: "t13d020200_000000000000_111111111111",
};

export const SERVER_HELLO: ServerHello = {
  type: "server_hello",
  legacyVersion: 0x0303,
  version: 0x7f17,
  random: NO_OCTETS,
  sessionId: NO_OCTETS,
  cipherSuite: 0x1301,
  compressionMethod: 0,
  extensions: [{ type: 43, data: NO_OCTETS }],
  alpn: "mqtt",
  group: 29,
  ja3s: "1".repeat(32),
  ja3sText: "771,4865,43",
};

export const CERTIFICATE: Certificate = {
  der: octets("DER"),
  sha256: "aa".repeat(32),
  sha1: "8c90bd".padEnd(40, "0"),
  octets: 3,
  fields: {
    version: 3,
    subject: [
      { type: "C", value: "FR" },
      { type: "CN", value: "broker.example" },
      { type: "emailAddress", value: "lab@example" },
    ],
    issuer: [{ type: "CN", value: "Lab Root CA" }],
    serialNumber: "0097e6",
    notBefore: 1_700_000_000_000_000 as Timestamp,
    notAfter: 1_800_000_000_000_000 as Timestamp,
    subjectAltNames: [
      { kind: "dns", value: "broker.example" },
      { kind: "ip", value: "192.0.2.1" },
    ],
    publicKey: { algorithm: "RSA", bits: 2048, spkiSha256: "cc".repeat(32) },
    signatureAlgorithm: "sha256WithRSAEncryption",
    selfSigned: false,
  },
};

export const FAULT = {
  unit: "CONNECT",
  field: "Password",
  offset: 20,
  reason: { kind: "short", needed: 3, left: 0 },
} as const;

export const mqttTalk = (): Conversation & { mqtt: MqttConversation } => ({
  ...newConversation(0, LINE, "tcp", "mqtt"),
  mqtt: { ...newMqtt(), version: "3.1.1" },
});

export const tlsTalk = (more: Partial<TlsConversation> = {}): Conversation & { tls: TlsConversation } => ({
  ...newConversation(0, LINE, "tls", "tls"),
  tls: { ...newTls(), clientHello: HELLO, serverHello: SERVER_HELLO, chain: [CERTIFICATE], ...more },
});

const talk = mqttTalk();
const secured = tlsTalk();
const counts = { client: { records: 2, octets: 300 }, server: { records: 1, octets: 80 } };

/** Beside those of the Control Packets. */
const LOGIN: Login = {
  version: "3.1.1",
  clientId: "sensor-a1",
  username: "device_fleet",
  password: new Secret("MqttP@ss2024!"),
  anonymous: false,
  accepted: false,
  code: 5,
  connect: CONNECT,
};

const sn = (message: SnMessage, topic?: WireText): SniffEvent =>
  ({
    ...seen(),
    transport: "udp",
    type: `mqttsn.${message.type}`,
    message,
    ...(topic !== undefined && { topic }),
  }) as SniffEvent;

/** One MQTT-SN message of each kind. */
const SENSOR_NETWORK: readonly SniffEvent[] = [
  sn({ type: "advertise", gatewayId: 1, duration: 900 }),
  sn({ type: "searchgw", radius: 1 }),
  sn({ type: "gwinfo", gatewayId: 1, address: own(octets("gw")) }),
  sn({ type: "connect", will: true, cleanSession: true, duration: 60, clientId: ILL_FORMED }),
  sn({ type: "connack", code: 0x7f }),
  sn({ type: "willtopicreq" }),
  sn({ type: "willtopic", qos: 1, retain: true, topic: "iot/status" }),
  sn({ type: "willmsgreq" }),
  sn({ type: "willmsg", payload: own(octets("offline")) }),
  sn({ type: "register", topicId: 0, messageId: 1, topic: "iot/sensor/temp" }, "iot/sensor/temp"),
  sn({ type: "regack", topicId: 1, messageId: 1, code: 0 }, "iot/sensor/temp"),
  sn({
    type: "publish",
    dup: false,
    qos: -1,
    retain: false,
    topic: { kind: "predefined", id: 7 },
    messageId: 0,
    payload: octets("25.3"),
  }),
  sn({ type: "puback", topicId: 1, messageId: 2, code: 2 }),
  sn({ type: "pubrec", messageId: 3 }),
  sn({ type: "subscribe", qos: 1, topic: { kind: "name", name: "iot/#" }, messageId: 4 }, "iot/#"),
  sn({ type: "suback", qos: 1, topicId: 0, messageId: 4, code: 0 }, "iot/#"),
  sn({ type: "unsubscribe", qos: 0, topic: { kind: "short", name: "t1" }, messageId: 5 }, "t1"),
  sn({ type: "unsuback", messageId: 5 }),
  sn({ type: "pingreq", clientId: "sensor-a1" }),
  sn({ type: "pingresp" }),
  sn({ type: "disconnect", duration: 300 }),
  sn({ type: "willtopicupd", qos: 0, retain: false, topic: "" }),
  sn({ type: "willtopicresp", code: 0 }),
  sn({ type: "willmsgupd", payload: own(octets("gone")) }),
  sn({ type: "willmsgresp", code: 0 }),
  { ...seen(), transport: "udp", type: "mqttsn.malformed", fault: FAULT },
];

export const OTHERS: readonly SniffEvent[] = [
  { ...seen(), type: "mqtt.malformed", fault: FAULT },
  { ...seen(), type: "mqtt.limit", limit: "faults" },
  { ...seen(), type: "tls.client_hello", message: HELLO },
  { ...seen(), type: "tls.server_hello", message: SERVER_HELLO, resumed: true },
  { ...seen(), type: "tls.hello_retry_request", message: { ...SERVER_HELLO, type: "hello_retry_request" } },
  { ...seen(), type: "tls.certificate", chain: [CERTIFICATE] },
  {
    ...seen(),
    type: "tls.certificate_request",
    message: { type: "certificate_request", certificateTypes: [1], signatureAlgorithms: [], authorities: [] },
  },
  { ...seen(), type: "tls.server_key_exchange", message: { type: "server_key_exchange", bits: 2048 } },
  {
    ...seen(),
    type: "tls.client_key_exchange",
    message: { type: "client_key_exchange", pskIdentity: ILL_FORMED },
  },
  { ...seen(), type: "tls.new_session_ticket", message: { type: "new_session_ticket", lifetime: 7200 } },
  { ...seen(), type: "tls.change_cipher_spec" },
  { ...seen(), type: "tls.alert", encrypted: false, level: 2, description: 48 },
  { ...seen(), type: "tls.alert", encrypted: true },
  { ...seen(), type: "tls.established", applicationData: counts },
  { ...seen(), type: "tls.closed", goodbyes: { client: false, server: false }, applicationData: counts },
  { ...seen(), type: "tls.malformed", fault: { ...FAULT, reason: { kind: "trailing", octets: 2 } } },
  { ...seen(), type: "x509.malformed", fault: FAULT, sha256: "aa".repeat(32) },
  { ...seen(), type: "tls.sslv2_hello", version: 2, cipherSpecs: [0x01_00_80] },
  {
    ...seen(),
    type: "websocket.upgrade",
    path: "/mqtt?token=MqttP@ss2024!",
    host: "broker.example",
    subprotocols: ["mqtt"],
    headers: [["authorization", "Bearer MqttP@ss2024!"]],
    places: [80],
    accepted: true,
  },
  { ...seen(), type: "proxy.header", version: 2, source: "198.51.100.4:5000" },
  { ...seen(), type: "stream.gap", octets: 12 },
  { ...seen(), type: "stream.overlap", octets: 12 },
  {
    ...seen(),
    type: "session.login",
    conversation: talk,
    mqtt: talk.mqtt,
    login: LOGIN,
  },
  {
    ...seen(),
    type: "session.subscription",
    conversation: talk,
    mqtt: talk.mqtt,
    filter: "#",
    code: 0x80,
    subscribe: { type: "subscribe", packetId: 1, subscriptions: [{ filter: "#", qos: 0 }] },
  },
  {
    ...seen(),
    type: "session.delivery",
    conversation: talk,
    mqtt: talk.mqtt,
    filter: "#",
    topic: ILL_FORMED,
    publish: publish(),
  },
  { ...seen(), type: "session.excess", conversation: talk, of: "topics", amount: 500, limit: 500 },
  {
    ...seen(),
    type: "session.guessing",
    conversation: talk,
    attempts: 12,
    more: 12,
    passwords: 12,
    seconds: 1.5,
    oneUser: true,
    succeeded: false,
  },
  { ...seen(), type: "session.refused_again", conversation: talk, times: 5, more: 5, seconds: 20 },
  { ...seen(), type: "session.probing", conversation: talk, filters: 12, more: 12, refused: 10, seconds: 3 },
  {
    ...seen(),
    type: "session.takeover",
    conversation: talk,
    clientId: ILL_FORMED,
    otherSource: true,
    otherCredential: false,
    told: true,
    alive: true,
    connect: undefined,
  },
  {
    ...seen(),
    type: "session.numbered_clients",
    conversation: talk,
    beginning: "sensor-",
    example: "sensor-3",
    connect: CONNECT,
  },
  {
    ...seen(),
    type: "session.fallback",
    conversation: talk,
    login: LOGIN,
    port: 8883,
    seconds: 2,
    others: false,
  },
  { ...seen(), type: "session.idle_connections", connections: 20, more: 20 },
  { ...seen(), type: "session.verification", conversation: secured, tls: secured.tls },
  ...SENSOR_NETWORK,
];

/** Events that other stages need and no line is made of. */
export const SILENT: readonly SniffEvent[] = [
  { ...seen(), type: "tls.handshake", message: { type: "finished", code: 20, length: 12 } },
  { ...seen(), type: "tls.record", shape: { contentType: 23, version: 0x0303, length: 40, protected: true } },
  { ...seen(), type: "stream.protocol", protocol: "mqtt" },
  { ...seen(), type: "stream.close", how: "fin" },
  { ...seen(), type: "stream.end", how: "fin" },
  {
    ...seen(),
    type: "session.topic",
    conversation: talk,
    mqtt: talk.mqtt,
    publish: publish({ resolvedTopic: "$SYS/broker/version" }),
    marks: SYS + SYS_VERSION,
  },
  { ...seen(), type: "session.mqttsn", conversation: talk, mqtt: talk.mqtt, connected: true },
  { ...seen(), type: "session.opened", conversation: talk },
  { ...seen(), type: "session.midstream", conversation: talk, mqtt: talk.mqtt },
  { ...seen(), type: "session.negotiated", conversation: secured, tls: secured.tls, seen: newSeeing() },
  { ...seen(), type: "session.chain", conversation: secured, tls: secured.tls, chain: [CERTIFICATE] },
  { ...seen(), type: "session.closed", conversation: talk },
];
