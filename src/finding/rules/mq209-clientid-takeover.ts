/** MQ209: two clients use one Client Identifier. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ209",
  name: "clientid-takeover",
  title: "Client Identifier taken over by another connection",
  severity: "medium",
  cwe: [290],
  why: "The broker closes the older connection of a Client Identifier: whoever knows it throws its owner out and, with a stored session, gets what was meant for him.",
  fix: "Bind each Client Identifier to its credential (mosquitto: use_username_as_clientid, or patterns with %c), and give no two clients the same.",
  falseAlarm:
    "One device that opens its next connection before it has closed the last, two programs that were configured alike, or a device that comes back with another password.",
  references: ["MQTT 5.0 §3.1.4", "MQTT 5.0 §3.14.2.1"],
  wireshark: "mqtt.msgtype == 1 or mqtt.disconnect.reason_code == 0x8e",
  fires: "takeover",
  quiet: ["roaming", "plaintext-password", "wildcard"],
  on: ["session.takeover"],
  check({ clientId, otherSource, otherCredential, told, alive, connect }) {
    const by = otherCredential
      ? ", by a client with another credential"
      : otherSource
        ? ", by a client at another address"
        : "";
    return {
      field: connect === undefined ? "DISCONNECT.Reason Code" : "CONNECT.Client Identifier",
      shown: clientId,
      subject: clientId,
      // From the same address, the same credential may be one program that lost count of its connections, and another
      // credential a device whose password was changed while its old connection lay dead.
      confidence: otherSource || told || (otherCredential && alive) ? "firm" : "tentative",
      title: `Client Identifier taken over by another connection${by}`,
    };
  },
});
