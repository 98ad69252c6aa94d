/** MQ223: more than a broker ought to be asked for. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ223",
  name: "resource-abuse",
  title: "Client or broker asks too much of the other",
  severity: "low",
  cwe: [770],
  why: "Packets beyond what was agreed, hundreds of properties or topics without end fill memory that a broker shares among all clients.",
  fix: "Let the broker limit packet size, properties, topics and clients, and mend the client that needs more.",
  falseAlarm:
    "A gateway that publishes for many devices, or a diagnosis that carries its findings as properties.",
  references: ["MQTT 5.0 §3.1.2.11.4", "MQTT 5.0 §3.2.2.3.6", "MQTT 5.0 §5.4.8"],
  wireshark: "mqtt.len > 65536 or mqtt.property_len > 4096",
  fires: "excess",
  quiet: ["mqtt5", "plaintext-password", "dashboard"],
  on: ["session.excess", "mqtt.malformed"],
  check(event) {
    if (event.type === "session.excess") {
      const { of, amount, limit } = event;
      return { field: FIELDS[of], shown: `${amount} ${UNITS[of]}, more than ${limit}`, subject: of };
    }
    const { unit, field, reason } = event.fault;
    if (reason.kind !== "too-large") return undefined;
    const subject = `${unit}.${field}`;
    return { field: subject, shown: `${reason.size}, more than ${reason.limit}`, subject };
  },
});

const FIELDS = {
  "user properties": "User Property",
  topics: "PUBLISH.Topic Name",
  "packet size": "Remaining Length",
} as const;

const UNITS = { "user properties": "user properties", topics: "topics", "packet size": "octets" } as const;
