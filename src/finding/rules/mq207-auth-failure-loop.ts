/** MQ207: a client that does not take no for an answer. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ207",
  name: "auth-failure-loop",
  title: "Client repeats a login that is refused",
  severity: "low",
  cwe: [755],
  why: "The same credential is refused again and again: the device does not work, and each attempt shows its password to everybody on the path.",
  fix: "Correct the credential, and let the client wait longer after each refusal.",
  falseAlarm: "Several clients behind one address use the same wrong credential, each of them rarely.",
  references: ["MQTT 5.0 §3.2.2.2", "MQTT 5.0 §5.4.8"],
  wireshark:
    "mqtt.msgtype == 1 or mqtt.conack.val == 4 or mqtt.conack.val == 5 or mqtt.connack.reason_code == 0x86",
  fires: "refused-again",
  quiet: ["guessing", "plaintext-password"],
  on: ["session.refused_again"],
  check: ({ times, more, seconds }) => ({
    field: "CONNECT",
    shown: `refused ${times} times within ${seconds.toFixed(0)} s`,
    more,
    ofAddress: true,
  }),
});
