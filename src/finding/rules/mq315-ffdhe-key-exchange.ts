/** MQ315: Diffie-Hellman over a finite field in TLS 1.2. */
import { isFiniteField } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { chosenSuite } from "./versions.ts";

export const rule = defineRule({
  id: "MQ315",
  name: "ffdhe-key-exchange",
  title: "Key exchange over a finite field (DHE, DH)",
  severity: "medium",
  cwe: [327],
  why: "In TLS 1.2 the broker alone chooses the group and the client cannot tell a good one from a bad one; reused keys and short primes were the rule (Logjam, Raccoon).",
  fix: "Offer ECDHE suites, or TLS 1.3, whose finite-field groups have names and sizes that can be trusted.",
  proof: "The cipher suite that the ServerHello chose, in TLS 1.2 or older.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "Broker and clients are one person's, and the group was made with care.",
  references: ["RFC 10015", "RFC 9325 §4.1"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0x0033, 0x0039, 0x0067, 0x006b, 0x009e, 0x009f, 0xccaa}",
  affects: "weak",
  fires: "dhe",
  quiet: ["tls12", "tls13", "anonymous-kx"],
  on: ["session.negotiated"],
  check: ({ tls }) => chosenSuite(tls, isFiniteField),
});
