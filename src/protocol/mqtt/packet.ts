/** The fifteen Control Packets of MQTT 3.1, 3.1.1 and 5.0 as decoded values. */
import type { WireText } from "../../octets/text.ts";
import type { Owned, View } from "../../octets/view.ts";

/** "3.1" is protocol level 3, "3.1.1" level 4, "5.0" level 5. */
export type MqttVersion = "3.1" | "3.1.1" | "5.0";

/** 3 is forbidden (MQTT-3.3.1-4) and, where it was sent, evidence. */
export type QoS = 0 | 1 | 2 | 3;

/** A property value: integers and bytes as numbers, strings as text, binary data as octets, pairs as pairs. */
export type PropertyValue = number | WireText | Owned | readonly [name: WireText, value: WireText];

/** One MQTT 5 property in wire order (MQTT 5.0 §2.2.2); names and kinds are rows of `properties.ts`. */
export interface Property {
  readonly id: number;
  readonly value: PropertyValue;
}

export interface Will {
  readonly topic: WireText;
  readonly payload: Owned;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties?: readonly Property[];
}

/** §3.1. `cleanStart` is Clean Session before 5.0. */
export interface Connect {
  readonly type: "connect";
  readonly protocolName: WireText;
  readonly protocolVersion: MqttVersion;
  readonly clientId: WireText;
  readonly cleanStart: boolean;
  readonly keepAlive: number;
  readonly username?: WireText;
  /** Binary data: a text where it is well-formed UTF-8. */
  readonly password?: WireText;
  readonly will?: Will;
  readonly properties?: readonly Property[];
  /** Only its beginning was captured: fields that it announces and that are not there as a whole. */
  readonly torn?: { readonly username: boolean; readonly password: boolean };
}

export interface Connack {
  readonly type: "connack";
  readonly sessionPresent: boolean;
  /** Return Code before 5.0, Reason Code in 5.0. */
  readonly code: number;
  readonly properties?: readonly Property[];
}

export interface Publish {
  readonly type: "publish";
  /** As sent: empty where only a Topic Alias names it. */
  readonly topic: WireText;
  /** What an alias stands for, once known; equals `topic` where no alias was used. */
  readonly resolvedTopic: WireText;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Absent for QoS 0. */
  readonly packetId?: number;
  /** True length; `payload` may hold less of it. */
  readonly payloadLength: number;
  /** Borrowed until `push` returns: the octets of the payload that were kept. */
  readonly payload: View;
  readonly properties?: readonly Property[];
}

export interface Acknowledgement {
  readonly type: "puback" | "pubrec" | "pubrel" | "pubcomp";
  readonly packetId: number;
  /** 5.0 only; 0 (Success) where left out. Absent before 5.0. */
  readonly code?: number;
  readonly properties?: readonly Property[];
}

export interface Subscription {
  readonly filter: WireText;
  readonly qos: number;
  /** 5.0 only. */
  readonly noLocal?: boolean;
  readonly retainAsPublished?: boolean;
  readonly retainHandling?: number;
}

export interface Subscribe {
  readonly type: "subscribe";
  readonly packetId: number;
  readonly subscriptions: readonly Subscription[];
  readonly properties?: readonly Property[];
}

export interface Suback {
  readonly type: "suback";
  readonly packetId: number;
  /** One for each Topic Filter, by index. */
  readonly codes: readonly number[];
  readonly properties?: readonly Property[];
}

export interface Unsubscribe {
  readonly type: "unsubscribe";
  readonly packetId: number;
  readonly filters: readonly WireText[];
  readonly properties?: readonly Property[];
}

export interface Unsuback {
  readonly type: "unsuback";
  readonly packetId: number;
  /** Empty before 5.0. */
  readonly codes: readonly number[];
  readonly properties?: readonly Property[];
}

export interface Ping {
  readonly type: "pingreq" | "pingresp";
}

export interface Disconnect {
  readonly type: "disconnect";
  /** 5.0 only; 0 (Normal disconnection) where left out. */
  readonly code?: number;
  readonly properties?: readonly Property[];
}

export interface Auth {
  readonly type: "auth";
  readonly code: number;
  readonly properties?: readonly Property[];
}

export type ControlPacket =
  | Connect
  | Connack
  | Publish
  | Acknowledgement
  | Subscribe
  | Suback
  | Unsubscribe
  | Unsuback
  | Ping
  | Disconnect
  | Auth;
