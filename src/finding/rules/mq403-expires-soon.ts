/** MQ403: a certificate that will be over before anybody notices. */
import { rfc3339 } from "../../octets/time.ts";
import { isPlausible } from "../../session/clock.ts";
import { defineRule } from "../rule.ts";
import { chainField, DAY, eachCounted } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ403",
  name: "expires-soon",
  title: "Certificate expires soon",
  severity: "low",
  cwe: [298],
  why: "On that day every device that verifies stops at once, and the quickest remedy is to switch verification off.",
  fix: "Renew it now, and let a program do it from then on (ACME, or a job beside your own authority).",
  proof: "notAfter in the certificate, and the time of the packet that brought it (or --at).",
  falseAlarm: "A program renews it in time.",
  references: ["RFC 5280 §4.1.2.5"],
  wireshark: "x509af.notAfter",
  fires: "expires-soon",
  quiet: ["tls12", "expired", "not-yet-valid", "short-lived"],
  on: ["session.chain"],
  check: (event, { at }) =>
    eachCounted(event, ({ fields: { notBefore, notAfter }, index }) => {
      // Certificates that are made for a few weeks are renewed in their last third.
      const soon = Math.min(30 * DAY, (notAfter - notBefore) / 3);
      return isPlausible(at) && at >= notBefore && at <= notAfter && notAfter - at < soon
        ? { field: chainField(event.direction, index, "notAfter"), shown: rfc3339(notAfter) }
        : undefined;
    }),
});
