/** Fingerprints of findings: the same after a new capture, another when the secret changes. */
import { createHmac } from "node:crypto";
import type { Finding } from "../finding/finding.ts";
import { wireOctets } from "../octets/text.ts";

/**
 * HMAC-SHA-256 over rule, client, broker and subject, in hex; never over positions or times. With a salt (from a
 * policy or baseline file) the secret's value goes in as well; without one it stays out, since a short secret
 * could be tried against the fingerprint.
 */
export function fingerprintOf(finding: Finding, salt: Uint8Array | undefined): string {
  const hmac = createHmac("sha256", salt ?? "mqtt-sniff");
  const { client, broker, what } = finding.subject;
  for (const part of [finding.rule, client ?? "", broker ?? "", what ?? ""]) hmac.update(part).update("\0");
  if (salt !== undefined && finding.secret !== undefined) hmac.update(wireOctets(finding.secret.reveal()));
  return hmac.digest("hex");
}
