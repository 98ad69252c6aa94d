/** MQ109: the password is what the client calls itself. */
import { defineRule } from "../rule.ts";
import { chosenPassword, equalsIdentity } from "./logins.ts";

export const rule = defineRule({
  id: "MQ109",
  name: "password-equals-identity",
  title: "Password that follows from the client's identity",
  severity: "high",
  cwe: [1391],
  why: "User names, client identifiers and addresses are no secrets: they are printed on the box, in topics and in every packet. Who knows one device knows the password of all.",
  fix: "Give each device a random password that follows from nothing that can be seen.",
  falseAlarm:
    "A service that takes one token as user name and as password (then it is a token, and to be kept like one).",
  references: ["ETSI EN 303 645 5.1-2", "NIST SP 800-63B §5.1.1.2"],
  wireshark: "mqtt.passwd",
  fires: "password-equals-identity",
  quiet: ["plaintext-password", "weak-password", "token-password"],
  on: ["session.login"],
  check: ({ login, connection }) => {
    const password = chosenPassword(login);
    const equal = equalsIdentity(login, connection);
    if (password === undefined || equal === undefined) return undefined;
    const { secret } = password;
    return {
      field: "CONNECT.Password",
      shown: secret,
      secret,
      title: `Password equals the ${equal}`,
      subject: equal,
    };
  },
});
