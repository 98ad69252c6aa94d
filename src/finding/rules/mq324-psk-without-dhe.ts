/** MQ324: a pre-shared key and nothing else makes the session's keys. */
import { isPlainPsk } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { suiteName, TLS_1_3 } from "./versions.ts";

export const rule = defineRule({
  id: "MQ324",
  name: "psk-without-dhe",
  title: "Pre-shared key without Diffie-Hellman",
  severity: "medium",
  cwe: [326],
  why: "The key that lies in the device opens every session ever recorded: whoever takes a device apart reads its past.",
  fix: "Use psk_dhe_ke in TLS 1.3, or ECDHE_PSK suites in TLS 1.2.",
  proof: "pre_shared_key in the ServerHello and no key_share, or a suite of a plain pre-shared key.",
  falseAlarm:
    "Constrained devices choose it on purpose: then the key must be each device's own, and changed.",
  references: ["RFC 8446 §2.2", "RFC 8446 §4.2.9", "RFC 9325 §7.3"],
  wireshark:
    "tls.handshake.type == 2 and (tls.handshake.ciphersuite in {0x008c, 0x008d, 0x00a8, 0x00a9, 0x00ae, 0x00af} or (tls.handshake.extension.type == 41 and not tls.handshake.extension.type == 51))",
  affects: "weak",
  fires: "psk",
  quiet: ["tls12", "tls13", "resumed", "psk-ecdhe"],
  on: ["session.negotiated"],
  check: ({ tls: { serverHello } }) => {
    if (serverHello === undefined) return undefined;
    const { version, cipherSuite, selectedPsk, group } = serverHello;
    if (version >= TLS_1_3)
      return selectedPsk !== undefined && group === undefined
        ? { field: "server_hello.pre_shared_key", ofBroker: true }
        : undefined;
    return isPlainPsk(cipherSuite)
      ? { field: "server_hello.cipher_suite", shown: suiteName(cipherSuite), ofBroker: true }
      : undefined;
  },
});
