/** MQ334: a broker that does not ask its clients for certificates. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ334",
  name: "no-client-certificate",
  title: "Broker asks for no client certificates",
  severity: "info",
  cwe: [],
  why: "Passwords inside TLS are fine. A certificate of each device's own cannot be guessed, shared by mistake or typed into the wrong field.",
  fix: "Consider mutual TLS where devices can keep a key (mosquitto: require_certificate true).",
  proof: "No CertificateRequest between ServerHello and ServerHelloDone; in TLS 1.3 no record of its length.",
  falseAlarm: "None is needed: this is a remark and not a fault.",
  references: ["MQTT 5.0 §5.4.1", "RFC 8446 §4.3.2"],
  wireshark: "tls.handshake.type == 14 and not tls.handshake.type == 13",
  fires: "tls12",
  quiet: ["mtls", "mtls-required", "psk"],
  on: ["session.client_authentication"],
  check: ({ answer, tentative, seen }) =>
    answer === "not-asked"
      ? {
          field: "certificate_request",
          shown: tentative
            ? "absent: none of the broker's hidden records has its length"
            : "absent from ServerHello to ServerHelloDone",
          seen: seen.flight,
          ofCapture: true,
          ...(tentative && { confidence: "tentative" }),
        }
      : undefined,
});
