/** MQ107: a password that products ship with. */
import { wireString } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";
import { DEFAULT_PASSWORDS, isDefaultPassword } from "./default-passwords.ts";
import { chosenPassword, outcomeOf } from "./logins.ts";

export const rule = defineRule({
  id: "MQ107",
  name: "default-password",
  title: "Default password",
  severity: "high",
  also: { critical: "the broker accepted the login" },
  cwe: [1393, 1392, 521],
  why: "It is the first thing that anybody tries, and what malware has tried on every device it could reach since Mirai.",
  fix: "Give every client a password of its own before it goes out, and let the broker refuse the default ones.",
  falseAlarm: "A laboratory or an example whose password is meant to be known.",
  references: ["ETSI EN 303 645 5.1-1", "NIST SP 800-63B §5.1.1.2", "MQTT 5.0 §5.4.1"],
  wireshark: `mqtt.passwd matches "(?i)^(${DEFAULT_PASSWORDS.join("|")})$"`,
  fires: "default-password",
  quiet: ["plaintext-password", "weak-password", "token-password"],
  on: ["session.login"],
  check: ({ login }) => {
    const password = chosenPassword(login);
    const user = login.username === undefined ? undefined : wireString(login.username);
    if (password === undefined || !isDefaultPassword(user, password.text)) return undefined;
    return {
      field: "CONNECT.Password",
      shown: password.secret,
      secret: password.secret,
      severity: login.accepted === true ? "critical" : "high",
      outcome: outcomeOf(login),
    };
  },
});
