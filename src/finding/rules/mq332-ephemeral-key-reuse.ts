/** MQ332: an ephemeral key that stays. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ332",
  name: "ephemeral-key-reuse",
  title: "A Diffie-Hellman share is used again",
  severity: "medium",
  cwe: [323],
  why: "Forward secrecy is worth as much as the key is forgotten: who gets this one opens every session in which it was used.",
  fix: "Make a new share for each handshake (OpenSSL does; look for a setting that reuses them).",
  proof: "The same Diffie-Hellman share in two handshakes that are minutes apart.",
  falseAlarm: "A recording that was played again.",
  references: ["RFC 9325 §7.4", "RFC 8446 §4.2.8.1"],
  wireshark: "tls.handshake.extensions_key_share_key_exchange or tls.handshake.type == 12",
  affects: "weak",
  fires: "same-share",
  quiet: ["tls12", "resumed", "seen-twice", "hello-retry"],
  on: ["session.same_share"],
  check: ({ of, seconds }) => ({
    field: "key_share",
    shown: `again after ${Math.floor(seconds / 60)} min`,
    ofBroker: of === "server",
    subject: of,
  }),
});
