/** MQ329: broken suites in the offer, even though none of them was chosen. */
import { isBroken } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { suiteName } from "./versions.ts";

export const rule = defineRule({
  id: "MQ329",
  name: "client-offers-weak",
  title: "Client offers broken cipher suites",
  severity: "medium",
  cwe: [327],
  why: "This broker chose better. Whoever answers in its place may choose the worst of the list: no encryption, no certificate, or keys that are broken.",
  fix: "Prune the client's list: no NULL, anonymous, export, RC4 or DES suites (OpenSSL: DEFAULT or HIGH, never ALL or COMPLEMENTOFDEFAULT).",
  proof: "The list of cipher suites in the ClientHello.",
  falseAlarm: "A scanner that offers everything on purpose.",
  references: ["RFC 9325 §4.1", "RFC 7465 §2"],
  wireshark:
    "tls.handshake.type == 1 and tls.handshake.ciphersuite in {0x0001, 0x0002, 0x0004, 0x0005, 0x0009, 0x003b, 0xc006, 0xc010, 0xc011, 0xc015..0xc019}",
  fires: "client-offers-weak",
  quiet: ["tls12", "tls13", "null-cipher"],
  on: ["session.negotiated"],
  check: ({ seen, tls: { clientHello, serverHello } }) => {
    if (clientHello === undefined || serverHello === undefined || isBroken(serverHello.cipherSuite))
      return undefined;
    const broken = clientHello.cipherSuites.filter(isBroken);
    if (broken.length === 0) return undefined;
    const more = broken.length > SHOWN ? ` and ${broken.length - SHOWN} more` : "";
    return {
      field: "client_hello.cipher_suites",
      shown: broken.slice(0, SHOWN).map(suiteName).join(", ") + more,
      seen: seen.clientHello,
    };
  },
});

const SHOWN = 3;
