/** MQ507: a broker that asks for a certificate and goes on without one. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ507",
  name: "mtls-not-enforced",
  title: "Broker goes on without the client certificate it asked for",
  severity: "medium",
  cwe: [306],
  why: "It looks like mutual TLS and is none: a client that shows nothing is served as well.",
  fix: "Refuse clients without a certificate (mosquitto: require_certificate true; Node: rejectUnauthorized true).",
  proof:
    "CertificateRequest, a Certificate of the client that holds none, and application data of the broker all the same.",
  copy: {
    broker: [
      "mosquitto.conf: cafile /etc/mosquitto/device-ca.crt",
      "mosquitto.conf: require_certificate true",
    ],
  },
  falseAlarm: "Certificates are optional on purpose, and a password inside TLS is asked for instead.",
  references: ["MQTT 5.0 §5.4.1", "RFC 5246 §7.4.6", "RFC 8446 §4.4.2.4"],
  wireshark: "tls.handshake.type == 11 and tls.handshake.certificates_length == 0",
  fires: "mtls-optional",
  quiet: ["mtls", "mtls-required", "tls12", "tls13"],
  on: ["session.client_authentication"],
  check: ({ answer, tentative, seen }) =>
    answer === "none-accepted"
      ? {
          field: "client certificate_list",
          seen: seen.clientCertificate,
          ofBroker: true,
          ...(tentative && { confidence: "tentative" }),
        }
      : undefined,
});
