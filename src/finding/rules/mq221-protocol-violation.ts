/** MQ221: Control Packets that the standard forbids. */
import { faultText } from "../../octets/decode.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ221",
  name: "protocol-violation",
  title: "Control Packet breaks the MQTT standard",
  severity: "medium",
  cwe: [20],
  why: "A broken packet is a broken client or somebody who tries what the broker does with it; brokers have crashed on such.",
  fix: "Update or mend the client; let the broker close connections that break the protocol.",
  falseAlarm: "The capture lost octets and the decoder took up the stream at a wrong place.",
  references: ["MQTT 5.0 §4.13", "MQTT 3.1.1 §4.8"],
  wireshark:
    "mqtt.qos == 3 or mqtt.conflag.reserved == 1 or mqtt.unknown_version or (mqtt and _ws.malformed)",
  fires: "protocol-violation",
  quiet: ["plaintext-password", "mqtt5", "mqtt31"],
  on: ["mqtt.malformed"],
  check: ({ fault, connection }) =>
    // What is too large for this program may be right all the same: MQ223.
    fault.reason.kind === "too-large"
      ? undefined
      : {
          field: `${fault.unit}.${fault.field}`,
          shown: faultText(fault),
          subject: `${fault.unit}.${fault.field}`,
          confidence: connection.midstream || connection.gapOctets > 0 ? "tentative" : "certain",
        },
});
