/** Rules about what brokers and clients give away, and what only looks like it. */
import { describe, expect, test } from "vitest";
import { clientHello, handshakeRecord, record } from "../protocol/tls/build.ts";
import { Scene } from "./scene.ts";

const USER = { username: "device", password: Buffer.from("Pw-0001-long") };
const CLIENT = "198.51.100.7:40000";

describe("subscriptions to everything (MQ203)", () => {
  test("what was granted is firm, what was delivered is certain", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER).subscribe(["#"], [0]);
    expect(await scene.findings("MQ203")).toMatchObject([{ confidence: "firm", count: 1, severity: "high" }]);
    line.deliver("iot/temp");
    expect(await scene.findings("MQ203")).toMatchObject([
      { confidence: "certain", count: 1, title: expect.stringContaining("delivers") as string },
    ]);
  });

  test.each(["#", "+/#", "+/+/#", "$share/group/#", "$share:group:+/#", "$queue/#"])(
    "%s is one",
    async filter => {
      const scene = new Scene();
      scene.open(CLIENT).login(USER).subscribe([filter], [0]);
      expect(await scene.findings("MQ203")).toHaveLength(1);
    },
  );

  test.each(["iot/#", "$SYS/#", "+", "+/+", "$share/#/iot", "$share/group/iot/#"])(
    "%s is none",
    async filter => {
      const scene = new Scene();
      scene.open(CLIENT).login(USER).subscribe([filter], [0]);
      expect(await scene.findings("MQ203")).toEqual([]);
    },
  );

  test("codes are taken by index: what was refused was not granted", async () => {
    const scene = new Scene();
    scene.open(CLIENT).login(USER).subscribe(["iot/temp", "#"], [0, 0x80]);
    expect(await scene.findings("MQ203")).toEqual([]);
  });

  test("a delivery that another subscription explains proves nothing, and neither does one below $", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER).subscribe(["#", "iot/+"], [0, 0]);
    line.deliver("iot/temp").deliver("$SYS/broker/uptime");
    expect(await scene.findings("MQ203")).toMatchObject([{ confidence: "firm", count: 1 }]);
  });

  test("what the client publishes itself is no delivery", async () => {
    const scene = new Scene();
    scene.open(CLIENT).login(USER).subscribe(["#"], [0]).publish("iot/temp");
    expect(await scene.findings("MQ203")).toMatchObject([{ count: 1 }]);
  });

  test("a client without credentials makes it worse", async () => {
    const scene = new Scene();
    scene.open(CLIENT).login().subscribe(["#"], [0]);
    expect(await scene.findings("MQ203")).toMatchObject([{ severity: "critical" }]);
  });
});

describe("what brokers say of themselves (MQ204, MQ205)", () => {
  const told = async (username: string, topic: string): Promise<readonly [number, number]> => {
    const scene = new Scene();
    scene
      .open(CLIENT)
      .login({ ...USER, username })
      .deliver(topic, "mosquitto version 2.0.11");
    return [(await scene.findings("MQ204")).length, (await scene.findings("MQ205")).length];
  };

  test("a version below $SYS is both", async () => {
    expect(await told("device", "$SYS/broker/version")).toEqual([1, 1]);
    expect(await told("device", "$SYS/brokers/emqx@127.0.0.1/version")).toEqual([1, 1]);
  });

  test("anything else below it is the state", async () => {
    expect(await told("device", "$SYS/broker/uptime")).toEqual([1, 0]);
  });

  test("an operator is meant to see it", async () => {
    expect((await told("mqtt-admin", "$SYS/broker/uptime"))[0]).toBe(0);
    expect((await told("administrative", "$SYS/broker/uptime"))[0]).toBe(1);
  });

  test("what a client publishes there is no broker's word, nor is a topic that only looks so", async () => {
    const scene = new Scene();
    scene.open(CLIENT).login(USER).publish("$SYS/broker/version", "1.0").deliver("SYS/broker/version", "1.0");
    expect(await scene.findings("MQ204")).toEqual([]);
    expect(await scene.findings("MQ205")).toEqual([]);
  });

  test("a name with a number in a property of CONNACK is a version, once for the broker", async () => {
    const scene = new Scene();
    for (const port of [40_000, 40_001]) {
      const line = scene
        .open(`198.51.100.7:${port}`)
        .login({ ...USER, clientId: `c${port}`, protocolVersion: 5 }, null);
      const properties = { userProperties: { server: "HiveMQ 4.9.2" } };
      line.send("server", { cmd: "connack", sessionPresent: false, reasonCode: 0, properties }, 5);
    }
    expect(await scene.findings("MQ205")).toMatchObject([
      { severity: "low", count: 2, subject: { broker: "192.0.2.1:1883" } },
    ]);
  });

  test("a reason in words is none", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login({ ...USER, protocolVersion: 5 }, null);
    const properties = { reasonString: "not authorised, try again in 10.5 s" };
    line.send("server", { cmd: "connack", sessionPresent: false, reasonCode: 0x87, properties }, 5);
    expect(await scene.findings("MQ205")).toEqual([]);
  });
});

describe("retained secrets (MQ214)", () => {
  const SECRET = '{"ssid":"Lindenhof","password":"Kirschkuchen-um-vier"}';

  test("a secret that the broker is to keep, or has kept, is one", async () => {
    for (const from of ["publish", "deliver"] as const) {
      const scene = new Scene();
      scene.open(CLIENT).login(USER)[from]("house/net", SECRET, { retain: true });
      expect(await scene.findings("MQ214")).toMatchObject([{ severity: "high" }]);
    }
  });

  test("so is what is personal, and what a will is to leave behind", async () => {
    const scene = new Scene();
    const will = { topic: "house/gone", payload: Buffer.from(SECRET), qos: 0 as const, retain: true };
    scene
      .open(CLIENT)
      .login({ ...USER, will })
      .publish("house/kim", "kim@example.com", { retain: true });
    expect((await scene.findings("MQ214")).map(({ evidence }) => evidence[0]?.field).sort()).toEqual([
      "CONNECT.Will Payload",
      "PUBLISH.Payload",
    ]);
  });

  test("a message that passes is none, and neither is a deletion or a reading", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER).publish("house/net", SECRET);
    line.publish("house/net", "", { retain: true }).publish("house/temp", "21.5", { retain: true });
    expect(await scene.findings("MQ214")).toEqual([]);
  });
});

describe("TLS that fails, and then none (MQ217)", () => {
  const HELLO = handshakeRecord(1, clientHello());
  const ALERT = record(21, Uint8Array.of(2, 48));

  const failed = (scene: Scene, to = "192.0.2.1:8883"): void =>
    void scene
      .open("198.51.100.7:39000", to)
      .send("client", HELLO)
      .send("server", ALERT)
      .fin("server")
      .fin("client");

  test("a login in clear within a minute is a fallback", async () => {
    const scene = new Scene();
    failed(scene);
    scene.wait(5).open(CLIENT).login(USER);
    expect(await scene.findings("MQ217")).toMatchObject([{ severity: "critical", confidence: "firm" }]);
  });

  test("on the same port, too", async () => {
    const scene = new Scene();
    failed(scene, "192.0.2.1:1883");
    scene.open(CLIENT).login(USER);
    expect(await scene.findings("MQ217")).toHaveLength(1);
  });

  test("after more than a minute it is another story", async () => {
    const scene = new Scene();
    failed(scene);
    scene.wait(61).open(CLIENT).login(USER);
    expect(await scene.findings("MQ217")).toEqual([]);
  });

  test("another client, and another broker, are none of it", async () => {
    const scene = new Scene();
    failed(scene);
    scene.open("198.51.100.8:40000").login(USER);
    scene.open(CLIENT, "192.0.2.9:1883").login(USER);
    expect(await scene.findings("MQ217")).toEqual([]);
  });

  test("behind a NAT where somebody spoke in clear before, it is tentative", async () => {
    const scene = new Scene();
    scene.open("198.51.100.7:38000").login({ ...USER, clientId: "other" });
    failed(scene);
    scene.open(CLIENT).login(USER);
    expect(await scene.findings("MQ217")).toMatchObject([{ confidence: "tentative" }]);
  });
});
