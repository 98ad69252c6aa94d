/** The one event map: what protocols say they saw. Unions, rule parameters and views are derived from it. */
import type { FrameNumber } from "../capture/frame.ts";
import type { Fault } from "../octets/decode.ts";
import type { WireText } from "../octets/text.ts";
import type { Timestamp } from "../octets/time.ts";
import type { View } from "../octets/view.ts";
import type { Carrier, Connection, Direction, StreamLimit } from "../stream/item.ts";
import type {
  Acknowledgement,
  Auth,
  Connack,
  Connect,
  Disconnect,
  Ping,
  Publish,
  Suback,
  Subscribe,
  Unsuback,
  Unsubscribe,
} from "./mqtt/packet.ts";
import type { SnMessage } from "./mqttsn/message.ts";
import type {
  BareMessage,
  CertificateRequest,
  ClientHello,
  ClientKeyExchange,
  HelloRetryRequest,
  NewSessionTicket,
  RecordShape,
  ServerHello,
  ServerKeyExchange,
} from "./tls/message.ts";
import type { Certificate, PublicKey } from "./x509/certificate.ts";

/** What carries MQTT: TCP, TLS, WebSocket, WebSocket over TLS; and UDP, which carries MQTT-SN. */
export type Transport = "tcp" | "tls" | "ws" | "wss" | "udp";

export type ProtocolName = "mqtt" | "tls" | "websocket" | "proxy" | "mqttsn";

/** A unit is `octets[start … end)`: borrowed until the call that gave them returns, and written anew for the next. */
export interface UnitOctets {
  readonly octets: View;
  readonly start: number;
  readonly end: number;
}

/**
 * Why a packet is a guess, the worst reason first. `place`: packets were searched for, and too few lined up so far;
 * `version`: both readings are open; `little`: neither, but its proof is of what was found, not of what was seen.
 */
export type Doubt = "place" | "version" | "little";

/** What is said by two packets is as doubtful as the worse of them. */
export const worseDoubt = (a: Doubt | undefined, b: Doubt | undefined): Doubt | undefined =>
  DOUBTS.find(doubt => doubt === a || doubt === b);

const DOUBTS: readonly Doubt[] = ["place", "version", "little"];

/** Where and when a unit was seen: every event of a connection carries it. */
export interface Seen {
  readonly at: Timestamp;
  /** The frame on whose arrival the unit could first be read. */
  readonly frame: FrameNumber;
  readonly connection: Connection;
  readonly direction: Direction;
  readonly transport: Transport;
  /** Stream offsets of the unit: [from, to) of TCP payload in its direction. */
  readonly from: number;
  readonly to: number;
  /** The pieces of the capture that carried it, in stream order. Never empty for a unit of octets. */
  readonly carriers: readonly Carrier[];
  /** What was framed, as much of it as was kept: for who shows octets. Absent where an event is of no unit. */
  readonly unit?: UnitOctets | undefined;
  /** How far it is a guess that this unit was there at all, or said what it is taken for. */
  readonly doubt?: Doubt | undefined;
}

export interface ByteCount {
  readonly records: number;
  readonly octets: number;
}

/** `guessed`: after a gap or without a CONNECT, the packet is believed but not proved; `doubt` says how far. */
interface Mqtt<Packet> {
  readonly packet: Packet;
  readonly guessed: boolean;
}

/** A message, and the name of the topic that it speaks of where a number stands for it. */
type MqttSn = {
  readonly [Message in SnMessage as `mqttsn.${Message["type"]}`]: {
    readonly message: Message;
    readonly topic?: WireText;
  };
};

export interface ProtocolEventMap extends MqttSn {
  "mqtt.connect": Mqtt<Connect>;
  "mqtt.connack": Mqtt<Connack>;
  "mqtt.publish": Mqtt<Publish>;
  "mqtt.puback": Mqtt<Acknowledgement>;
  "mqtt.pubrec": Mqtt<Acknowledgement>;
  "mqtt.pubrel": Mqtt<Acknowledgement>;
  "mqtt.pubcomp": Mqtt<Acknowledgement>;
  "mqtt.subscribe": Mqtt<Subscribe>;
  "mqtt.suback": Mqtt<Suback>;
  "mqtt.unsubscribe": Mqtt<Unsubscribe>;
  "mqtt.unsuback": Mqtt<Unsuback>;
  "mqtt.pingreq": Mqtt<Ping>;
  "mqtt.pingresp": Mqtt<Ping>;
  "mqtt.disconnect": Mqtt<Disconnect>;
  "mqtt.auth": Mqtt<Auth>;
  /** A CONNECT of which only the beginning was captured: what is there of it is no packet. */
  "mqtt.torn": { readonly connect: Connect; readonly doubt: Doubt };
  /** A Control Packet that is not what its header said, or that the standard forbids at this place. */
  "mqtt.malformed": { readonly fault: Fault };
  /** A ceiling of the MQTT session was reached: `limit` names it. */
  "mqtt.limit": { readonly limit: string };

  /** A datagram of an MQTT-SN association that is not what its header said. */
  "mqttsn.malformed": { readonly fault: Fault };

  "tls.client_hello": { readonly message: ClientHello };
  "tls.server_hello": { readonly message: ServerHello; readonly resumed: boolean };
  "tls.hello_retry_request": { readonly message: HelloRetryRequest };
  "tls.certificate": {
    readonly chain: readonly Certificate[];
    /** In the place of certificates (RFC 7250). */
    readonly rawPublicKey?: PublicKey;
  };
  "tls.certificate_request": { readonly message: CertificateRequest };
  "tls.server_key_exchange": { readonly message: ServerKeyExchange };
  "tls.client_key_exchange": { readonly message: ClientKeyExchange };
  "tls.new_session_ticket": { readonly message: NewSessionTicket };
  /** Handshake messages whose content says nothing more; seen by the ladder, not printed as events. */
  "tls.handshake": { readonly message: BareMessage };
  "tls.change_cipher_spec": object;
  "tls.alert":
    | { readonly encrypted: false; readonly level: number; readonly description: number }
    | { readonly encrypted: true; readonly level?: undefined; readonly description?: undefined };
  /** The shape of a protected record, or of application data: the first `LIMITS.shapes` of each direction. */
  "tls.record": { readonly shape: RecordShape };
  /** Both sides protect what they send, and application data was seen. */
  "tls.established": { readonly applicationData: { readonly client: ByteCount; readonly server: ByteCount } };
  "tls.closed": {
    readonly applicationData: { readonly client: ByteCount; readonly server: ByteCount };
    /** The side's last record is as long as a close_notify of TLS 1.3 (RFC 8446 §6.1). */
    readonly goodbyes: Readonly<Record<Direction, boolean>>;
  };
  "tls.malformed": { readonly fault: Fault };
  "x509.malformed": { readonly fault: Fault; readonly sha256: string };
  /** SSLv2 CLIENT-HELLO (draft-hickman-netscape-ssl-00 §2.5): recognised, not decoded further. */
  "tls.sslv2_hello": { readonly version: number; readonly cipherSpecs: readonly number[] };

  /** RFC 6455 §4: the opening handshake. */
  "websocket.upgrade": {
    readonly path: string;
    readonly host?: string;
    readonly subprotocols: readonly string[];
    /** Names and values in the order sent, names in lower case. */
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** Where their values begin, in octets from the first of the request. */
    readonly places: readonly number[];
    readonly accepted: boolean;
  };
  /** The PROXY protocol header (v1 or v2): who the proxy says the client is. */
  "proxy.header": { readonly version: 1 | 2; readonly source?: string; readonly destination?: string };

  /**
   * Told once: what a connection speaks; `undefined` where nothing known does, and then when none is waited for any
   * longer. `like`: what its octets look like, too few to prove it.
   */
  "stream.protocol": { readonly protocol: ProtocolName | undefined; readonly like?: "mqtt" | undefined };
  "stream.gap": { readonly octets: number };
  "stream.overlap": { readonly octets: number };
  "stream.close": { readonly how: "fin" | "rst" };
  "stream.end": { readonly how: "fin" | "rst" | "idle" | "evicted" | "capture-ended" };
}

export type ProtocolEventType = keyof ProtocolEventMap;
export type ProtocolEventOf<Type extends ProtocolEventType> = Seen & {
  readonly type: Type;
} & ProtocolEventMap[Type];
export type ProtocolEvent = { [Type in ProtocolEventType]: ProtocolEventOf<Type> }[ProtocolEventType];

/** Ceilings are reported outside a connection too. */
export interface LimitEvent extends StreamLimit {
  readonly type: "stream.limit";
}
