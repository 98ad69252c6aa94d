/** What rules about logins have in common: the password as text, and comparing what people write in different ways. */
import { type Secret, type WireText, wireString } from "../../octets/text.ts";
import type { Login } from "../../session/event.ts";
import type { Connection } from "../../stream/item.ts";
import { readToken } from "../secrets/token.ts";

/** A password that somebody chose: no token, which has rules of its own. */
export function chosenPassword({
  password,
}: Login): { readonly secret: Secret; readonly text: string } | undefined {
  if (password === undefined) return undefined;
  const value = password.reveal();
  return readToken(value) === undefined ? { secret: password, text: wireString(value) } : undefined;
}

/** What of a client's identity the password equals, whatever the case and the separators. */
export function equalsIdentity(login: Login, connection: Connection): string | undefined {
  const { username, password, clientId } = login;
  const text = password === undefined ? "" : bare(password.reveal());
  if (text === "") return undefined;
  if (username !== undefined && bare(username) === text) return "user name";
  if (bare(clientId) === text) return "client identifier";
  return bare(connection.client.address) === text ? "client's address" : undefined;
}

/** Small letters without separators: `A4-CF-12-0B-33-9E` and `a4cf120b339e` are the same. */
const bare = (text: WireText): string =>
  wireString(text)
    .replace(/[\s:._-]/g, "")
    .toLowerCase();

/** `, accepted by the broker`, as far as a CONNACK was seen. */
export const outcome = ({ accepted }: Login): string =>
  accepted === undefined ? "" : accepted ? ", accepted by the broker" : ", refused by the broker";
