/** MQ424: a certificate that nobody can take back. */
import { extensionsOf } from "../../protocol/x509/path.ts";
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";
import { hasExtension } from "./versions.ts";

export const rule = defineRule({
  id: "MQ424",
  name: "no-revocation-info",
  title: "Certificates name no way of revocation",
  severity: "info",
  also: { medium: "the certificate demands a stapled response (RFC 7633) and none was sent" },
  cwe: [299],
  why: "If the broker's key is stolen, its certificate stays good until it expires: nothing tells clients otherwise. Private authorities usually do without.",
  fix: "Make certificates short-lived, or name a CRL or an OCSP responder in them.",
  proof: "No CRL distribution point and no OCSP responder in the certificate, and no response beside it.",
  falseAlarm: "Clients are given a list of revoked certificates in another way.",
  references: ["RFC 9325 §7.5", "RFC 5280 §4.2.1.13", "RFC 7633 §4.2.2"],
  wireshark: "tls.handshake.type == 11 and not x509ce.CRLDistPointsSyntax",
  fires: "tls12",
  quiet: ["tls13", "revocable", "stapled"],
  on: ["session.keyed"],
  check: ({ tls, seen }) => {
    const leaf = tls.chain[0];
    if (leaf?.fields === undefined || tls.clientHello === undefined) return undefined;
    const { ocsp, crl, mustStaple } = extensionsOf(leaf);
    const about = { field: chainField("server", 0, "extensions"), seen: seen.certificate };
    if (mustStaple && !tls.stapled && hasExtension(tls.clientHello, STATUS_REQUEST))
      return {
        ...about,
        shown: "must-staple, and no CertificateStatus was sent",
        severity: "medium",
        title: "Certificate wants an OCSP response beside it, and none was sent",
        subject: leaf.sha256,
        ofBroker: true,
      };
    if (ocsp.length > 0 || crl.length > 0 || tls.stapled) return undefined;
    return { ...about, shown: "no CRL distribution point, no OCSP responder", ofCapture: true };
  },
});

/** RFC 6066 §8. */
const STATUS_REQUEST = 5;
