/** MQ308: TLS that encrypts nothing. */
import { isNull } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { suiteName } from "./versions.ts";

export const rule = defineRule({
  id: "MQ308",
  name: "null-cipher",
  title: "TLS without encryption",
  severity: "critical",
  cwe: [319, 327],
  why: "The chosen suite guards integrity and hides nothing: the MQTT inside, passwords included, is there to read.",
  fix: "Remove the NULL suites from broker and client (OpenSSL: never eNULL), and replace what was sent.",
  proof: "The cipher suite that the ServerHello chose; the octets of the records are there to be read.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "None known: what an observer reads is readable.",
  references: ["RFC 9325 §4.1", "RFC 9150"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0x0001, 0x0002, 0x003b, 0xc010, 0xc006}",
  affects: "exposed",
  fires: "null-cipher",
  quiet: ["tls12", "tls13", "rsa-key-exchange"],
  on: ["session.negotiated"],
  check: ({ tls }) => {
    const suite = tls.serverHello?.cipherSuite;
    return suite !== undefined && isNull(suite)
      ? { field: "server_hello.cipher_suite", shown: suiteName(suite) }
      : undefined;
  },
});
