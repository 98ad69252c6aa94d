/** MQ323: octets that may be sent twice by whoever recorded them. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ323",
  name: "early-data",
  title: "Client sends early data (0-RTT)",
  severity: "medium",
  also: { info: "it is offered and none is sent" },
  cwe: [294],
  why: "What comes before the broker's hello can be recorded and sent again: a CONNECT or a PUBLISH that opens a door opens it twice.",
  fix: "Switch early data off on the client, or let the broker refuse it: MQTT says nothing about what may be repeated.",
  proof: "early_data in the ClientHello, and records of application data before the ServerHello.",
  falseAlarm: "The broker refused it: whether it did is encrypted.",
  references: ["RFC 8446 §8", "RFC 8446 §E.5", "RFC 9325 §3.10"],
  wireshark: "tls.handshake.type == 1 and tls.handshake.extension.type == 42",
  affects: "weak",
  fires: "early-data",
  quiet: ["resumed", "tls12", "tls13"],
  on: ["session.early_data"],
  check: ({ sent }) =>
    sent
      ? { field: "application_data" }
      : {
          field: "client_hello.early_data",
          severity: "info",
          title: "Client offers early data (0-RTT) and sends none",
        },
});
