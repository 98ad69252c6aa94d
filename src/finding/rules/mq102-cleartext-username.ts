/** MQ102: a user name without a password crosses the network in clear. */
import { wireString } from "../../octets/text.ts";
import { isSealed } from "../../session/readable.ts";
import { defineRule } from "../rule.ts";
import { readToken } from "../secrets/token.ts";

export const rule = defineRule({
  id: "MQ102",
  name: "cleartext-username",
  title: "User name sent without TLS",
  severity: "medium",
  onThePath: true,
  cwe: [319],
  why: "The user name tells who is there and what to try; where the broker asks for no password, it is all that is needed to connect.",
  fix: "Offer MQTT over TLS (port 8883) and close the plain listener.",
  falseAlarm:
    "The path is protected outside the capture, or the user name is the same for every client and says nothing.",
  references: ["MQTT 5.0 §5.4.5"],
  wireshark: "mqtt.username and not mqtt.passwd",
  affects: "exposed",
  fires: "plaintext-username",
  quiet: ["plaintext-password", "anonymous", "tls12"],
  on: ["session.login"],
  // A token in its place is MQ103's.
  check({ login: { username, password, connect }, transport }) {
    const { torn } = connect;
    if (password !== undefined || torn?.password === true || isSealed(transport)) return undefined;
    if (username === undefined)
      return torn?.username === true
        ? { field: "CONNECT.User Name", shown: "sent, partly captured" }
        : undefined;
    return readToken(username) !== undefined || OF_AN_SDK.test(wireString(username))
      ? undefined
      : { field: "CONNECT.User Name", shown: username };
  },
});

/** AWS IoT device SDKs tell their version where a user name would stand: `?SDK=Python&Version=1.5.2`. */
const OF_AN_SDK = /^\?(?:SDK|Platform|Version|AFRLibraryVersion|MQTTLib)=/i;
