/** MQ311: RC4. */
import { isRc4 } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { chosenSuite } from "./versions.ts";

export const rule = defineRule({
  id: "MQ311",
  name: "rc4",
  title: "RC4 is used",
  severity: "high",
  cwe: [327],
  why: "RC4's output is not random: what is sent again and again, like a password at each login, can be worked out from recordings.",
  fix: "Offer AES-GCM or ChaCha20-Poly1305 suites only.",
  proof: "The cipher suite that the ServerHello chose.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "None known: the suite is the one that the ServerHello chose.",
  references: ["RFC 7465 §2", "RFC 9325 §4.1"],
  wireshark: "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0x0004, 0x0005, 0xc007, 0xc011}",
  affects: "weak",
  fires: "rc4",
  quiet: ["tls12", "tls13", "rsa-key-exchange", "triple-des"],
  on: ["session.negotiated"],
  check: ({ tls }) => chosenSuite(tls, isRc4),
});
