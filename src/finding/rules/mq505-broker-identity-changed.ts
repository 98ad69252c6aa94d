/** MQ505: another broker under the same name. */
import { printable } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ505",
  name: "broker-identity-changed",
  title: "Broker shows another key from another issuer",
  severity: "medium",
  cwe: [300],
  why: "A renewal keeps its issuer. This looks like another machine in the broker's place, and may be somebody in between.",
  fix: "Compare the certificates with those that were installed; pin the right one with --pin and judge again.",
  proof: "Two certificates of one broker that differ in issuer and in key.",
  falseAlarm:
    "The broker moved to another authority, or a load balancer has brokers with different certificates behind it.",
  references: ["RFC 7457 §2.1", "RFC 9325 §7.1"],
  wireshark: "tls.handshake.type == 11",
  fires: "broker-changed",
  quiet: ["tls12", "incomplete-chain", "shared-key"],
  on: ["session.broker_changed"],
  check: ({ before, after }) => ({
    field: chainField("server", 0, "issuer"),
    shown: `${printable(before)}, then ${printable(after)}`,
    ofBroker: true,
    confidence: "tentative",
  }),
});
