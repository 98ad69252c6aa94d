/** MQ213: devices are sent to an address that speaks no TLS. */
import { hostOf, mayLink, programLink } from "../links.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ213",
  name: "insecure-url-in-payload",
  title: "Payload sends devices to an http:// address",
  severity: "medium",
  cwe: [319],
  why: "What a device fetches there, firmware or the answers of an interface, can be read and exchanged on the way, however safe MQTT itself is.",
  fix: "Use https:// with a verified certificate, and sign firmware.",
  falseAlarm: "The address is one of the device's own network, or what is fetched is signed.",
  references: ["ETSI EN 303 645 5.3", "ETSI EN 303 645 5.5"],
  wireshark: 'mqtt.msgtype == 3 and mqtt.msg contains "http://"',
  fires: "commands",
  quiet: ["innocent", "plaintext-password", "mqtt5"],
  on: ["mqtt.publish"],
  mayConcern: mayLink,
  check({ packet }) {
    const url = programLink(packet.payload);
    return url === undefined ? undefined : { field: "PUBLISH.Payload", shown: url, subject: hostOf(url) };
  },
});
