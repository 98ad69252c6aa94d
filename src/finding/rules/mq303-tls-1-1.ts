/** MQ303: TLS 1.1. */
import { TLS_1_1, versionName } from "./versions.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ303",
  name: "tls-1-1",
  title: "TLS 1.1 is used",
  severity: "high",
  cwe: [327],
  why: "TLS 1.1 signs with SHA-1 and knows no authenticated encryption; it must not be used any more.",
  fix: "Offer TLS 1.2 and 1.3 only (mosquitto: tls_version tlsv1.2), and update clients that cannot.",
  proof: "The version that the ServerHello chose: 0x0302, and no supported_versions.",
  copy: {
    broker: ["mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "None known: the version is the one that the ServerHello chose.",
  references: ["RFC 8996 §5", "RFC 9325 §3.1.1"],
  wireshark: "tls.handshake.type == 2 and tls.handshake.version == 0x0302",
  affects: "weak",
  fires: "tls11",
  quiet: ["tls10", "tls12", "tls13"],
  on: ["session.negotiated"],
  check: ({ tls }) =>
    tls.serverHello?.version === TLS_1_1
      ? { field: "server_hello.server_version", shown: versionName(TLS_1_1) }
      : undefined,
});
