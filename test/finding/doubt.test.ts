/** What a capture that begins late or has holes does to findings, and how several sightings become one finding. */
import { describe, expect, test } from "vitest";
import { ascii } from "../protocol/build.ts";
import { control, varint, write } from "../protocol/mqtt/build.ts";
import { join } from "../protocol/build.ts";
import { connect, type Line, Scene } from "./scene.ts";

const USER = { username: "device", password: Buffer.from("Pw-0001-long") };
const CLIENT = "198.51.100.7:40000";
const SECRET = '{"api_key":"k-8f3a9c2d1e"}';

/** A login, a hole, and packets behind it. */
function torn(more: (line: Line) => void): Scene {
  const scene = new Scene();
  const line = scene.open(CLIENT).login(USER).publish("iot/temp", "21.5").lose("client", 300);
  more(line);
  return scene;
}

describe("behind a gap", () => {
  test("what is found again is tentative until enough packets prove it", async () => {
    const scene = torn(line => line.publish("iot/temp", "21.6").publish("plant/door", SECRET));
    expect(await scene.findings("MQ112")).toMatchObject([{ confidence: "tentative" }]);
    const proved = torn(line => {
      for (let n = 0; n < 10; n++) line.publish("iot/temp", `2${n}`);
      line.publish("plant/door", SECRET);
    });
    expect(await proved.findings("MQ112")).toMatchObject([{ confidence: "firm" }]);
  });

  test("what was found before it stays as sure as it was, and the octets are said", async () => {
    const scene = torn(line => line.publish("iot/temp", "21.6").publish("iot/temp", "21.7"));
    expect(await scene.findings("MQ101")).toMatchObject([{ confidence: "certain" }]);
    expect((await scene.report()).coverage.gapOctets).toBe(300);
  });

  test("no order of packets is broken: a second CONNECT may be part of what is not one", async () => {
    const again = write(connect(USER));
    const behind = torn(line =>
      line.publish("iot/temp", "21.6").publish("iot/temp", "21.7").send("client", again),
    );
    expect(await behind.findings("MQ221")).toEqual([]);
    const whole = new Scene();
    whole.open(CLIENT).login(USER).send("client", again);
    expect(await whole.findings("MQ221")).toMatchObject([{ confidence: "certain" }]);
  });

  test("a broken packet is tentative", async () => {
    const scene = torn(line => {
      for (let n = 0; n < 10; n++) line.publish("iot/temp", `2${n}`);
      line.send("client", control(0x36, "0001 61 0001 78"));
    });
    expect((await scene.findings("MQ221")).map(({ confidence }) => confidence)).toEqual(["tentative"]);
  });
});

describe("a capture that begins late", () => {
  const late = (more: (line: Line) => void): Scene => {
    const whole = new Scene();
    const line = whole.open(CLIENT).login(USER);
    more(line);
    const scene = new Scene();
    scene.frames.push(...whole.frames.slice(5));
    return scene;
  };

  test("finds no client without credentials, no missing CONNECT and no second one", async () => {
    const scene = late(line => {
      for (let n = 0; n < 5; n++) line.publish("house/lamp/set", `${n}`).subscribe(["#"], [0], 5 + n);
    });
    const rules = (await scene.report()).findings.map(({ rule }) => rule);
    expect(rules).not.toContain("MQ202");
    expect(rules).not.toContain("MQ211");
    expect(rules).not.toContain("MQ221");
    expect(await scene.findings("MQ203")).toMatchObject([{ severity: "high" }]);
  });

  test("has no idle connections: they may have said theirs before", async () => {
    const whole = new Scene();
    for (let at = 0; at < 25; at++) whole.open(`198.51.100.7:${40_000 + at}`);
    const scene = new Scene();
    // Without SYN and its answer.
    scene.frames.push(...whole.frames.filter((_, at) => at % 3 === 2));
    scene.wait(31).open("198.51.100.8:40000").login(USER);
    expect(await scene.findings("MQ224")).toEqual([]);
  });
});

describe("violations (MQ221)", () => {
  const CASES: readonly (readonly [string, string, readonly Uint8Array[]])[] = [
    ["reserved flags", "PINGREQ.flags", [control(0xc1)]],
    ["QoS 3", "PUBLISH.QoS", [control(0x36, "0001 61 0001 78")]],
    [
      "a Remaining Length of five octets",
      "Control Packet.Remaining Length",
      [Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 1)],
    ],
    ["Packet Identifier 0", "PUBLISH.Packet Identifier", [control(0x32, "0001 61 0000", "78")]],
    ["a second CONNECT", "CONNECT.Control Packet type", [write(connect(USER))]],
    ["a wildcard in a Topic Name", "PUBLISH.Topic Name", [control(0x30, "0003 612f23", "78")]],
  ];
  test.each(CASES)("%s", async (_, field, octets) => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER);
    for (const each of octets) line.send("client", each);
    line.publish("iot/temp").publish("iot/temp");
    const found = await scene.findings("MQ221");
    expect(found.map(({ evidence }) => evidence[0]?.field)).toEqual([field]);
    expect(found).toMatchObject([{ severity: "medium", confidence: "certain" }]);
  });

  test("a packet before the CONNECT", async () => {
    const scene = new Scene();
    scene.open(CLIENT).publish("iot/temp").publish("iot/temp").login(USER);
    expect(await scene.findings("MQ221")).toMatchObject([
      { evidence: [{ field: "PUBLISH.Control Packet type" }], confidence: "certain" },
    ]);
  });

  test("none of it is a short DISCONNECT before another packet (session taken over)", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login({ ...USER, protocolVersion: 5 });
    line.send("server", Uint8Array.of(0xe0, 0x01, 0x8e)).send("client", { cmd: "pingreq" }, 5);
    expect(await scene.findings("MQ221")).toEqual([]);
  });
});

describe("what peers' parsers stumbled over", () => {
  test("a message of more than 2 MiB hides nothing that follows it", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER);
    const length = 2_097_152 + 5;
    const head = join(Uint8Array.of(0x30), varint(length), Uint8Array.of(0, 1, 0x61));
    line.send("client", head);
    for (let left = length - 3; left > 0; left -= 60_000)
      line.send("client", new Uint8Array(Math.min(left, 60_000)).fill(0x20));
    line.publish("plant/door", SECRET);
    expect(await scene.findings("MQ112")).toMatchObject([
      { confidence: "firm", subject: { what: "plant/door" } },
    ]);
    expect(await scene.findings("MQ221")).toEqual([]);
  });

  test("every filter of a SUBSCRIBE and of an UNSUBSCRIBE counts, each with its own code", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER);
    line.subscribe(["a@b.example/1", "#", "kim@example.com/2", "+/#"], [0x80, 0, 1, 0x80]);
    expect((await scene.findings("MQ203")).map(({ subject }) => subject.what)).toEqual(["#"]);
    expect((await scene.findings("MQ114")).map(({ subject }) => subject.what).sort()).toEqual([
      "a@b.example/1",
      "kim@example.com/2",
    ]);
  });

  test("messages of QoS 0 are no one message: secrets of each are told", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER);
    for (let n = 0; n < 5; n++) line.publish("plant/door", `{"api_key":"k-8f3a9c2d1${n}"}`);
    expect(await scene.findings("MQ112")).toMatchObject([{ count: 5 }]);
  });

  test("a user property called __proto__ is one like any other", async () => {
    const scene = new Scene();
    const pair = join(
      Uint8Array.of(0x26, 0, 9),
      ascii("__proto__"),
      Uint8Array.of(0, 14),
      ascii("Bearer opaque1"),
    );
    const line = scene.open(CLIENT).login({ ...USER, protocolVersion: 5 });
    line.send("client", control(0x30, "0001 61", Uint8Array.of(pair.length), pair, ascii(SECRET)));
    expect(await scene.findings("MQ112")).toHaveLength(1);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["api_key"]).toBeUndefined();
  });
});

describe("one finding for each rule, client, broker and subject", () => {
  test("has a count, and when it was first and last", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER).publish("plant/door", SECRET);
    scene.wait(10);
    line.publish("plant/door", SECRET);
    scene.wait(10);
    line.publish("plant/door", SECRET).publish("plant/gate", SECRET);
    const found = await scene.findings("MQ112");
    expect(found.map(({ subject, count }) => [subject.what, count])).toEqual([
      ["plant/door", 3],
      ["plant/gate", 1],
    ]);
    const [door] = found;
    expect(Date.parse(door!.last!) - Date.parse(door!.first!)).toBeGreaterThanOrEqual(20_000);
    expect(door?.evidence).toHaveLength(3);
  });

  test("is another for another client or another broker, and keeps ten examples", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER);
    for (let n = 0; n < 12; n++) line.publish("plant/door", SECRET);
    scene
      .open("198.51.100.8:40000")
      .login({ ...USER, clientId: "b" })
      .publish("plant/door", SECRET);
    scene.open("198.51.100.7:40001", "192.0.2.2:1883").login(USER).publish("plant/door", SECRET);
    const found = await scene.findings("MQ112");
    expect(found.map(({ subject, count }) => [subject.client, subject.broker, count]).sort()).toEqual([
      ["b", "192.0.2.1:1883", 1],
      ["sensor-a1", "192.0.2.1:1883", 12],
      ["sensor-a1", "192.0.2.2:1883", 1],
    ]);
    expect(found.find(({ count }) => count === 12)?.evidence).toHaveLength(10);
  });
});
