/** Rules about guesses, loops, scans and takeovers, and the innocent that look like them. */
import { describe, expect, test } from "vitest";
import { BROKER, type Line, Scene } from "./scene.ts";

const USER = { username: "device", password: Buffer.from("Pw-0001-long") };
const password = (text: string) => ({ username: "device", password: Buffer.from(text) });

/** MQTT 3.1.1 §3.1 with a Client Identifier of octets that no library would write. */
const connectNamed = (id: Uint8Array): Uint8Array =>
  Uint8Array.of(0x10, 12 + id.length, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, id.length, ...id);
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);

/** One login after the other from an address, each on a connection of its own. */
function logins(
  scene: Scene,
  from: string,
  secrets: readonly string[],
  pause: (at: number) => number = () => 1,
): Scene {
  for (const [at, secret] of secrets.entries()) {
    scene
      .open(`${from}:${40_000 + at}`)
      .login(password(secret), 5)
      .fin("server")
      .fin("client");
    scene.wait(pause(at));
  }
  return scene;
}

describe("guessed passwords (MQ206)", () => {
  test("five refusals with three passwords within a minute are a guess", async () => {
    const scene = logins(new Scene(), "198.51.100.7", ["one", "two", "three", "three", "three"]);
    expect(await scene.findings("MQ206")).toMatchObject([
      { severity: "high", confidence: "firm", subject: { client: "198.51.100.7", broker: BROKER } },
    ]);
  });

  test("each refusal is counted once, and the last sighting tells of all", async () => {
    const secrets = Array.from({ length: 12 }, (_, at) => `guess-${at}`);
    const scene = logins(new Scene(), "198.51.100.7", secrets);
    const told = { shown: "12 logins refused, with 12 different passwords within 11 s" };
    const [guessed] = await scene.findings("MQ206");
    expect(guessed).toMatchObject({ count: 12, title: "Passwords are guessed" });
    expect(guessed?.evidence[0]).toMatchObject(told);
    scene.open("198.51.100.7:41000").login(password("right"));
    const [found] = await scene.findings("MQ206");
    expect(found).toMatchObject({ count: 12 });
    expect(found?.evidence[0]).toMatchObject(told);
  });

  test("a success with the user name that was guessed is worse", async () => {
    const scene = logins(new Scene(), "198.51.100.7", ["one", "two", "three", "four", "five"]);
    scene.open("198.51.100.7:41000").login(password("six"));
    expect(await scene.findings("MQ206")).toMatchObject([{ severity: "critical", confidence: "firm" }]);
  });

  test("MQTT 5.0 refuses with 0x86 and 0x87", async () => {
    const scene = new Scene();
    for (let at = 0; at < 6; at++)
      scene
        .open(`198.51.100.7:${40_000 + at}`)
        .login({ ...password(`guess-${at}`), protocolVersion: 5 }, at % 2 === 0 ? 0x86 : 0x87);
    expect(await scene.findings("MQ206")).toMatchObject([{ confidence: "firm" }]);
  });

  test("the same password again and again is no guess, but a loop", async () => {
    const scene = logins(
      new Scene(),
      "198.51.100.7",
      Array.from({ length: 8 }, () => "wrong"),
    );
    expect(await scene.findings("MQ206")).toEqual([]);
    expect(await scene.findings("MQ207")).toMatchObject([
      {
        severity: "low",
        count: 8,
        evidence: [{ shown: "refused 8 times within 7 s" }, {}, {}, {}],
      },
    ]);
  });

  test("four refusals are too few, and fifty filters in more than a minute are no scan (MQ208)", async () => {
    const scene = logins(new Scene(), "198.51.100.7", ["one", "two", "three", "four"]);
    expect(await scene.findings("MQ206")).toEqual([]);
    const slow = new Scene();
    const line = slow.open("198.51.100.7:40000").login(USER);
    for (let at = 0; at < 60; at++) {
      line.subscribe([`plant/${at}/value`], [0], at + 1);
      slow.wait(1.5);
    }
    expect(await slow.findings("MQ208")).toEqual([]);
  });

  test("two passwords are a typing error", async () => {
    const scene = logins(new Scene(), "198.51.100.7", ["one", "two", "one", "two", "one", "two"]);
    expect(await scene.findings("MQ206")).toEqual([]);
  });

  test("what is spread over more than a minute is none", async () => {
    const scene = logins(new Scene(), "198.51.100.7", ["1", "2", "3", "4", "5", "6", "7"], () => 20);
    expect(await scene.findings("MQ206")).toEqual([]);
  });

  test("a gateway that asks for several devices is a guess at most", async () => {
    const scene = new Scene();
    for (let at = 0; at < 6; at++)
      scene
        .open(`198.51.100.7:${40_000 + at}`)
        .login({ clientId: `unit-${at}`, username: `unit-${at}`, password: Buffer.from(`Pw-${at}`) }, 5);
    expect(await scene.findings("MQ206")).toMatchObject([{ confidence: "tentative" }]);
  });

  test("refusals for other reasons do not count", async () => {
    const scene = new Scene();
    for (let at = 0; at < 8; at++) scene.open(`198.51.100.7:${40_000 + at}`).login(password(`pw-${at}`), 3);
    expect(await scene.findings("MQ206")).toEqual([]);
  });

  test("several addresses are several clients", async () => {
    const scene = new Scene();
    for (let at = 0; at < 8; at++) scene.open(`198.51.100.${10 + at}:40000`).login(password(`pw-${at}`), 5);
    expect(await scene.findings("MQ206")).toEqual([]);
  });
});

describe("repeated refusals (MQ207)", () => {
  test("a client that waits longer each time does as it should", async () => {
    const scene = logins(
      new Scene(),
      "198.51.100.7",
      Array.from({ length: 6 }, () => "wrong"),
      at => 2 ** at,
    );
    expect(await scene.findings("MQ207")).toEqual([]);
  });

  test("without any credential the loop is one too", async () => {
    const scene = new Scene();
    for (let at = 0; at < 5; at++) scene.open(`198.51.100.7:${40_000 + at}`).login({}, 5);
    expect(await scene.findings("MQ207")).toHaveLength(1);
  });
});

describe("topic scans (MQ208)", () => {
  const topics = Array.from({ length: 60 }, (_, at) => `plant/${at}/value`);

  test("ten filters refused are a scan", async () => {
    const scene = new Scene();
    scene.open("198.51.100.7:40000").login(USER).subscribe(topics.slice(0, 10), Array(10).fill(0x80));
    expect(await scene.findings("MQ208")).toMatchObject([{ confidence: "firm" }]);
  });

  test("nine are not, nor is one filter refused ten times", async () => {
    const scene = new Scene();
    const line = scene
      .open("198.51.100.7:40000")
      .login(USER)
      .subscribe(topics.slice(0, 9), Array(9).fill(0x80));
    for (let at = 0; at < 10; at++) line.subscribe([topics[0]!], [0x80], 100 + at);
    expect(await scene.findings("MQ208")).toEqual([]);
  });

  test("fifty filters one by one may be a scan", async () => {
    const scene = new Scene();
    const line = scene.open("198.51.100.7:40000").login(USER);
    for (const [at, topic] of topics.entries()) line.subscribe([topic], [0], at + 1);
    expect(await scene.findings("MQ208")).toMatchObject([{ confidence: "tentative", count: 60 }]);
  });

  test("a dashboard asks for many in few packets and is granted them", async () => {
    const scene = new Scene();
    scene
      .open("198.51.100.7:40000")
      .login(USER)
      .subscribe(topics.slice(0, 30), Array(30).fill(0), 1)
      .subscribe(topics.slice(30), Array(30).fill(0), 2);
    expect(await scene.findings("MQ208")).toEqual([]);
  });

  test("codes are taken by index", async () => {
    const scene = new Scene();
    const codes = topics.map((_, at) => (at % 10 === 0 ? 0x80 : 0));
    scene.open("198.51.100.7:40000").login(USER).subscribe(topics, codes);
    expect(await scene.findings("MQ208")).toEqual([]);
  });
});

describe("takeovers (MQ209)", () => {
  /** The broker closes the older connection, as it must, before it answers the newer one. */
  function taken(scene: Scene, from: string, fields: object, answers: boolean): Line {
    const older = scene.open("198.51.100.7:40000").login(USER);
    scene.wait(1);
    const newer = scene.open(from).login({ ...USER, ...fields }, null);
    older.fin("server");
    if (answers) older.fin("client");
    return newer.send("server", { cmd: "connack", sessionPresent: false, returnCode: 0 });
  }

  test("a client that is still there is thrown out by another address", async () => {
    const scene = new Scene();
    taken(scene, "203.0.113.9:50000", {}, true);
    expect(await scene.findings("MQ209")).toMatchObject([
      { severity: "medium", confidence: "firm", subject: { client: "sensor-a1", what: "sensor-a1" } },
    ]);
  });

  test("who sends on after the other one has come is still there", async () => {
    const scene = new Scene();
    const older = scene.open("198.51.100.7:40000").login(USER);
    scene.open("203.0.113.9:50000").login(USER);
    older.publish("iot/temp");
    expect(await scene.findings("MQ209")).toHaveLength(1);
  });

  test("another credential at another address is another client", async () => {
    const scene = new Scene();
    taken(scene, "203.0.113.9:50000", { username: "somebody" }, false);
    expect(await scene.findings("MQ209")).toMatchObject([{ confidence: "firm" }]);
  });

  test("another credential at the same address is another client where the older one is still there", async () => {
    const scene = new Scene();
    taken(scene, "198.51.100.7:50000", { username: "somebody" }, true);
    expect(await scene.findings("MQ209")).toMatchObject([{ confidence: "firm" }]);
  });

  test("a device that comes back with another password is no certain takeover", async () => {
    const scene = new Scene();
    taken(scene, "198.51.100.7:50000", { password: Buffer.from("Pw-0002-long") }, false);
    expect(await scene.findings("MQ209")).toMatchObject([{ confidence: "tentative" }]);
  });

  test("two identifiers that are ill-formed in different ways are two", async () => {
    const scene = new Scene();
    const named = (last: number, from: string): Line =>
      scene
        .open(from)
        .send("client", connectNamed(Uint8Array.of(0x64, last)))
        .send("server", CONNACK);
    const older = named(0xff, "198.51.100.7:40000");
    named(0xfe, "203.0.113.9:50000");
    older.publish("iot/temp");
    expect(await scene.findings("MQ209")).toEqual([]);
    expect((await scene.findings("MQ201")).map(found => found.subject.client)).toEqual([
      Uint8Array.of(0x64, 0xff),
      Uint8Array.of(0x64, 0xfe),
    ]);
  });

  test("a device that roams is gone where it was", async () => {
    const scene = new Scene();
    taken(scene, "203.0.113.9:50000", {}, false);
    expect(await scene.findings("MQ209")).toEqual([]);
  });

  test("a NAT gives another port, and nobody answers at the old one", async () => {
    const scene = new Scene();
    taken(scene, "198.51.100.7:61000", {}, false);
    expect(await scene.findings("MQ209")).toEqual([]);
  });

  test("a client that comes back after it left takes nothing over", async () => {
    const scene = new Scene();
    const older = scene.open("198.51.100.7:40000").login(USER).send("client", { cmd: "disconnect" });
    older.fin("client").fin("server");
    scene.open("203.0.113.9:50000").login(USER);
    expect(await scene.findings("MQ209")).toEqual([]);
  });

  test("the same credential from the same address may be one program", async () => {
    const scene = new Scene();
    taken(scene, "198.51.100.7:50000", {}, true);
    expect(await scene.findings("MQ209")).toMatchObject([{ confidence: "tentative" }]);
  });

  test("a newcomer that is refused takes nothing over", async () => {
    const scene = new Scene();
    const older = scene.open("198.51.100.7:40000").login(USER);
    scene.open("203.0.113.9:50000").login(password("other"), 5);
    older.publish("iot/temp");
    expect(await scene.findings("MQ209")).toEqual([]);
  });

  test("DISCONNECT 0x8E that is answered says so itself", async () => {
    const scene = new Scene();
    const line = scene.open("198.51.100.7:40000").login({ ...USER, protocolVersion: 5 });
    line.send("server", { cmd: "disconnect", reasonCode: 0x8e }, 5).fin("server").fin("client");
    expect(await scene.findings("MQ209")).toMatchObject([{ confidence: "firm" }]);
  });

  test("at two brokers an identifier is used twice rightly", async () => {
    const scene = new Scene();
    const older = scene.open("198.51.100.7:40000").login(USER);
    scene.open("203.0.113.9:50000", "192.0.2.2:1883").login(USER);
    older.publish("iot/temp");
    expect(await scene.findings("MQ209")).toEqual([]);
  });
});
