/** MQ101: the password of a CONNECT crosses the network in clear. */
import { isSealed } from "../../session/readable.ts";
import { defineRule } from "../rule.ts";
import { readToken } from "../secrets/token.ts";
import { outcomeOf } from "./logins.ts";

export const rule = defineRule({
  id: "MQ101",
  name: "cleartext-password",
  title: "Password sent without TLS",
  severity: "high",
  also: { critical: "the broker accepted the login" },
  onThePath: true,
  cwe: [319, 523],
  why: "Anyone on the path reads the password and can connect as this client. A refused password leaks all the same: it is often right elsewhere.",
  fix: "Offer MQTT over TLS (port 8883), close the plain listener, and replace the password: it is known.",
  falseAlarm:
    "The path is protected outside the capture (VPN, IPsec), or both ends are one machine: then nobody else could read it.",
  references: ["MQTT 5.0 §5.4.1", "MQTT 5.0 §5.4.5", "ETSI EN 303 645 5.5"],
  wireshark: "mqtt.passwd",
  affects: "exposed",
  fires: "plaintext-password",
  quiet: ["anonymous", "plaintext-username", "tls12", "token-password"],
  on: ["session.login"],
  check: ({ login, transport }) => {
    if (isSealed(transport)) return undefined;
    if (login.password === undefined && login.connect.torn?.password === true)
      return { field: "CONNECT.Password", shown: "sent, partly captured", outcome: outcomeOf(login) };
    if (login.password === undefined) return undefined;
    // A token is MQ103's.
    if (readToken(login.password.reveal()) !== undefined) return undefined;
    return {
      field: "CONNECT.Password",
      shown: login.password,
      secret: login.password,
      severity: login.accepted === true ? "critical" : "high",
      outcome: outcomeOf(login),
    };
  },
});
