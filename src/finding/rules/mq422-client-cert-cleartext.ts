/** MQ422: a device that shows its passport to everybody on the path. */
import { defineRule } from "../rule.ts";
import { chainField } from "./certificates.ts";

export const rule = defineRule({
  id: "MQ422",
  name: "client-cert-cleartext",
  title: "Client certificate is sent in clear",
  severity: "low",
  cwe: [359],
  why: "Until TLS 1.2 certificates are not encrypted: an onlooker learns which device calls, by name and serial number, wherever it is.",
  fix: "Use TLS 1.3, which encrypts certificates.",
  proof: "The client's Certificate in a handshake of TLS 1.2 or older.",
  falseAlarm: "The names in the certificate say nothing about the device or its owner.",
  references: ["RFC 8446 §E.1.2", "RFC 5246 §7.4.6"],
  wireshark: "tls.handshake.type == 11 and tls.handshake.type == 16",
  fires: "mtls",
  quiet: ["mtls13", "tls12", "mtls-optional"],
  on: ["session.chain"],
  check: ({ chain, direction, tls }) =>
    direction === "client" && !tls.decrypted && chain[0] !== undefined
      ? { field: chainField("client", 0, "subject"), shown: chain[0].sha256 }
      : undefined,
});
