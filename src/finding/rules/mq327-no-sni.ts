/** MQ327: a client that does not say whom it wants. */
import { printable } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ327",
  name: "no-sni",
  title: "Client names no broker, where others do",
  severity: "low",
  cwe: [],
  why: "A broker with several certificates sends the wrong one, and a client that knows no name has none to verify.",
  fix: "Set the server name (MQTT.js: servername; mosquitto: connect by name).",
  proof: "No server_name in a ClientHello, where another client names this broker.",
  falseAlarm: "The client connects by address on purpose and verifies that.",
  references: ["RFC 9325 §3.7", "RFC 6066 §3"],
  wireshark: "tls.handshake.type == 1 and not tls.handshake.extensions_server_name",
  fires: "no-sni",
  quiet: ["tls12", "tls13", "sni-is-ip"],
  on: ["session.unnamed"],
  check: ({ name, seen }) => ({
    field: "client_hello.server_name",
    shown: `absent; others ask for ${printable(name)}`,
    seen: seen.clientHello,
  }),
});
