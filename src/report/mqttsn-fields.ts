/** What an event line says of each MQTT-SN message, beside the common fields. */
import { cutPayload, payload } from "../octets/payload.ts";
import type { WireText } from "../octets/text.ts";
import type { View } from "../octets/view.ts";
import type { ProtocolEvent } from "../protocol/event.ts";
import type { SnTopic } from "../protocol/mqttsn/message.ts";
import { SN_RETURN_CODES } from "../protocol/mqttsn/return-codes.ts";
import { reportFault } from "../verdict/certificate.ts";
import type { Fields } from "./mqtt-fields.ts";
import { ShownPayload } from "./plain.ts";

type MqttSnEvent = Extract<ProtocolEvent, { readonly type: `mqttsn.${string}` }>;

/** `payloadLimit` counts octets of payload that are shown. */
export function mqttsnFields(event: MqttSnEvent, payloadLimit: number): Fields {
  switch (event.type) {
    case "mqttsn.malformed":
      return { fault: reportFault(event.fault) };
    case "mqttsn.connect": {
      const { clientId, cleanSession, will, duration } = event.message;
      return { clientId, cleanSession, will, duration };
    }
    case "mqttsn.connack":
    case "mqttsn.willtopicresp":
    case "mqttsn.willmsgresp":
      return { code: SN_RETURN_CODES.of(event.message.code) };
    case "mqttsn.willtopic":
    case "mqttsn.willtopicupd": {
      const { topic, qos, retain } = event.message;
      return { topic, qos, retain };
    }
    case "mqttsn.willmsg":
    case "mqttsn.willmsgupd":
      return payloadFields(event.message.payload, payloadLimit, undefined);
    case "mqttsn.register": {
      const { topicId, messageId, topic } = event.message;
      return { topic, topicId, messageId };
    }
    case "mqttsn.regack":
    case "mqttsn.puback": {
      const { topicId, messageId, code } = event.message;
      return { topic: event.topic, topicId, messageId, code: SN_RETURN_CODES.of(code) };
    }
    case "mqttsn.publish": {
      const { message } = event;
      const { qos, retain, dup, messageId } = message;
      const data = payloadFields(message.payload, payloadLimit, event.topic);
      return { ...topicFields(message.topic, event.topic), qos, retain, dup, messageId, ...data };
    }
    case "mqttsn.subscribe":
    case "mqttsn.unsubscribe": {
      const { topic, qos, messageId } = event.message;
      return { ...topicFields(topic, event.topic), qos, messageId };
    }
    case "mqttsn.suback": {
      const { topicId, messageId, qos, code } = event.message;
      return { topic: event.topic, topicId, qos, messageId, code: SN_RETURN_CODES.of(code) };
    }
    case "mqttsn.pubrec":
    case "mqttsn.pubrel":
    case "mqttsn.pubcomp":
    case "mqttsn.unsuback":
      return { messageId: event.message.messageId };
    case "mqttsn.pingreq":
      return { clientId: event.message.clientId };
    case "mqttsn.disconnect":
      return { duration: event.message.duration };
    case "mqttsn.advertise":
      return { gatewayId: event.message.gatewayId, duration: event.message.duration };
    case "mqttsn.searchgw":
      return { radius: event.message.radius };
    case "mqttsn.gwinfo":
      return { gatewayId: event.message.gatewayId, address: payload(event.message.address) };
    case "mqttsn.willtopicreq":
    case "mqttsn.willmsgreq":
    case "mqttsn.pingresp":
      return {};
    default:
      return event satisfies never;
  }
}

/** A number stands for a topic; `name` is what for, where that was seen. */
const topicFields = (topic: SnTopic, name: WireText | undefined): Fields => ({
  topic: name,
  topicIdType: topic.kind === "name" ? "normal" : topic.kind,
  topicId: "id" in topic ? topic.id : undefined,
});

function payloadFields(octets: View, payloadLimit: number, topic: WireText | undefined): Fields {
  return {
    payloadLength: octets.length,
    payload: new ShownPayload(octets, payloadLimit, topic),
    payloadTruncated: cutPayload(octets, payloadLimit).length < octets.length,
  };
}
