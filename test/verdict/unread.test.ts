/** A verdict is never cleaner than what was seen: connections of which nobody read what they carried. */
import * as mqttPacket from "mqtt-packet";
import { describe, expect, test } from "vitest";
import { Scene } from "../finding/scene.ts";
import { join } from "../build/packets.ts";
import { frame, masked, request, response } from "../protocol/websocket/build.ts";
import { hex } from "../protocol/build.ts";
import { publish } from "../protocol/mqtt/build.ts";

const secret = publish("home/door", JSON.stringify({ password: "MqttP@ss" }));

describe("octets that nobody read", () => {
  test("at a port of MQTT make the verdict inconclusive, and are told with their port", async () => {
    const scene = new Scene();
    scene.open("192.0.2.7:40000").login().fin("client");
    for (const at of [1, 2])
      scene.open(`192.0.2.8:4000${at}`, "192.0.2.1:8883").send("client", new Uint8Array(40));
    const { coverage, verdict } = await scene.report();
    expect(coverage.unrecognised).toEqual({ connections: 2, onListedPorts: 2, likeMqtt: 0 });
    expect(verdict.complete).toBe(false);
    expect(verdict.notSeen).toContain(
      "what 2 connections at port 8883 carried: neither MQTT nor TLS was recognised in it",
    );
    const alone = new Scene();
    alone.open("192.0.2.8:40001", "192.0.2.1:8884").send("server", new Uint8Array(40));
    expect((await alone.report()).verdict.outcome).toBe("inconclusive");
  });

  test("at other ports are counted, and said only where they look like MQTT", async () => {
    const scene = new Scene();
    scene.open("192.0.2.7:40000").login().fin("client");
    scene.open("192.0.2.7:40001", "192.0.2.1:22").send("client", Buffer.from("SSH-2.0-x\r\n"));
    scene.resume("192.0.2.7:1883", "192.0.2.1:9999").send("server", new Uint8Array(9));
    const quiet = await scene.report();
    expect(quiet.coverage.unrecognised).toEqual({ connections: 2, onListedPorts: 1, likeMqtt: 0 });
    scene.resume("192.0.2.7:40003", "192.0.2.1:1884").send("client", secret);
    const { coverage, verdict } = await scene.report();
    expect(coverage.unrecognised).toEqual({ connections: 3, onListedPorts: 1, likeMqtt: 1 });
    expect(verdict.notSeen.filter(text => text.includes("1884"))).toEqual([
      "what 1 connection at port 1884 carried: it looks like MQTT, and is too little to tell (--decode-as 1884=mqtt)",
    ]);
  });

  test("are none behind the header of a proxy that looks whether its broker lives", async () => {
    const scene = new Scene();
    scene.open("192.0.2.7:40000").login().fin("client");
    for (const header of [
      Buffer.from("PROXY TCP4 192.0.2.8 192.0.2.1 40001 8883\r\n"),
      Buffer.from("PROXY UNKNOWN\r\n"),
      hex("0d0a0d0a000d0a515549540a 20 00 0000"),
    ])
      scene.open("192.0.2.8:40001", "192.0.2.1:8883").send("client", header).fin("client").fin("server");
    const { coverage, verdict } = await scene.report();
    expect(coverage.unrecognised.connections).toBe(0);
    expect(verdict.notSeen.filter(text => text.includes("8883"))).toEqual([]);
  });

  test("are none on a connection that carried none", async () => {
    const scene = new Scene();
    scene.open("192.0.2.7:40000").fin("client").fin("server");
    expect((await scene.report()).coverage.unrecognised.connections).toBe(0);
  });
});

describe("WebSocket", () => {
  const login = Uint8Array.from(
    mqttPacket.generate({ cmd: "connect", clientId: "a", username: "u", password: Buffer.from("MqttP@ss") }),
  );

  test("refused and asked for again on the same connection is read", async () => {
    const scene = new Scene();
    const line = scene.open("192.0.2.7:40000", "192.0.2.1:9001").send("client", request());
    line
      .send("server", response(["Content-Length: 2"], "401 Unauthorized"))
      .send("server", Buffer.from("no"));
    line.send(
      "client",
      request(["Sec-WebSocket-Protocol: mqtt", "Authorization: Basic dTpwYXNzdzByZC1odHRw"]),
    );
    line
      .send("server", response())
      .send("client", masked(login))
      .send("server", frame(hex("20020000")));
    const { findings } = await scene.report();
    expect(findings.map(finding => finding.rule)).toEqual(
      expect.arrayContaining(["MQ101", "MQ121", "MQ218"]),
    );
  });

  test("refused alone is nothing to judge, and takes nothing from what else is judged", async () => {
    const scene = new Scene();
    const line = scene.open("192.0.2.7:40000", "192.0.2.1:9001").send("client", request());
    line.send("server", response([], "403 Forbidden")).fin("server");
    expect((await scene.report()).verdict.outcome).toBe("inconclusive");
  });

  test("of which the rest was given up makes the verdict inconclusive", async () => {
    const scene = new Scene();
    const line = scene.open("192.0.2.7:40000", "192.0.2.1:9001").send("client", request());
    line.send("server", response([], "403 Forbidden")).send("client", login);
    const { verdict, coverage } = await scene.report();
    expect(verdict).toMatchObject({ outcome: "inconclusive", complete: false });
    expect(verdict.notSeen).toContain(
      "the rest of 1 conversation, behind a place from which on it could not be read",
    );
    expect(coverage.limits).toHaveLength(1);
  });
});

describe("a CONNECT of which the end is missing", () => {
  const connect = Uint8Array.from(
    mqttPacket.generate({ cmd: "connect", clientId: "a", username: "u", password: Buffer.from("MqttP@ss") }),
  );

  test.each([
    ["its password", 12, "MQ101"],
    ["its password's end", 3, "MQ101"],
  ])("is a login that is doubted, without %s", async (_, missing, rule) => {
    const scene = new Scene();
    scene.open("192.0.2.7:40000").send("client", connect.subarray(0, connect.length - missing));
    const { findings, verdict, exposed } = await scene.report();
    expect(findings.find(finding => finding.rule === rule)).toMatchObject({
      confidence: "tentative",
      evidence: [{ field: "CONNECT.Password", shown: "sent, partly captured" }],
    });
    expect(verdict.complete).toBe(false);
    expect(verdict.notSeen).toContain("the end of 1 login: only the beginning of the CONNECT was captured");
    expect(JSON.stringify(exposed)).not.toContain("Mqtt");
  });

  test("that announces a user name alone is told for that", async () => {
    const named = Uint8Array.from(mqttPacket.generate({ cmd: "connect", clientId: "a", username: "user" }));
    const scene = new Scene();
    scene.open("192.0.2.7:40000").send("client", named.subarray(0, -2));
    expect(await scene.findings("MQ102")).toMatchObject([{ confidence: "tentative" }]);
    expect(await scene.findings("MQ202")).toEqual([]);
  });
});

describe("MQTT that was once not recognised", () => {
  test("of a publisher with QoS 0, midstream, on any port", async () => {
    const scene = new Scene();
    scene.resume("192.0.2.7:40000", "192.0.2.1:1884").send("client", join(secret, secret, secret));
    const { findings, verdict } = await scene.report();
    expect(findings.map(finding => finding.rule)).toContain("MQ112");
    expect(verdict.exposure).toBe("exposed");
  });

  test("that begins within a packet, midstream, on any port", async () => {
    const few = new Scene();
    const line = few.resume("192.0.2.7:40000", "192.0.2.1:11883").send("client", secret.subarray(5));
    for (let sent = 0; sent < 4; sent++) line.send("client", secret);
    const { verdict } = await few.report();
    expect(verdict).toMatchObject({ outcome: "inconclusive", complete: false });
    expect(verdict.notSeen).toContain(
      "what 1 connection at port 11883 carried: it looks like MQTT, and is too little to tell (--decode-as 11883=mqtt)",
    );
    const many = new Scene();
    const long = many.resume("192.0.2.7:40000", "192.0.2.1:11883").send("client", secret.subarray(5));
    for (let sent = 0; sent < 50; sent++) long.send("client", secret);
    expect((await many.report()).verdict.exposure).toBe("exposed");
    expect(await many.findings("MQ112")).not.toEqual([]);
  });

  test("with flags or a level in its CONNECT that the standard forbids", async () => {
    const login = { username: "dev", password: Buffer.from("MqttP@ss") };
    const scene = new Scene();
    const sent = scene.open("192.0.2.7:40000");
    sent.login(login, null);
    const octets = scene.frames.at(-1)!.octets;
    // Behind the headers of Ethernet, IPv4 and TCP.
    octets[54] = 0x11;
    sent.send("server", { cmd: "connack", sessionPresent: false, returnCode: 0 });
    const { findings } = await scene.report();
    expect(findings.map(finding => finding.rule)).toEqual(expect.arrayContaining(["MQ101", "MQ221"]));
  });
});
