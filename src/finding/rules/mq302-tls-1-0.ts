/** MQ302: TLS 1.0. */
import { TLS_1_0, versionName } from "./versions.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ302",
  name: "tls-1-0",
  title: "TLS 1.0 is used",
  severity: "high",
  cwe: [327, 326],
  why: "TLS 1.0 rests on MD5 and SHA-1 and on CBC with predictable vectors (BEAST); it must not be used any more.",
  fix: "Offer TLS 1.2 and 1.3 only (mosquitto: tls_version tlsv1.2), and update clients that cannot.",
  proof: "The version that the ServerHello chose: 0x0301, and no supported_versions.",
  copy: {
    broker: ["mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "None known: a ClientHello in a TLS 1.0 record is normal and does not count.",
  references: ["RFC 8996 §4", "RFC 9325 §3.1.1"],
  wireshark: "tls.handshake.type == 2 and tls.handshake.version == 0x0301",
  affects: "weak",
  fires: "tls10",
  quiet: ["tls11", "tls12", "tls13"],
  on: ["session.negotiated"],
  check: ({ tls }) =>
    tls.serverHello?.version === TLS_1_0
      ? { field: "server_hello.server_version", shown: versionName(TLS_1_0) }
      : undefined,
});
