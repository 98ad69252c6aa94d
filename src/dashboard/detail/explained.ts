/** Any unit explained, by what it is. */
import type { MqttVersion } from "../../protocol/mqtt/packet.ts";
import type { Conversation } from "../../session/conversation.ts";
import type { Unit } from "../history.ts";
import type { Explained } from "./field.ts";
import { explainHandshake, explainRecord, explainSslv2 } from "./handshake.ts";
import { explainMessage, explainUpgrade } from "./other.ts";
import { explainPacket } from "./packet.ts";

/** Its fields, and the octets that must be hidden unless they may be shown. */
export function explained(unit: Unit, conversation: Conversation, reveal: boolean): Explained {
  const { type } = unit;
  if (unit.kept === 0) return { fields: [], hidden: [] };
  if (type.startsWith("mqtt.")) return explainPacket(unit, versionOf(conversation), reveal);
  if (type.startsWith("mqttsn.")) return explainMessage(unit, reveal);
  switch (type) {
    case "websocket.upgrade":
      return explainUpgrade(unit, reveal);
    case "tls.alert":
    case "tls.record":
    case "tls.change_cipher_spec":
      return explainRecord(unit, reveal);
    case "tls.sslv2_hello":
      return explainSslv2(unit);
    default: {
      const hello = conversation.tls?.serverHello;
      const settled = { version: hello?.version, cipherSuite: hello?.cipherSuite };
      return explainHandshake(unit, settled);
    }
  }
}

/** What a conversation's packets are read as. */
export const versionOf = ({ mqtt }: Conversation): MqttVersion => mqtt?.version ?? "3.1.1";
