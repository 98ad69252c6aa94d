/** MQ304: a client that knows nothing newer than TLS 1.1. */
import { defineRule } from "../rule.ts";
import { TLS_1_2, versionName } from "./versions.ts";

export const rule = defineRule({
  id: "MQ304",
  name: "client-max-below-1-2",
  title: "Client knows no TLS newer than 1.1",
  severity: "medium",
  cwe: [326],
  why: "This client keeps old TLS alive: the broker must offer a broken version for it, and then everybody can be talked down to it.",
  fix: "Update the TLS library of the device, or let it offer TLS 1.2 (it may be a setting).",
  proof: "The ClientHello's client_version below 0x0303, and no supported_versions in it.",
  falseAlarm: "A client that tries again with an older version after a failure: MQ307 says so.",
  references: ["RFC 8996 §4", "RFC 8996 §5", "RFC 9325 §3.1.1"],
  wireshark:
    "tls.handshake.type == 1 and tls.handshake.version < 0x0303 and not tls.handshake.extensions.supported_version",
  affects: "weak",
  fires: "tls10",
  quiet: ["tls12", "tls13", "falling-version"],
  on: ["tls.client_hello"],
  check: ({ message: { legacyVersion, supportedVersions } }) =>
    supportedVersions === undefined && legacyVersion < TLS_1_2
      ? { field: "client_hello.client_version", shown: versionName(legacyVersion) }
      : undefined,
});
