/** MQ206: somebody guesses passwords. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ206",
  name: "auth-bruteforce",
  title: "Passwords are guessed",
  severity: "high",
  also: { critical: "a login with the user name that was guessed for is accepted" },
  cwe: [307],
  why: "Several passwords were refused to one address within a minute. A broker that lets that go on lets every short password be found.",
  fix: "Limit the rate of logins and block addresses that fail (fail2ban, the broker's own limit), and use passwords that nobody guesses.",
  falseAlarm:
    "A gateway asks for several devices, or several clients share one address: then each user name has one password.",
  references: ["MQTT 5.0 §5.4.8", "MQTT 5.0 §5.4.1"],
  wireshark:
    "mqtt.passwd or mqtt.conack.val == 4 or mqtt.conack.val == 5 or mqtt.connack.reason_code == 0x86",
  fires: "guessing",
  quiet: ["refused-again", "plaintext-password", "wildcard-refused"],
  on: ["session.guessing"],
  check: ({ attempts, more, passwords, seconds, oneUser, succeeded }) => ({
    field: "CONNECT.Password",
    shown: `${attempts} logins refused, with ${passwords} different passwords within ${seconds.toFixed(0)} s`,
    more,
    ofAddress: true,
    confidence: oneUser ? "firm" : "tentative",
    ...(succeeded && {
      severity: "critical",
      title: "Passwords are guessed, and then a login with this user name is accepted",
    }),
  }),
});
