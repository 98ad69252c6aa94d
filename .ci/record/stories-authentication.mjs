/** Stories about who asks whom for a certificate, and who goes on without, one a row. */
import { mosquitto } from "./brokers.mjs";
import { AT_MOST_1_2, BY_NAME, device, forced, plain, publisher, secured } from "./parts.mjs";
import { LOGIN_ARGS, TEMPERATURE } from "./parts.mjs";
import { mosquittoClient } from "./clients.mjs";

/** mosquitto that wants certificates of the root; in TLS 1.2, where they are in clear, unless `more` says otherwise. */
const mutual = (leaf, more = { openssl: "at-most-1.2" }) =>
  mosquitto({
    ports: [8883],
    lines: [...secured(leaf), "cafile @certificate:root", "require_certificate true"],
    ...more,
  });

export const AUTHENTICATION = [
  {
    name: "mtls",
    shows: "Mutual TLS 1.2: the broker asks for a certificate and the device shows its own, in clear.",
    port: 8883,
    brokers: [mutual("good")],
    clients: [
      mosquittoClient(
        "mosquitto_pub",
        `${BY_NAME} --cafile @certificate:root --cert @certificate:device --key @key:device ${LOGIN_ARGS} ${TEMPERATURE}`,
        AT_MOST_1_2,
      ),
    ],
    ca: "root",
  },
  {
    name: "mtls13",
    shows: "Mutual TLS 1.3: the same, and all of it encrypted; the lengths of the records tell.",
    port: 8883,
    brokers: [mutual("good", {})],
    clients: [
      mosquittoClient(
        "mosquitto_pub",
        `${BY_NAME} --cafile @certificate:root --cert @certificate:device --key @key:device ${LOGIN_ARGS} ${TEMPERATURE}`,
      ),
    ],
    ca: "root",
  },
  {
    name: "mtls-required",
    shows: "The broker insists on a certificate, and the client has none: handshake_failure.",
    port: 8883,
    brokers: [mutual("good")],
    clients: [publisher("root", AT_MOST_1_2)],
    ca: "root",
  },
  {
    name: "mtls-optional",
    shows: "The broker asks for a certificate, gets none and goes on.",
    ...forced({ maxVersion: "TLSv1.2", requestCert: true, rejectUnauthorized: false }),
    ca: "root",
  },
  {
    name: "mtls13-optional",
    shows: "The same in TLS 1.3, where the lengths of the records tell.",
    ...forced({ minVersion: "TLSv1.3", requestCert: true, rejectUnauthorized: false }),
    ca: "root",
  },
  {
    name: "mtls-left",
    shows:
      "Mutual TLS 1.2 with a broker whose certificate ended in 2025: MQTT.js verifies, shows its own certificate all the same, and leaves.",
    port: 8883,
    brokers: [mutual("expired")],
    clients: [device("root", { maxVersion: "TLSv1.2" }, "device")],
    ca: "root",
  },
  {
    name: "tls-to-plaintext",
    shows: "A client tries TLS on a broker that speaks plain MQTT there; the broker closes.",
    port: 1883,
    brokers: [plain(1883)],
    clients: [device("root", { port: 1883 })],
  },
];
