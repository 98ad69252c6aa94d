/** MQ104: a token lives longer than a day. */
import type { Timestamp } from "../../octets/time.ts";
import { Secret, type WireText } from "../../octets/text.ts";
import { defineRule, type Sighting } from "../rule.ts";
import { readToken } from "../secrets/token.ts";

export const rule = defineRule({
  id: "MQ104",
  name: "token-too-long-lived",
  title: "Token valid for longer than a day",
  severity: "medium",
  cwe: [613],
  why: "A token that leaks works until it expires, and nobody can take it back unless the broker keeps a list. The longer it lives, the more it is worth to whoever finds it.",
  fix: "Issue tokens for an hour or a day, and let the device fetch a new one before the old one ends.",
  falseAlarm: "The broker refuses the token earlier than it says, or keeps a list of revoked ones.",
  references: ["RFC 7519 §4.1.4", "RFC 6750 §5.3", "ETSI EN 303 645 5.5"],
  wireshark: "mqtt.passwd or mqtt.username",
  fires: "token-password",
  quiet: ["token-alg-none", "token-expired", "plaintext-password"],
  on: ["session.login"],
  check: ({ login: { username, password } }, { at }) => [
    ...sighting("CONNECT.Password", password?.reveal(), at),
    ...sighting("CONNECT.User Name", username, at),
  ],
});

function sighting(field: string, text: WireText | undefined, at: Timestamp): readonly Sighting[] {
  const token = text === undefined ? undefined : readToken(text);
  if (text === undefined || token === undefined) return [];
  const { kind, issuedAt, expires, endless } = token;
  const secret = new Secret(text);
  const proof = { field, shown: secret, secret };
  if (endless) return [{ ...proof, title: "Token without an expiry", confidence: "firm" }];
  if (expires === undefined || expires - (issuedAt ?? at / 1e6) <= LONGEST_SECONDS) return [];
  // Without `iat` only what is left of its life is known; `se` is all that a shared access signature has.
  return [{ ...proof, confidence: issuedAt === undefined && kind === "jwt" ? "tentative" : "firm" }];
}

/** A day. */
const LONGEST_SECONDS = 86_400;
