/** Observations made in code for the dashboard's tests: a plaintext fleet, an anonymous client, and two TLS clients. */
import type { FrameNumber, Notice } from "../../src/capture/frame.ts";
import type { Finding, RuleId, Severity } from "../../src/finding/finding.ts";
import { Secret, type WireText } from "../../src/octets/text.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import { type Owned, own } from "../../src/octets/view.ts";
import type { Seen, Transport } from "../../src/protocol/event.ts";
import type { Connect } from "../../src/protocol/mqtt/packet.ts";
import type { ClientHello, ServerHello } from "../../src/protocol/tls/message.ts";
import type { Certificate } from "../../src/protocol/x509/certificate.ts";
import type { Conversation } from "../../src/session/conversation.ts";
import { newTls } from "../../src/session/signs.ts";
import { newConversation, newMqtt } from "../../src/session/talk.ts";
import type { Connection, Direction, Endpoint, StreamId } from "../../src/stream/item.ts";
import { affectsOf } from "../../src/verdict/exposure.ts";
import type { Observation } from "../../src/verdict/observation.ts";
import type { Report } from "../../src/verdict/report.ts";
import { RULES } from "../../src/finding/rules/index.ts";
import { press } from "../../src/dashboard/keys.ts";
import type { Size } from "../../src/dashboard/line.ts";
import { fold, type Model, newModel } from "../../src/dashboard/model.ts";
import { type State, startState } from "../../src/dashboard/state.ts";
import { view } from "../../src/dashboard/view.ts";

export const START = Date.UTC(2026, 0, 2, 3, 4, 5) * 1000;
export const PASSWORD = "correct horse";

const bytes = (text: string): Owned => own(new TextEncoder().encode(text));

function endpoint(text: string): Endpoint {
  const colon = text.lastIndexOf(":");
  return { family: 4, address: text.slice(0, colon), port: Number(text.slice(colon + 1)), text };
}

export function connection(id: number, client: string, server: string): Connection {
  return {
    id: id as StreamId,
    capture: 0,
    client: endpoint(client),
    server: endpoint(server),
    roles: "handshake",
    midstream: false,
    first: START as Timestamp,
    last: (START + id) as Timestamp,
    firstFrame: 1 as FrameNumber,
    frames: 10,
    octets: { client: 4000 * (id + 1), server: 500 },
    segments: { client: 5, server: 5 },
    gapOctets: 0,
    swapRoles: () => undefined,
  };
}

/** Where an event was seen: `frame` frames and as many seconds after the start. */
export const seen = (of: Conversation, frame: number, direction: Direction = "client"): Seen => ({
  at: (START + frame * 1_000_000) as Timestamp,
  frame: frame as FrameNumber,
  connection: of.connection,
  direction,
  transport: of.transport,
  from: 0,
  to: 10,
  carriers: [],
});

export function plain(
  id: number,
  client: string,
  server = "192.0.2.1:1883",
  transport: Transport = "tcp",
): Conversation {
  const conversation = newConversation(id, connection(id, client, server), transport, "mqtt");
  conversation.mqtt = { ...newMqtt(), version: "3.1.1" };
  return conversation;
}

export interface LoginFields {
  readonly clientId: WireText;
  readonly username?: WireText;
  readonly password?: WireText;
  readonly accepted?: boolean;
}

export function login(conversation: Conversation, frame: number, fields: LoginFields): Observation {
  const { clientId, username, password, accepted } = fields;
  const connect: Connect = {
    type: "connect",
    protocolName: "MQTT",
    protocolVersion: "3.1.1",
    clientId,
    cleanStart: true,
    keepAlive: 60,
  };
  return {
    kind: "event",
    event: {
      ...seen(conversation, frame),
      type: "session.login",
      conversation,
      mqtt: conversation.mqtt!,
      login: {
        version: "3.1.1",
        clientId,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password: new Secret(password) }),
        anonymous: username === undefined && password === undefined,
        accepted,
        code: accepted === undefined ? undefined : accepted ? 0 : 5,
        connect,
      },
    },
  };
}

export const opened = (conversation: Conversation, frame = 1): Observation => ({
  kind: "event",
  event: { ...seen(conversation, frame), type: "session.opened", conversation },
});

export function publish(
  of: Conversation,
  frame: number,
  topic: WireText,
  payload: string | Uint8Array,
): Observation {
  const octets = typeof payload === "string" ? bytes(payload) : payload;
  return {
    kind: "event",
    event: {
      ...seen(of, frame),
      type: "mqtt.publish",
      guessed: false,
      packet: {
        type: "publish",
        topic,
        resolvedTopic: topic,
        qos: 0,
        retain: false,
        dup: false,
        payloadLength: octets.length,
        payload: octets,
      },
    },
  };
}

export interface TlsFields {
  readonly version: number;
  readonly cipherSuite: number;
  readonly serverName?: string;
  readonly subject?: string;
  readonly issuer?: string;
  readonly wrong?: string;
  readonly verifies?: "yes" | "no";
  readonly because?: string;
  readonly rules?: readonly string[];
  readonly established?: boolean;
}

export function tls(id: number, client: string, fields: TlsFields): Conversation {
  const server = "192.0.2.1:8883";
  const conversation = newConversation(id, connection(id, client, server), "tls", "tls");
  const state = newTls();
  const common = { legacyVersion: 0x0303, random: bytes("r"), sessionId: bytes(""), extensions: [] };
  const clientHello: ClientHello = {
    ...common,
    type: "client_hello",
    cipherSuites: [fields.cipherSuite],
    compressionMethods: [0],
    ...(fields.serverName !== undefined && { serverName: fields.serverName }),
    ja3: "",
    ja3Text: "",
    ja4: "",
  };
  const serverHello: ServerHello = {
    ...common,
    type: "server_hello",
    version: fields.version,
    cipherSuite: fields.cipherSuite,
    compressionMethod: 0,
    ja3s: "",
    ja3sText: "",
  };
  Object.assign(state, { clientHello, serverHello, group: 29, established: fields.established ?? true });
  if (fields.subject !== undefined) state.chain = [certificate(fields.subject, fields.issuer ?? "Lab Root")];
  if (fields.wrong !== undefined)
    state.trust = { status: "untrusted", defects: [{ kind: "expired", text: fields.wrong }] };
  if (fields.verifies !== undefined)
    state.clientVerifies = {
      answer: fields.verifies,
      confidence: "firm",
      text: fields.because ?? "",
      frames: [],
    };
  for (const rule of fields.rules ?? []) conversation.rules.add(rule);
  conversation.tls = state;
  return conversation;
}

export const certificate = (subject: string, issuer: string): Certificate => ({
  der: bytes(""),
  sha256: "00".repeat(32),
  sha1: "00".repeat(20),
  octets: 0,
  fields: {
    version: 3,
    subject: [{ type: "CN", value: subject }],
    issuer: [{ type: "CN", value: issuer }],
    serialNumber: "01",
    notBefore: START as Timestamp,
    notAfter: (START + 365 * 86_400_000_000) as Timestamp,
    subjectAltNames: [],
    publicKey: { algorithm: "ECDSA", spkiSha256: "" },
    signatureAlgorithm: "ecdsa-with-SHA256",
    selfSigned: false,
  },
});

export const finding = (
  rule: RuleId,
  severity: Severity,
  title: string,
  count = 1,
  client = "sensor-a1",
): Observation => ({
  kind: "finding",
  finding: {
    rule,
    name: "name",
    title,
    severity,
    confidence: "certain",
    subject: { client, broker: "192.0.2.1:1883" },
    count,
    first: START as Timestamp,
    last: START as Timestamp,
    evidence: [],
  } satisfies Finding,
});

export const notice = (notice: Notice): Observation => ({ kind: "notice", notice });

/** The last observation: only its verdict is looked at. */
export const verdict = (of: Report["verdict"]): Observation => ({
  kind: "verdict",
  report: { verdict: of } as Report,
});

export const emptyModel = (): Model => {
  const model = newModel(affectsOf(RULES));
  model.name = "wlan0";
  return model;
};

export function modelOf(observations: readonly Observation[]): Model {
  const model = emptyModel();
  for (const observation of observations) fold(model, observation);
  return model;
}

/** A live capture of everything that the screen has a place for. */
export function scene(): Observation[] {
  const fleet = plain(0, "192.0.2.7:50122");
  const nobody = plain(1, "192.0.2.8:50123");
  nobody.mqtt!.wills.push({ topic: "iot/status/sensor-b2", payload: bytes("offline"), qos: 1, retain: true });
  const careless = tls(2, "192.0.2.9:41010", {
    version: 0x0303,
    cipherSuite: 0xc02f,
    subject: "broker.lab",
    wrong: "expired 3 days ago",
    verifies: "no",
    because: "sent data all the same",
    rules: ["MQ401", "MQ501"],
  });
  const careful = tls(3, "192.0.2.10:41011", {
    version: 0x0304,
    cipherSuite: 0x1302,
    serverName: "mqtt.example.com",
  });
  fleet.rules.add("MQ101");
  return [
    notice({ type: "capture.opened", format: "live", engine: "cap", timestamps: "user-space receive time" }),
    ...[fleet, nobody, careless, careful].map(one => opened(one)),
    login(fleet, 2, { clientId: "sensor-a1", username: "device_fleet", password: PASSWORD, accepted: true }),
    login(nobody, 3, { clientId: "sensor-b2", accepted: true }),
    ...Array.from({ length: 12 }, (_, index) => publish(fleet, 4 + index, "iot/sensor/temp", `25.${index}`)),
    publish(nobody, 16, "iot/sensor/humidity", "62.4"),
    finding("MQ101", "critical", "Password sent without TLS, accepted by the broker", 3),
    finding("MQ501", "high", "Client sent data to a broker with an expired certificate", 1, "192.0.2.9"),
    notice({ type: "capture.tick", at: (START + 83_000_000) as Timestamp }),
    notice({ type: "capture.stats", at: START as Timestamp, frames: 1204, octets: 99, dropped: "unknown" }),
  ];
}

/** The same text in every place that a packet has on the screen. */
export function hostileScene(hostile: string): Observation[] {
  const device = plain(0, "192.0.2.7:50000");
  const octets = bytes(hostile);
  device.mqtt!.wills.push({ topic: hostile, payload: octets, qos: 0, retain: false });
  device.mqtt!.clientIds.push(hostile);
  const sealed = tls(1, "192.0.2.9:41010", {
    version: 0x0303,
    cipherSuite: 0xc02f,
    serverName: hostile,
    subject: hostile,
    issuer: hostile,
    wrong: hostile,
    verifies: "no",
    because: hostile,
  });
  return [
    { kind: "capture", index: 0, path: hostile },
    notice({ type: "capture.opened", format: "live", engine: hostile }),
    opened(device),
    opened(sealed),
    login(device, 2, { clientId: hostile, username: hostile, password: hostile, accepted: true }),
    publish(device, 3, hostile, octets),
    finding("MQ101", "high", hostile, 1, hostile),
    notice({ type: "capture.tick", at: START as Timestamp }),
  ];
}

/** The state after keys, each pressed on the screen as the one before left it. */
export const pressed = (
  model: Model,
  keys: readonly string[],
  from: State = startState(false),
  size: Size = { columns: 120, rows: 40 },
): State => keys.reduce((state, key) => press(state, key, view(model, state, size)), from);
