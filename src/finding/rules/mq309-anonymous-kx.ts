/** MQ309: a key exchange in which nobody shows who he is. */
import { isAnonymous } from "../../session/suites.ts";
import { defineRule } from "../rule.ts";
import { suiteName } from "./versions.ts";

export const rule = defineRule({
  id: "MQ309",
  name: "anonymous-kx",
  title: "Anonymous key exchange",
  severity: "critical",
  cwe: [295, 306],
  why: "There is no certificate to verify: whoever sits between client and broker makes a session with each, and reads everything.",
  fix: "Remove the anonymous suites (OpenSSL: never aNULL) and give the broker a certificate that clients verify.",
  proof: "The cipher suite that the ServerHello chose, and no Certificate after it.",
  copy: {
    broker: ["mosquitto.conf: ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "mosquitto.conf: tls_version tlsv1.2"],
  },
  falseAlarm: "Both ends prove themselves inside the session with channel binding: MQTT does not.",
  references: ["RFC 5246 §F.1.1.1", "RFC 9325 §4.1"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.ciphersuite in {0x0034, 0x003a, 0x006c, 0x006d, 0xc018, 0xc019}",
  affects: "interceptable",
  fires: "anonymous-kx",
  quiet: ["tls12", "tls13", "self-signed"],
  on: ["session.negotiated"],
  check: ({ tls }) => {
    const suite = tls.serverHello?.cipherSuite;
    return suite !== undefined && isAnonymous(suite)
      ? { field: "server_hello.cipher_suite", shown: suiteName(suite) }
      : undefined;
  },
});
