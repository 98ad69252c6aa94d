/** MQ219: MQTT-SN in clear. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ219",
  name: "mqttsn-plaintext",
  title: "MQTT-SN without DTLS",
  severity: "medium",
  onThePath: true,
  cwe: [319],
  why: "Anyone in reach reads what sensors publish and can speak for them: MQTT-SN 1.2 has neither encryption nor credentials, and a datagram's sender is easily forged.",
  fix: "Run MQTT-SN inside DTLS, or keep sensors and gateway on a link that encrypts, and forward to the broker over TLS.",
  falseAlarm: "The link encrypts below IP (802.15.4 security, WPA), and was captured behind that.",
  references: ["MQTT-SN 1.2 §5.4.4", "ETSI EN 303 645 5.5-1"],
  wireshark: "mqttsn or udp.port == 1884",
  affects: "exposed",
  fires: "mqtt-sn",
  quiet: ["nothing", "plaintext-password", "tls12"],
  on: ["session.mqttsn"],
  check: ({ connected }) =>
    connected
      ? { field: "CONNECT.ProtocolId", shown: 1 }
      : { field: "MsgType", confidence: "firm", title: "MQTT-SN without DTLS (its CONNECT was not seen)" },
});
