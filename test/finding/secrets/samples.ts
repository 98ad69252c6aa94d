/** Secrets made up for tests, of every kind; those that code hosts look for are put together only when a test runs. */
import { createHmac, generateKeyPairSync } from "node:crypto";
import type { SecretKind } from "../../../src/finding/secrets/match.ts";

/** A text with a secret in it. */
export interface Sample {
  readonly kind: SecretKind;
  readonly what: string;
  readonly text: string;
  /** What of the text must not be shown. */
  readonly secret: string;
}

/** A JSON Web Token signed with the word `secret`. */
export function webToken(claims: object, header: object = { alg: "HS256", typ: "JWT" }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", "secret").update(signed).digest("base64url")}`;
}

/** A private key in PEM, and the same as octets. */
export const keyPair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
export const PEM = keyPair.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
export const DER = keyPair.privateKey.export({ type: "pkcs8", format: "der" });

const token = webToken({
  sub: "sensor-7",
  iss: "https://auth.example",
  iat: 1_767_225_600,
  exp: 1_767_229_200,
});
const signature = "q7Zk4vBn2XsLw9Jr6TyPd3Hf8Gm1CaEu5VoNbQiRtKs%3D";
const hex64 = createHmac("sha256", "canary").update("signature").digest("hex");

const sample = (
  kind: SecretKind,
  what: string,
  secret: string,
  around: (secret: string) => string,
): Sample => ({
  kind,
  what,
  text: around(secret),
  secret,
});
const itself = (secret: string): string => secret;

/** Two dozen, each with another secret. */
export const SAMPLES: readonly Sample[] = [
  sample("jwt", "JSON Web Token", token, itself),
  sample("jwt", "JSON Web Token in a sentence", webToken({ sub: "b" }), s => `session opened (${s}).`),
  sample(
    "azure-sas",
    "shared access signature",
    signature,
    s => `SharedAccessSignature sr=hub.example%2Fdevices%2Fa&sig=${s}&se=1767229200`,
  ),
  sample(
    "aws-signature",
    "presigned URL",
    hex64,
    s => `https://s3.example/x?X-Amz-Date=20260101T000000Z&X-Amz-Signature=${s}`,
  ),
  sample(
    "aws-signature",
    "custom authorizer",
    "pR0tEcTeDsIgNaTuRe9876543210%3D%3D",
    s => `dev1?x-amz-customauthorizer-name=a&x-amz-customauthorizer-signature=${s}`,
  ),
  sample("aws-access-key", "AWS access key id", `AK${"IA"}QRSTUVWXYZ234567`, itself),
  sample("github-token", "GitHub token", `gh${"p"}_${"a1B2c3D4e5F6g7H8i9".repeat(2)}`, itself),
  sample(
    "github-token",
    "fine-grained GitHub token",
    `github${"_pat_"}11ABCDEFG0aBcDeFgHiJkL_${"x9Y8z7".repeat(9)}`,
    s => `push with ${s}`,
  ),
  sample("token", "Stripe key", `sk${"_live_"}4eC39HqLyjWDarjtT1zdp7dc`, itself),
  sample("token", "GitLab token", `gl${"pat-"}aBcDeFgHiJkLmNoPqRsT`, itself),
  sample("token", "npm token", `np${"m_"}${"a1B2c3D4e5F6".repeat(3)}`, itself),
  sample("token", "Hugging Face token", `h${"f_"}${"aBcDeFgHiJkLmNoPq".repeat(2)}`, itself),
  sample("slack-token", "Slack token", `xox${"b"}-210987654321-aBcDeFgHiJkLmNoP`, itself),
  sample("google-api-key", "Google API key", `AI${"za"}Sy${"D4fGhJkLmNpQrStUvWxYz0123456789-_"}`, itself),
  sample("google-access-token", "Google access token", `ya${"29"}.a0ARrdaM8LmNoPqRsTuVwXyZ0123`, itself),
  sample("private-key", "private key in PEM", PEM.trimEnd(), s => `-- new key --\n${s}\n`),
  sample("password", "password in JSON", "Tr0ub4dor&3xyz", s => `{"user":"kim","password":"${s}"}`),
  sample("password", "password in a form", "correct-h0rse-battery", s => `user=kim&passwd=${s}&go=1`),
  sample(
    "password",
    "password in a setting",
    "S3tt1ngs-Passw0rd",
    s => `mqtt.password: ${s}\nmqtt.port: 1883\n`,
  ),
  sample("password", "password in JSON inside of JSON", "N3sted-Qu0ted", s =>
    JSON.stringify({ config: JSON.stringify({ mqttPassword: s }) }),
  ),
  sample("password", "list of passwords", '["Alpha-0ne-One","Bravo-Two-2"]', s => `{"passwords":${s},"n":2}`),
  sample(
    "password",
    "password in XML",
    "Xm1-El3ment",
    s => `<conn><user>kim</user><mqttPassword type="text">${s}</mqttPassword></conn>`,
  ),
  sample(
    "password",
    "password in a section of XML",
    "C-D4ta<&>9",
    s => `<cfg><ns:Password><![CDATA[${s}]]></ns:Password ></cfg>`,
  ),
  sample(
    "wifi",
    "Wi-Fi password in XML",
    "Wl4n-El3ment",
    s => `<wlan><ssid>plant7</ssid><psk>${s}</psk></wlan>`,
  ),
  sample("secret", "client secret", "cl1ent-s3cret-value", s => `{"client_id":"a","clientSecret":"${s}"}`),
  sample(
    "token",
    "access token",
    "opaque-T0ken-55d2f0",
    s => `{"access_token":"${s}","token_type":"Bearer"}`,
  ),
  sample(
    "token",
    "Authorization header",
    "b3BhcXVlOmNyZWRlbnRpYWw",
    s => `GET / HTTP/1.1\r\nAuthorization: Basic ${s}\r\n\r\n`,
  ),
  sample("key", "API key", "k-8f3a9c2d1e7b4a60", s => `{"region":"eu","api_key":"${s}"}`),
  sample(
    "key",
    "LoRaWAN application key",
    "2B7E151628AED2A6ABF7158809CF4F3C",
    s => `{"devEUI":"70B3D57ED0000001","AppKey":"${s}"}`,
  ),
  sample("wifi", "Wi-Fi password", "hunter2hunter2", s => `{"ssid":"plant7","psk":"${s}"}`),
  sample("wifi", "Wi-Fi code", "Qu1ck-Resp0nse", s => `WIFI:T:WPA;S:plant7;P:${s};;`),
  sample("url-password", "URL with a password", "M00nlight-Sonata", s => `rtsp://viewer:${s}@10.0.0.9/live`),
  sample("pan", "card number in groups", "4111 1111 1111 1111", s => `paid with ${s}`),
  sample("pan", "card number with a name", "5555555555554444", s => `{"cardNumber":"${s}"}`),
];
