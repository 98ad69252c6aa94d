/** The messages of MQTT-SN 1.2 as decoded values; names are the specification's, in lower case. */
import type { WireText } from "../../octets/text.ts";
import type { Owned, View } from "../../octets/view.ts";

/** -1: sent without a connection, to a topic that is known beforehand (§6.8). */
export type SnQoS = -1 | 0 | 1 | 2;

/** §5.3.4, TopicIdType: a number given by REGISTER or SUBSCRIBE, one agreed on beforehand, or a name of two octets. */
export type SnTopic =
  | { readonly kind: "normal" | "predefined"; readonly id: number }
  | { readonly kind: "short" | "name"; readonly name: WireText };

/** §5.4.1 to §5.4.3: how gateways are found. */
export type SnDiscovery =
  | { readonly type: "advertise"; readonly gatewayId: number; readonly duration: number }
  | { readonly type: "searchgw"; readonly radius: number }
  | { readonly type: "gwinfo"; readonly gatewayId: number; readonly address: Owned };

/** §5.4.4. */
export interface SnConnect {
  readonly type: "connect";
  readonly will: boolean;
  readonly cleanSession: boolean;
  readonly duration: number;
  readonly clientId: WireText;
}

export interface SnConnack {
  readonly type: "connack";
  readonly code: number;
}

/** §5.4.6 to §5.4.9, §5.4.22 to §5.4.25. An empty WILLTOPIC takes the will back. */
export type SnWill =
  | { readonly type: "willtopicreq" | "willmsgreq" }
  | {
      readonly type: "willtopic" | "willtopicupd";
      readonly qos: SnQoS;
      readonly retain: boolean;
      readonly topic: WireText;
    }
  | { readonly type: "willmsg" | "willmsgupd"; readonly payload: Owned }
  | { readonly type: "willtopicresp" | "willmsgresp"; readonly code: number };

/** §5.4.10: a client asks for a number (and sends 0), a gateway tells one. */
export interface SnRegister {
  readonly type: "register";
  readonly topicId: number;
  readonly messageId: number;
  readonly topic: WireText;
}

/** §5.4.11, §5.4.13. */
export interface SnTopicAnswer {
  readonly type: "regack" | "puback";
  readonly topicId: number;
  readonly messageId: number;
  readonly code: number;
}

/** §5.4.12. */
export interface SnPublish {
  readonly type: "publish";
  readonly dup: boolean;
  readonly qos: SnQoS;
  readonly retain: boolean;
  readonly topic: SnTopic;
  readonly messageId: number;
  /** Borrowed until the call returns. */
  readonly payload: View;
}

/** §5.4.14, §5.4.18. */
export interface SnAnswer {
  readonly type: "pubrec" | "pubrel" | "pubcomp" | "unsuback";
  readonly messageId: number;
}

/** §5.4.15, §5.4.17. */
export interface SnSubscribe {
  readonly type: "subscribe" | "unsubscribe";
  readonly qos: SnQoS;
  readonly topic: SnTopic;
  readonly messageId: number;
}

/** §5.4.16. */
export interface SnSuback {
  readonly type: "suback";
  readonly qos: SnQoS;
  readonly topicId: number;
  readonly messageId: number;
  readonly code: number;
}

/** §5.4.19: with its Client Identifier where a sleeping client wakes up. */
export interface SnPing {
  readonly type: "pingreq" | "pingresp";
  readonly clientId?: WireText;
}

/** §5.4.21: with a duration where the client goes to sleep. */
export interface SnDisconnect {
  readonly type: "disconnect";
  readonly duration?: number;
}

export type SnMessage =
  | SnDiscovery
  | SnConnect
  | SnConnack
  | SnWill
  | SnRegister
  | SnTopicAnswer
  | SnPublish
  | SnAnswer
  | SnSubscribe
  | SnSuback
  | SnPing
  | SnDisconnect;

/** MsgType (§5.2.2). */
export const MESSAGE_TYPES = {
  advertise: 0x00,
  searchgw: 0x01,
  gwinfo: 0x02,
  connect: 0x04,
  connack: 0x05,
  willtopicreq: 0x06,
  willtopic: 0x07,
  willmsgreq: 0x08,
  willmsg: 0x09,
  register: 0x0a,
  regack: 0x0b,
  publish: 0x0c,
  puback: 0x0d,
  pubcomp: 0x0e,
  pubrec: 0x0f,
  pubrel: 0x10,
  subscribe: 0x12,
  suback: 0x13,
  unsubscribe: 0x14,
  unsuback: 0x15,
  pingreq: 0x16,
  pingresp: 0x17,
  disconnect: 0x18,
  willtopicupd: 0x1a,
  willtopicresp: 0x1b,
  willmsgupd: 0x1c,
  willmsgresp: 0x1d,
} as const satisfies Readonly<Record<SnMessage["type"], number>>;
