/** MQ317: a Diffie-Hellman group that is too small. */
import { createHash } from "node:crypto";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ317",
  name: "small-or-known-dh",
  title: "Diffie-Hellman group is too small",
  severity: "high",
  also: { critical: "the prime has less than 1024 bits" },
  cwe: [326],
  why: "The work that breaks a prime is done once and opens every session that uses it: universities did it for 512 bits, states are believed to for the common 1024 (Logjam).",
  fix: "Offer ECDHE; where DHE must stay, use ffdhe2048 or larger (RFC 7919).",
  proof:
    "The length of dh_p in the ServerKeyExchange without its leading zeros, or the prime itself where it is a known one.",
  falseAlarm: "None known: leading zero octets of the prime are not counted.",
  references: ["RFC 7919 §1", "RFC 9325 §4.5", "RFC 7457 §2.10"],
  wireshark: "tls.handshake.type == 12 and tls.handshake.p_len < 256",
  affects: "weak",
  fires: "small-dh",
  quiet: ["tls12", "dhe", "rsa-key-exchange"],
  on: ["tls.server_key_exchange"],
  check: ({ message: { bits, prime } }) => {
    if (bits === undefined || prime === undefined || bits >= 2048) return undefined;
    const known = KNOWN_PRIMES.get(createHash("sha256").update(prime).digest("hex"));
    return {
      field: "server_key_exchange.dh_p",
      shown: known === undefined ? `${bits} bits` : `${bits} bits, ${known}`,
      severity: bits < 1024 ? "critical" : "high",
      ofBroker: true,
    };
  },
});

/** SHA-256 of primes that many servers share, big-endian without leading zeros: worth the work of breaking once. */
const KNOWN_PRIMES: ReadonlyMap<string, string> = new Map([
  [
    "b52ba6a3026520a6c49d37e4587601801bee500123b3259b6bf03e7cecc3e63d",
    "the prime of RFC 2409 §6.1 that many share",
  ],
  [
    "3f35a3f5f6c4376a744acad409bb22f8d897f949d2311d885adaa890981b67a0",
    "the prime of RFC 2409 §6.2 that many share",
  ],
  [
    "64fcc83ec403930bf18393dbc883ccaa1fbb08ac876f77f7aa99748ca945019b",
    "the prime of RFC 3526 §2 that many share",
  ],
]);
