/** MQ604: connections that were there before the capture. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ604",
  name: "midstream",
  title: "Connections began before the capture",
  severity: "low",
  cwe: [],
  why: "The login and the TLS handshake came earlier: neither password nor certificate can be judged, and what is absent may have been there.",
  fix: "Start the capture first, then let the devices connect again (restart the broker or the device).",
  falseAlarm: "The first packets of the connection were filtered out and nothing was in them.",
  references: ["RFC 9293 §3.5"],
  wireshark: "tcp.stream and not tcp.flags.syn == 1",
  affects: "coverage",
  fires: "midstream",
  quiet: ["plaintext-password", "tls12", "gap"],
  on: ["session.capture"],
  check: ({ coverage }) =>
    coverage.midstreamConnections > 0
      ? {
          field: "tcp.flags.syn",
          shown: `${coverage.midstreamConnections} of ${coverage.judged} conversations`,
        }
      : undefined,
});
