/** MQ316: elliptic-curve Diffie-Hellman with the key of the certificate. */
import { isStaticEcdh } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { chosenSuite } from "./versions.ts";

export const rule = defineRule({
  id: "MQ316",
  name: "static-ecdh",
  title: "Key exchange without forward secrecy (static ECDH)",
  severity: "medium",
  cwe: [327],
  why: "The broker's half of every exchange is the key in its certificate: who gets that key later opens every recording.",
  fix: "Offer ECDHE suites (with the E), or TLS 1.3.",
  proof: "The cipher suite that the ServerHello chose; no ServerKeyExchange follows.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "None known: the suite is the one that the ServerHello chose.",
  references: ["RFC 10015", "RFC 9325 §4.1"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0xc004, 0xc005, 0xc00e, 0xc00f, 0xc02d, 0xc02e, 0xc031, 0xc032}",
  affects: "weak",
  fires: "static-ecdh",
  quiet: ["tls12", "tls13", "anonymous-kx"],
  on: ["session.negotiated"],
  check: ({ tls }) => chosenSuite(tls, isStaticEcdh),
});
