import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/finding/finding.ts";
import type { FrameNumber } from "../../src/capture/frame.ts";
import { type EveOptions, eve } from "../../src/report/eve.ts";
import type { SniffEvent } from "../../src/session/event.ts";
import type { Observation } from "../../src/verdict/observation.ts";
import {
  CERTIFICATE,
  CONNECT,
  FAULT,
  HELLO,
  OTHERS,
  packetEvent,
  publish,
  SERVER_HELLO,
  tlsTalk,
} from "./events.ts";
import { AT, connection, finding, LINE, octets, report, seen } from "./sample.ts";

type Line = Readonly<Record<string, unknown>>;

function print(observations: readonly Observation[], options: Partial<EveOptions> = {}): Line[] {
  const lines: string[] = [];
  const watcher = eve(line => lines.push(line), {
    reveal: false,
    payloadLimit: 1024,
    several: false,
    ...options,
  });
  for (const observation of observations) watcher.observe(observation);
  expect(lines.every(line => line.indexOf("\n") === line.length - 1)).toBe(true);
  return lines.map(line => JSON.parse(line) as Line);
}

const events = (...some: readonly SniffEvent[]): Observation[] =>
  some.map(event => ({ kind: "event", event }));
const VERDICT: Observation = { kind: "verdict", report: report() };
const CONNACK = packetEvent(
  { type: "connack", sessionPresent: false, code: 0, properties: [{ id: 0x22, value: 10 }] },
  { from: "server", frame: 14 },
);

describe("EVE records of MQTT", () => {
  test("a CONNECT and its CONNACK are one record, with the header that every record has", () => {
    const records = print(events(packetEvent(CONNECT), CONNACK), { reveal: true });
    expect(records).toEqual([
      {
        timestamp: "2026-01-02T03:04:05.678901+0000",
        flow_id: expect.any(Number),
        pcap_cnt: 14,
        event_type: "mqtt",
        src_ip: "192.0.2.7",
        src_port: 49_152,
        dest_ip: "192.0.2.1",
        dest_port: 1883,
        ip_v: 4,
        proto: "TCP",
        app_proto: "mqtt",
        tx_id: 0,
        mqtt: {
          connect: {
            qos: 0,
            retain: false,
            dup: false,
            protocol_string: "MQTT",
            protocol_version: 5,
            client_id: "sensor-a1",
            flags: { username: true, password: true, will_retain: true, will: true, clean_session: true },
            username: "device_fleet",
            password: "MqttP@ss2024!",
            will: { topic: "iot/status", message: "offline", properties: { will_delay_interval: 200 } },
            properties: {
              receive_maximum: 20,
              authentication_method: "PLAIN",
              authentication_data: "MqttP@ss2024!",
            },
          },
          connack: {
            qos: 0,
            retain: false,
            dup: false,
            session_present: false,
            return_code: 0,
            properties: { topic_alias_maximum: 10 },
          },
        },
      },
    ]);
  });

  test("without the user's word the password is left out, and its flag stays", () => {
    const [record] = print(events(packetEvent(CONNECT), CONNACK));
    expect(record).not.toHaveProperty("mqtt.connect.password");
    expect(record).not.toHaveProperty("mqtt.connect.properties.authentication_data");
    expect(record).toHaveProperty("mqtt.connect.flags.password", true);
    expect(JSON.stringify(record)).not.toContain("MqttP@ss2024!");
  });

  test("a message of the broker has the broker as its source", () => {
    const [record] = print(
      events(packetEvent(publish(), { from: "server" }), packetEvent({ type: "puback", packetId: 7 })),
    );
    expect(record).toMatchObject({
      src_port: 1883,
      dest_port: 49_152,
      mqtt: { publish: { message_id: 7 }, puback: { message_id: 7 } },
    });
  });

  test("a user property is a key of its own, and cannot pass for one of the standard's", () => {
    const properties = [
      { id: 0x26, value: ["site", "north"] },
      { id: 0x26, value: ["site", "south"] },
      { id: 0x26, value: ["message_expiry_interval", "0"] },
      { id: 0x26, value: ["__proto__", "x"] },
      { id: 0x02, value: 60 },
    ] as const;
    const { packetId: _, ...packet } = publish({ qos: 0, properties });
    const [record] = print(events(packetEvent(packet)));
    expect(
      JSON.stringify(
        (record as never as { mqtt: { publish: { properties: unknown } } }).mqtt.publish.properties,
      ),
    ).toBe(
      '{"site":["north","south"],"user_property_message_expiry_interval":"0","__proto__":"x","message_expiry_interval":60}',
    );
  });

  test("octets that are no text keep what is ASCII and show the rest", () => {
    const { packetId: _, ...packet } = publish({
      qos: 0,
      payload: new Uint8Array([0x41, 0xf2, 0x0a]),
      payloadLength: 3,
    });
    expect(print(events(packetEvent(packet)))[0]).toMatchObject({
      mqtt: { publish: { message: "A\\xf2\n" } },
    });
  });

  test("a message is cut at the limit, and says by how much", () => {
    const { packetId: _, ...packet } = publish({ qos: 0, payload: octets("0123456789"), payloadLength: 10 });
    expect(print(events(packetEvent(packet)), { payloadLimit: 4 })[0]).toMatchObject({
      mqtt: { publish: { message: "0123", truncated: true, skipped_length: 6 } },
    });
  });

  test("subscriptions and what was granted, unsubscriptions and what became of them", () => {
    const [subscribed, unsubscribed] = print(
      events(
        packetEvent({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "#", qos: 1 }] }),
        packetEvent({ type: "suback", packetId: 1, codes: [1] }, { from: "server" }),
        packetEvent({ type: "unsubscribe", packetId: 2, filters: ["#"] }),
        packetEvent({ type: "unsuback", packetId: 2, codes: [] }, { from: "server" }),
      ),
    );
    expect(subscribed).toMatchObject({
      mqtt: { subscribe: { qos: 1, topics: [{ topic: "#", qos: 1 }] }, suback: { qos: 0, qos_granted: [1] } },
    });
    expect(unsubscribed).toMatchObject({
      mqtt: { unsubscribe: { topics: ["#"] }, unsuback: { message_id: 2 } },
    });
    expect(unsubscribed).not.toHaveProperty("mqtt.unsuback.reason_codes");
  });

  test("AUTH has no place in the schema: no record is made of it", () => {
    expect(print(events(packetEvent({ type: "auth", code: 0x18 })))).toEqual([]);
  });

  test("what waits for its answer is written when the conversation is over", () => {
    const talk = tlsTalk();
    const records = print(
      events(packetEvent(publish()), {
        ...seen(),
        type: "session.closed",
        conversation: { ...talk, tls: undefined },
      }),
    );
    expect(records.map(record => record["event_type"])).toEqual(["mqtt", "flow"]);
  });
});

describe("EVE records of TLS", () => {
  const opened = (talk = tlsTalk()): SniffEvent => ({
    ...seen(),
    type: "session.opened",
    conversation: talk,
  });
  const established = OTHERS.find(event => event.type === "tls.established")!;

  test("a handshake is one record, written when it is over", () => {
    const talk = tlsTalk({ clientChain: [CERTIFICATE], resumed: true });
    const records = print(
      events(opened(talk), established, { ...seen(), type: "session.closed", conversation: talk }),
    );
    expect(records.map(record => record["event_type"])).toEqual(["tls", "flow"]);
    const certificate = {
      subject: "C=FR, CN=broker.example, Email=lab@example",
      issuerdn: "CN=Lab Root CA",
      serial: "00:97:E6",
      fingerprint: `8c:90:bd${":00".repeat(17)}`,
      notbefore: "2023-11-14T22:13:20",
      notafter: "2027-01-15T08:00:00",
      subjectaltname: ["broker.example", "192.0.2.1"],
      certificate: "REVS",
      chain: ["REVS"],
    };
    expect(records[0]).toMatchObject({ event_type: "tls", app_proto: "tls", src_port: 49_152 });
    expect(records[0]?.["tls"]).toEqual({
      ...certificate,
      session_resumed: true,
      sni: "broker.example",
      version: "TLS 1.3 draft-23",
      client_alpns: ["mqtt"],
      server_alpns: ["mqtt"],
      ja3: { hash: HELLO.ja3, string: HELLO.ja3Text },
      ja3s: { hash: SERVER_HELLO.ja3s, string: SERVER_HELLO.ja3sText },
      ja4: HELLO.ja4,
      client_handshake: {
        version: "TLS 1.3",
        ciphers: [0x0a0a, 0x1301, 0xfb1a],
        exts: [0, 43],
        sig_algs: [0x0403],
      },
      server_handshake: { version: "TLS 1.3 draft-23", cipher: 0x1301, exts: [43] },
      client: certificate,
    });
  });

  test.each([
    [0x0002, "SSLv2"],
    [0x0300, "SSLv3"],
    [0x0301, "TLSv1"],
    [0x0302, "TLS 1.1"],
    [0x0303, "TLS 1.2"],
    [0x0304, "TLS 1.3"],
  ])("version %i is spelled %s", (version, text) => {
    const talk = tlsTalk({ serverHello: { ...SERVER_HELLO, version } });
    const [record] = print(events(opened(talk), established));
    expect(record).toHaveProperty("tls.version", text);
  });

  test("a hello that nobody answered is a record too, and empty lists are left out", () => {
    const hello = { ...HELLO, cipherSuites: [], extensions: [], alpn: [] };
    const talk = tlsTalk({ clientHello: hello, serverHello: undefined, chain: [] });
    const [record] = print(events(opened(talk), { ...seen(), type: "session.closed", conversation: talk }));
    expect(record).toHaveProperty("tls.sni", "broker.example");
    expect(record).not.toHaveProperty("tls.version");
    expect(record).not.toHaveProperty("tls.client_handshake.ciphers");
    expect(record).not.toHaveProperty("tls.session_resumed");
  });

  test("a conversation of which no hello was seen has no record", () => {
    const talk = tlsTalk({ clientHello: undefined, serverHello: undefined });
    const records = print(events(opened(talk), { ...seen(), type: "session.closed", conversation: talk }));
    expect(records.map(record => record["event_type"])).toEqual(["flow"]);
  });
});

describe("EVE records of everything else", () => {
  const talk = tlsTalk();

  test("a finding is one alert, with where it was seen", () => {
    const records = print([VERDICT]);
    expect(records.map(record => record["event_type"])).toEqual(["alert", "stats"]);
    expect(records[0]).toMatchObject({
      timestamp: "2026-01-02T03:04:05.678901+0000",
      pcap_cnt: 12,
      src_ip: "192.0.2.7",
      dest_port: 1883,
      alert: {
        action: "allowed",
        signature: "Password sent without TLS, accepted by the broker",
        signature_id: 101,
        category: "Credentials and secrets",
        severity: 1,
        metadata: {
          rule: ["MQ101"],
          cwe: ["CWE-319", "CWE-523"],
          confidence: ["certain"],
          fingerprint: ["f".repeat(64)],
        },
      },
    });
  });

  test("an alert comes when its finding is sighted, where somebody waits for it, and not again", () => {
    const sighted = (count: number) => ({ ...finding({ count }) }) as unknown as Finding;
    const records = print(
      [
        ...events({ ...seen(), type: "session.opened", conversation: talk }),
        { kind: "finding", finding: sighted(1) },
        ...events({ ...seen(), type: "session.closed", conversation: { ...talk, ended: "fin" } }),
        { kind: "finding", finding: sighted(3) },
        VERDICT,
      ],
      { describe: given => given as unknown as ReturnType<typeof finding> },
    );
    expect(records.map(record => record["event_type"])).toEqual(["alert", "tls", "flow", "stats"]);
    expect(records[0]).toMatchObject({ src_ip: "192.0.2.7", flow_id: records[2]?.["flow_id"] });
    expect(records[2]).toMatchObject({ flow: { alerted: true, state: "closed" } });
  });

  test("a conversation that is over is a flow", () => {
    const [, flow] = print(
      events(
        { ...seen(), type: "session.opened", conversation: talk },
        { ...seen(), type: "session.closed", conversation: { ...talk, ended: "idle" } },
      ),
    );
    expect(flow).toMatchObject({
      event_type: "flow",
      app_proto: "tls",
      flow: {
        pkts_toserver: 11,
        pkts_toclient: 9,
        bytes_toserver: 300,
        bytes_toclient: 100,
        start: "2026-01-02T03:04:05.678901+0000",
        end: "2026-01-02T03:04:17.978901+0000",
        age: 12,
        state: "established",
        reason: "timeout",
        alerted: false,
      },
    });
  });

  test("what is malformed, missing or beyond a ceiling is an anomaly", () => {
    const records = print([
      ...events(
        { ...seen(), type: "mqtt.malformed", fault: FAULT },
        { ...seen(), type: "stream.gap", octets: 3 },
        { ...seen(), type: "stream.overlap", octets: 3 },
      ),
      { kind: "limit", limit: { type: "stream.limit", limit: "half-open", at: AT, frame: 3 as FrameNumber } },
      { kind: "notice", notice: { type: "capture.malformed", fault: FAULT, position: 3 } },
    ]);
    expect(
      records.map(record => [record["event_type"], (record["anomaly"] as { event: string }).event]),
    ).toEqual([
      ["anomaly", "connect_password_short"],
      ["anomaly", "stream.reassembly_seq_gap"],
      ["anomaly", "stream.reassembly_overlap_different_data"],
      ["anomaly", "limit_half_open"],
      ["anomaly", "connect_password_short"],
    ]);
    expect(records[0]).toMatchObject({
      anomaly: { type: "applayer", layer: "proto_parser", app_proto: "mqtt" },
    });
  });

  test("the flow's number is the same in every run, and another for another connection", () => {
    const id = (line: typeof LINE): unknown =>
      print(events(packetEvent({ type: "pingreq" }, { connection: line })))[0]?.["flow_id"];
    expect(id(connection())).toBe(id(connection()));
    expect(id(connection())).not.toBe(
      id(connection({ client: { ...LINE.client, port: 5, text: "192.0.2.7:5" } })),
    );
    expect(Number.isSafeInteger(id(connection()))).toBe(true);
  });

  test("with several captures records name theirs, and stats come last", () => {
    const records = print(
      [{ kind: "capture", index: 0, path: "a.pcap" }, ...events(packetEvent({ type: "pingreq" })), VERDICT],
      {
        several: true,
      },
    );
    expect(records[0]).toMatchObject({ pcap_filename: "a.pcap" });
    expect(records.at(-1)).toMatchObject({
      event_type: "stats",
      stats: { decoder: { pkts: 1_204 }, detect: { alert: 1 } },
    });
  });
});
