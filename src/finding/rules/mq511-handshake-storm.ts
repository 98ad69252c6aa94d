/** MQ511: a client that fails again and again. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ511",
  name: "handshake-storm",
  title: "Handshakes of a client fail again and again",
  severity: "low",
  cwe: [400],
  why: "Every try costs the broker a signature; a fleet that does this after a change of certificates keeps out everybody else.",
  fix: "Let the client wait longer after each failure, with some chance in it; mend what MQ333 names.",
  proof: "The number of handshakes of one client that broke off within a minute.",
  falseAlarm: "Many clients behind one address, each of which failed once.",
  references: ["RFC 5246 §F.5", "MQTT 5.0 §5.4.8"],
  wireshark: "tls.handshake.type == 1 or tls.alert_message.level == 2 or tcp.flags.reset == 1",
  fires: "handshake-storm",
  quiet: ["expired-refused", "tls-to-plaintext", "tls12"],
  on: ["session.handshake_storm"],
  check: ({ times, seconds }) => ({ field: "connection", shown: `${times} failures in ${seconds} s` }),
});
