import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findAllSecrets, findSecrets } from "../../../src/finding/secrets/find.ts";
import { KINDS, type SecretMatch } from "../../../src/finding/secrets/match.ts";
import { suspect } from "../../../src/finding/secrets/suspect.ts";
import { DER, keyPair, PEM, SAMPLES, webToken } from "./samples.ts";

const octets = (text: string): Uint8Array => Buffer.from(text);
const found = (text: string): readonly SecretMatch[] => findSecrets(octets(text));
const textsOf = (text: string): string[] =>
  found(text).map(({ start, end }) => Buffer.from(text).subarray(start, end).toString());
const kindsOf = (text: string): string[] => found(text).map(match => match.kind);

describe("the search for secrets", () => {
  test.each(SAMPLES.map(sample => [sample.what, sample] as const))(
    "finds a %s and no octet more",
    (_, sample) => {
      expect(kindsOf(sample.text)).toEqual([sample.kind]);
      expect(textsOf(sample.text)).toEqual([sample.secret]);
    },
  );

  test("knows a sample of every kind but e-mail and location", () => {
    const kinds = new Set<string>(SAMPLES.map(sample => sample.kind));
    expect(Object.keys(KINDS).filter(kind => !kinds.has(kind))).toEqual(["email", "location"]);
  });

  test.each(SAMPLES.map(sample => [sample.what, sample] as const))(
    "finds a %s among other text",
    (_, sample) => {
      const text = `Größe 25,3 °C\n${sample.text}\n{"t":25.3,"seq":17}`;
      expect(textsOf(text)).toContain(sample.secret);
    },
  );

  test.each(SAMPLES.map(sample => [sample.what, sample] as const))(
    "finds a %s in a member of a JSON object",
    (_, sample) => {
      const text = JSON.stringify({ seq: 17, data: sample.text });
      const shown = found(text).reduceRight((rest, { start, end }) => {
        const all = Buffer.from(rest);
        return Buffer.concat([all.subarray(0, start), all.subarray(end)]).toString();
      }, text);
      expect(found(text).length).toBeGreaterThan(0);
      expect(shown).not.toContain(JSON.stringify(sample.secret).slice(1, -1));
    },
  );

  test.each(SAMPLES.map(sample => [sample.what, sample] as const))(
    "finds a %s inside of base64, as the whole run",
    (_, sample) => {
      const run = Buffer.from(sample.text).toString("base64");
      const text = `{"seq":17,"data":"${run}"}`;
      const [match] = found(text);
      expect(match?.encoded).toBe(true);
      expect(run).toContain(text.slice(match?.start, match?.end));
      expect(run.replace(/=+$/, "")).toBe(text.slice(match?.start, match?.end).replace(/=+$/, ""));
    },
  );

  test.each(["***", "${PASSWORD}", "null", "&lt;hidden>", "unset"])(
    "takes a placeholder in XML for none: %s",
    value => {
      expect(found(`<password>${value}</password>`)).toEqual([]);
    },
  );

  test("takes hexadecimal in either case, with a prefix, as the whole run", () => {
    const run = Buffer.from("user=kim&passwd=correct-h0rse").toString("hex");
    for (const text of [run, run.toUpperCase(), `0x${run}`, `[${run}]`, `{"p":"${run}"}`])
      expect(found(text)).toMatchObject([{ kind: "password", encoded: true, name: "passwd" }]);
    expect(textsOf(`rx 0x${run} ok`)).toEqual([`0x${run}`]);
  });

  test("names the member in which a token stands, and its kind by its form", () => {
    const token = webToken({ sub: "a" });
    expect(found(`{"password":"${token}"}`)).toEqual([
      { kind: "jwt", name: "password", start: 13, end: 13 + token.length },
    ]);
  });

  test("finds several secrets, in order and none inside another", () => {
    const text = `{"password":"hunter2","card":"4111111111111111","url":"mqtt://a:b-c-d@h"} kim@example.com`;
    expect(kindsOf(text)).toEqual(["password", "pan", "url-password", "email"]);
  });

  test("finds a private key that is the whole payload as octets", () => {
    expect(findSecrets(DER)).toEqual([{ kind: "private-key", start: 0, end: DER.length }]);
    const text = `{"key":"${DER.toString("base64")}"}`;
    expect(kindsOf(text)).toEqual(["private-key"]);
  });

  test("finds secrets among octets that are no text, but no names there", () => {
    const noise = Buffer.from([0x08, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06]);
    const token = webToken({ sub: "a" });
    expect(findSecrets(Buffer.concat([noise, octets(token), noise])).map(m => m.kind)).toEqual(["jwt"]);
    expect(findSecrets(Buffer.concat([noise, noise, octets("a@b.org")]))).toEqual([]);
  });

  test("finds a secret before a terminator", () => {
    expect(findSecrets(octets('{"password":"hunter2"}\0')).map(m => m.kind)).toEqual(["password"]);
  });

  test("looks at the first 64 KiB, and at all octets for whoever hides", () => {
    const text = `${" ".repeat(70_000)}{"password":"hunter2"}`;
    expect(found(text)).toEqual([]);
    expect(findAllSecrets(octets(text)).length).toBe(1);
  });

  test.each(SAMPLES.map(sample => [sample.what, sample] as const))(
    "finds a %s that is percent-encoded, as the whole run",
    (_, sample) => {
      const run = encodeURIComponent(`${sample.text} `);
      expect(textsOf(`/mqtt/${run}/x`)).toEqual([run]);
    },
  );

  test("finds names among octets that are no text for whoever hides", () => {
    const some = Buffer.concat([Buffer.alloc(40), octets("password=hunter2")]);
    expect(findSecrets(some)).toEqual([]);
    expect(findAllSecrets(some)).toMatchObject([{ kind: "password" }]);
  });

  test("a value that is cut ends where what is left of it ends", () => {
    expect(textsOf('{"password":"hunt')).toEqual(["hunt"]);
    expect(textsOf(PEM.slice(0, 80))).toEqual([PEM.slice(0, 80)]);
  });

  test("gives the same empty list for everything that holds nothing", () => {
    expect(found("25.3")).toBe(found('{"t":25.3,"seq":17}'));
  });
});

describe("what holds no secret", () => {
  const harmless = [
    "25.3",
    '{"t":25.3,"seq":17}',
    '{"temperature":21.5,"humidity":40,"pressure":1013.2,"battery":3.71,"open":true,"offset":3}',
    "550e8400-e29b-41d4-a716-446655440000",
    '{"id":"550e8400-e29b-41d4-a716-446655440000","session":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}',
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    '{"sha256":"9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"}',
    '{"passwordHash":"$2b$12$abcdefghijklmnopqrstuv","tokenType":"Bearer","token_expires":3600}',
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    '{"etag":"W/\\"5e15153d-1ce\\"","nonce":"17"}',
    "home/livingroom/temperature/sensor-550e8400",
    '{"data":"VGhpcyBpcyBqdXN0IHNvbWUgaGFybWxlc3MgdGV4dCB0aGF0IGlzIGVuY29kZWQ="}',
    '{"image":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}',
    "eyJub3QiOiJhIHRva2VuIn0",
    "eyJhbGciOiJIUzI1NiJ9",
    "version.of.something.1.2.3",
    "AKIA",
    "AKIAshort",
    "xAKIAIOSFODNN7EXAMPLE",
    "AKIAIOSFODNN7EXAMPLEX",
    "akiaiosfodnn7example",
    "ghp_",
    "ghp_short",
    "xoxo-kisses",
    "xoxb-1",
    "AIzaShort",
    "ya29.",
    "paya29.comfort",
    "SharedAccessSignature",
    "SharedAccessSignature sr=a&se=1767229200&skn=policy",
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----",
    "-----",
    "---------------- PRIVATE KEY ----------------",
    '{"state":{"reported":{"temp":21}},"clientToken":"thermostat-1-42","version":10}',
    '{"gateway_id":"gw1","uplink_token":"CiAKHgoSZ3cxLXJhc3BiZXJyeS1waRIIWKDL//6AEjQQ"}',
    '{"items":[1,2],"nextToken":"b1946ac92492d2347c6235b4d2611184"}',
    "W (99) auth: token expired, requesting a new one",
    "<password></password>",
    "<password/>",
    '<input type="password"/><b>Password</b>',
    "<passwordPolicy>strict</passwordPolicy>",
    "<token>17</token><pwd>/home/pi</pwd>",
    "<Password><![CDATA[]]></Password>",
    '<xs:element name="password"><xs:complexType/></xs:element>',
    "<t>21.5</t><h>40</h><unit>C</unit>",
    "hunter2</password>",
    Buffer.from('{"temp":21.5,"hum":40.2,"seq":17}').toString("hex"),
    `0x${Buffer.from("nothing to see here, move along").toString("hex")}`,
    "550e8400e29b41d4a716446655440000",
    "202122232425262728293031323334353637",
    "a4cf120b339ea4cf120b339fa4cf120b33a0",
  ];
  const encoded = Buffer.from('{"password":"H3xed-Pw"}').toString("hex");
  const broken = [encoded.slice(1), `x${encoded}`, encoded.replace("70", "g0")];
  test.each(broken)("%s, which is no run of octets in hexadecimal", text => {
    expect(found(text)).toEqual([]);
  });
  test.each(harmless)("%s", text => {
    expect(found(text)).toEqual([]);
  });

  test("a public key and a certificate request's octets", () => {
    expect(findSecrets(keyPair.publicKey.export({ type: "spki", format: "der" }))).toEqual([]);
  });
});

describe("placeholders", () => {
  const values = [
    '""',
    '"***"',
    '"********"',
    '"xxxx"',
    '"..."',
    '"-"',
    "null",
    "true",
    "false",
    "0",
    "3",
    '"none"',
    '"${PASSWORD}"',
    '"$PASSWORD"',
    '"{{ password }}"',
    '"<password>"',
    '"%PASSWORD%"',
    '"[REDACTED]"',
    '"(hidden)"',
    '"***7"',
    '"•••••"',
    '"‹12 characters›"',
    '"required"',
    "{}",
    '{"set":true}',
  ];
  test.each(values)("are no passwords: %s", value => {
    expect(found(`{"password":${value}}`)).toEqual([]);
    expect(found(`{"password": ${value} , "x": 1}`)).toEqual([]);
  });

  test.each(["changeme", "password", "admin", "1234"])("are not what everybody chooses: %s", value => {
    expect(textsOf(`{"password":"${value}"}`)).toEqual([value]);
  });

  test("are not asked of a token, a key or a short secret that counts something", () => {
    for (const text of [
      '{"token":17}',
      '{"token":"17"}',
      '{"tokens":12}',
      '{"token":"livingroom"}',
      '{"api_key":"none"}',
      '{"key":"temperature"}',
    ])
      expect(found(text), text).toEqual([]);
  });
});

describe("names of secrets", () => {
  test.each([
    "password",
    "Password",
    "PASSWORD",
    "passwd",
    "pwd",
    "passphrase",
    "mqttPassword",
    "mqtt_password",
    "mqtt-password",
    "mqtt.password",
    "WIFI_PASS",
    "wifiPass",
    "Password1",
    "psk_2",
    "psk",
    "clientSecret",
    "client_secret",
    "credentials",
  ])("%s", name => {
    expect(textsOf(`{"${name}":"Abc-123-xyz"}`)).toEqual(["Abc-123-xyz"]);
    expect(textsOf(`${name}=Abc-123-xyz`)).toEqual(["Abc-123-xyz"]);
    expect(textsOf(`${name} : "Abc-123-xyz"`)).toEqual(["Abc-123-xyz"]);
  });

  test.each([
    "token",
    "accessToken",
    "access_token",
    "api_key",
    "apikey",
    "apiKey",
    "X-Api-Key",
    "secret_key",
    "AppSKey",
    "network_key",
  ])("%s", name => {
    expect(textsOf(`{"${name}":"Abc-123-xyz"}`)).toEqual(["Abc-123-xyz"]);
  });

  test.each([
    "passwordless",
    "password_length",
    "compass",
    "bypass",
    "passed",
    "tokenizer",
    "token_id",
    "secretary",
    "monkey",
    "hotkey",
    "public_key",
    "primary_key",
    "keyboard",
    "key",
    "pskov",
    "turkey",
    "pass",
  ])("and names that are none: %s", name => {
    expect(found(`{"${name}":"Abc-123-xyz"}`)).toEqual([]);
  });

  test.each([
    '{"user":"kim","pass":"Abc-123-xyz"}',
    '{"pw":"Abc-123-xyz","userName":"kim"}',
    "login=kim&pass=Abc-123-xyz",
    '{"msg":"{\\"user\\":\\"kim\\",\\"pass\\":\\"Abc-123-xyz\\"}"}',
  ])("that are some beside a user: %s", text => {
    expect(textsOf(text)).toEqual(["Abc-123-xyz"]);
    expect(found(text.replaceAll(/user(?:Name)?|login/g, "test"))).toEqual([]);
  });

  test("what a user passed is no password", () => {
    for (const text of [
      '{"user":"ci","pass":12,"fail":0}',
      '{"user":"ci","pass":true}',
      '{"user":"ci","pass":"4/4"}',
    ])
      expect(found(text), text).toEqual([]);
  });

  test.each(["kennwort", "mot_de_passe", "contrasena", "senha"])("in other languages: %s", name => {
    expect(textsOf(`{"${name}":"Abc-123-xyz"}`)).toEqual(["Abc-123-xyz"]);
  });

  test("an assignment is one with a colon, too", () => {
    expect(textsOf('password := "Abc-123-xyz"')).toEqual(["Abc-123-xyz"]);
  });

  test("a working directory, a sentence and an operator are no values", () => {
    for (const text of [
      '{"pwd":"/home/kim"}',
      "pwd=C:\\Users\\kim",
      "Invalid password: try again",
      "password == other",
      "enter password:",
      "password:",
    ])
      expect(found(text), text).toEqual([]);
  });
});

describe("payment cards", () => {
  test.each(["4111 1111 1111 1111", "4111-1111-1111-1111", "5555 5555 5555 4444", "3782 822463 10005"])(
    "%s in groups",
    number => {
      expect(textsOf(`paid with ${number}.`.replace(".", " "))).toEqual([number]);
    },
  );

  test("bare digits are a counter, unless their name says card", () => {
    expect(found("4111111111111111")).toEqual([]);
    expect(found('{"n":4111111111111111,"total":5555555555554444}')).toEqual([]);
    expect(kindsOf('{"pan":"4111111111111111"}')).toEqual(["pan"]);
  });

  test.each([
    "4111 1111 1111 1112",
    "1234 5678 9012 3452",
    "9999 9999 9999 9995",
    "2026-01-02 03:04:05",
    "4111 1111-1111 1111",
    "12 3456 7890 1234 5678 9",
    '{"pan":"0x1a62"}',
    '{"card":"eth0"}',
    '{"panId":6754}',
  ])("%s is none", text => {
    expect(found(text)).toEqual([]);
  });
});

describe("e-mail addresses", () => {
  test.each([
    "kim@example.com",
    "<kim.li+mqtt@mail.example.org>",
    "mailto:kim@example.com",
    "users/kim@example.com/state",
  ])("%s", text => {
    expect(kindsOf(text)).toEqual(["email"]);
  });

  test.each([
    "icon@2x.png",
    "user@host",
    "user@localhost",
    "kim@host.local",
    "git@github.com:a/b",
    "ssh://kim@example.com/",
    "noreply@example.com",
    "a@@b.com",
    "@example.com",
    "kim@",
    "kim@.com",
    "1@2.3",
  ])("%s is none", text => {
    expect(found(text)).toEqual([]);
  });
});

describe("locations", () => {
  test("a latitude and a longitude in one object", () => {
    expect(kindsOf('{"lat":52.52437,"lon":13.41053}')).toEqual(["location"]);
    expect(kindsOf('{"latitude": "52.52437", "longitude": "13.41053"}')).toEqual(["location"]);
    expect(kindsOf('{"gps":{"gpsLat":52.52437,"gpsLng":-13.41053,"alt":34}}')).toEqual(["location"]);
  });

  test("OwnTracks says so itself", () => {
    expect(found('{"_type":"location","lat":52.52437,"lon":13.41053}')).toMatchObject([
      { kind: "location", declared: true },
    ]);
  });

  test.each([
    '{"lat":52.52437}',
    '{"lat":0,"lon":0}',
    '{"lat":52,"lon":13}',
    '{"flat":52.52437,"lon":13.41053}',
    '{"lat":152.52437,"lon":13.41053}',
    '{"a":{"lat":52.52437},"b":{"lon":13.41053}}',
    '{"type":"location"}',
    '{"_type":"transition"}',
    '{"lat":12,"long":true}',
  ])("%s is none", text => {
    expect(found(text)).toEqual([]);
  });
});

describe("Wi-Fi passwords", () => {
  test("belong to the network that the same text names", () => {
    expect(kindsOf('{"ssid":"a","password":"hunter2hunter2","mqtt_password":"x-1"}')).toEqual([
      "wifi",
      "password",
    ]);
    expect(kindsOf('{"SSID1":"a","Password1":"hunter2hunter2"}')).toEqual(["wifi"]);
    expect(kindsOf('{"ssid":"a","key":"hunter2hunter2"}')).toEqual(["wifi"]);
    expect(kindsOf('{"SSID":"a","Key":"hunter2hunter2"}')).toEqual(["wifi"]);
    expect(kindsOf('{"sta":{"ssid":"a","pass":"hunter2hunter2","enable":true}}')).toEqual(["wifi"]);
    expect(kindsOf("ssid=a&pw=hunter2hunter2")).toEqual(["wifi"]);
  });

  test("a name without a password, or a base station's address, makes none", () => {
    expect(found('{"ssid":"a","rssi":-67}')).toEqual([]);
    expect(found('{"ssid":"a","psk":""}')).toEqual([]);
    expect(found('{"ssid":"a","key":"EVT_WU_Connected"}')).toEqual([]);
    expect(found("WIFI_PASSWORD=${WIFI_PASSWORD}")).toEqual([]);
    expect(kindsOf('{"bssid":"02:00:00:00:00:01","password":"hunter2"}')).toEqual(["password"]);
  });
});

describe("laws of the search", () => {
  const piece = fc.oneof(
    fc.constantFrom(...SAMPLES.map(sample => sample.text)),
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      '{"',
      '":"',
      "=",
      ":",
      "\\",
      '"',
      "'",
      "password",
      "token",
      "eyJ",
      ".",
      "@",
      "lat",
      "lon",
      "-----BEGIN ",
      "[",
      "]",
      "WIFI:",
      " ",
    ),
  );
  const mixture = fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join(""));

  test("matches lie in what was looked at, in order, apart from one another", () => {
    fc.assert(
      fc.property(fc.oneof(mixture.map(octets), fc.uint8Array({ maxLength: 300 })), some => {
        let at = 0;
        for (const { start, end } of findSecrets(some)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(some.length);
          at = end;
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test("no octets throw, whatever a prefix of a secret is followed by", () => {
    const prefix = fc
      .constantFrom(...SAMPLES.map(({ text }) => text))
      .chain(text => fc.nat(text.length).map(n => text.slice(0, n)));
    fc.assert(
      fc.property(prefix, fc.uint8Array({ maxLength: 100 }), (text, rest) => {
        findSecrets(Buffer.concat([octets(text), rest]));
      }),
      { numRuns: 3_000 },
    );
  });

  test("the first look suspects every sample wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.string({ maxLength: 60 }),
        fc.string({ maxLength: 60 }),
        ({ text }, before, after) => {
          const all = octets(`${before}\n${text}\n${after}`);
          expect(suspect(all, 0, all.length)).not.toBe(0);
        },
      ),
    );
  });

  test("numbers and short objects of numbers raise no suspicion at all", () => {
    const names = fc.constantFrom(
      "t",
      "h",
      "seq",
      "temp",
      "value",
      "pressure",
      "co2",
      "ts",
      "unit",
      "state",
      "rssi",
      "power",
      "id",
    );
    const telemetry = fc
      .dictionary(names, fc.oneof(fc.integer(), fc.float(), fc.boolean()))
      .map(object => JSON.stringify(object));
    fc.assert(
      fc.property(fc.oneof(telemetry, fc.float().map(String), fc.integer().map(String)), text => {
        expect(suspect(octets(text), 0, octets(text).length)).toBe(0);
      }),
    );
  });
});
