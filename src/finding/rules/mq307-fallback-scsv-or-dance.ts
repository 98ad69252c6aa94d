/** MQ307: a client that comes down from a newer version after a failure. */
import { defineRule } from "../rule.ts";
import { versionName } from "./versions.ts";

export const rule = defineRule({
  id: "MQ307",
  name: "fallback-scsv-or-dance",
  title: "Client falls back to an older version",
  severity: "medium",
  cwe: [757],
  why: "Who can make the first try fail chooses the version of the second: POODLE began so.",
  fix: "Offer all versions in one hello and never try again with less; current TLS libraries do.",
  proof: "The ClientHello holds TLS_FALLBACK_SCSV, or offers less than the same client's hello before it.",
  falseAlarm: "Two clients behind one address, of which the older one came second; or a test.",
  references: ["RFC 7507 §4", "RFC 8996 §1", "RFC 9325 §3.1.3"],
  wireshark: "tls.handshake.type == 1",
  affects: "weak",
  fires: "falling-version",
  quiet: ["tls12", "tls13-not-used", "expired-refused"],
  on: ["tls.client_hello", "session.falling_version"],
  check: event => {
    if (event.type === "session.falling_version") {
      const { failed, offered } = event;
      return {
        field: "client_hello.supported_versions",
        shown: `${versionName(offered)} after ${versionName(failed)} had failed`,
        confidence: "firm",
      };
    }
    return event.message.cipherSuites.includes(FALLBACK_SCSV)
      ? { field: "client_hello.cipher_suites", shown: "TLS_FALLBACK_SCSV" }
      : undefined;
  },
});

/** RFC 7507 §2. */
const FALLBACK_SCSV = 0x5600;
