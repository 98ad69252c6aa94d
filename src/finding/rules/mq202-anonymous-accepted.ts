/** MQ202: the broker lets a client in that shows neither name nor password. */
import { isSealed } from "../../session/readable.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ202",
  name: "anonymous-accepted",
  title: "Broker accepts clients without credentials",
  severity: "high",
  cwe: [306],
  why: "Whoever reaches the broker can connect, read what is published and publish what devices obey.",
  fix: "Switch anonymous access off (mosquitto: allow_anonymous false) and give each device a credential of its own, over TLS.",
  falseAlarm: "The listener is reachable from this machine alone, or another layer admits clients.",
  references: ["MQTT 5.0 §5.4.1"],
  wireshark: "mqtt.msgtype == 1 and mqtt.conflag.uname == 0 and mqtt.conflag.passwd == 0",
  fires: "anonymous",
  quiet: ["plaintext-password", "plaintext-username", "tls12"],
  on: ["session.login"],
  // Behind TLS a client certificate may have authenticated: then this is not seen here.
  check: ({ login, transport }) =>
    login.anonymous && login.accepted === true && !isSealed(transport)
      ? { field: "CONNECT.Connect Flags", shown: "no user name, no password" }
      : undefined,
});
