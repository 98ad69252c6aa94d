/** MQ330: an authentication tag of half the usual length. */
import { hasShortTag } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { chosenSuite } from "./versions.ts";

export const rule = defineRule({
  id: "MQ330",
  name: "truncated-tag",
  title: "Suite with a short authentication tag (CCM_8)",
  severity: "low",
  cwe: [327],
  why: "A forged record passes once in 2^64 tries instead of 2^128: enough for a slow radio, less than a broker on the Internet should allow.",
  fix: "Offer the CCM or GCM suite of the same key length where the device can afford eight octets more.",
  proof: "The cipher suite that the ServerHello chose.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "The profile for constrained devices asks for this suite.",
  references: ["RFC 6655 §6.1", "RFC 7925 §4.2"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0x1305, 0xc0a0..0xc0a3, 0xc0ae, 0xc0af}",
  fires: "ccm8",
  quiet: ["tls12", "tls13"],
  on: ["session.negotiated"],
  check: ({ tls }) => chosenSuite(tls, hasShortTag),
});
