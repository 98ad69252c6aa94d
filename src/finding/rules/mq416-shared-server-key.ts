/** MQ416: one key on many brokers. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ416",
  name: "shared-server-key",
  title: "One key is on several brokers",
  severity: "medium",
  cwe: [321],
  why: "Who takes the key from the least guarded of them can be each of them.",
  fix: "Give each broker a key of its own; a certificate costs nothing.",
  proof: "One key in the certificates of three brokers or more.",
  falseAlarm: "A cluster, or one broker with several addresses.",
  references: ["ETSI EN 303 645 5.4-1", "RFC 5280 §4.1.2.7"],
  wireshark: "tls.handshake.type == 11",
  affects: "weak",
  fires: "shared-key",
  quiet: ["tls12", "incomplete-chain", "self-signed"],
  on: ["session.shared_key"],
  check: ({ brokers, spkiSha256 }) => ({
    field: chainField("server", 0, "subjectPublicKeyInfo"),
    shown: brokers.join(", "),
    subject: spkiSha256,
    ofCapture: true,
  }),
});
