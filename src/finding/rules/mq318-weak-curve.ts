/** MQ318: a named curve that is too small. */
import { defineRule } from "../rule.ts";
import { groupName } from "./versions.ts";

export const rule = defineRule({
  id: "MQ318",
  name: "weak-curve",
  title: "Key exchange on a curve that is too small",
  severity: "medium",
  cwe: [326],
  why: "A curve of 192 bits is about as strong as RSA of 1536: less than the 112 bits that a key exchange must have.",
  fix: "Offer X25519, P-256 or P-384.",
  proof: "The group in the ServerKeyExchange or in the ServerHello's key_share.",
  falseAlarm: "None known: the group is the one that the broker chose.",
  references: ["RFC 8422 §5.1.1", "RFC 9325 §4.5"],
  wireshark: "tls.handshake.server_named_curve in {1..19}",
  affects: "weak",
  fires: "weak-curve",
  quiet: ["tls12", "tls13"],
  on: ["tls.server_key_exchange", "tls.server_hello"],
  check: event => {
    const { group } = event.message;
    if (group === undefined || bitsOf(group) >= 224) return undefined;
    const field =
      event.type === "tls.server_hello" ? "server_hello.key_share" : "server_key_exchange.namedcurve";
    return { field, shown: groupName(group), ofBroker: true };
  },
});

/** The size is in the curve's name (SEC 2); groups without one are judged elsewhere or not known. */
const bitsOf = (group: number): number =>
  Number(/^sec[tp](\d+)/.exec(groupName(group))?.[1] ?? Number.POSITIVE_INFINITY);
