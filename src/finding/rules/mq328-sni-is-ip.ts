/** MQ328: an address where a name belongs. */
import { isIP } from "node:net";
import { printable, wireString } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ328",
  name: "sni-is-ip",
  title: "Server name is an address",
  severity: "info",
  cwe: [],
  why: "The server_name extension may not hold an address. Brokers ignore it; some gateways refuse it.",
  fix: "Connect by the broker's name, or let the client leave the extension out for addresses.",
  proof: "The server_name in the ClientHello is an address.",
  falseAlarm: "None known. mosquitto's clients do so whenever they are given an address.",
  references: ["RFC 6066 §3"],
  wireshark: 'tls.handshake.extensions_server_name matches "^[0-9.]+$"',
  fires: "sni-is-ip",
  quiet: ["tls12", "tls13"],
  on: ["tls.client_hello"],
  check: ({ message: { serverName } }) =>
    serverName !== undefined && isIP(wireString(serverName)) !== 0
      ? { field: "client_hello.server_name", shown: printable(serverName), ofCapture: true }
      : undefined,
});
