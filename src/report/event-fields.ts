/** What an event line says beside the common fields, for every event that is printed. */
import { Secret, type WireText } from "../octets/text.ts";
import type { MqttVersion } from "../protocol/mqtt/packet.ts";
import { codesOf } from "../protocol/mqtt/reason-codes.ts";
import type { Login, SniffEvent } from "../session/event.ts";
import type { ClientVerifies } from "../session/conversation.ts";
import { reportFault } from "../verdict/certificate.ts";
import { memoryFields } from "./memory-fields.ts";
import { type Fields, packetFields } from "./mqtt-fields.ts";
import { mqttsnFields } from "./mqttsn-fields.ts";
import { tlsFields } from "./tls-fields.ts";

/**
 * The further fields of an event, or undefined for those that are not printed: what only other stages need, and what
 * the report says better. `version` is that of the connection's CONNECT.
 */
export function eventFields(
  event: SniffEvent,
  version: MqttVersion | undefined,
  payloadLimit: number,
): Fields | undefined {
  switch (event.type) {
    case "mqtt.connect":
    case "mqtt.connack":
    case "mqtt.publish":
    case "mqtt.puback":
    case "mqtt.pubrec":
    case "mqtt.pubrel":
    case "mqtt.pubcomp":
    case "mqtt.subscribe":
    case "mqtt.suback":
    case "mqtt.unsubscribe":
    case "mqtt.unsuback":
    case "mqtt.pingreq":
    case "mqtt.pingresp":
    case "mqtt.disconnect":
    case "mqtt.auth": {
      const fields = packetFields(event.packet, version, payloadLimit);
      return event.guessed ? { ...fields, guessed: true } : fields;
    }
    case "mqtt.malformed":
      return { fault: reportFault(event.fault) };
    case "mqtt.limit":
      return { limit: event.limit };
    case "stream.gap":
    case "stream.overlap":
      return { octets: event.octets };
    case "websocket.upgrade":
      return {
        ...pathFields(event.path),
        host: event.host,
        subprotocols: event.subprotocols,
        accepted: event.accepted,
      };
    case "proxy.header":
      return { version: event.version, source: event.source, destination: event.destination };
    case "session.login":
      return loginFields(event.login);
    case "session.subscription":
      return subscriptionFields(event.filter, event.code, event.mqtt.version ?? event.mqtt.likelyVersion);
    case "session.verification":
      return verificationFields(event.tls.clientVerifies);
    case "session.delivery":
    case "session.excess":
    case "session.guessing":
    case "session.refused_again":
    case "session.probing":
    case "session.takeover":
    case "session.numbered_clients":
    case "session.fallback":
    case "session.idle_connections":
      return memoryFields(event);
    case "session.mqttsn":
    case "session.topic":
    case "session.shared_credential":
    case "session.cleartext_beside_tls":
    case "session.midstream":
    case "session.negotiated":
    case "session.sslv2":
    case "session.keyed":
    case "session.early_data":
    case "session.broken_off":
    case "session.client_authentication":
    case "session.left":
    case "session.seen_twice":
    case "session.same_random":
    case "session.same_share":
    case "session.shared_key":
    case "session.shared_client_key":
    case "session.shared_factor":
    case "session.broker_changed":
    case "session.same_serial":
    case "session.falling_version":
    case "session.inconsistent":
    case "session.mended":
    case "session.handshake_storm":
    case "session.unnamed":
    case "session.chain":
    case "session.opened":
    case "session.closed":
    case "stream.protocol":
    case "mqtt.torn":
    case "stream.close":
    case "stream.end":
      return undefined;
    default:
      return isMqttSn(event) ? mqttsnFields(event, payloadLimit) : tlsFields(event);
  }
}

const isMqttSn = (event: SniffEvent): event is Parameters<typeof mqttsnFields>[0] =>
  event.type.startsWith("mqttsn.");

/** What follows "?" in the path of an upgrade may be a signature or a token, and is treated as one. */
function pathFields(path: string): Fields {
  const at = path.indexOf("?");
  return at < 0 ? { path } : { path: path.slice(0, at), query: new Secret(path.slice(at + 1)) };
}

const loginFields = (login: Login): Fields => ({
  protocolVersion: login.version,
  clientId: login.clientId,
  username: login.username,
  password: login.password,
  authenticationMethod: login.authenticationMethod,
  anonymous: login.anonymous,
  torn: login.connect.torn === undefined ? undefined : true,
  accepted: login.accepted,
  code: login.code === undefined ? undefined : codesOf("connack", login.version).of(login.code),
});

/** MQTT 5.0 §3.9.3: from 0x80 on a code refuses. */
const subscriptionFields = (filter: WireText, code: number, version: MqttVersion | undefined): Fields => ({
  filter,
  code: codesOf("suback", version).of(code),
  granted: code < 0x80,
});

const verificationFields = (answer: ClientVerifies): Fields => ({
  clientVerifies: answer.answer,
  because: { confidence: answer.confidence, text: answer.text, frames: answer.frames },
});
