/** Stories about certificates, one a row: who is shown what, and who goes on or refuses. */
import { AT_MOST_1_2, device, publisher, tlsBroker } from "./parts.mjs";

export const CERTIFICATES = [
  {
    name: "self-signed",
    shows:
      "TLS 1.2 with a self-signed leaf that carries the right name; the client trusts exactly this certificate, which nobody can see from outside. No CA is given to judge it by.",
    port: 8883,
    brokers: [tlsBroker("self-signed", "at-most-1.2")],
    clients: [publisher("self-signed", AT_MOST_1_2)],
  },
  {
    name: "unknown-ca",
    shows:
      "TLS 1.2 with a leaf of another CA than the one to judge it by; a client that does not verify sends data.",
    port: 8883,
    brokers: [tlsBroker("stranger", "at-most-1.2")],
    clients: [device(undefined, { maxVersion: "TLSv1.2" })],
    ca: "root",
  },
  {
    name: "expired",
    shows:
      "TLS 1.2 with a leaf that ended in 2025; a client that does not verify goes on and sends its password.",
    port: 8883,
    brokers: [tlsBroker("expired", "at-most-1.2")],
    clients: [device(undefined, { maxVersion: "TLSv1.2" })],
    ca: "root",
  },
  {
    name: "expired-refused",
    shows: "The same broker; a client that verifies refuses it with the alert certificate_expired.",
    port: 8883,
    brokers: [tlsBroker("expired", "at-most-1.2")],
    clients: [publisher("root", AT_MOST_1_2)],
    ca: "root",
  },
  {
    name: "expired-left",
    shows:
      "The same broker; MQTT.js verifies, finishes the handshake and leaves without an alert and without data.",
    port: 8883,
    brokers: [tlsBroker("expired", "at-most-1.2")],
    clients: [device("root", { maxVersion: "TLSv1.2" })],
    ca: "root",
  },
  {
    name: "tls13-refused",
    shows: "TLS 1.3, expired leaf: mosquitto_pub verifies and refuses with an alert in clear.",
    port: 8883,
    brokers: [tlsBroker("expired")],
    clients: [publisher("root")],
    ca: "root",
  },
  {
    name: "tls13-left",
    shows: "TLS 1.3, expired leaf: MQTT.js verifies and closes without its Finished and without an alert.",
    port: 8883,
    brokers: [tlsBroker("expired")],
    clients: [device("root")],
    ca: "root",
  },
  {
    name: "wrong-host",
    shows:
      "TLS 1.2; the client asks for mqtt.example.com (SNI), the leaf is for broker.example.org; the client checks the chain and not the name, and sends data.",
    port: 8883,
    brokers: [tlsBroker("wrong-host", "at-most-1.2")],
    clients: [publisher("root", { ...AT_MOST_1_2, flags: "--insecure " })],
    ca: "root",
  },
  {
    name: "no-san",
    shows:
      "TLS 1.2 with a leaf that names its host in the common name alone; OpenSSL still falls back to it, so the client verifies and goes on.",
    port: 8883,
    brokers: [tlsBroker("no-san", "at-most-1.2")],
    clients: [publisher("root", AT_MOST_1_2)],
    ca: "root",
  },
  {
    name: "weak-key",
    shows:
      "TLS 1.2 with a leaf whose RSA key has 1024 bits, otherwise sound; the client verifies and goes on.",
    port: 8883,
    brokers: [tlsBroker("weak", "at-most-1.2-weak")],
    clients: [device("root", { maxVersion: "TLSv1.2" })],
    ca: "root",
  },
];
