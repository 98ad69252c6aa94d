/** MQ508: a client without the certificate that the broker insists on. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ508",
  name: "mtls-required-missing",
  title: "Client has no certificate, and the broker insists on one",
  severity: "info",
  cwe: [],
  why: "The broker does what mutual TLS is for. The client cannot work until it has a certificate.",
  fix: "Give the client a certificate and key that the broker's authority signed.",
  proof: "CertificateRequest, a Certificate of the client that holds none, and the broker's refusal.",
  copy: {
    client: [
      "mosquitto_pub --cafile ca.crt --cert device.crt --key device.key -h mqtt.example.com -p 8883 …",
    ],
  },
  falseAlarm: "The broker refused for another reason at the same moment.",
  references: ["RFC 5246 §7.4.6", "RFC 8446 §4.4.2.4"],
  wireshark: "tls.handshake.certificates_length == 0 or tls.alert_message.desc == 116",
  fires: "mtls-required",
  quiet: ["mtls", "mtls-optional", "tls12"],
  on: ["session.client_authentication"],
  check: ({ answer, tentative, seen }) =>
    answer === "none-refused"
      ? {
          field: "client certificate_list",
          seen: seen.clientCertificate,
          ...(tentative && { confidence: "tentative" }),
        }
      : undefined,
});
