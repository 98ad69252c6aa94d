/** MQ201: MQTT in clear, whoever speaks it on whichever port. */
import { isSealed } from "../../session/readable.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ201",
  name: "plaintext-mqtt",
  title: "MQTT without TLS",
  severity: "high",
  onThePath: true,
  cwe: [319],
  why: "Anyone on the path reads topics and payloads and can change them: there is neither secrecy nor integrity.",
  fix: "Offer MQTT over TLS (port 8883) and close the plain listener; let clients verify the broker's certificate.",
  falseAlarm: "The path is protected outside the capture (VPN, IPsec), or both ends are one machine.",
  references: ["MQTT 5.0 §5.4.4", "MQTT 5.0 §5.4.5", "ETSI EN 303 645 5.5-1"],
  wireshark: "mqtt",
  affects: "exposed",
  fires: "anonymous",
  quiet: ["tls12", "tls13", "nothing"],
  on: ["session.login", "session.midstream"],
  check: event => {
    if (isSealed(event.transport)) return undefined;
    if (event.type === "session.midstream") return { field: "Control Packet", confidence: "firm" };
    return { field: "CONNECT", shown: `MQTT ${event.login.version}` };
  },
});
