/** MQ504: a client that verifies here and not there. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ504",
  name: "inconsistent-verification",
  title: "Client verifies some brokers and not others",
  severity: "medium",
  cwe: [295],
  why: "It can verify, and does not always: one connection with a setting of its own is enough for an attacker.",
  fix: "Look for the connection that switches verification off (rejectUnauthorized: false, --insecure, tls_insecure_set).",
  proof:
    "The same client in two conversations: an alert about a certificate in one, data after a bad one in the other.",
  falseAlarm: "Several programs with the same TLS library on one machine.",
  references: ["RFC 9325 §7.1", "RFC 9525 §6"],
  wireshark: "tls.alert_message or tls.app_data",
  fires: "inconsistent",
  quiet: ["expired", "expired-refused", "tls12"],
  on: ["session.inconsistent"],
  check: ({ refusedIn, tookIn }) => ({
    field: "conversation",
    shown: `refused a certificate in conversation ${refusedIn}, took a bad one in ${tookIn}`,
    confidence: "firm",
  }),
});
