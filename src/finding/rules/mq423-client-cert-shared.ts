/** MQ423: one device in two places. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ423",
  name: "client-cert-shared",
  title: "One client certificate is used from two places at once",
  severity: "high",
  cwe: [798],
  why: "The key is not one device's own: it was copied into several, or out of one. Nobody can be locked out without locking out all.",
  fix: "Give each device a key that is made in it and never leaves it.",
  proof: "One client key on connections from two addresses at the same time.",
  falseAlarm: "A device with two addresses, or one that changed its network a moment ago.",
  references: ["ETSI EN 303 645 5.4-1", "RFC 5280 §4.1.2.7"],
  wireshark: "tls.handshake.type == 11 and tls.handshake.type == 16",
  fires: "client-key-twice",
  quiet: ["mtls", "mtls13", "tls12"],
  on: ["session.shared_client_key"],
  check: ({ other, spkiSha256 }) => ({
    field: chainField("client", 0, "subjectPublicKeyInfo"),
    shown: `also in use from ${other}`,
    subject: spkiSha256,
    confidence: "firm",
  }),
});
