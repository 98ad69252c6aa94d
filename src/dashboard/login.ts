/** A login as the screen knows it: who, with what, and what the broker made of it. */
import { type Secret, type WireText, wireString } from "../octets/text.ts";
import type { EventOf } from "../session/event.ts";
import { LIMITS } from "./limits.ts";

/** A user name and password, or nothing at all, that a client sent readable. */
export interface SeenLogin {
  readonly username: WireText | undefined;
  readonly password: Secret | undefined;
  readonly anonymous: boolean;
  readonly clientId: WireText;
  readonly version: string;
  readonly client: string;
  readonly server: string;
  accepted: boolean | undefined;
  times: number;
}

/** Takes a login in: the same once more is counted. false where there is no room for one more. */
export function takeLogin(
  logins: Map<string, SeenLogin>,
  { login, conversation }: EventOf<"session.login">,
): boolean {
  const { username, password, clientId, anonymous, version, accepted } = login;
  const { client, server } = conversation.connection;
  const parts = [clientId, username ?? "", password?.reveal() ?? "", server.text].map(wireString);
  const key = parts.map(part => `${part.length}:${part}`).join("");
  const seen = logins.get(key);
  if (seen !== undefined) {
    seen.times++;
    seen.accepted = accepted ?? seen.accepted;
    return true;
  }
  if (logins.size === LIMITS.logins) return false;
  const shown = { username, password, anonymous, clientId, version, accepted, times: 1 };
  logins.set(key, { ...shown, client: client.address, server: server.text });
  return true;
}
