/** MQ314: the session key travels under the broker's RSA key. */
import { isRsaKeyExchange } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { suiteName, TLS_1_2 } from "./versions.ts";

export const rule = defineRule({
  id: "MQ314",
  name: "rsa-key-exchange",
  title: "Key exchange without forward secrecy (RSA)",
  severity: "high",
  cwe: [327],
  why: "Traffic recorded today opens with the broker's private key whenever that is stolen; the padding has been attacked again and again (ROBOT).",
  fix: "Offer ECDHE suites only, or TLS 1.3, which knows no other.",
  proof: "The cipher suite that the ServerHello chose; no ServerKeyExchange follows.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "None known: the suite is the one that the ServerHello chose.",
  references: ["RFC 10015", "RFC 9325 §4.1"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0x002f, 0x0035, 0x003c, 0x003d, 0x009c, 0x009d}",
  affects: "weak",
  fires: "rsa-key-exchange",
  quiet: ["tls12", "tls13"],
  on: ["session.negotiated"],
  check: ({ tls }) => {
    const hello = tls.serverHello;
    return hello !== undefined && hello.version <= TLS_1_2 && isRsaKeyExchange(hello.cipherSuite)
      ? { field: "server_hello.cipher_suite", shown: suiteName(hello.cipherSuite), ofBroker: true }
      : undefined;
  },
});
