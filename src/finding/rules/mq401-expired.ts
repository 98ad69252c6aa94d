/** MQ401: a certificate whose time is over. */
import { rfc3339 } from "../../octets/time.ts";
import { isPlausible } from "../../session/clock.ts";
import { defineRule } from "../rule.ts";
import { chainField, eachCounted } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ401",
  name: "expired",
  title: "Certificate has expired",
  severity: "high",
  cwe: [324],
  why: "A client that verifies refuses this broker; a client that goes on does not verify, and takes any other certificate too.",
  fix: "Renew the certificate and automate renewal; watch notAfter.",
  proof: "notAfter in the certificate, and the time of the packet that brought it (or --at).",
  copy: {
    broker: [
      "openssl x509 -in server.crt -noout -dates   # what it says now",
      "openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy -days 365 -out server.crt",
    ],
  },
  falseAlarm:
    "The clock of the machine that captured was wrong: validity is judged at the packet's time (--at overrides it).",
  references: ["RFC 5280 §4.1.2.5", "RFC 5280 §6.1.3"],
  wireshark: "x509af.notAfter",
  affects: "weak",
  fires: "expired",
  quiet: ["tls12", "self-signed", "clock"],
  on: ["session.chain"],
  check: (event, { at }) =>
    eachCounted(event, ({ fields, index }) =>
      isPlausible(at) && at > fields.notAfter
        ? { field: chainField(event.direction, index, "notAfter"), shown: rfc3339(fields.notAfter) }
        : undefined,
    ),
});
