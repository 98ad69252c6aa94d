/** Rules about what goes over the network in clear: by what is said and not by the port, whoever answers how. */
import { describe, expect, test } from "vitest";
import { ascii } from "../protocol/build.ts";
import { control, write } from "../protocol/mqtt/build.ts";
import { CONNECT as SN_CONNECT, sn } from "../protocol/mqttsn/build.ts";
import { alpn, clientHello, handshakeRecord, serverHello } from "../protocol/tls/build.ts";
import { masked, request, response } from "../protocol/websocket/build.ts";
import { connect, type Line, Scene } from "./scene.ts";
import { webToken } from "./secrets/samples.ts";

const USER = { username: "device", password: Buffer.from("Pw-0001-long") };
const CLIENT = "198.51.100.7:40000";
const rulesOf = async (scene: Scene): Promise<readonly string[]> =>
  (await scene.report()).findings.map(({ rule }) => rule);

describe("passwords and user names (MQ101, MQ102)", () => {
  const found = async (fields: object, code: number | null = 0): Promise<readonly string[]> => {
    const scene = new Scene();
    scene.open(CLIENT).login(fields, code);
    return (await scene.report()).findings
      .filter(({ rule }) => rule === "MQ101" || rule === "MQ102")
      .map(({ rule, severity }) => `${rule} ${severity}`);
  };

  test("accepted is worst; refused and unanswered leak all the same", async () => {
    expect(await found(USER)).toEqual(["MQ101 critical"]);
    expect(await found(USER, 5)).toEqual(["MQ101 high"]);
    expect(await found(USER, null)).toEqual(["MQ101 high"]);
    expect(await found({ ...USER, protocolVersion: 5 }, 0x87)).toEqual(["MQ101 high"]);
  });

  test("5.0 allows a password alone, which is one", async () => {
    const scene = new Scene();
    const body = "0004 4d515454 05 42 003c 00";
    scene.open(CLIENT).send("client", control(0x10, body, "0001 63", "000c 50772d303030312d6c6f6e67"));
    expect(await rulesOf(scene)).toContain("MQ101");
  });

  test("a token in its place is another rule's", async () => {
    expect(await found({ username: "a", password: Buffer.from(webToken({ sub: "a" })) })).toEqual([]);
    expect(await found({ username: webToken({ sub: "a" }) })).toEqual([]);
  });

  test("a user name alone tells who is there, whatever the broker says", async () => {
    expect(await found({ username: "device" })).toEqual(["MQ102 medium"]);
    expect(await found({ username: "device" }, 5)).toEqual(["MQ102 medium"]);
    expect(await found({})).toEqual([]);
  });

  test.each(["?SDK=Python&Version=1.5.2", "?SDK=CPPv2&Version=1.30.0&Platform=Linux"])(
    "what an SDK says of itself there is no identity: %s",
    async username => {
      expect(await found({ username })).toEqual([]);
    },
  );

  test("one that goes on with it is", async () => {
    expect(await found({ username: "pump-7?SDK=Python&Version=1.5.2" })).toEqual(["MQ102 medium"]);
  });
});

describe("authentication in packets of its own (MQ103, MQ106)", () => {
  const exchange = (authenticationMethod: string, initial: string, later: string): Scene => {
    const scene = new Scene();
    const properties = (data: string) => ({
      authenticationMethod,
      ...(data !== "" && { authenticationData: Buffer.from(data) }),
    });
    const line = scene.open(CLIENT).login({ protocolVersion: 5, properties: properties(initial) }, null);
    line.send("server", { cmd: "auth", reasonCode: 0x18, properties: properties("") }, 5);
    line.send("client", { cmd: "auth", reasonCode: 0x18, properties: properties(later) }, 5);
    line.send("server", { cmd: "connack", sessionPresent: false, reasonCode: 0 }, 5);
    return scene;
  };

  test("a password that PLAIN sends later is one, and never shown", async () => {
    const [finding, ...more] = await exchange("PLAIN", "", "\0device\0Pw-0001-long").findings("MQ106");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      severity: "critical",
      title: expect.stringContaining("PLAIN") as string,
    });
    expect(finding?.evidence.map(({ field }) => field).sort()).toEqual([
      "AUTH.Authentication Data",
      "CONNECT.Authentication Method",
    ]);
    expect(JSON.stringify(finding)).not.toContain("Pw-0001");
  });

  test("what SCRAM sends later is no password", async () => {
    expect(await exchange("SCRAM-SHA-256", "n,,n=a,r=b", "c=biws,r=b,p=c").findings("MQ106")).toMatchObject([
      { severity: "medium", confidence: "certain", count: 1 },
    ]);
  });

  test("a bearer token in AUTH is one in clear", async () => {
    const later = `n,,\u0001auth=Bearer ${webToken({ exp: 4_000_000_000 })}\u0001\u0001`;
    expect(await exchange("OAUTHBEARER", "", later).findings("MQ103")).toMatchObject([
      { severity: "critical", evidence: [{ field: "AUTH.Authentication Data" }] },
    ]);
  });

  test("a presigned request as user name is as good as its time", async () => {
    const presigned = (date: string): string =>
      `device?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=3600&X-Amz-Signature=${"0f".repeat(32)}`;
    for (const [date, severity] of [
      ["20260102T030000Z", "critical"],
      ["20260102T010000Z", "high"],
    ] as const) {
      const scene = new Scene();
      scene.open(CLIENT).login({ username: presigned(date) });
      expect(await scene.findings("MQ103")).toMatchObject([{ severity }]);
    }
  });
});

describe("MQTT in clear (MQ201, MQ226)", () => {
  test.each([1883, 2883, 8883, 443, 65_000])("is told by what is said, on port %i too", async port => {
    const scene = new Scene();
    scene.open(CLIENT, `192.0.2.1:${port}`).login();
    expect(await scene.findings("MQ201")).toMatchObject([{ severity: "high", confidence: "certain" }]);
  });

  test("an answer alone is enough", async () => {
    const scene = new Scene();
    const line = scene.open(CLIENT).send("server", control(0x20, "00 00"));
    line.send("server", control(0x30, "0001 61", "31")).send("server", control(0x30, "0001 61", "32"));
    expect(await scene.findings("MQ201")).toMatchObject([{ confidence: "firm" }]);
  });

  test.each([
    ["TLS", handshakeRecord(1, clientHello())],
    ["HTTP", ascii("GET / HTTP/1.1\r\nHost: a\r\n\r\n")],
    ["SSH", ascii("SSH-2.0-OpenSSH_9.6\r\n")],
    ["what is cut", control(0x10, "0004 4d515454").subarray(0, 4)],
  ])("is not %s on port 1883", async (_, said) => {
    const scene = new Scene();
    scene.open(CLIENT).send("client", said);
    expect(await scene.findings("MQ201")).toEqual([]);
  });

  test("over WebSocket has no port of its own", async () => {
    const scene = upgraded("mqtt");
    scene.line.send("client", masked(write(connect())));
    expect(await scene.findings("MQ226")).toEqual([]);
    expect(await scene.findings("MQ201")).toHaveLength(1);
  });
});

describe("clients without credentials (MQ202)", () => {
  const found = async (fields: object, code: number | null = 0): Promise<number> => {
    const scene = new Scene();
    scene.open(CLIENT).login(fields, code);
    return (await scene.findings("MQ202")).length;
  };

  test("are let in", async () => {
    expect(await found({})).toBe(1);
    expect(await found({ protocolVersion: 5 })).toBe(1);
  });

  test("are no finding where the broker refuses them or does not answer", async () => {
    expect(await found({}, 5)).toBe(0);
    expect(await found({ protocolVersion: 5 }, 0x87)).toBe(0);
    expect(await found({}, null)).toBe(0);
  });

  test("are not those with a user name, a password or a method of authentication", async () => {
    expect(await found(USER)).toBe(0);
    expect(await found({ username: "device" })).toBe(0);
    expect(await found({ protocolVersion: 5, properties: { authenticationMethod: "SCRAM-SHA-256" } })).toBe(
      0,
    );
  });

  test("command nobody where they were refused, and keep no session (MQ211, MQ215)", async () => {
    const scene = new Scene();
    scene.open(CLIENT).login({ clean: false }, 5).publish("house/lamp/set", "on");
    expect(await scene.findings("MQ211")).toEqual([]);
    expect(await scene.findings("MQ215")).toEqual([]);
  });
});

describe("plain MQTT on a port for TLS (MQ216)", () => {
  const secured = (scene: Scene, to: string): void =>
    void scene
      .open("198.51.100.9:39000", to)
      .send("client", handshakeRecord(1, clientHello({ extensions: [alpn(ascii("mqtt"))] })))
      .send("server", handshakeRecord(2, serverHello()));

  test.each([8883, 8884])("port %i is one by itself", async port => {
    const scene = new Scene();
    scene.open(CLIENT, `192.0.2.1:${port}`).login({}, null).reset("server");
    expect(await scene.findings("MQ216")).toMatchObject([{ severity: "high" }]);
  });

  test("any other is one where this capture shows TLS on it, and a password is worse", async () => {
    const scene = new Scene();
    secured(scene, "192.0.2.9:9883");
    scene.open(CLIENT, "192.0.2.1:9883").login(USER, null);
    expect(await scene.findings("MQ216")).toMatchObject([{ severity: "critical", confidence: "firm" }]);
  });

  test("a port where nobody speaks TLS is none, and 1883 never is", async () => {
    const scene = new Scene();
    secured(scene, "192.0.2.9:9883");
    secured(scene, "192.0.2.9:1883");
    scene.open(CLIENT, "192.0.2.1:2883").login(USER);
    scene.open("198.51.100.8:40000", "192.0.2.1:1883").login(USER);
    expect(await scene.findings("MQ216")).toEqual([]);
  });
});

/** An opening handshake and its answer. */
function upgraded(subprotocol: string, status = "101 Switching Protocols"): Scene & { readonly line: Line } {
  const scene = new Scene();
  const line = scene.open(CLIENT, "192.0.2.1:9001");
  line.send("client", request([`Sec-WebSocket-Protocol: ${subprotocol}`]));
  line.send("server", response([`Sec-WebSocket-Protocol: ${subprotocol}`], status));
  return Object.assign(scene, { line });
}

describe("MQTT over WebSocket (MQ218)", () => {
  test("is told of the client that speaks it, once", async () => {
    const scene = upgraded("mqtt");
    scene.line.send("client", masked(write(connect(USER))));
    expect(await scene.findings("MQ218")).toMatchObject([
      { severity: "high", count: 1, subject: { client: "sensor-a1" }, evidence: [{ field: "CONNECT" }] },
    ]);
  });

  test("is offered where the handshake is granted, though nothing follows", async () => {
    expect(await upgraded("mqtt").findings("MQ218")).toMatchObject([
      { severity: "high", count: 1, evidence: [{ field: "GET.sec-websocket-protocol" }] },
    ]);
    expect(await upgraded("mqttv3.1").findings("MQ218")).toHaveLength(1);
  });

  test("is not where it is refused, or where something else is asked for", async () => {
    expect(await upgraded("mqtt", "403 Forbidden").findings("MQ218")).toEqual([]);
    expect(await upgraded("graphql-ws").findings("MQ218")).toEqual([]);
  });
});

describe("MQTT-SN (MQ219)", () => {
  test("is told by its CONNECT on any port", async () => {
    const scene = new Scene();
    scene.datagram("198.51.100.7:40000", "192.0.2.1:9999", SN_CONNECT);
    expect(await scene.findings("MQ219")).toMatchObject([{ severity: "medium", confidence: "certain" }]);
  });

  test("is not every datagram on its port", async () => {
    const scene = new Scene();
    for (const said of [
      ascii("hello"),
      Uint8Array.of(2, 0),
      Uint8Array.of(0x16, 0xfe, 0xfd, 0, 0, 0),
      sn("pingreq"),
    ])
      scene.datagram("198.51.100.7:40000", "192.0.2.1:1884", said);
    expect(await scene.findings("MQ219")).toEqual([]);
  });
});

describe("MQTT 3.1 (MQ220)", () => {
  test("is what its name and level say", async () => {
    const scene = new Scene();
    scene.open(CLIENT).login({ protocolId: "MQIsdp", protocolVersion: 3 });
    expect(await scene.findings("MQ220")).toMatchObject([
      { severity: "low", evidence: [{ shown: "MQIsdp" }] },
    ]);
    const later = new Scene();
    later.open(CLIENT).login().send("client", { cmd: "pingreq" });
    expect(await later.findings("MQ220")).toEqual([]);
  });
});
