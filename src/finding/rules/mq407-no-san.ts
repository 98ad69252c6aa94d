/** MQ407: a broker's certificate that names no host where clients look for it. */
import { presentedNames } from "../../session/names.ts";
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ407",
  name: "no-san",
  title: "Certificate has no subjectAltName",
  severity: "medium",
  cwe: [297],
  why: "Clients that follow the standard ignore the common name: they cannot verify whom they talk to, and people switch verification off.",
  fix: "Make the certificate again with subjectAltName = DNS:the.broker's.name (or IP:…).",
  proof: "The certificate has no subjectAltName with a host name or an address.",
  copy: {
    broker: [
      "openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=mqtt.example.com -addext subjectAltName=DNS:mqtt.example.com",
    ],
  },
  falseAlarm: "Clients pin the certificate or its key and need no name.",
  references: ["RFC 9525 §2"],
  wireshark: "tls.handshake.type == 11 and not x509ce.dNSName",
  affects: "weak",
  fires: "no-san",
  quiet: ["tls12", "wrong-host"],
  on: ["session.chain"],
  check: ({ chain, direction }) => {
    const leaf = chain[0];
    return direction === "server" &&
      leaf?.fields !== undefined &&
      presentedNames(leaf.fields.subjectAltNames).length === 0
      ? { field: chainField("server", 0, "subjectAltName"), subject: leaf.sha256, ofBroker: true }
      : undefined;
  },
});
