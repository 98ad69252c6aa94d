/** Logins and subscriptions as the details print them. */
import { codesOf } from "../../protocol/mqtt/reason-codes.ts";
import type { Conversation, Credential, GrantedSubscription } from "../../session/conversation.ts";
import { shownUnless } from "../line.ts";
import { secretText } from "./summary.ts";

/** `sensor-a1, user device_fleet, password ‹13 characters›, accepted`. */
export function loginText({ username, password, clientId, accepted }: Credential, reveal: boolean): string {
  return [
    clientId.length === 0 ? undefined : shownUnless(reveal, clientId, 64),
    username === undefined ? "no user name" : `user ${shownUnless(reveal, username, 64)}`,
    password === undefined ? undefined : `password ${secretText(password, reveal)}`,
    accepted === undefined ? "no answer seen" : accepted ? "accepted" : "refused",
  ]
    .filter(part => part !== undefined)
    .join(", ");
}

/** `iot/#  QoS 1  Granted QoS 1`. */
export function grantText(
  { filter, qos, granted }: GrantedSubscription,
  { mqtt }: Conversation,
  reveal: boolean,
): string {
  const answer =
    granted === undefined
      ? "no answer seen"
      : codesOf("suback", mqtt?.version ?? mqtt?.likelyVersion).nameOf(granted);
  return `${shownUnless(reveal, filter)}  QoS ${qos}  ${answer}`;
}
