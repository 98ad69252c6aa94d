import { assert, nat, property, string, uint8Array } from "fast-check";
import { describe, expect, test } from "vitest";
import type { FrameNumber } from "../../src/capture/frame.ts";
import type { Finding } from "../../src/finding/finding.ts";
import { payload } from "../../src/octets/payload.ts";
import { type NdjsonOptions, ndjson } from "../../src/report/ndjson.ts";
import type { SniffEvent } from "../../src/session/event.ts";
import type { Observation } from "../../src/verdict/observation.ts";
import { CONNECT, FAULT, OTHERS, PACKETS, packetEvent, publish, SILENT } from "./events.ts";
import { AT, connection, finding, LINE, octets, report } from "./sample.ts";
import { complaints } from "./schemas.ts";

type Line = Readonly<Record<string, unknown>>;

const HIDDEN: NdjsonOptions = { reveal: false, payloadLimit: 1024, several: false };

function print(observations: readonly Observation[], options: Partial<NdjsonOptions> = {}): string[] {
  const lines: string[] = [];
  const watcher = ndjson(line => lines.push(line), { ...HIDDEN, ...options });
  for (const observation of observations) watcher.observe(observation);
  return lines;
}

const printed = (observations: readonly Observation[], options: Partial<NdjsonOptions> = {}): Line[] =>
  print(observations, options).map(line => JSON.parse(line) as Line);

const events = (...some: readonly SniffEvent[]): Observation[] =>
  some.map(event => ({ kind: "event", event }));
const VERDICT: Observation = { kind: "verdict", report: report() };

describe("event lines", () => {
  test("one of each kind is what the schema says, hidden and shown", () => {
    const all: Observation[] = [
      { kind: "capture", index: 0, path: "lab.pcapng" },
      ...events(...PACKETS.map(packet => packetEvent(packet)), ...OTHERS, ...SILENT),
      {
        kind: "limit",
        limit: { type: "stream.limit", limit: "connections", at: AT, frame: 5 as FrameNumber },
      },
      {
        kind: "limit",
        limit: {
          type: "stream.limit",
          limit: "fragments",
          at: AT,
          frame: 5 as FrameNumber,
          connection: LINE,
        },
      },
      { kind: "notice", notice: { type: "capture.malformed", fault: FAULT, position: 99 } },
      { kind: "notice", notice: { type: "capture.undecoded", kind: "ARP", frames: 3 } },
      {
        kind: "notice",
        notice: {
          type: "capture.stats",
          at: AT,
          frames: 9,
          octets: 999,
          dropped: "unknown",
          estimatedLoss: { acknowledgedOctets: 900, missedOctets: 9 },
        },
      },
      { kind: "notice", notice: { type: "capture.lost", engine: "tcpdump", text: "ended" } },
      { kind: "notice", notice: { type: "capture.advice", at: AT, about: "own-traffic", text: "look" } },
      { kind: "notice", notice: { type: "capture.closed", octets: 999 } },
      VERDICT,
    ];
    for (const options of [{}, { reveal: true, several: true, payloadLimit: 2 }]) {
      const lines = printed(all, options);
      expect(lines.map(line => complaints("events", line)).filter(text => text !== "")).toEqual([]);
      expect(lines).toHaveLength(PACKETS.length + OTHERS.length + 7 + 2);
    }
  });

  test("every line ends with its only line feed, and the last one is the verdict", () => {
    const lines = print([...events(packetEvent(CONNECT)), VERDICT]);
    expect(lines.every(line => line.indexOf("\n") === line.length - 1)).toBe(true);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
      type: "verdict",
      outcome: "fail",
      exposure: "exposed",
      complete: true,
      because: [0],
      notSeen: [],
      coverage: { frames: 1_204 },
    });
  });

  test("a CONNECT has the common fields and its own", () => {
    expect(printed(events(packetEvent(CONNECT)))).toEqual([
      {
        type: "mqtt.connect",
        time: "2026-01-02T03:04:05.678901Z",
        frame: 12,
        stream: 0,
        client: "192.0.2.7:49152",
        server: "192.0.2.1:1883",
        from: "client",
        transport: "tcp",
        protocolVersion: "5.0",
        clientId: "sensor-a1",
        cleanStart: true,
        keepAlive: 60,
        username: "device_fleet",
        password: { redacted: true, length: 13 },
        will: {
          topic: "iot/status",
          payloadLength: 7,
          payload: { text: "offline" },
          payloadTruncated: false,
          qos: 1,
          retain: true,
          properties: { willDelayInterval: 200 },
        },
        properties: {
          receiveMaximum: 20,
          authenticationMethod: "PLAIN",
          authenticationData: { redacted: true, length: 13 },
        },
      },
    ]);
  });

  test("properties are one object: pairs, lists of what came twice, octets as payloads", () => {
    const [line] = printed(events(packetEvent(PACKETS[2]!)));
    expect(line?.["properties"]).toEqual({
      userProperties: [
        ["site", "north"],
        ["__proto__", { base64: "Yf8=" }],
      ],
      correlationData: { base64: "AAE=" },
      subscriptionIdentifier: [1, 2],
      contentType: "text/plain",
    });
  });

  test("the code of a CONNACK is named as the CONNECT's version names it", () => {
    const connack = packetEvent({ type: "connack", sessionPresent: false, code: 0 }, { from: "server" });
    const old = events(packetEvent({ ...CONNECT, protocolVersion: "3.1.1" }), connack);
    expect(printed(old)[1]?.["code"]).toEqual({ id: 0, name: "Connection Accepted" });
    expect(printed(events(packetEvent(CONNECT), connack))[1]?.["code"]).toEqual({ id: 0, name: "Success" });
  });

  test("lists of a hello keep their order, their GREASE and their unknown numbers", () => {
    const [hello, server] = printed(events(OTHERS[2]!, OTHERS[3]!));
    expect(hello?.["cipherSuites"]).toEqual([
      { id: 0x0a0a, name: "GREASE" },
      { id: 0x1301, name: "TLS_AES_128_GCM_SHA256" },
      { id: 0xfb1a, name: "0xFB1A" },
    ]);
    expect(hello?.["legacyVersion"]).toEqual({ id: 0x0303, name: "TLS 1.2" });
    expect(server?.["version"]).toEqual({ id: 0x7f17, name: "TLS 1.3 draft-23" });
    expect(server?.["resumed"]).toBe(true);
  });

  test("a payload is cut at the limit, and no character of it in half", () => {
    const long = publish({ payload: octets("grün"), payloadLength: 5 });
    const cut = (payloadLimit: number) => printed(events(packetEvent(long)), { payloadLimit })[0];
    expect(cut(3)).toMatchObject({ payloadLength: 5, payload: { text: "gr" }, payloadTruncated: true });
    expect(cut(0)).toMatchObject({ payloadLength: 5, payload: { text: "" }, payloadTruncated: true });
    expect(cut(Number.POSITIVE_INFINITY)).toMatchObject({
      payload: { text: "grün" },
      payloadTruncated: false,
    });
  });

  test("a payload that was not kept in full says so", () => {
    const [line] = printed(events(packetEvent(publish({ payloadLength: 5_000_000 }))));
    expect(line).toMatchObject({
      payloadLength: 5_000_000,
      payload: { text: "25.3" },
      payloadTruncated: true,
    });
  });

  test("a PUBLISH without properties is written as one with them, minus the properties", () => {
    assert(
      property(string(), uint8Array({ maxLength: 40 }), nat({ max: 50 }), (topic, content, payloadLimit) => {
        const packet = publish({
          topic,
          resolvedTopic: topic,
          payload: content,
          payloadLength: content.length,
        });
        const [short] = printed(events(packetEvent(packet)), { payloadLimit });
        const [long] = printed(events(packetEvent({ ...packet, properties: [] })), { payloadLimit });
        expect(short).toEqual(long);
      }),
    );
  });

  test("printable text is text, everything else base64", () => {
    assert(
      property(uint8Array({ maxLength: 20 }), content => {
        const shown = payload(content);
        if ("base64" in shown) expect(new Uint8Array(Buffer.from(shown.base64, "base64"))).toEqual(content);
        else expect(new TextEncoder().encode(shown.text)).toEqual(content);
      }),
    );
    expect(payload(octets("a\u0000"))).toHaveProperty("base64");
    expect(payload(octets("a\u007f"))).toHaveProperty("base64");
    expect(payload(octets("a\u0085"))).toHaveProperty("base64");
    expect(payload(octets("a\t\r\nü"))).toHaveProperty("text");
  });

  test("with several captures every event names its own", () => {
    const second = connection({ capture: 1 });
    const lines = printed(
      [
        { kind: "capture", index: 0, path: "a.pcap" },
        { kind: "capture", index: 1, path: "b\u001b.pcap" },
        ...events(packetEvent(CONNECT), packetEvent(CONNECT, { connection: second })),
        { kind: "notice", notice: { type: "capture.undecoded", kind: "ARP", frames: 1 } },
      ],
      { several: true },
    );
    expect(lines.map(line => line["capture"])).toEqual(["a.pcap", "b\u001b.pcap", "b\u001b.pcap"]);
  });

  test("what follows a question mark in the path of an upgrade is a secret", () => {
    const upgrade = OTHERS.find(event => event.type === "websocket.upgrade")!;
    expect(printed(events(upgrade))[0]).toMatchObject({
      path: "/mqtt",
      query: { redacted: true, length: 19 },
    });
    expect(printed(events(upgrade), { reveal: true })[0]).toMatchObject({ query: "token=MqttP@ss2024!" });
  });

  test("a packet that is guessed says so, and only such a one", () => {
    const guessed = { ...packetEvent(publish()), guessed: true } as SniffEvent;
    expect(printed(events(guessed))[0]).toMatchObject({ guessed: true });
    expect(printed(events(packetEvent(publish())))[0]).not.toHaveProperty("guessed");
  });
});

describe("findings as lines", () => {
  const sighted = { ...finding(), secret: undefined } as unknown as Finding;

  test("each is told once, before the verdict, where nobody waits for them", () => {
    const lines = printed([{ kind: "finding", finding: sighted }, VERDICT]);
    expect(lines.map(line => line["type"])).toEqual(["finding", "verdict"]);
    expect(lines[0]).toMatchObject({ rule: "MQ101", count: 3, fingerprint: "f".repeat(64) });
  });

  test("each is told when it is sighted, where somebody does", () => {
    const lines = printed([{ kind: "finding", finding: sighted }, ...events(packetEvent(CONNECT)), VERDICT], {
      describe: () => finding({ count: 1 }),
    });
    expect(lines.map(line => line["type"])).toEqual(["finding", "mqtt.connect", "verdict"]);
    expect(complaints("events", lines[0])).toBe("");
  });
});
