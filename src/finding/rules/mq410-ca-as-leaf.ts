/** MQ410: an authority's certificate in a broker's place. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ410",
  name: "ca-as-leaf",
  title: "Broker uses an authority's certificate as its own",
  severity: "medium",
  cwe: [295],
  why: "The key that lies on the broker signs certificates for any name: who takes it can be every host that these clients talk to.",
  fix: "Make a certificate of the broker's own with CA:FALSE; `openssl req -x509` makes authorities unless it is told otherwise.",
  proof: "basicConstraints of the broker's own certificate say cA.",
  falseAlarm: "The clients pin this certificate and trust nothing that it would sign.",
  references: ["RFC 5280 §4.2.1.9", "RFC 5280 §6.1.4"],
  wireshark: "x509ce.cA == 1",
  affects: "weak",
  fires: "ca-as-leaf",
  quiet: ["tls12", "self-signed", "with-root"],
  on: ["session.chain"],
  check: ({ chain, direction }) => {
    const leaf = chain[0];
    return direction === "server" && leaf?.fields?.ca === true
      ? { field: chainField("server", 0, "basicConstraints.cA"), subject: leaf.sha256, ofBroker: true }
      : undefined;
  },
});
