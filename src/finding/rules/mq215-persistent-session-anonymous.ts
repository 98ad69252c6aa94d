/** MQ215: the broker keeps a session for a client that nobody knows. */
import { findProperty } from "../../protocol/mqtt/properties.ts";
import type { Login } from "../../session/event.ts";
import { isSealed } from "../../session/readable.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ215",
  name: "persistent-session-anonymous",
  title: "Session without credentials is kept for ever",
  severity: "low",
  cwe: [613],
  why: "The broker stores messages for a client that showed no credential: whoever comes with the same identifier gets them, and many such sessions fill its memory.",
  fix: "Ask for credentials, or let the broker limit how long sessions are kept (mosquitto: persistent_client_expiration) and how much is queued.",
  falseAlarm: "The broker ends stored sessions sooner than the client asked.",
  references: ["MQTT 5.0 §3.1.2.11.2", "MQTT 3.1.1 §3.1.2.4", "MQTT 5.0 §5.4.8"],
  wireshark: "mqtt.msgtype == 1 and mqtt.conflag.uname == 0 and mqtt.conflag.cleansess == 0",
  fires: "careless",
  quiet: ["anonymous", "plaintext-password", "tls12"],
  on: ["session.login"],
  // Behind TLS a client certificate may have said who it is.
  check: ({ login, transport }) =>
    login.anonymous && login.accepted === true && !isSealed(transport) && staysForEver(login)
      ? {
          field: login.version === "5.0" ? "CONNECT.Session Expiry Interval" : "CONNECT.Connect Flags",
          shown: login.version === "5.0" ? FOR_EVER : 0,
        }
      : undefined,
});

/** Before 5.0 a session that is not clean has no end; from then on the client says when. */
const staysForEver = ({ version, connect }: Login): boolean =>
  version === "5.0"
    ? findProperty(connect.properties, SESSION_EXPIRY_INTERVAL) === FOR_EVER
    : !connect.cleanStart;

const SESSION_EXPIRY_INTERVAL = 0x11;
const FOR_EVER = 0xffff_ffff;
