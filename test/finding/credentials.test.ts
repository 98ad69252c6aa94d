/** Rules about what clients log in with: tokens, default and derivable passwords, one credential for many. */
import { describe, expect, test } from "vitest";
import { ANY_USER, PAIRS } from "../../src/finding/rules/default-passwords.ts";
import { textReport } from "../../src/report/text.ts";
import { START } from "../build/capture.ts";
import { connect, Scene } from "./scene.ts";
import { webToken } from "./secrets/samples.ts";

const CLIENT = "198.51.100.7:40000";
/** Seconds since 1970 of the first packet. */
const NOW = START / 1e6;
const HOUR = 3_600;
const DAY = 86_400;

const loggedIn = (
  username: string | undefined,
  password: string | undefined,
  code: number | "unanswered" = 0,
  clientId = "sensor-a1",
): Scene => {
  const scene = new Scene();
  const line = scene.open(CLIENT);
  const fields = {
    clientId,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: Buffer.from(password) }),
  };
  if (code === "unanswered") line.send("client", connect(fields));
  else line.login(fields, code);
  return scene;
};

const rulesOf = async (scene: Scene, from = "MQ101", to = "MQ121"): Promise<string[]> =>
  (await scene.report()).findings.map(finding => finding.rule).filter(rule => rule >= from && rule <= to);

describe("tokens as passwords (MQ103 to MQ105)", () => {
  test("take the place of the password in clear", async () => {
    expect(await rulesOf(loggedIn("a", webToken({ iat: NOW, exp: NOW + HOUR })))).toEqual(["MQ103"]);
  });

  test("in the place of the user name too", async () => {
    expect(await rulesOf(loggedIn(webToken({ iat: NOW, exp: NOW + HOUR }), undefined))).toEqual(["MQ103"]);
  });

  test("are critical as long as they are good, and high once they are not: by the packet's time", async () => {
    const severity = async (exp: number): Promise<unknown> =>
      (await loggedIn("a", webToken({ iat: NOW - HOUR, exp })).findings("MQ103"))[0]?.severity;
    expect(await severity(NOW + 60)).toBe("critical");
    expect(await severity(NOW - 60)).toBe("high");
  });

  test("say who issued them and until when, never themselves", async () => {
    const token = webToken({ iss: "https://auth.example", iat: NOW, exp: 1_767_400_000 });
    const [finding] = await loggedIn("a", token).findings("MQ103");
    expect(finding?.title).toBe(
      "JSON Web Token sent without TLS, issued by https://auth.example, valid until 2026-01-03T00:26:40Z",
    );
    expect(JSON.stringify(finding)).not.toContain(token.slice(-20));
  });

  test("are shared access signatures as well, whose end is `se`", async () => {
    const signature = (se: number): string =>
      `SharedAccessSignature sr=hub.example%2Fdevices%2Fa&sig=abcdefghijklmnop%3D&se=${se}`;
    expect(await rulesOf(loggedIn("hub.example/a", signature(NOW + HOUR)))).toEqual(["MQ103"]);
    expect(await rulesOf(loggedIn("hub.example/a", signature(NOW + 2 * DAY)))).toEqual(["MQ103", "MQ104"]);
    expect(await loggedIn("hub.example/a", signature(NOW - HOUR)).findings("MQ103")).toMatchObject([
      { severity: "high" },
    ]);
  });

  test("live too long beyond a day", async () => {
    const long = async (claims: object): Promise<unknown> =>
      await loggedIn("a", webToken(claims)).findings("MQ104");
    expect(await long({ iat: NOW, exp: NOW + DAY })).toEqual([]);
    expect(await long({ iat: NOW, exp: NOW + DAY + 1 })).toMatchObject([
      { confidence: "firm", severity: "medium" },
    ]);
    expect(await long({ exp: NOW + 2 * DAY })).toMatchObject([{ confidence: "tentative" }]);
    expect(await long({ sub: "a" })).toMatchObject([{ title: "Token without an expiry" }]);
    expect(await long({ iat: NOW - 9 * DAY, exp: NOW - 9 * DAY + HOUR })).toEqual([]);
  });

  test.each(["none", "None", "nOnE"])(
    "that nobody signed are worst where the broker accepts them: %s",
    async alg => {
      const token = webToken({ iat: NOW, exp: NOW + HOUR }, { alg }).replace(/[^.]*$/, "");
      expect(await loggedIn("a", token).findings("MQ105")).toMatchObject([{ severity: "critical" }]);
      expect(await loggedIn("a", token, 5).findings("MQ105")).toMatchObject([{ severity: "high" }]);
      expect(await loggedIn("a", webToken({ iat: NOW, exp: NOW + HOUR })).findings("MQ105")).toEqual([]);
    },
  );

  test("are none where they only look like it", async () => {
    expect(await rulesOf(loggedIn("a", "eyJub3QiOiJhIHRva2VuIn0.e30.abc"))).toEqual(["MQ101"]);
    expect(await rulesOf(loggedIn("a", "550e8400-e29b-41d4-a716-446655440000"))).toEqual(["MQ101"]);
  });
});

describe("enhanced authentication (MQ106)", () => {
  const asked = (authenticationMethod: string, data = ""): Scene => {
    const scene = new Scene();
    const properties = { authenticationMethod, authenticationData: Buffer.from(data) };
    scene.open(CLIENT).login({ protocolVersion: 5, properties });
    return scene;
  };

  test("by PLAIN is the password itself", async () => {
    const [finding] = await asked("PLAIN", "\0device\0Pw-0001-long").findings("MQ106");
    expect(finding).toMatchObject({ severity: "critical", confidence: "certain" });
    expect(JSON.stringify(finding)).not.toContain("Pw-0001");
  });

  test.each(["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5"])("by %s can be guessed at home", async method => {
    expect(await asked(method).findings("MQ106")).toMatchObject([
      { severity: "medium", confidence: "certain" },
    ]);
  });

  test.each(["K8S-SAT", "PLAINTEXTISH", "my-method"])(
    "by a name that proves nothing is tentative: %s",
    async method => {
      expect(await asked(method).findings("MQ106")).toMatchObject([
        { severity: "medium", confidence: "tentative" },
      ]);
    },
  );

  test("that carries a bearer token is a token in clear", async () => {
    const data = `n,,\u0001auth=Bearer ${webToken({ iat: NOW, exp: NOW + HOUR })}\u0001\u0001`;
    expect(await asked("OAUTHBEARER", data).findings("MQ103")).toMatchObject([{ severity: "critical" }]);
  });
});

describe("passwords that are known or guessed (MQ107, MQ108)", () => {
  test.each([
    ["admin", "admin"],
    ["anybody", "public"],
    ["kim", "Password"],
    ["DVES_USER", "DVES_PASS"],
    ["device_fleet", "changeme"],
  ])("%s with %s is a default", async (user, password) => {
    expect(await loggedIn(user, password).findings("MQ107")).toMatchObject([{ severity: "critical" }]);
    expect(await loggedIn(user, password, 5).findings("MQ107")).toMatchObject([{ severity: "high" }]);
    expect(await loggedIn(user, password, "unanswered").findings("MQ107")).toMatchObject([
      { severity: "high" },
    ]);
    expect(await loggedIn(user, password).findings("MQ108")).toEqual([]);
  });

  test.each(["MqttP@ss2024!", "administrator2", "publicly", "DVES_PASS2"])("%s is none", async password => {
    expect(await loggedIn("kim", password).findings("MQ107")).toEqual([]);
  });

  test.each(["s3ns0r", "x", "", "aaaaaaaaaaaa", "abababababab", "abcdefghij", "98765432"])(
    "%j is weak",
    async password => {
      expect(await loggedIn("kim", password).findings("MQ108")).toMatchObject([{ severity: "medium" }]);
    },
  );

  test.each(["s3ns0r-7", "correct horse", "acegikmo", "größer-12"])("%j is not", async password => {
    expect(await loggedIn("kim", password).findings("MQ108")).toEqual([]);
  });

  test("the list of defaults is short: what is likely is no default", () => {
    expect(ANY_USER.size + PAIRS.size).toBeLessThanOrEqual(40);
    for (const password of ANY_USER) expect(password).toBe(password.toLowerCase());
  });

  test("a token is no weak password", async () => {
    expect(await rulesOf(loggedIn("a", webToken({ exp: 1 })), "MQ107", "MQ109")).toEqual([]);
  });
});

describe("passwords that follow from the client (MQ109)", () => {
  test.each([
    ["the user name", "02D5050223D3", "02D5050223D3", "x"],
    ["the user name in another spelling", "a4cf120b339e", "A4:CF:12:0B:33:9E", "x"],
    ["the client identifier", "device", "Sensor_A1", "sensor-a1"],
    ["the client's address", "device", "198.51.100.7", "x"],
  ])("%s", async (_, user, password, clientId) => {
    expect(await loggedIn(user, password, 0, clientId).findings("MQ109")).toMatchObject([
      { severity: "high", count: 1 },
    ]);
    expect(await loggedIn(user, password, 0, clientId).findings("MQ108")).toEqual([]);
  });

  test("the client's hardware address, but not the broker's", async () => {
    const scene = (password: string): Scene => {
      const made = loggedIn("device", password, 0, "x");
      for (const { octets } of made.frames) {
        const fromClient = octets.subarray(26, 30).join(".") === CLIENT.split(":")[0];
        octets.set([0x00, 0x00, 0x5e, 0x00, 0x53, 0x2a], fromClient ? 6 : 0);
        octets.set([0x00, 0x00, 0x5e, 0x00, 0x53, 0x01], fromClient ? 0 : 6);
      }
      return made;
    };
    expect(await scene("00-00-5E-00-53-2A").findings("MQ109")).toMatchObject([
      { title: "Password equals the client's hardware address", count: 1 },
    ]);
    expect(await scene("00005e005301").findings("MQ109")).toEqual([]);
  });

  test("what only contains the name does not follow from it, and nothing equals nothing", async () => {
    expect(await loggedIn("device", "device-7f3a9c").findings("MQ109")).toEqual([]);
    expect(await loggedIn("", "", 0, "").findings("MQ109")).toEqual([]);
  });

  test("a client identifier that is the password tells it to everybody (MQ117)", async () => {
    expect(await loggedIn("door", "q8-Lantern-41", 0, "q8-Lantern-41").findings("MQ117")).toMatchObject([
      { severity: "medium" },
    ]);
    expect(await loggedIn("door", "q8-Lantern-41", 0, "door-7").findings("MQ117")).toEqual([]);
    expect(
      await loggedIn("door", "q8-Lantern-41", 0, `door-${webToken({ sub: "a" })}`).findings("MQ117"),
    ).toMatchObject([{ confidence: "firm" }]);
  });
});

describe("one credential for many (MQ110)", () => {
  test("three clients at two addresses share it: one finding for the broker", async () => {
    const scene = new Scene();
    for (const [i, clientId] of ["a", "b", "c", "d"].entries())
      scene
        .open(`198.51.100.${7 + (i % 2)}:4000${i}`)
        .login({ clientId, username: "fleet", password: Buffer.from("Pw-0001-long") });
    const [finding, ...more] = await scene.findings("MQ110");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      count: 4,
      title: "Credential shared by 4 clients at 2 addresses",
      severity: "medium",
      confidence: "firm",
      subject: { broker: "192.0.2.1:1883", what: "fleet" },
    });
    expect(finding?.subject.client).toBeUndefined();
  });
});

describe("who shares no credential (MQ110)", () => {
  const used = async (
    ...logins: readonly (readonly [address: string, clientId: string, code?: number])[]
  ) => {
    const scene = new Scene();
    for (const [at, [address, clientId, code = 0]] of logins.entries())
      scene
        .open(`${address}:${40_000 + at}`)
        .login({ clientId, username: "fleet", password: Buffer.from("Pw-0001-long") }, code);
    return (await scene.findings("MQ110")).length;
  };
  const [A, B, C] = ["198.51.100.7", "198.51.100.8", "198.51.100.9"] as const;

  test("three clients at two addresses do", async () => {
    expect(await used([A, "a"], [B, "b"], [B, "c"])).toBe(1);
  });

  test("many at one address do not: a gateway, a NAT", async () => {
    expect(await used([A, "a"], [A, "b"], [A, "c"], [A, "d"], [A, "e"])).toBe(0);
  });

  test("two clients do not, and neither does one that moves", async () => {
    expect(await used([A, "a"], [B, "b"])).toBe(0);
    expect(await used([A, "a"], [B, "a"], [C, "a"])).toBe(0);
  });

  test("identifiers that a library makes up anew with each connection are one client", async () => {
    expect(await used([A, "mqttjs_8a61f3c2"], [A, "mqttjs_9b72e4d3"], [B, "mqttjs_0c83d5e4"])).toBe(0);
  });

  test("those that the broker refuses do not", async () => {
    expect(await used([A, "a", 5], [B, "b", 5], [C, "c", 5])).toBe(0);
  });
});

describe("logins that are counted", () => {
  const logins = (scene: Scene, secret: string, codes: readonly (number | null)[]): Scene => {
    for (const [at, code] of codes.entries())
      scene
        .open(`198.51.100.7:${40_000 + scene.frames.length + at}`)
        .login({ username: "kim", password: Buffer.from(secret) }, code)
        .fin("client")
        .fin("server");
    return scene;
  };

  test("say of how many what became", async () => {
    const scene = logins(new Scene(), "q8-Lantern-41", [5, 0, 0, null, 5, 0]);
    expect(await scene.findings("MQ101")).toMatchObject([
      {
        title: "Password sent without TLS, accepted 3 ×, refused 2 ×, unanswered 1 ×",
        severity: "critical",
        count: 6,
        outcomes: { accepted: 3, refused: 2, unanswered: 1 },
      },
    ]);
  });

  test.each([
    [[0, 0], "Default password, accepted by the broker", { accepted: 2 }],
    [[5], "Default password, refused by the broker", { refused: 1 }],
    [[null], "Default password", { unanswered: 1 }],
  ])("%j: %s", async (codes, title, outcomes) => {
    expect(await logins(new Scene(), "admin", codes).findings("MQ107")).toMatchObject([
      { title, outcomes, count: codes.length },
    ]);
  });

  test("of several clients are told together where one line stands for them", async () => {
    const scene = logins(new Scene(), "q8-Lantern-41", [0, 0]);
    scene
      .open("198.51.100.8:40000")
      .login({ clientId: "sensor-b2", username: "kim", password: Buffer.from("wrong-Lantern") }, 5);
    const text = textReport(await scene.report(), { reveal: false, colour: false, width: 120 });
    expect(text).toMatch(/MQ101 +Password sent without TLS, accepted 2 ×, refused 1 × +3 ×\n/);
  });
});
