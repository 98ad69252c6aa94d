/** MQ111: a client that can do TLS sends its credential in clear as well. */
import { wireOctets } from "../../octets/text.ts";
import { unitLength } from "../place.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ111",
  name: "credential-reused-after-tls",
  title: "Credential in clear of a client that also uses TLS",
  severity: "high",
  onThePath: true,
  cwe: [319, 522],
  why: "Whoever read the password in clear uses it over TLS as well: the encryption protects nothing that is not known already.",
  fix: "Replace the password on the day of the migration, and close the plain listener.",
  falseAlarm:
    "Several clients behind one address (NAT), of which one is not migrated yet, or two accounts of one host.",
  references: ["MQTT 5.0 §5.4.1", "MQTT 5.0 §5.4.5"],
  wireshark: "mqtt.passwd",
  affects: "exposed",
  fires: "cleartext-beside-tls",
  quiet: ["plaintext-password", "tls12", "before-after-before"],
  on: ["session.cleartext_beside_tls"],
  check: event => ({
    field: "CONNECT.Password",
    shown: event.password,
    secret: event.password,
    range: lastOf(unitLength(event), wireOctets(event.password.reveal()).length),
    ...(event.again && { more: 0 }),
    confidence: event.sameCredential ? "firm" : "tentative",
    ...(event.sameCredential && { title: "The credential that TLS protects is also sent in clear" }),
  }),
});

/** MQTT 5.0 §3.1.3: the password is the last field, so that it lies where it ends although the CONNECT is over. */
const lastOf = (unit: number, length: number): readonly [from: number, to: number] => [unit - length, unit];
