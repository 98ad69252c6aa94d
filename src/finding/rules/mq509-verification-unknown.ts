/** MQ509: conversations that do not show whether the client verifies. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ509",
  name: "verification-unknown",
  title: "Whether clients verify the broker is not shown",
  severity: "info",
  cwe: [],
  why: "A client that takes a good certificate looks the same whether it checks or not: only a bad one would tell them apart.",
  fix: "Capture what the client does with a wrong certificate (in a lab), or give the authority that it ought to trust with --ca.",
  proof: "No alert about a certificate, and no data after one that a verifying client refuses.",
  falseAlarm: "None is needed: this is a limit of what can be seen, and not a fault.",
  references: ["RFC 9325 §7.1", "RFC 8446 §E.1.2"],
  wireshark: "tls.handshake.type == 2",
  fires: "tls13",
  quiet: ["expired", "expired-refused", "plaintext-password"],
  on: ["session.capture"],
  check: ({ coverage }) =>
    coverage.unverified > 0
      ? {
          field: "conversations",
          shown: `not shown for ${coverage.unverified} of ${coverage.tls} TLS connections`,
        }
      : undefined,
});
