/** MQ425: a certificate that stands for too much. */
import { printable } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ425",
  name: "overbroad-wildcard",
  title: "Certificate stands for too many names",
  severity: "low",
  cwe: [295],
  why: "One stolen key is every host of the list, or of a whole domain.",
  fix: "Make a certificate for the broker's own names.",
  proof: "The names in subjectAltName.",
  falseAlarm: "A cloud broker that serves many customers under one certificate.",
  references: ["RFC 9525 §7.1", "RFC 9325 §3.7"],
  wireshark: 'x509ce.dNSName matches "^[*]"',
  fires: "wide-wildcard",
  quiet: ["tls12", "self-signed", "wildcard-certificate"],
  on: ["session.chain"],
  check: ({ chain, direction }) => {
    const leaf = chain[0];
    if (direction !== "server" || leaf?.fields === undefined) return undefined;
    const { subjectAltNames, subjectAltNameCount = subjectAltNames.length } = leaf.fields;
    const wide = subjectAltNames.find(name => name.kind === "dns" && /^\*(?:\.[^.]+)?\.?$/.test(name.value));
    const about = { field: chainField("server", 0, "subjectAltName"), subject: leaf.sha256, ofBroker: true };
    if (wide !== undefined && typeof wide.value === "string")
      return { ...about, shown: printable(wide.value) };
    return subjectAltNameCount > MANY ? { ...about, shown: `${subjectAltNameCount} names` } : undefined;
  },
});

const MANY = 50;
