/** MQ305: the client offers TLS 1.3 and the broker does not take it. */
import { defineRule } from "../rule.ts";
import { offers, TLS_1_2, TLS_1_3, versionName } from "./versions.ts";

export const rule = defineRule({
  id: "MQ305",
  name: "tls13-not-used",
  title: "TLS 1.3 was offered and not used",
  severity: "low",
  cwe: [326],
  why: "TLS 1.2 is sound with the right suites. TLS 1.3 leaves no wrong ones, hides certificates from onlookers and saves a round trip.",
  fix: "Enable TLS 1.3 on the broker (OpenSSL 1.1.1 or newer; look for a maximum version in its or OpenSSL's configuration).",
  proof: "The ClientHello lists TLS 1.3, and the ServerHello chose TLS 1.2.",
  falseAlarm: "The broker is kept at TLS 1.2 on purpose.",
  references: ["NIST SP 800-52r2 §3.1", "RFC 9325 §3.1.1"],
  wireshark:
    "tls.handshake.type == 2 and tls.handshake.version == 0x0303 and not tls.handshake.extensions.supported_version",
  fires: "tls13-not-used",
  quiet: ["tls12", "tls13"],
  on: ["session.negotiated"],
  check: ({ tls: { clientHello, serverHello } }) =>
    clientHello !== undefined && serverHello?.version === TLS_1_2 && offers(clientHello, TLS_1_3)
      ? { field: "server_hello.server_version", shown: versionName(TLS_1_2), ofBroker: true }
      : undefined,
});
