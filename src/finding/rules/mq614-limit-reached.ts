/** MQ614: traffic that this program gave up because it would have cost too much. */
import { UNREAD } from "../../session/coverage.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ614",
  name: "limit-reached",
  title: "A ceiling of this program was reached",
  severity: "low",
  cwe: [],
  why: "Every memory of this program ends somewhere, so that no traffic can exhaust it. What came beyond was not judged, and may have been put there for that.",
  fix: "Judge less at a time: one capture a connection or a minute, or a capture filter. If one connection reached it alone, look at that one.",
  proof:
    "The name of the ceiling, and the place of the stream at which it was reached where it is a conversation's own.",
  falseAlarm: "The network is as large as that.",
  references: ["RFC 4732 §2.1"],
  wireshark: "mqtt or tls",
  affects: "coverage",
  fires: "limit-reached",
  quiet: ["protocol-violation", "plaintext-password", "tls12", "gap"],
  on: ["mqtt.limit", "session.capture"],
  check: event => {
    if (event.type === "mqtt.limit") {
      const shown = UNREAD.get(event.limit);
      return shown === undefined ? undefined : { field: "mqtt", shown, subject: shown };
    }
    // A conversation's own were told where they were reached.
    const own = new Set(UNREAD.values());
    return [...event.coverage.limits]
      .filter(limit => !own.has(limit))
      .map(limit => ({ field: "limits", shown: limit, subject: limit, ofCapture: true }));
  },
});
