/** MQ310: keys as short as export rules wanted them thirty years ago. */
import { isExport } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { chosenSuite } from "./versions.ts";

export const rule = defineRule({
  id: "MQ310",
  name: "export-cipher",
  title: "Export-grade cipher suite",
  severity: "critical",
  cwe: [326],
  why: "Its keys are broken within hours by anybody (FREAK, Logjam): an attacker in the middle gets in, and recordings open.",
  fix: "Remove export suites from broker and client; a TLS library of this century has none.",
  proof: "The cipher suite that the ServerHello chose.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "None known: the suite is the one that the ServerHello chose.",
  references: ["RFC 7457 §2.10", "RFC 9325 §4.1"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0017, 0x0019}",
  affects: "interceptable",
  fires: "export-cipher",
  quiet: ["tls12", "tls13", "rsa-key-exchange", "rc4"],
  on: ["session.negotiated"],
  check: ({ tls }) => chosenSuite(tls, isExport),
});
