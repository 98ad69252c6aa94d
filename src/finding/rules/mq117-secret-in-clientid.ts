/** MQ117: the client identifier holds a secret. */
import { wireString } from "../../octets/text.ts";
import { defineRule } from "../rule.ts";
import { chosenPassword } from "./logins.ts";
import { sightings, titled } from "./secrets.ts";

export const rule = defineRule({
  id: "MQ117",
  name: "secret-in-clientid",
  title: "Secret in the client identifier",
  severity: "medium",
  cwe: [200],
  why: "Client identifiers are names: brokers log them, show them on dashboards and publish them under $SYS. A secret in one is told to everybody who may look there.",
  fix: "Make the client identifier a random name, and send the secret as password, over TLS.",
  falseAlarm:
    "A broker that prescribes the identifier, and to which it is no secret (AWS IoT wants the thing's name).",
  references: ["MQTT 5.0 §3.1.3.1", "MQTT 5.0 §5.4.5"],
  wireshark: "mqtt.clientid",
  fires: "secret-in-clientid",
  quiet: ["plaintext-password", "harmless-lookalikes", "token-password"],
  on: ["finding.secrets", "session.login"],
  check: event => {
    if (event.type === "finding.secrets")
      return event.place === "client-id"
        ? sightings(event, match => ({
            title: titled(match, "in the client identifier"),
            confidence: "firm",
          }))
        : undefined;
    const password = chosenPassword(event.login);
    const id = wireString(event.login.clientId);
    if (password === undefined || id === "" || id !== password.text) return undefined;
    const { secret } = password;
    return {
      field: "CONNECT.Client Identifier",
      shown: secret,
      secret,
      title: "The client identifier is the password",
    };
  },
});
