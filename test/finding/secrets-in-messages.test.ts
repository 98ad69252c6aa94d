/** Rules about secrets and personal data in messages, topics, wills, properties and upgrades, and where their proof lies. */
import { describe, expect, test } from "vitest";
import type { ReportFinding } from "../../src/verdict/report.ts";
import { Scene } from "./scene.ts";
import { DER, PEM, SAMPLES, webToken } from "./secrets/samples.ts";

const CLIENT = "198.51.100.7:40000";
const USER = { username: "device", password: Buffer.from("Pw-0001-long") };
const V5 = { ...USER, protocolVersion: 5 } as const;

const published = (payload: string | Uint8Array, topic = "plant/door", more = {}): Scene => {
  const scene = new Scene();
  scene.open(CLIENT).login(USER).publish(topic, payload, more);
  return scene;
};

/** The octets that a finding's first evidence names. */
function proof(scene: Scene, { evidence }: ReportFinding): string {
  const { frame = 0, offset = -1, length = 0 } = evidence[0]!;
  expect(Math.floor(offset / 0x1000) + 1).toBe(frame);
  return Buffer.from(scene.frames[frame - 1]!.octets)
    .subarray(offset % 0x1000, (offset % 0x1000) + length)
    .toString();
}

const RULE_OF: Readonly<Record<string, string>> = {
  "private-key": "MQ113",
  wifi: "MQ120",
  "url-password": "MQ119",
  pan: "MQ118",
};

describe("secrets in payloads (MQ112, MQ113, MQ118, MQ119, MQ120)", () => {
  test.each(SAMPLES.map(sample => [sample.what, sample] as const))(
    "a %s has one rule, and its octets are the proof",
    async (_, sample) => {
      const scene = published(sample.text);
      const about = (await scene.report()).findings.filter(
        finding => finding.rule >= "MQ112" && finding.rule <= "MQ121",
      );
      expect(about.map(finding => finding.rule)).toEqual([RULE_OF[sample.kind] ?? "MQ112"]);
      expect(about[0]).toMatchObject({
        count: 1,
        evidence: [{ field: "PUBLISH.Payload" }],
        subject: { client: "sensor-a1", what: "plant/door" },
      });
      expect(proof(scene, about[0]!)).toBe(sample.secret);
    },
  );

  test("what the broker delivers is exposed as well", async () => {
    const scene = new Scene();
    scene.open(CLIENT).login(USER).deliver("plant/door", '{"api_key":"k-8f3a9c2d1e"}');
    expect(await scene.findings("MQ112")).toHaveLength(1);
  });

  test("what a structure proves is certain, what a name says is firm", async () => {
    expect(await published(webToken({ sub: "a" })).findings("MQ112")).toMatchObject([
      { confidence: "certain" },
    ]);
    expect(await published('{"password":"hunter2"}').findings("MQ112")).toMatchObject([
      { confidence: "firm" },
    ]);
    const encoded = Buffer.from(webToken({ sub: "a" })).toString("base64");
    expect(await published(`{"data":"${encoded}"}`).findings("MQ112")).toMatchObject([
      { confidence: "firm" },
    ]);
  });

  test("a private key that a passphrase protects weighs less", async () => {
    expect(
      await published(PEM.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")).findings("MQ113"),
    ).toMatchObject([{ severity: "high" }]);
    expect(await published(DER).findings("MQ113")).toMatchObject([{ severity: "critical" }]);
  });

  test("OwnTracks is certain, a position of a thing is firm", async () => {
    expect(
      await published('{"_type":"location","lat":52.52437,"lon":13.41053}').findings("MQ118"),
    ).toMatchObject([{ confidence: "certain" }]);
    expect(await published('{"lat":52.52437,"lon":13.41053}').findings("MQ118")).toMatchObject([
      { confidence: "firm" },
    ]);
    expect(await published("call kim@example.com").findings("MQ118")).toMatchObject([
      { confidence: "firm", severity: "medium" },
    ]);
  });

  test("a payload that its topic calls a password is one", async () => {
    expect(await published("hunter2", "cmnd/plug/Password1").findings("MQ112")).toMatchObject([
      { confidence: "firm" },
    ]);
    expect(await published("hunter2", "cmnd/plug/password/set").findings("MQ112")).toEqual([]);
  });

  test("commands in one message are looked at one by one", async () => {
    const commands = "SSID1 Home; Password1 hunter2hunter2; MqttHost 10.0.0.1";
    const [finding] = await published(commands, "cmnd/plug/Backlog").findings("MQ112");
    expect(finding).toMatchObject({ confidence: "firm" });
    const evidence = finding!.evidence[0]!;
    expect(evidence.length).toBe("hunter2hunter2".length);
    expect(await published(commands, "cmnd/plug/backlog0").findings("MQ112")).toHaveLength(1);
    expect(await published("Power ON; Delay 10", "cmnd/plug/Backlog").findings("MQ112")).toEqual([]);
    expect(await published(commands, "tele/plug/log").findings("MQ112")).toEqual([]);
  });

  test("each topic is a finding of its own, with a count", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER);
    for (let n = 0; n < 3; n++)
      line.publish("a", `{"password":"hunter${n}"}`).publish("b", `{"password":"hunter${n}"}`);
    expect((await scene.findings("MQ112")).map(finding => [finding.subject.what, finding.count])).toEqual([
      ["a", 3],
      ["b", 3],
    ]);
  });

  test("a flood of secrets in one payload is a few sightings", async () => {
    const many = Array.from({ length: 500 }, (_, n) => `password=hunter${n}`).join("&");
    expect(await published(many).findings("MQ112")).toMatchObject([{ count: 8 }]);
  });
});

describe("Wi-Fi credentials (MQ120)", () => {
  test("are a name and a password in one payload", async () => {
    expect(await published('{"ssid":"plant7","psk":"hunter2hunter2"}').findings("MQ120")).toMatchObject([
      { severity: "critical", confidence: "certain" },
    ]);
  });

  test.each([
    '{"ssid":"plant7","psk":"********"}',
    '{"ssid":"demo","password":"<your password>"}',
    '{"ssid":"plant7","psk":""}',
    '{"ssid":"plant7","rssi":-61,"channel":6,"bssid":"02:00:5e:00:53:01"}',
    '{"wifi":{"ssid":"plant7","signal":88},"key":"sensor-7"}',
  ])("are not %s", async payload => {
    expect(await published(payload).findings("MQ120")).toEqual([]);
  });

  test.each([
    ['{"ssid":"plant7","security":{"type":"wpa2","password":"hunter2hunter2"}}', "MQ120"],
    ['{"wifi":{"ssid":"plant7","key":"hunter2hunter2"},"seq":7}', "MQ120"],
    ['{"wifi":{"ssid":"plant7"},"wifi_psk":"hunter2hunter2"}', "MQ120"],
    ['{"wifi":{"ssid":"plant7"},"mqtt":{"password":"hunter2hunter2"}}', "MQ112"],
    ['{"mqtt":{"password":"hunter2hunter2"},"wifi":{"ssid":"plant7"}}', "MQ112"],
  ])("are those of the network and of nothing beside it: %s", async (payload, rule) => {
    const rules = (await published(payload).report()).findings.map(finding => finding.rule);
    expect(rules.filter(one => one >= "MQ112" && one <= "MQ120")).toEqual([rule]);
  });

  test.each([
    '{"ssid":"plant7","key":"hunter2hunter2"}',
    '{"ssid":"plant7","pass":"12345678"}',
    '{"ssid":"plant7","pass":"home_2026"}',
    "ssid=plant7&pw=hunter2hunter2",
  ])("are tentative where the name alone says nothing: %s", async payload => {
    expect(await published(payload).findings("MQ120")).toMatchObject([
      { severity: "high", confidence: "tentative" },
    ]);
  });

  test("are not put together from two messages", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).login(USER).publish("cfg/a", '{"ssid":"plant7"}');
    line.publish("cfg/b", '{"psk":"hunter2hunter2"}');
    expect(await scene.findings("MQ120")).toEqual([]);
    expect(await scene.findings("MQ112")).toHaveLength(1);
  });
});

describe("what is no secret of the rule (MQ112, MQ113, MQ117, MQ118)", () => {
  test.each([
    '{"key":"temperature","value":21}',
    '{"publicKey":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"}',
    '{"password":null,"token":"","secret":"${SECRET}","api_key":"***"}',
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----",
    '{"count":4111111111111111,"serial":"5555555555554444"}',
    '{"lat":52,"altitude":13}',
    "build@host",
    '{"ssid":"home","pw":"4200W"}',
    '{"ssid":"home","rssi":-44,"pw":4200}',
    '{"ssid":"gs","pass":"NOAA-19"}',
    '{"ssid":"gs","pass":1767225600,"user":"op"}',
    '{"ssid":"home","key":"WPA2-PSK"}',
    '{"essid":"home","radio":"na","wifi":{"key":"client_17","ssid":"home"}}',
    "<Key>temperature_01</Key><ssid>x</ssid>",
    "[I][wifi:301]: SSID: home  key: WPA2-PSK  Password: (hidden)",
    '{"user":"op17","result":"ok","pass":4211,"fail":3}',
    '{"user":"op17","pass":"12 of 12"}',
    "user=op17 pass=4211 fail=3",
    '{"login":"op17","pass":"series-A4","yield":0.99}',
    '{"user":"op17","pass":"PASS-2026"}',
    '{"login":{"user":"kim"},"orbit":{"pass":"evening-7"}}',
    '{"user":"solar","pw":"4200W"}',
    '{"login":"x","pw":4200}',
    '{"user":"1","pw":"3.5kW"}',
    '{"login":{"user":"Benutzer","password":"Passwort","forgot_password":"Passwort vergessen?"}}',
    "<a>1 > 0</a> <secret>no secret</secret>",
    "see glpat-docs-and-more-things-to-read-here",
    "hf_abcdefghijklmnopqrstuvwxyzabcdefgh is a file",
  ])("%s", async payload => {
    const scene = published(payload);
    const rules = (await scene.report()).findings.map(({ rule }) => rule);
    expect(rules.filter(rule => rule >= "MQ112" && rule <= "MQ120")).toEqual([]);
  });

  test("a lot of Sparkplug B is no token", async () => {
    const metrics =
      "0880a090c0be3312260a0f42617463682f4c6f7420546f6b656e188001200c7a0e4c4f542d323032362d3030303137" +
      "12190a09546573742f50617373188001200c7a074f4b2d313233341801";
    expect(await published(Buffer.from(metrics, "hex")).findings("MQ112")).toEqual([]);
  });

  test.each([
    '{"user":"kim","pass":"hunter2"}',
    '{"userName":"A. Huber","pass":"SEASON2026","gate":3}',
    '{"user":"guest 4","pass":"day-pass"}',
    "user=kim&pass=12345678",
    '{"user":{"name":"kim"},"pass":"Abc-123-xyz"}',
  ])("what only a user beside it makes a password is tentative: %s", async payload => {
    expect(await published(payload).findings("MQ112")).toMatchObject([
      { severity: "medium", confidence: "tentative" },
    ]);
  });

  test.each([
    "plant-7-door",
    "550e8400-e29b-41d4-a716-446655440000",
    "arn-thing-0042",
    "mosq-8hXk2LqPz0RtVw1YbN",
  ])("a client identifier that a broker prescribes: %s", async clientId => {
    const scene = new Scene();
    scene.open(CLIENT).login({ ...USER, clientId });
    expect(await scene.findings("MQ117")).toEqual([]);
  });
});

describe("secrets in topics (MQ114)", () => {
  test.each([
    ["users/kim@example.com/state", "kim@example.com"],
    [`session/${webToken({ sub: "a" })}/state`, webToken({ sub: "a" })],
    ["pay/4111-1111-1111-1111", "4111-1111-1111-1111"],
    ["aws/AKIAIOSFODNN7EXAMPLE/x", "AKIAIOSFODNN7EXAMPLE"],
  ])("%s", async (topic, secret) => {
    const [finding, ...more] = await published("1", topic).findings("MQ114");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      severity: "medium",
      evidence: [{ field: "PUBLISH.Topic Name", shown: { length: secret.length } }],
    });
  });

  test("in filters and in the topic of a will too", async () => {
    const scene = new Scene();
    const will = {
      topic: "users/kim@example.com/gone",
      payload: Buffer.from("1"),
      qos: 0 as const,
      retain: false,
    };
    scene
      .open(CLIENT)
      .login({ ...USER, will })
      .subscribe(["users/li@example.com/#"], [0]);
    expect((await scene.findings("MQ114")).map(finding => finding.evidence[0]?.field)).toEqual([
      "CONNECT.Will Topic",
      "SUBSCRIBE.Topic Filter",
    ]);
  });

  test.each([
    "plant/550e8400-e29b-41d4-a716-446655440000/temp",
    "build/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "zigbee2mqtt/0x00158d0001a2b3c4",
    "homeassistant/sensor/sensor_livingroom_temperature/config",
  ])("an identifier is none: %s", async topic => {
    expect(await published("1", topic).findings("MQ114")).toEqual([]);
  });
});

describe("secrets in wills and user properties (MQ115, MQ116)", () => {
  const withWill = (payload: string): Scene => {
    const scene = new Scene();
    scene.open(CLIENT).login({
      ...USER,
      will: { topic: "plant/door", payload: Buffer.from(payload), qos: 0, retain: false },
    });
    return scene;
  };

  test("a will's octets are named in the CONNECT", async () => {
    const scene = withWill('{"state":"gone","access_token":"opaque-T0ken-55d2f0"}');
    const [finding] = await scene.findings("MQ115");
    expect(finding).toMatchObject({
      severity: "high",
      evidence: [{ field: "CONNECT.Will Payload" }],
      subject: { client: "sensor-a1", what: "plant/door" },
    });
    expect(proof(scene, finding!)).toBe("opaque-T0ken-55d2f0");
    expect(await withWill('{"state":"gone","pin":"4711"}').findings("MQ115")).toEqual([]);
  });

  test("a user property is told by its name or by its value", async () => {
    const properties = (userProperties: Record<string, string>): Scene => {
      const scene = new Scene();
      scene.open(CLIENT).login(V5).publish("rpc/x", "{}", { properties: { userProperties } });
      return scene;
    };
    expect(await properties({ authorization: "Bearer opaque-1" }).findings("MQ116")).toMatchObject([
      { confidence: "firm", subject: { what: "PUBLISH.User Property[authorization]" } },
    ]);
    expect(await properties({ note: webToken({ sub: "a" }) }).findings("MQ116")).toMatchObject([
      { confidence: "certain" },
    ]);
    for (const harmless of [
      { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
      { token: "17" },
      { "x-request-id": "550e8400-e29b-41d4-a716-446655440000" },
      { password: "***" },
    ])
      expect(await properties(harmless).findings("MQ116")).toEqual([]);
  });

  test("those of CONNECT, of wills and of other packets count too", async () => {
    const scene = new Scene();
    const userProperties = { "X-Api-Key": "k-8f3a9c2d1e" };
    const will = {
      topic: "t",
      payload: Buffer.from("1"),
      qos: 0 as const,
      retain: false,
      properties: { userProperties },
    };
    scene
      .open(CLIENT)
      .login({ ...V5, properties: { userProperties }, will })
      .send(
        "client",
        {
          cmd: "subscribe",
          messageId: 1,
          subscriptions: [{ topic: "a", qos: 0 }],
          properties: { userProperties },
        },
        5,
      );
    const fields = (await scene.findings("MQ116")).map(finding => finding.evidence[0]?.field);
    expect(fields.sort()).toEqual([
      "CONNECT.User Property[X-Api-Key]",
      "CONNECT.Will Properties.User Property[X-Api-Key]",
      "SUBSCRIBE.User Property[X-Api-Key]",
    ]);
  });
});

describe("upgrades (MQ119, MQ121)", () => {
  const upgraded = (target: string, ...headers: readonly string[]): Scene => {
    const scene = new Scene();
    const lines = [
      "Host: broker",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Protocol: mqtt",
    ];
    const request = [`GET ${target} HTTP/1.1`, ...lines, ...headers, "", ""].join("\r\n");
    const response = [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Protocol: mqtt",
      "",
      "",
    ].join("\r\n");
    scene
      .open(CLIENT, "192.0.2.1:9001")
      .send("client", Buffer.from(request))
      .send("server", Buffer.from(response));
    return scene;
  };

  test.each([
    "token=tok-77aa",
    "access_token=tok-77aa",
    "sig=AbCdEfGh0123456789",
    "api_key=k-8f3a",
    `q=${webToken({ sub: "a" })}`,
    "auth=opaque-1",
  ])("a credential in the query is critical: %s", async query => {
    expect(await upgraded(`/mqtt?site=roof&${query}`).findings("MQ119")).toMatchObject([
      { severity: "critical", count: 1 },
    ]);
  });

  test.each([
    "",
    "?site=roof",
    "?v=3&client=sensor-a1",
    "?token=",
    "?token=null",
    "?id=550e8400-e29b-41d4-a716-446655440000",
  ])("no credential is none: %j", async query => {
    expect(await upgraded(`/mqtt${query}`).findings("MQ119")).toEqual([]);
  });

  test("a presigned request that is over is high", async () => {
    const presigned = (seconds: number): string =>
      `/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260102T030000Z&X-Amz-Expires=${seconds}&X-Amz-Signature=${"0f".repeat(32)}`;
    expect(await upgraded(presigned(3600)).findings("MQ119")).toMatchObject([{ severity: "critical" }]);
    expect(await upgraded(presigned(60)).findings("MQ119")).toMatchObject([{ severity: "high" }]);
  });

  test.each([
    ["Authorization: Basic a2ltOk0wMG5saWdodA==", "certain"],
    ["authorization: Bearer opaque-1", "certain"],
    ["X-Auth-Token: opaque-T0ken-1", "certain"],
    ["Cookie: lang=en; sid=7b1c9e2f4d", "certain"],
    ["Cookie: lang=en; theme=dark", "tentative"],
  ])("a header is high: %s", async (header, confidence) => {
    expect(await upgraded("/mqtt", header).findings("MQ121")).toMatchObject([
      { severity: "high", confidence },
    ]);
  });

  test("the handshake's own key is no secret", async () => {
    expect(await upgraded("/mqtt", "User-Agent: x", "Origin: https://app.example").findings("MQ121")).toEqual(
      [],
    );
  });
});

describe("what is exposed", () => {
  test("is listed by kind and place, and never shown", async () => {
    const scene = new Scene();
    scene
      .open(CLIENT)
      .login(USER)
      .publish("config/wifi", '{"ssid":"plant7","psk":"hunter2hunter2"}')
      .publish("config/wifi", '{"ssid":"plant7","psk":"hunter2hunter2"}');
    const { exposed } = await scene.report();
    expect(exposed.secrets).toEqual([
      {
        kind: "wifi",
        name: "psk",
        place: "payload",
        field: "PUBLISH.Payload",
        topic: "config/wifi",
        conversation: 0,
        frame: 6,
        length: 14,
        count: 2,
      },
    ]);
  });

  test("is no personal data, and nothing where there is nothing", async () => {
    expect((await published("kim@example.com").report()).exposed.secrets).toEqual([]);
    expect((await published("25.3").report()).exposed.secrets).toEqual([]);
  });
});
