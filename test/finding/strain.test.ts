/** Rules about broken packets, odd names, excess and idle sessions, and what is merely unusual. */
import { describe, expect, test } from "vitest";
import { ascii, join } from "../protocol/build.ts";
import { control } from "../protocol/mqtt/build.ts";
import { Scene } from "./scene.ts";

const USER = { username: "device", password: Buffer.from("Pw-0001-long") };
const CLIENT = "198.51.100.7:40000";

describe("violations and odd text (MQ221, MQ222)", () => {
  const shows = async (rule: string, ...octets: readonly Uint8Array[]): Promise<readonly unknown[]> => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER);
    for (const each of octets) line.send("client", each);
    return (await scene.findings(rule)).map(finding => finding.title);
  };
  const publish = (topic: Uint8Array) =>
    control(0x30, Uint8Array.of(Math.floor(topic.length / 256), topic.length % 256), topic, ascii("1"));
  const utf8 = (text: string) => new TextEncoder().encode(text);

  test.each([
    ["a\u0000b", "U+0000"],
    ["a\u0007b", "control characters"],
    ["a\u0085b", "control characters"],
    ["a\u202eb", "bidirectional control characters"],
    ["a\u{e0041}b", "tag characters"],
    ["a\uffffb", "non-characters"],
  ])("%j holds %s", async (topic, what) => {
    expect(await shows("MQ222", publish(utf8(topic)))).toEqual([`Name holds ${what}`]);
  });

  test("ill-formed UTF-8 is odd, and forbidden", async () => {
    const topic = publish(Uint8Array.of(0x61, 0xff));
    expect(await shows("MQ222", topic)).toEqual(["Name holds ill-formed UTF-8"]);
    expect(await shows("MQ221", topic)).toHaveLength(1);
  });

  test.each(["Küche/🌡️", "👩‍🔧/🏴󠁧󠁢󠁳󠁣󠁴󠁿", "温度/室内", "قياس/حرارة", "a b~"])("%s is right", async topic => {
    expect(await shows("MQ222", publish(utf8(topic)))).toEqual([]);
  });

  test("client identifiers, user names and filters are looked at", async () => {
    const scene = new Scene();
    scene
      .open(CLIENT)
      .login({ clientId: "a\u202eb", username: "c\u0007d", password: Buffer.from("long-enough") });
    scene.open("198.51.100.7:40001").login(USER).subscribe(["iot/\u2066x"], [0]);
    expect((await scene.findings("MQ222")).map(finding => finding.evidence[0]?.field).sort()).toEqual([
      "CONNECT.Client Identifier",
      "CONNECT.User Name",
      "SUBSCRIBE.Topic Filter",
    ]);
  });

  test("a password without a user name is forbidden in 3.1.1, and right in 5.0", async () => {
    for (const [version, found] of [
      [4, 1],
      [5, 0],
    ] as const) {
      const scene = new Scene();
      const body = version === 4 ? "0004 4d515454 04 42 003c" : "0004 4d515454 05 42 003c 00";
      scene.open(CLIENT).send("client", control(0x10, body, "0001 63", "0003 616263"));
      expect(await scene.findings("MQ221")).toHaveLength(found);
    }
  });

  test("the middle of a conversation that is not known from its beginning breaks nothing", async () => {
    const whole = new Scene();
    const line = whole.open(CLIENT).login(USER);
    for (let at = 0; at < 12; at++) line.publish("iot/temp", `2${at}`);
    const later = new Scene();
    later.frames.push(...whole.frames.slice(5));
    expect(await later.findings("MQ221")).toEqual([]);
    expect(await later.findings("MQ201")).toHaveLength(1);
  });

  test("what is too large for this program breaks no standard", async () => {
    const scene = new Scene();
    const user = join(Uint8Array.of(0x26), ascii("\0\x01a\0\x01b"));
    const list = join(...Array.from({ length: 300 }, () => user));
    const length = Uint8Array.of(0x80 + (list.length % 0x80), Math.floor(list.length / 0x80));
    const line = scene.open(CLIENT).login({ ...USER, protocolVersion: 5 });
    line.send("client", control(0x30, "0001 61", length, list, ascii("1")));
    expect(await scene.findings("MQ221")).toEqual([]);
    expect((await scene.findings("MQ223")).map(finding => finding.subject.what).sort()).toEqual([
      "PUBLISH.Properties",
      "user properties",
    ]);
  });
});

describe("excess (MQ223)", () => {
  test("five hundred topics of one client are many, the same ones again are not", async () => {
    for (const [topics, found] of [
      [500, 1],
      [400, 0],
    ] as const) {
      const scene = new Scene();
      const line = scene.open(CLIENT).login(USER);
      for (let at = 0; at < 600; at++) line.publish(`plant/${at % topics}`);
      expect(await scene.findings("MQ223")).toHaveLength(found);
    }
  });

  test("what is delivered to a monitor is not its fault", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER).subscribe(["#"], [0]);
    for (let at = 0; at < 600; at++) line.deliver(`plant/${at}`);
    expect(await scene.findings("MQ223")).toEqual([]);
  });

  test("a packet beyond what the receiver takes is one, in either direction", async () => {
    for (const from of ["client", "server"] as const) {
      const scene = new Scene();
      const properties = { maximumPacketSize: 64 };
      const line = scene
        .open(CLIENT)
        .login({ ...USER, protocolVersion: 5, ...(from === "server" && { properties }) }, undefined);
      line.send(
        "server",
        { cmd: "connack", sessionPresent: false, reasonCode: 0, ...(from === "client" && { properties }) },
        5,
      );
      const send = (length: number) =>
        line.send(
          from,
          { cmd: "publish", topic: "a", payload: "x".repeat(length), qos: 0, dup: false, retain: false },
          5,
        );
      send(40);
      expect(await scene.findings("MQ223")).toEqual([]);
      send(80);
      expect(await scene.findings("MQ223")).toMatchObject([{ subject: { what: "packet size" } }]);
    }
  });
});

describe("idle sessions (MQ224)", () => {
  const open = (scene: Scene, count: number): Scene => {
    for (let at = 0; at < count; at++) scene.open(`198.51.100.7:${40_000 + at}`);
    return scene;
  };

  test("twenty that say nothing for half a minute are many", async () => {
    const scene = open(new Scene(), 20).wait(31);
    scene.open("198.51.100.8:40000").login(USER);
    expect(await scene.findings("MQ224")).toMatchObject([
      { confidence: "tentative", count: 20, subject: { client: "198.51.100.7", broker: "192.0.2.1:1883" } },
    ]);
  });

  test("nineteen are not, and neither are twenty for a second", async () => {
    const few = open(new Scene(), 19).wait(31);
    few.open("198.51.100.8:40000").login(USER);
    expect(await few.findings("MQ224")).toEqual([]);
    const brief = open(new Scene(), 25).wait(1);
    brief.open("198.51.100.8:40000").login(USER);
    expect(await brief.findings("MQ224")).toEqual([]);
  });

  test("a load balancer that looks in every second holds nothing", async () => {
    const scene = new Scene();
    for (let at = 0; at < 40; at++) {
      scene
        .open(`198.51.100.7:${40_000 + at}`)
        .fin("client")
        .fin("server");
      scene.wait(1);
    }
    expect(await scene.findings("MQ224")).toEqual([]);
  });

  test("sessions to something else are not the broker's", async () => {
    const scene = new Scene();
    for (let at = 0; at < 25; at++) scene.open(`198.51.100.7:${40_000 + at}`, "192.0.2.1:5222");
    scene.wait(31).open("198.51.100.8:40000").login(USER);
    expect(await scene.findings("MQ224")).toEqual([]);
  });

  test("a broker on another port is known by who spoke there", async () => {
    const scene = new Scene();
    scene.open("198.51.100.8:40000", "192.0.2.1:2883").login(USER);
    for (let at = 0; at < 20; at++) scene.open(`198.51.100.7:${40_000 + at}`, "192.0.2.1:2883");
    scene.wait(31).datagram("198.51.100.8:9", "192.0.2.1:9", ascii("x"));
    expect(await scene.findings("MQ224")).toHaveLength(1);
  });
});
