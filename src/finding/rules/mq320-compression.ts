/** MQ320: compression below encryption. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ320",
  name: "compression",
  title: "TLS compression is on",
  severity: "high",
  cwe: [203],
  why: "What compresses well shows in the length. Who can make the device send chosen text beside a secret reads the secret from the lengths (CRIME).",
  fix: "Switch TLS compression off on broker and client; compress in the application, apart from secrets.",
  proof: "The compression method in the ServerHello.",
  falseAlarm: "None known: the method is the one that the ServerHello chose.",
  references: ["RFC 7457 §2.6", "RFC 9325 §3.3"],
  wireshark: "tls.handshake.type == 2 and tls.handshake.comp_method != 0",
  affects: "weak",
  fires: "compression",
  quiet: ["tls12", "tls13", "rc4"],
  on: ["session.negotiated"],
  check: ({ tls: { serverHello } }) =>
    serverHello !== undefined && serverHello.compressionMethod !== 0
      ? { field: "server_hello.compression_method", shown: serverHello.compressionMethod, ofBroker: true }
      : undefined,
});
