/** MQ412: a certificate for longer than anybody should promise. */
import { defineRule } from "../rule.ts";
import { chainField, DAY, isPublic } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ412",
  name: "validity-too-long",
  title: "Certificate is valid for too long",
  severity: "low",
  also: { medium: "a public authority issued it for longer than the CA/Browser Forum allowed on that day" },
  cwe: [],
  why: "A key that is stolen stays good for as long: private authorities hardly ever revoke, and devices hardly ever ask.",
  fix: "Make certificates for a year or two and renew them by a program.",
  proof: "notBefore and notAfter of the certificate.",
  falseAlarm: "Devices that cannot be reached again: then the key must be guarded for as long.",
  references: ["CA/Browser Forum BR §6.3.2", "CA/Browser Forum ballot SC-081v3"],
  wireshark: "x509af.notBefore and x509af.notAfter",
  fires: "long-lived",
  quiet: ["tls12", "self-signed", "expires-soon"],
  on: ["session.chain"],
  check: ({ tls, chain, direction }) => {
    const leaf = chain[0];
    if (leaf?.fields === undefined) return undefined;
    const { notBefore, notAfter } = leaf.fields;
    const days = Math.floor((notAfter - notBefore) / DAY);
    const forum = direction === "server" && isPublic(tls);
    if (days <= (forum ? publicLimit(notBefore) : TEN_YEARS)) return undefined;
    return {
      field: chainField(direction, 0, "validity"),
      shown: `${days} days`,
      severity: forum ? "medium" : "low",
      subject: leaf.sha256,
      ofBroker: direction === "server",
    };
  },
});

/** Days that the Baseline Requirements allowed on the day of issuance; a second more than the limit is one too many. */
function publicLimit(issued: number): number {
  const limits: readonly (readonly [from: string, days: number])[] = [
    ["2029-03-15", 47],
    ["2027-03-15", 100],
    ["2026-03-15", 200],
    ["2020-09-01", 398],
    ["2018-03-01", 825],
  ];
  return limits.find(([from]) => issued >= Date.parse(from) * 1000)?.[1] ?? FORMERLY;
}

/** Thirty-nine months. */
const FORMERLY = 1_188;
const TEN_YEARS = 3_653;
