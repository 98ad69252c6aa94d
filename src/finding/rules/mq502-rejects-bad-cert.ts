/** MQ502: a client that was seen to refuse a certificate. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ502",
  name: "rejects-bad-cert",
  title: "Client verifies: it refused a certificate",
  severity: "info",
  cwe: [],
  why: "A refusal is the one sight that proves verification: an attacker with another certificate would have been refused too.",
  fix: "Nothing to mend on the client; the broker's certificate is what it refused.",
  proof:
    "An alert of the client about the certificate; in TLS 1.3, tentatively, a record in the place of its Finished that is too short to be one.",
  falseAlarm: "The alert had another reason than the certificate.",
  references: ["RFC 8446 §6.2"],
  wireshark: "tls.alert_message.desc in {42, 43, 44, 45, 46, 48}",
  fires: "expired-refused",
  quiet: ["expired", "tls12", "tls13"],
  on: ["session.verification"],
  check: ({ tls: { clientVerifies } }) =>
    clientVerifies.answer === "yes"
      ? { field: "alert.description", shown: clientVerifies.text, confidence: clientVerifies.confidence }
      : undefined,
});
