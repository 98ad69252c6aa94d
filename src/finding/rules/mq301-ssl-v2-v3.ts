/** MQ301: SSL 2.0 or 3.0. */
import { SSL_3_0, versionName } from "./versions.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ301",
  name: "ssl-v2-v3",
  title: "SSL 2.0 or 3.0 is used",
  severity: "critical",
  cwe: [327],
  why: "Both are broken: an active attacker reads and changes what they carry (DROWN, POODLE).",
  fix: "Offer TLS 1.2 and 1.3 only, on the broker and on the client.",
  proof: "The version that the ServerHello chose, or a SERVER-HELLO in the form of SSLv2.",
  copy: {
    broker: ["mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "None known: the version is the one that the ServerHello chose, not that of a record.",
  references: ["RFC 6176", "RFC 7568", "RFC 9325 §3.1.1"],
  wireshark: "tls.handshake.type == 2 and tls.handshake.version <= 0x0300",
  affects: "interceptable",
  fires: "ssl3",
  quiet: ["tls10", "tls12", "tls13"],
  on: ["session.negotiated", "session.sslv2"],
  check: ({ type, tls }) => {
    if (type === "session.sslv2")
      return { field: "SERVER-HELLO.SERVER-VERSION", shown: "SSL 2.0", ofBroker: true };
    const version = tls.serverHello?.version;
    return version !== undefined && version <= SSL_3_0
      ? { field: "server_hello.server_version", shown: versionName(version), ofBroker: true }
      : undefined;
  },
});
