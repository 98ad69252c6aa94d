/** MQ402: a certificate whose time has not come. */
import { rfc3339 } from "../../octets/time.ts";
import { isPlausible } from "../../session/clock.ts";
import { defineRule } from "../rule.ts";
import { chainField, eachCounted } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ402",
  name: "not-yet-valid",
  title: "Certificate is not valid yet",
  severity: "medium",
  cwe: [],
  why: "A client that verifies refuses this broker until then; a client that goes on does not look at dates.",
  fix: "Set the clock of the machine that made the certificate, and make it again.",
  proof: "notBefore in the certificate, and the time of the packet that brought it (or --at).",
  falseAlarm:
    "The clock of the machine that captured was slow (--at overrides it), or the devices have none.",
  references: ["RFC 5280 §4.1.2.5", "RFC 5280 §6.1.3"],
  wireshark: "x509af.notBefore",
  affects: "weak",
  fires: "not-yet-valid",
  quiet: ["tls12", "expired", "clock"],
  on: ["session.chain"],
  check: (event, { at }) =>
    eachCounted(event, ({ fields, index }) =>
      isPlausible(at) && at < fields.notBefore
        ? { field: chainField(event.direction, index, "notBefore"), shown: rfc3339(fields.notBefore) }
        : undefined,
    ),
});
