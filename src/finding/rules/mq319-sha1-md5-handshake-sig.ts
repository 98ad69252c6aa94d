/** MQ319: a handshake signed over MD5 or SHA-1. */
import { signatureSchemes } from "../../protocol/tls/registry.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ319",
  name: "sha1-md5-handshake-sig",
  title: "Handshake is signed over SHA-1 or MD5",
  severity: "medium",
  cwe: [328],
  why: "Two inputs with the same hash can be made (MD5 in seconds, SHA-1 for the price of a car): a signature over one counts for the other (SLOTH).",
  fix: "Let broker and client sign with SHA-256 or better; a device that can do no other needs a newer TLS library.",
  proof: "The signature algorithm in the ServerKeyExchange or the CertificateVerify.",
  falseAlarm: "None known: before TLS 1.2, where nothing else can be chosen, it is not told.",
  references: ["RFC 9155 §2", "RFC 9155 §4", "RFC 9155 §5"],
  wireshark: "tls.handshake.type in {12, 15} and tls.handshake.sig_hash_hash in {1, 2}",
  affects: "weak",
  fires: "sha1-handshake",
  quiet: ["tls12", "tls10", "dhe"],
  on: ["tls.server_key_exchange", "tls.handshake"],
  check: ({ message, direction }) => {
    const scheme = message.signatureAlgorithm;
    if (scheme === undefined || !WEAK_HASHES.has(Math.floor(scheme / 0x100))) return undefined;
    return {
      field: `${message.type}.algorithm`,
      shown: signatureSchemes.nameOf(scheme),
      ofBroker: direction === "server",
    };
  },
});

/** RFC 5246 §7.4.1.4.1: HashAlgorithm md5 and sha1, the first octet of the pair. */
const WEAK_HASHES: ReadonlySet<number> = new Set([1, 2]);
