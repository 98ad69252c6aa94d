/** MQ606: a clock that cannot be right. */
import { rfc3339 } from "../../octets/time.ts";
import { isPlausible } from "../../session/clock.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ606",
  name: "clock-implausible",
  title: "The capture's clock is not to be believed",
  severity: "low",
  cwe: [],
  why: "Whether a certificate or a token has expired is judged by the packet's time. A clock before the year 2000, or one that jumps back, judges wrongly.",
  fix: "Set the clock of the capturing machine (NTP), or give the right time with --at.",
  falseAlarm:
    "Times were made unrecognisable on purpose, or several captures were joined in the wrong order.",
  references: ["draft-ietf-opsawg-pcapng §4.3"],
  wireshark: 'frame.time < "2000-01-01 00:00:00"',
  affects: "coverage",
  fires: "clock",
  quiet: ["plaintext-password", "tls12", "expired"],
  on: ["session.capture"],
  check: ({ coverage: { earliest, clockSteps } }) => {
    if (earliest !== undefined && !isPlausible(earliest))
      return { field: "Timestamp", shown: rfc3339(earliest) };
    return clockSteps > 0
      ? {
          field: "Timestamp",
          shown: clockSteps === 1 ? "was set back once" : `was set back ${clockSteps} times`,
        }
      : undefined;
  },
});
