/** MQ501: a client that goes on with a certificate that no verifying client takes. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ501",
  name: "accepts-bad-cert",
  title: "Client does not verify the broker",
  severity: "high",
  cwe: [295],
  why: "Encryption keeps eavesdroppers out and lets an active attacker in: who answers in the broker's place with any certificate is given the password.",
  fix: "Switch verification on: give the client the root (mosquitto: --cafile, MQTT.js: ca and rejectUnauthorized: true) and connect by the name in the certificate.",
  proof:
    "The Certificate that no verifying client takes, and after the client's Finished a record of application data from it. A finished handshake alone proves nothing.",
  copy: {
    broker: [
      "mosquitto.conf: certfile /etc/mosquitto/server.crt",
      "mosquitto.conf: keyfile /etc/mosquitto/server.key",
    ],
    client: [
      "mosquitto_pub --cafile ca.crt -h mqtt.example.com -p 8883 …   # without --insecure",
      "MQTT.js: mqtt.connect('mqtts://mqtt.example.com', { ca: fs.readFileSync('ca.crt'), rejectUnauthorized: true })",
      "paho: client.tls_set('ca.crt')   # and no tls_insecure_set(True)",
      "ESP32: client.setCACert(root)   // and no setInsecure()",
    ],
  },
  falseAlarm:
    "The client pins this certificate or key, also a self-signed one beside the root given with --ca (give it with --pin or --ca too); it has no clock and skips the dates alone; or it has a missing intermediate or a renewed root in store.",
  references: ["RFC 9325 §7.1", "RFC 9525 §6", "ETSI EN 303 645 5.5"],
  wireshark: "tls.handshake.type == 11 or tls.app_data",
  affects: "interceptable",
  fires: "expired",
  quiet: ["tls12", "tls13", "self-signed", "expired-refused"],
  on: ["session.verification"],
  check: ({ tls: { clientVerifies } }) =>
    clientVerifies.answer === "no"
      ? { field: "application_data", shown: clientVerifies.text, confidence: clientVerifies.confidence }
      : undefined,
});
