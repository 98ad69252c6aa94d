/** Stories about certificates, one a row: who is shown what, and who goes on or refuses. */
import { mosquitto } from "./brokers.mjs";
import { mosquittoClient } from "./clients.mjs";
import { AT_MOST_1_2, device, forced, LOGIN_ARGS, publisher, secured, TEMPERATURE, tlsBroker } from "./parts.mjs";

/** mosquitto with this leaf, or chain, in TLS 1.2, and a client that verifies by the root. */
const to = leaf => ({
  port: 8883,
  brokers: [tlsBroker(leaf, "at-most-1.2")],
  clients: [publisher("root", AT_MOST_1_2)],
  ca: "root",
});

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
  {
    name: "not-yet-valid",
    shows: "TLS 1.2 with a leaf that begins in 2030; a client that does not verify goes on.",
    port: 8883,
    brokers: [tlsBroker("not-yet", "at-most-1.2")],
    clients: [device(undefined, { maxVersion: "TLSv1.2" })],
    ca: "root",
  },
  {
    name: "expires-soon",
    shows: "TLS 1.2 with a leaf for ninety days that has twenty left; the client verifies and goes on.",
    ...to("expires-soon"),
  },
  {
    name: "short-lived",
    shows: "TLS 1.2 with a leaf for a week that has five days left; the client verifies and goes on.",
    ...to("short-lived"),
  },
  {
    name: "long-lived",
    shows: "TLS 1.2 with a leaf for twenty-four years; the client verifies and goes on.",
    ...to("long-lived"),
  },
  {
    name: "exponent-3",
    shows: "TLS 1.2 with a leaf whose RSA key has the exponent 3; the client verifies and goes on.",
    ...to("exponent-3"),
  },
  {
    name: "known-key",
    shows: "TLS 1.2 with a leaf with the test key that RFC 9500 prints; the client verifies and goes on.",
    ...to("known-key"),
  },
  {
    name: "wide-wildcard",
    shows: "TLS 1.2 with a leaf for *.com; the client verifies and goes on.",
    ...to("wide-wildcard"),
  },
  {
    name: "wildcard-certificate",
    shows: "TLS 1.2 with a leaf for *.example.com; the client verifies and goes on.",
    ...to("wildcard"),
  },
  {
    name: "revocable",
    shows: "TLS 1.2 with a leaf that names an OCSP responder and a list of revoked certificates; the client verifies and goes on.",
    ...to("revocable"),
  },
  {
    name: "chain",
    shows: "TLS 1.2 with a leaf and the intermediate above it, in order.",
    ...to("below-sub+sub"),
  },
  {
    name: "with-root",
    shows: "TLS 1.2 with a leaf, the intermediate and the root, which clients have already.",
    ...to("below-sub+sub+root"),
  },
  {
    name: "chain-disorder",
    shows: "TLS 1.2 with a leaf, and the root before the intermediate.",
    ...to("below-sub+root+sub"),
  },
  {
    name: "incomplete-chain",
    shows: "Two brokers with the same certificate: the first sends the intermediate with it, the second does not.",
    port: "8883 or tcp port 8884",
    brokers: [
      tlsBroker("below-sub+sub", "at-most-1.2"),
      mosquitto({ ports: [8884], lines: secured("below-sub", 8884), openssl: "at-most-1.2" }),
    ],
    clients: [
      publisher("root", AT_MOST_1_2),
      mosquittoClient(
        "mosquitto_pub",
        `-h mqtt.example.com -p 8884 --cafile @certificate:sub+root ${LOGIN_ARGS} ${TEMPERATURE}`,
        AT_MOST_1_2,
      ),
    ],
    ca: "root",
  },
  {
    name: "sha1-certificate",
    shows: "TLS 1.2 with a leaf that is signed over SHA-1; a client with no security level goes on.",
    port: 8883,
    brokers: [tlsBroker("sha1", "at-most-1.2-weak")],
    clients: [device("root", { maxVersion: "TLSv1.2", ciphers: "DEFAULT@SECLEVEL=0" })],
    ca: "root",
  },
  {
    name: "ca-as-leaf",
    shows: "TLS 1.2 with an authority's certificate in the broker's place; the client verifies and goes on.",
    ...to("authority"),
  },
  {
    name: "wrong-purpose",
    shows: "TLS 1.2 with a leaf made for clients; a client that does not verify goes on.",
    port: 8883,
    brokers: [tlsBroker("for-clients", "at-most-1.2")],
    clients: [device(undefined, { maxVersion: "TLSv1.2" })],
    ca: "root",
  },
  {
    name: "x509-v1",
    shows: "TLS 1.2 with a leaf of version 1, which has no extensions; a client that does not verify goes on.",
    port: 8883,
    brokers: [tlsBroker("version-1", "at-most-1.2")],
    clients: [device(undefined, { maxVersion: "TLSv1.2" })],
    ca: "root",
  },
  {
    name: "must-staple",
    shows: "TLS 1.2 with a leaf that wants an OCSP response beside it, and none is sent although the client asks.",
    ...forced({ maxVersion: "TLSv1.2", requestOCSP: true }, "must-staple"),
    ca: "root",
  },
  {
    name: "stapled",
    shows: "TLS 1.2 with the same leaf, and a response beside it.",
    ...forced({ maxVersion: "TLSv1.2", requestOCSP: true }, "must-staple", { staple: true }),
    ca: "root",
  },
];
