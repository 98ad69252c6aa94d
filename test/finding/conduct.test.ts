/** Rules about how clients name themselves and what they publish, and the innocent that do it too. */
import { describe, expect, test } from "vitest";
import { RULES } from "../../src/finding/rules/index.ts";
import type { EventOf } from "../../src/session/event.ts";
import { Scene } from "./scene.ts";

const USER = { username: "device", password: Buffer.from("Pw-0001-long") };

describe("predictable identifiers (MQ210)", () => {
  const idsFound = async (...ids: readonly string[]): Promise<readonly string[]> => {
    const scene = new Scene();
    for (const [at, clientId] of ids.entries())
      scene.open(`198.51.100.${at + 1}:40000`).login({ ...USER, clientId });
    return (await scene.findings("MQ210")).map(finding => `${finding.confidence} ${finding.title}`);
  };

  test.each(["24:0a:c4:12:34:56", "esp-24-0A-C4-12-34-56"])("%s is a hardware address", async id => {
    expect(await idsFound(id)).toEqual(["firm Client Identifier is a hardware address"]);
  });

  test("twelve digits may be one, where the first octet allows it", async () => {
    expect(await idsFound("esp-240ac4123456")).toEqual(["tentative Client Identifier is a hardware address"]);
    expect(await idsFound("esp-270ac4123456")).toEqual([]);
  });

  test("digits alone are a serial number", async () => {
    expect(await idsFound("00451277")).toEqual(["tentative Client Identifier is a serial number"]);
  });

  test("three numbers in a row are a counter, two or others are none", async () => {
    expect(await idsFound("pump-7", "pump-9", "pump-8")).toEqual([
      "firm Client Identifiers are numbered one after the other",
    ]);
    expect(await idsFound("pump-7", "pump-8")).toEqual([]);
    expect(await idsFound("pump-7", "pump-70", "pump-700")).toEqual([]);
  });

  test("what is bound to a certificate by the cloud that names it is no matter", () => {
    const rule = RULES.find(({ id }) => id === "MQ210")!;
    const asked = (serverName: string): unknown =>
      rule.check(
        {
          type: "session.login",
          conversation: { tls: { clientHello: { serverName } } },
          login: { clientId: "24:0a:c4:12:34:56" },
        } as unknown as EventOf<"session.login">,
        {} as never,
      );
    expect(asked("a1b2c3d4e5f6g7-ats.iot.eu-central-1.amazonaws.com")).toBeUndefined();
    expect(asked("broker.example")).toBeDefined();
  });

  test.each(["mqttjs_8a61f3c2", "sensor-a1", "9f8e7d6c-1b2a-4c3d-8e4f-5a6b7c8d9e0f", ""])(
    "%s cannot be told beforehand",
    async id => {
      expect(await idsFound(id)).toEqual([]);
    },
  );
});

describe("commands of nobody (MQ211)", () => {
  const commanded = async (topic: string, fields: object = {}): Promise<number> => {
    const scene = new Scene();
    scene.open("198.51.100.7:40000").login(fields).publish(topic, "on");
    return (await scene.findings("MQ211")).length;
  };

  test.each(["house/lamp/set", "cmd/door", "dev/7/OTA", "cmnd/plug/POWER"])("%s is one", async topic => {
    expect(await commanded(topic)).toBe(1);
  });

  test.each(["house/settings", "offset/7", "preset", "house/commander/1", "reset-count"])(
    "%s only looks like one",
    async topic => {
      expect(await commanded(topic)).toBe(0);
    },
  );

  test("who logged in may command", async () => {
    expect(await commanded("house/lamp/set", USER)).toBe(0);
  });

  test("what is sent before the CONNACK counts once it has come", async () => {
    const scene = new Scene();
    const line = scene.open("198.51.100.7:40000").login({}, null).publish("house/lamp/set");
    line.send("server", { cmd: "connack", sessionPresent: false, returnCode: 0 });
    expect(await scene.findings("MQ211")).toHaveLength(1);
  });

  test("it is tentative: what a topic means is not on the wire", async () => {
    const scene = new Scene();
    scene.open("198.51.100.7:40000").login().publish("house/lamp/set");
    expect(await scene.findings("MQ211")).toMatchObject([{ confidence: "tentative" }]);
  });
});

describe("firmware (MQ212)", () => {
  const image = (magic: readonly number[], length = 5_000) =>
    Uint8Array.from({ length }, (_, at) => magic[at] ?? at % 251);
  const sent = async (topic: string, payload: Uint8Array): Promise<number> => {
    const scene = new Scene();
    // In segments as TCP would cut it.
    const line = scene.open("198.51.100.7:40000").login(USER);
    line.publish(topic, payload);
    return (await scene.findings("MQ212")).length;
  };

  test("an ELF program is one on any topic", async () => {
    expect(await sent("data/7", image([0x7f, 0x45, 0x4c, 0x46]))).toBe(1);
  });

  test("a U-Boot image and UF2 are, too", async () => {
    expect(await sent("data/7", image([0x27, 0x05, 0x19, 0x56]))).toBe(1);
    expect(await sent("data/7", image([0x55, 0x46, 0x32, 0x0a, 0x57, 0x51, 0x5d, 0x9e]))).toBe(1);
  });

  test("an ESP image, a zip and a gzip archive are on a topic for firmware only", async () => {
    for (const magic of [
      [0xe9, 4, 2],
      [0x50, 0x4b, 3, 4],
      [0x1f, 0x8b, 8],
    ]) {
      expect(await sent("dev/7/ota", image(magic))).toBe(1);
      expect(await sent("backup/monday", image(magic))).toBe(0);
    }
  });

  test("a picture on a topic for firmware is none, and neither is what is too short", async () => {
    expect(await sent("dev/7/firmware", image([0xff, 0xd8, 0xff, 0xe0]))).toBe(0);
    expect(await sent("dev/7/firmware", image([0x7f, 0x45, 0x4c, 0x46], 4_000))).toBe(0);
  });
});

describe("links without TLS (MQ213)", () => {
  const linked = async (payload: string): Promise<readonly unknown[]> => {
    const scene = new Scene();
    scene.open("198.51.100.7:40000").login(USER).publish("dev/7/conf", payload);
    return (await scene.findings("MQ213")).map(finding => finding.evidence[0]?.shown);
  };

  test("a program's address is found, without its query", async () => {
    expect(await linked('{"url":"http://fw.example.com/v2/lamp.bin?sig=abc"}')).toEqual([
      "http://fw.example.com/v2/lamp.bin",
    ]);
  });

  test("so is one whose slashes JSON escapes, and one at the end of a sentence", async () => {
    expect(await linked('{"url":"http:\\/\\/fw.example.com\\/lamp.hex"}')).toEqual([
      "http://fw.example.com/lamp.hex",
    ]);
    expect(await linked("get http://fw.example.com/lamp.fw.")).toEqual(["http://fw.example.com/lamp.fw"]);
  });

  test("so is the beginning of an interface", async () => {
    expect(await linked("base=http://10.0.0.5:8080/api/v1")).toEqual(["http://10.0.0.5:8080/api/v1"]);
  });

  test("a user and a password before the host are not shown", async () => {
    expect(await linked("http://bob:hunter22@fw.example.com/lamp.bin")).toEqual([
      "http://fw.example.com/lamp.bin",
    ]);
  });

  test.each([
    "see http://docs.example.com/manual.html",
    "http://docs.example.com/api/index.html",
    "http://www.w3.org/2001/XMLSchema",
    "https://fw.example.com/lamp.bin",
    "http://fw.example.com",
    "http:",
    "http://lamp.bin",
  ])("%s is none", async payload => {
    expect(await linked(payload)).toEqual([]);
  });
});

describe("sessions that stay (MQ215)", () => {
  const stays = async (fields: object): Promise<number> => {
    const scene = new Scene();
    scene.open("198.51.100.7:40000").login(fields);
    return (await scene.findings("MQ215")).length;
  };

  test("before 5.0 a session that is not clean has no end", async () => {
    expect(await stays({ clean: false })).toBe(1);
  });

  test("in 5.0 it lasts as long as it says", async () => {
    const five = { protocolVersion: 5, clean: false };
    expect(await stays({ ...five, properties: { sessionExpiryInterval: 0xffff_ffff } })).toBe(1);
    expect(await stays({ ...five, properties: { sessionExpiryInterval: 3_600 } })).toBe(0);
    expect(await stays(five)).toBe(0);
  });

  test("who logged in may keep one", async () => {
    expect(await stays({ ...USER, clean: false })).toBe(0);
  });
});

describe("info in one line (MQ225, MQ226)", () => {
  test("however many clients there are, each rule says it once", async () => {
    const scene = new Scene();
    for (let at = 0; at < 5; at++)
      scene
        .open(`198.51.100.7:${40_000 + at}`, `192.0.2.${at + 1}:2883`)
        .login({ clientId: `c${at}x`, keepalive: 0 });
    expect(await scene.findings("MQ225")).toMatchObject([{ severity: "info", count: 5, subject: {} }]);
    expect(await scene.findings("MQ226")).toMatchObject([{ severity: "info", count: 5, subject: {} }]);
  });

  test("a keep alive on port 1883 says nothing", async () => {
    const scene = new Scene();
    scene.open("198.51.100.7:40000").login(USER);
    expect(await scene.findings("MQ225")).toEqual([]);
    expect(await scene.findings("MQ226")).toEqual([]);
  });
});
