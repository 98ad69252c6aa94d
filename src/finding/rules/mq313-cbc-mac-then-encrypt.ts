/** MQ313: CBC with the MAC on the inside. */
import { isCbc } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { chosenSuite, ENCRYPT_THEN_MAC, hasExtension } from "./versions.ts";

export const rule = defineRule({
  id: "MQ313",
  name: "cbc-mac-then-encrypt",
  title: "CBC suite without encrypt-then-MAC",
  severity: "low",
  also: { info: "both sides agreed on encrypt-then-MAC (RFC 7366)" },
  cwe: [327],
  why: "The receiver must look into padding before it has checked who wrote it: again and again its timing gave the content away (Lucky Thirteen and its kin).",
  fix: "Prefer AEAD suites (AES-GCM, ChaCha20-Poly1305), or TLS 1.3, which has no others.",
  proof: "The cipher suite that the ServerHello chose, and no encrypt_then_mac in both hellos.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "The stacks of both ends take the same time for every padding: current ones do.",
  references: ["RFC 7366 §1", "RFC 7457 §2.4"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0xc013, 0xc014, 0xc023, 0xc024, 0xc027, 0xc028, 0x002f, 0x0035, 0x003c, 0x003d} and not tls.handshake.extension.type == 22",
  affects: "weak",
  fires: "cbc-mac-then-encrypt",
  quiet: ["tls12", "tls13", "dhe"],
  on: ["session.negotiated"],
  check: ({ tls }) => {
    const { clientHello, serverHello } = tls;
    if (serverHello === undefined) return undefined;
    const agreed =
      hasExtension(serverHello, ENCRYPT_THEN_MAC) &&
      (clientHello === undefined || hasExtension(clientHello, ENCRYPT_THEN_MAC));
    const sighting = chosenSuite(tls, isCbc);
    return sighting !== undefined && agreed
      ? { ...sighting, severity: "info", title: "CBC suite, with encrypt-then-MAC" }
      : sighting;
  },
});
