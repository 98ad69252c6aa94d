/** MQ105: a token that nobody signed. */
import { Secret, type WireText } from "../../octets/text.ts";
import { defineRule, type Sighting } from "../rule.ts";
import { readToken } from "../secrets/token.ts";
import { outcomeOf } from "./logins.ts";

export const rule = defineRule({
  id: "MQ105",
  name: "token-alg-none",
  title: "Token without a signature",
  severity: "high",
  also: { critical: "the broker accepted the login" },
  cwe: [347],
  why: "A JSON Web Token with the algorithm none is signed by nobody: a broker that takes it takes any, and everyone can be everyone.",
  fix: "Let the broker accept the one algorithm that its tokens are signed with, and never none.",
  falseAlarm:
    "The broker decides by something else (a client certificate, an outer token) and does not look at this one.",
  references: ["RFC 8725 §3.2", "RFC 7519 §6"],
  wireshark: 'mqtt.passwd matches "^eyJ" or mqtt.username matches "^eyJ"',
  fires: "token-alg-none",
  quiet: ["token-password", "token-expired", "plaintext-password"],
  on: ["session.login"],
  check: ({ login }) => {
    const { username, password, accepted } = login;
    const weight = { severity: accepted === true ? "critical" : "high", outcome: outcomeOf(login) } as const;
    return [
      ...sighting("CONNECT.Password", password?.reveal(), weight),
      ...sighting("CONNECT.User Name", username, weight),
    ];
  },
});

type Said = Sighting<"high" | "critical">;

function sighting(field: string, text: WireText | undefined, weight: Partial<Said>): readonly Said[] {
  // RFC 8725 §2.1: attackers have written it as `nOnE`.
  if (text === undefined || readToken(text)?.algorithm?.toLowerCase() !== "none") return [];
  const secret = new Secret(text);
  return [{ field, shown: secret, secret, ...weight }];
}
