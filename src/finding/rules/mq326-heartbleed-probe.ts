/** MQ326: a heartbeat that asks for more than it brought. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ326",
  name: "heartbleed-probe",
  title: "Heartbleed was tried",
  severity: "critical",
  cwe: [125],
  why: "The request claims a payload longer than the record: a vulnerable library answers with what lies behind it in memory, keys and passwords included (CVE-2014-0160).",
  fix: "Find out who sent it. Where the broker answered: update its TLS library, replace its key and certificate, and all passwords.",
  proof: "A heartbeat in clear whose payload_length is more than its record holds.",
  falseAlarm:
    "A scan of one's own; an answer of the same size or none shows a broker that is not vulnerable.",
  references: ["RFC 6520 §4", "CVE-2014-0160"],
  wireshark: "tls.heartbeat_message.type == 1 and tls.heartbeat_message.payload_length.invalid",
  fires: "heartbleed-probe",
  quiet: ["heartbeat", "tls12", "tls13"],
  on: ["tls.record"],
  check: ({ shape: { heartbeat, length, protected: hidden } }) =>
    heartbeat !== undefined &&
    !hidden &&
    heartbeat.type === REQUEST &&
    heartbeat.payloadLength + AROUND > length
      ? {
          field: "heartbeat_request.payload_length",
          shown: `${heartbeat.payloadLength} octets claimed in a record of ${length}`,
        }
      : undefined,
});

/** RFC 6520 §3: HeartbeatMessageType. */
const REQUEST = 1;
/** Type, length, and at least 16 octets of padding. */
const AROUND = 19;
