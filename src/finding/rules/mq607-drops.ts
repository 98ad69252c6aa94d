/** MQ607: packets that the capturing machine lost. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ607",
  name: "drops",
  title: "The capture dropped packets",
  severity: "low",
  cwe: [],
  why: "They passed and were not written: whole conversations may be missing, and not only octets of those that are here.",
  fix: "Capture with a larger buffer (--buffer, tcpdump -B), a narrower filter, or a faster disk.",
  falseAlarm: "What was dropped did not match the filter.",
  references: ["draft-ietf-opsawg-pcapng §4.6"],
  wireshark: "frame",
  affects: "coverage",
  fires: "drops",
  quiet: ["plaintext-password", "tls12", "gap"],
  on: ["session.capture"],
  check: ({ coverage: { kernelDrops } }) =>
    typeof kernelDrops === "number" && kernelDrops > 0
      ? { field: "isb_ifdrop", shown: `${kernelDrops} packets` }
      : undefined,
});
