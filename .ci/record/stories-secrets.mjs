/** Stories about credentials and secrets, one a row. Everything secret in them is made up and opens nothing. */
import { createHmac, generateKeyPairSync } from "node:crypto";
import { aedes, mosquitto } from "./brokers.mjs";
import { mosquittoClient, mqttjs } from "./clients.mjs";
import { LOGIN_ARGS, plain, READINGS, secured, SENSOR, TEMPERATURE, USERS, WITH_PASSWORDS } from "./parts.mjs";

const BROKER = "mqtt://127.0.0.1:1883";
const anyone = aedes({ port: 1883 });
const HOUR = 3600;
const DAY = 24 * HOUR;

/** A JSON Web Token (RFC 7519) signed with the word `secret`, or by nobody. */
function token(claims, alg = "HS256") {
  const part = value => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg, typ: "JWT" })}.${part({ iss: "https://auth.example.com", sub: "sensor-a1", ...claims })}`;
  return `${signed}.${alg === "none" ? "" : createHmac("sha256", "secret").update(signed).digest("base64url")}`;
}

const now = Math.floor(Date.now() / 1000);
const BEARER = token({ iat: now, exp: now + HOUR });

/** A new key, as octets (PKCS#8 in DER), that the origin does not repeat. */
const PRIVATE_KEY = Object.assign(
  generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey.export({ type: "pkcs8", format: "der" }),
  { toJSON: () => "a new EC key, PKCS#8 in DER" },
);

const withToken = password => ({ ...SENSOR, username: "sensor-a1", password });
const said = (publish, payload) => ({
  publish,
  payload: typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
});
const device = (steps, options = {}) => mqttjs(BROKER, { ...SENSOR, ...options }, steps);

export const SECRETS = [
  {
    name: "token-password",
    shows: "A JSON Web Token that is good for 30 days as password over plain TCP; the broker accepts it.",
    port: 1883,
    brokers: [anyone],
    clients: [mqttjs(BROKER, withToken(token({ iat: now, exp: now + 30 * DAY })), READINGS)],
  },
  {
    name: "token-expired",
    shows: "A JSON Web Token that was good for an hour on 2026-01-01 as password over plain TCP.",
    port: 1883,
    brokers: [anyone],
    clients: [mqttjs(BROKER, withToken(token({ iat: 1_767_225_600, exp: 1_767_229_200 })), READINGS)],
  },
  {
    name: "token-alg-none",
    shows: "A JSON Web Token of one hour that nobody signed (algorithm none) as password; the broker accepts it.",
    port: 1883,
    brokers: [anyone],
    clients: [mqttjs(BROKER, withToken(token({ iat: now, exp: now + HOUR }, "none")), READINGS)],
  },
  {
    name: "enhanced-auth",
    shows:
      "MQTT 5.0 with the authentication method PLAIN over plain TCP, user and password in the authentication data; mosquitto knows no such method and refuses.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      mqttjs(
        BROKER,
        {
          clientId: "sensor-a1",
          protocolVersion: 5,
          properties: {
            authenticationMethod: "PLAIN",
            authenticationData: Buffer.from(`\0device_fleet\0${USERS.device_fleet}`),
          },
        },
        [],
      ),
    ],
  },
  {
    name: "default-password",
    shows: "User admin with password admin over plain TCP, accepted.",
    port: 1883,
    brokers: [aedes({ port: 1883, users: { admin: "admin" } })],
    clients: [device(READINGS, { username: "admin", password: "admin" })],
  },
  {
    name: "weak-password",
    shows: "A password of six characters over plain TCP, accepted.",
    port: 1883,
    brokers: [aedes({ port: 1883, users: { greenhouse: "t0m4to" } })],
    clients: [device(READINGS, { username: "greenhouse", password: "t0m4to" })],
  },
  {
    name: "password-equals-identity",
    shows: "A device whose password is its user name, the hardware address, written with hyphens and capitals.",
    port: 1883,
    brokers: [aedes({ port: 1883, users: { a4cf120b339e: "A4-CF-12-0B-33-9E" } })],
    clients: [device(READINGS, { username: "a4cf120b339e", password: "A4-CF-12-0B-33-9E" })],
  },
  {
    name: "shared-credential",
    shows: "Three devices at three addresses log in with one user name and password.",
    port: 1883,
    brokers: [plain(1883)],
    clients: ["sensor-a1", "sensor-b2", "sensor-c3"].map((name, i) =>
      mosquittoClient(
        "mosquitto_pub",
        `-h 127.0.0.1 -p 1883 -A 127.0.0.${2 + i} ${LOGIN_ARGS} -i ${name} -q 1 -t iot/sensor/temp -m 25.3`,
      ),
    ),
  },
  {
    name: "cleartext-beside-tls",
    shows:
      "A client logs in over plain TCP and then, from the same address, over TLS 1.3 to the same broker: migration half done.",
    port: "1883 or tcp port 8883",
    brokers: [mosquitto({ ports: [1883, 8883], lines: ["listener 1883 127.0.0.1", ...secured("good")] })],
    clients: [
      mosquittoClient("mosquitto_pub", `-h mqtt.example.com -p 1883 ${LOGIN_ARGS} ${TEMPERATURE}`),
      mosquittoClient(
        "mosquitto_pub",
        `-h mqtt.example.com -p 8883 --cafile @certificate:root ${LOGIN_ARGS} ${TEMPERATURE}`,
      ),
    ],
    ca: "root",
  },
  {
    name: "secret-in-payload",
    shows: "Messages with a password and an API key in JSON, an AWS access key id (AWS's own example), and a token.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      device([
        said("plant/camera/config", { host: "10.0.0.9", user: "bridge", password: "Tr0mbone-77" }),
        said("plant/camera/cloud", { region: "eu-1", api_key: "k-8f3a9c2d1e7b4a60" }),
        said("plant/camera/log", "upload with AKIAIOSFODNN7EXAMPLE failed"),
        said("plant/camera/session", { token: BEARER }),
        said("plant/camera/stream", "rtsp://viewer:M00nlight@10.0.0.9/live"),
      ]),
    ],
  },
  {
    name: "private-key",
    shows: "A message whose payload is an EC private key as octets (PKCS#8 in DER), made for this capture.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [device([said("plant/door/provision", PRIVATE_KEY)])],
  },
  {
    name: "wifi-credentials",
    shows: "A message with name and password of a wireless network.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [device([said("plant/door/provision", { ssid: "plant7", psk: "hunter2hunter2" })])],
  },
  {
    name: "personal-data",
    shows: "Messages with an e-mail address, a position as OwnTracks publishes it, and a card number (a published test number).",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      device([
        said("gym/visitor/new", { name: "Kim", email: "kim@example.com" }),
        said("owntracks/kim/phone", { _type: "location", lat: 52.52437, lon: 13.41053, tst: 1_767_225_600, batt: 85 }),
        said("gym/payment", "paid with 4111 1111 1111 1111"),
      ]),
    ],
  },
  {
    name: "secret-in-topic",
    shows: "Topics with an e-mail address and with a token as one of their levels.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [device([said("users/kim@example.com/state", "in"), said(`session/${BEARER}/state`, "open")])],
  },
  {
    name: "secret-in-will",
    shows: "A last will with an access token in it.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      device(READINGS, {
        will: {
          topic: "plant/door/state",
          payload: JSON.stringify({ state: "gone", access_token: "a81bc81b-dead-4e5d-abff-90865d1e13b1" }),
          qos: 1,
          retain: false,
        },
      }),
    ],
  },
  {
    name: "secret-in-user-property",
    shows: "MQTT 5.0 messages with an Authorization user property, as a gateway to HTTP wants it.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      device(
        [
          {
            ...said("rpc/door/open", { id: 17 }),
            options: { qos: 1, properties: { userProperties: { authorization: `Bearer ${BEARER}`, tenant: "acme" } } },
          },
        ],
        { protocolVersion: 5 },
      ),
    ],
  },
  {
    name: "secret-in-clientid",
    shows: "One client whose identifier ends in a token, and one whose identifier is its password.",
    port: 1883,
    brokers: [anyone],
    clients: [
      device(READINGS, { clientId: `door-${BEARER}` }),
      device(READINGS, { clientId: "q8-Lantern-41", username: "door", password: "q8-Lantern-41" }),
    ],
  },
  {
    name: "websocket-token",
    shows:
      "A plain WebSocket that is opened with a token in its URL, an Authorization header and a session cookie; MQTT 3.1.1 inside.",
    port: 9001,
    brokers: [
      mosquitto({
        ports: [9001],
        lines: ["listener 1883 127.0.0.1", "listener 9001 127.0.0.1", "protocol websockets", ...WITH_PASSWORDS],
      }),
    ],
    clients: [
      mqttjs(
        `ws://127.0.0.1:9001/mqtt?token=${BEARER}&site=roof`,
        {
          ...SENSOR,
          wsOptions: { headers: { Authorization: "Basic a2ltOk0wMG5saWdodA==", Cookie: "lang=en; sid=7b1c9e2f4d" } },
        },
        READINGS,
      ),
    ],
  },
  {
    name: "harmless-lookalikes",
    shows:
      "What looks like secrets and is none: UUIDs, hashes, placeholders, a public key, counters that pass for card numbers, trace identifiers.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [
      device(
        [
          said("plant/550e8400-e29b-41d4-a716-446655440000/temp", "25.3"),
          said("plant/camera/config", { password: "***", token: null, secret: "", api_key: "${API_KEY}", psk: "<psk>" }),
          said("plant/camera/status", "Invalid password: try again"),
          said("plant/camera/auth", { token_type: "Bearer", expires_in: 3600, password_set: true, tokens_left: 12 }),
          said("plant/camera/firmware", {
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            build: "4111111111111111",
          }),
          said("plant/camera/key", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"),
          said("plant/camera/icon", { file: "camera@2x.png", flat: 12.25, lon: 3 }),
          said("plant/camera/wifi", { ssid: "plant7", rssi: -67 }),
          {
            ...said("rpc/camera/ping", "{}"),
            options: {
              qos: 1,
              properties: {
                userProperties: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", token: "17" },
              },
            },
          },
        ],
        {
          clientId: "camera-550e8400-e29b-41d4-a716-446655440000",
          protocolVersion: 5,
          will: { topic: "plant/camera/state", payload: '{"state":"gone","password":"********"}', qos: 0, retain: false },
        },
      ),
    ],
  },
];
