/** MQ506: a client that shows its own certificate to a broker that it then refuses. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ506",
  name: "client-cert-before-check",
  title: "Client shows its certificate before it has verified the broker",
  severity: "low",
  cwe: [359],
  why: "Whoever answers in the broker's place learns which device calls, by name, although the device refuses him in the end.",
  fix: "Use TLS 1.3, or a client that verifies during the handshake and not after it.",
  proof: "The client's Certificate in clear, and no application data from it afterwards.",
  falseAlarm: "The client left for another reason than the broker's certificate.",
  references: ["RFC 8446 §E.1.2", "nodejs/node#20737"],
  wireshark: "tls.handshake.type == 11 and tls.handshake.type == 16",
  fires: "mtls-left",
  quiet: ["mtls", "expired-left", "tls12"],
  on: ["session.left"],
  check: ({ tls, seen }) =>
    tls.clientChain.length > 0
      ? { field: "client Certificate[0].subject", seen: seen.clientCertificate, confidence: "firm" }
      : undefined,
});
