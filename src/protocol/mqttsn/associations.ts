/** MQTT-SN of one capture: datagrams in, messages out, and an ending for each association that was found. */
import type { LimitEvent, ProtocolEvent, Seen } from "../event.ts";
import type { Datagram } from "../../packet/segment.ts";
import type { Direction, Ending, StreamId } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import type { Emit } from "../protocol.ts";
import { Association } from "./association.ts";
import { decodeMessage, isFramed, messageType, nodeOf, unwrapped } from "./decode.ts";
import { MESSAGE_TYPES, type SnMessage } from "./message.ts";
import { MQTTSN_PORT, proves } from "./recognize.ts";
import { followTopics } from "./topic-names.ts";

export interface Associations {
  datagram(datagram: Datagram): void;
  /** The capture is over, and so is every association. */
  end(): void;
}

/** `capture` is the capture's index; a ceiling that is reached goes to `limit`, once until there is room again. */
export function associations(capture: number, emit: Emit, limit: (limit: LimitEvent) => void): Associations {
  /** By addresses and ports, both ways the same; the one that was silent longest comes first. */
  const known = new Map<string, Association>();
  let next = 0;
  let told = false;

  function finish(key: string, association: Association, how: Ending, at = association.last): void {
    known.delete(key);
    const frame = association.lastFrame;
    emit({ type: "stream.end", ...seenAt(association, "client"), at, frame, how });
  }

  /** The oldest are those at the front: who was heard is moved to the end. */
  function expire(datagram: Datagram): void {
    for (const [key, association] of known) {
      if (datagram.frame.at - association.last < LIMITS.associationIdle) return;
      finish(key, association, "idle", datagram.frame.at);
    }
  }

  function open(key: string, datagram: Datagram, message: SnMessage): Association {
    const { frame, sourcePort, destinationPort } = datagram;
    if (known.size >= LIMITS.associations) {
      if (!told) limit({ type: "stream.limit", limit: "associations", at: frame.at, frame: frame.number });
      told = true;
      for (const [oldest, association] of known) {
        finish(oldest, association, "evicted", frame.at);
        break;
      }
    }
    const isConnect = message.type === "connect";
    const association = new Association({
      id: next++ as StreamId,
      capture,
      datagram,
      fromClient: isConnect || sourcePort !== MQTTSN_PORT || destinationPort === MQTTSN_PORT,
      roles: isConnect ? "content" : "port",
      // What is sent with QoS -1 has no connection that could have been missed (§6.8).
      midstream: !isConnect && !(message.type === "publish" && message.qos === -1),
    });
    known.set(key, association);
    return association;
  }

  function tell(association: Association, datagram: Datagram, start: number, message: SnMessage): void {
    const direction = association.directionOf(datagram);
    const topic = followTopics(association.topics, message, direction);
    const seen = place(association, datagram, start, direction);
    // The type and the message belong together; TypeScript cannot see that.
    emit({
      ...seen,
      type: `mqttsn.${message.type}`,
      message,
      ...(topic !== undefined && { topic }),
    } as ProtocolEvent);
  }

  return {
    datagram(datagram): void {
      const { octets, end, sourcePort, destinationPort } = datagram;
      const start = unwrapped(octets, datagram.start, end);
      if (!isFramed(octets, start, end) || datagram.missing > 0) return;
      const onPort = destinationPort === MQTTSN_PORT || sourcePort === MQTTSN_PORT;
      const isConnect = messageType(octets, start) === MESSAGE_TYPES.connect;
      if (!onPort && !isConnect && known.size === 0) return;
      const key = `${keyOf(datagram)} ${nodeOf(octets, datagram.start, start)}`;
      if (!onPort && !isConnect && !known.has(key)) return;
      expire(datagram);
      const association = known.get(key);
      const decoded = decodeMessage(octets, start, end);
      if (decoded.ok) {
        if (association === undefined && !proves(decoded.value, onPort)) return;
        const heard = association ?? open(key, datagram, decoded.value);
        known.delete(key);
        known.set(key, heard);
        tell(heard, datagram, start, decoded.value);
      } else if (association !== undefined) {
        const seen = place(association, datagram, start, association.directionOf(datagram));
        emit({ type: "mqttsn.malformed", ...seen, fault: decoded.fault });
      }
    },
    end(): void {
      for (const [key, association] of known) finish(key, association, "capture-ended");
    },
  };
}

/** Where the message at `start` of a datagram was, which is counted by this. */
function place(association: Association, datagram: Datagram, start: number, direction: Direction): Seen {
  const { frame, octets, end } = datagram;
  const length = end - start;
  const from = association.count(direction, length, datagram);
  const position = datagram.position < 0 ? -1 : datagram.position + (start - datagram.start);
  const carriers = [{ frame: frame.number, position, offset: from, length }];
  return {
    ...seenAt(association, direction),
    at: frame.at,
    frame: frame.number,
    from,
    to: from + length,
    carriers,
    unit: { octets, start, end },
  };
}

const seenAt = (connection: Association, direction: Direction): Seen => ({
  at: connection.last,
  frame: connection.lastFrame,
  connection,
  direction,
  transport: "udp",
  from: 0,
  to: 0,
  carriers: [],
});

/** The same for both directions. Built for the few datagrams that could be messages. */
function keyOf(datagram: Datagram): string {
  const { family, source0, source1, source2, source3, sourcePort } = datagram;
  const { destination0, destination1, destination2, destination3, destinationPort } = datagram;
  const source = `${source0} ${source1} ${source2} ${source3} ${sourcePort}`;
  const destination = `${destination0} ${destination1} ${destination2} ${destination3} ${destinationPort}`;
  return source < destination ? `${family} ${source} ${destination}` : `${family} ${destination} ${source}`;
}
