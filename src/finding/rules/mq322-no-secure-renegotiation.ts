/** MQ322: a broker that cannot tell a renegotiation from a beginning. */
import { defineRule } from "../rule.ts";
import { hasExtension, RENEGOTIATION_INFO, TLS_1_0, TLS_1_2 } from "./versions.ts";

export const rule = defineRule({
  id: "MQ322",
  name: "no-secure-renegotiation",
  title: "Broker lacks secure renegotiation",
  severity: "medium",
  cwe: [300],
  why: "An attacker speaks first and then hands the connection to the client: the broker takes what he said for the beginning of what the client says.",
  fix: "Update the broker's TLS library; it is older than 2010 or has the extension switched off.",
  proof: "The client signalled secure renegotiation, and the ServerHello does not answer it.",
  falseAlarm: "The broker refuses every renegotiation: nothing of that shows in a capture.",
  references: ["RFC 5746 §3.6", "RFC 9325 §3.5"],
  wireshark:
    "tls.handshake.type == 2 and not tls.handshake.extension.type == 65281 and not tls.handshake.extensions.supported_version",
  affects: "weak",
  fires: "no-secure-renegotiation",
  quiet: ["tls12", "tls13", "ssl3"],
  on: ["session.negotiated"],
  check: ({ tls: { clientHello, serverHello } }) => {
    if (clientHello === undefined || serverHello === undefined) return undefined;
    const { version } = serverHello;
    if (version < TLS_1_0 || version > TLS_1_2 || hasExtension(serverHello, RENEGOTIATION_INFO))
      return undefined;
    const signalled =
      hasExtension(clientHello, RENEGOTIATION_INFO) || clientHello.cipherSuites.includes(SCSV);
    return signalled ? { field: "server_hello.extensions", ofBroker: true } : undefined;
  },
});

/** RFC 5746 §3.3: TLS_EMPTY_RENEGOTIATION_INFO_SCSV. */
const SCSV = 0x00ff;
