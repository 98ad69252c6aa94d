/** MQ110: many clients log in with the same user name and password. */
import { MOST_SHARERS } from "../../session/credentials.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ110",
  name: "credential-shared",
  title: "Credential shared by several clients",
  severity: "medium",
  cwe: [798, 1391],
  why: "What opens one device opens all of them, and nobody can be shut out alone: to replace the password is to replace it everywhere.",
  fix: "Give each client a credential of its own, bound to its client identifier and its topics.",
  falseAlarm:
    "Instances of one service that scale out, one device that moved between networks under several identifiers, or replacements of one that broke.",
  references: ["ETSI EN 303 645 5.1", "MQTT 5.0 §5.4.1"],
  wireshark: "mqtt.msgtype == 1 and mqtt.passwd",
  fires: "shared-credential",
  quiet: ["plaintext-password", "cleartext-beside-tls", "before-after-before"],
  on: ["session.shared_credential"],
  check: ({ username, password, clients, more, addresses }) => ({
    field: "CONNECT.Password",
    shown: password,
    secret: password,
    ofBroker: true,
    ...(username !== undefined && { subject: username }),
    more,
    confidence: "firm",
    title: `Credential shared by ${atLeast(clients)} clients at ${atLeast(addresses)} addresses`,
  }),
});

/** Beyond it nobody counts. */
const atLeast = (n: number): string => (n < MOST_SHARERS ? String(n) : `${MOST_SHARERS} or more`);
