/** What rules about logins have in common: the password as text, and comparing what people write in different ways. */
import { type Secret, wireString } from "../../octets/text.ts";
import type { Login } from "../../session/event.ts";
import type { Connection } from "../../stream/item.ts";
import { hardwareText } from "../../packet/hardware.ts";
import type { Outcome } from "../outcomes.ts";
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
  if (password === undefined) return undefined;
  const text = wireString(password.reveal());
  if (username !== undefined && areSame(text, wireString(username))) return "user name";
  if (areSame(text, wireString(clientId))) return "client identifier";
  if (areSame(text, connection.client.address)) return "client's address";
  const { clientHardware } = connection;
  if (clientHardware === undefined || text.length < HARDWARE_DIGITS) return undefined;
  return areSame(text, hardwareText(clientHardware)) ? "client's hardware address" : undefined;
}

/** IEEE 802 §8.2: six octets, each of two hexadecimal digits. */
const HARDWARE_DIGITS = 12;

/** `A4-CF-12-0B-33-9E` and `a4cf120b339e` are the same; nothing is not the same as nothing. */
function areSame(a: string, b: string): boolean {
  let length = 0;
  let j = 0;
  for (let i = 0; i < a.length; i++) {
    if (isSeparator(a.charCodeAt(i))) continue;
    while (j < b.length && isSeparator(b.charCodeAt(j))) j++;
    if (small(a.charCodeAt(i)) !== small(b.charCodeAt(j++))) return false;
    length++;
  }
  while (j < b.length && isSeparator(b.charCodeAt(j))) j++;
  return length > 0 && j >= b.length;
}

/** Space, hyphen, dot, colon and underscore. */
const isSeparator = (code: number): boolean =>
  code === 0x20 || code === 0x2d || code === 0x2e || code === 0x3a || code === 0x5f;

const small = (code: number): number => (code >= 0x41 && code <= 0x5a ? code + 0x20 : code);

/** As far as a CONNACK was seen. */
export const outcomeOf = ({ accepted }: Login): Outcome =>
  accepted === undefined ? "unanswered" : accepted ? "accepted" : "refused";
