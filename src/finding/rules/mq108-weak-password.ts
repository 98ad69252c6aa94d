/** MQ108: a password that is short or has next to nothing in it. */
import { wireString } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";
import { isDefaultPassword } from "./default-passwords.ts";
import { chosenPassword, equalsIdentity } from "./logins.ts";

export const rule = defineRule({
  id: "MQ108",
  name: "weak-password",
  title: "Weak password",
  severity: "medium",
  cwe: [521, 1391],
  why: "A broker answers thousands of logins a second, so that a short password is found by trying.",
  fix: "Give each client a random password of 16 characters or more: no person has to type it.",
  falseAlarm: "The password is a code that works once, or the broker stops answering after a few wrong ones.",
  references: ["NIST SP 800-63B §5.1.1.2", "ETSI EN 303 645 5.1-2"],
  wireshark: "mqtt.passwd_len < 8",
  fires: "weak-password",
  quiet: ["plaintext-password", "default-password", "token-password"],
  on: ["session.login"],
  check: ({ login, connection }) => {
    const password = chosenPassword(login);
    if (password === undefined) return undefined;
    const { secret, text } = password;
    const title = weakness(text);
    const user = login.username === undefined ? undefined : wireString(login.username);
    // What is known or derivable is worse than weak, and said by other rules.
    if (
      title === undefined ||
      isDefaultPassword(user, text) ||
      equalsIdentity(login, connection) !== undefined
    )
      return undefined;
    return { field: "CONNECT.Password", shown: secret, secret, title };
  },
});

function weakness(password: string): string | undefined {
  if (password === "") return "Empty password";
  if ([...password.slice(0, 2 * SHORT)].length < SHORT) return "Password of less than eight characters";
  if (isPoor(password)) return "Password of next to no different characters";
  return isRow(password) ? "Password that is a row of characters" : undefined;
}

function isPoor(password: string): boolean {
  let different = "";
  for (const character of password) {
    if (different.includes(character)) continue;
    different += character;
    if (different.length > POOR) return false;
  }
  return true;
}

/** `abcdefgh`, `98765432`: each character the neighbour of the one before it. */
function isRow(password: string): boolean {
  const step = password.charCodeAt(1) - password.charCodeAt(0);
  if (Math.abs(step) !== 1) return false;
  for (let i = 2; i < password.length; i++)
    if (password.charCodeAt(i) - password.charCodeAt(i - 1) !== step) return false;
  return true;
}

/** Characters. */
const SHORT = 8;
/** Different ones. */
const POOR = 3;
