/** MQ312: ciphers with blocks of 64 bits. */
import { hasSmallBlock, isDes } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { chosenSuite } from "./versions.ts";

export const rule = defineRule({
  id: "MQ312",
  name: "des-3des-64bit",
  title: "Cipher with blocks of 64 bits (3DES, IDEA)",
  severity: "medium",
  also: { high: "it is single DES" },
  cwe: [327, 326],
  why: "After some 32 GiB under one key blocks repeat and tell about their content (SWEET32): a device that stays connected gets there. The 56 bits of single DES are simply tried.",
  fix: "Offer AES-GCM or ChaCha20-Poly1305 suites only.",
  proof: "The cipher suite that the ServerHello chose.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "Sessions too short for SWEET32: then it is old, and not yet broken.",
  references: ["RFC 9325 §4.1", "RFC 8996"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0x0007, 0x0009, 0x000a, 0x0016, 0xc008, 0xc012}",
  affects: "weak",
  fires: "triple-des",
  quiet: ["tls12", "tls13", "rsa-key-exchange", "rc4"],
  on: ["session.negotiated"],
  check: ({ tls }) => {
    const sighting = chosenSuite(tls, hasSmallBlock);
    const single = chosenSuite(tls, isDes) !== undefined;
    return sighting === undefined || !single
      ? sighting
      : { ...sighting, severity: "high", title: "Single DES is used" };
  },
});
