/** MQTT for tests: sessions fed by hand, packets from `mqtt-packet`, and arbitrary conversations of three versions. */
import fc from "fast-check";
import * as mqttPacket from "mqtt-packet";
import type { ProtocolEvent } from "../../../src/protocol/event.ts";
import type { ControlPacket, MqttVersion } from "../../../src/protocol/mqtt/packet.ts";
import { mqttProtocol } from "../../../src/protocol/mqtt/session.ts";
import type { Direction } from "../../../src/stream/item.ts";
import { eventsOf, hex, join, type Talk } from "../build.ts";

/** How many runs a property gets: `FUZZ_RUNS`, or what the test asks for. */
export const runs = (few: number): number => Number(process.env["FUZZ_RUNS"] ?? few);

/** One run's MQTT: sessions share the texts of topics and the decoders, and must not see one another. */
const mqtt = mqttProtocol();

/** What an MQTT session says of a script. */
export const mqttEvents = (talk: Talk): ProtocolEvent[] =>
  eventsOf((connection, emit) => mqtt.open(connection, "tcp", emit), talk);

/** The packets told, in order. */
export const packetsOf = (events: readonly ProtocolEvent[]): ControlPacket[] =>
  events.flatMap(event => ("packet" in event ? [event.packet] : []));

/** The clauses and reasons of the faults told, in order. */
export const faultsOf = (events: readonly ProtocolEvent[]): string[] =>
  events.flatMap(event => {
    if (event.type !== "mqtt.malformed") return [];
    const { unit, field, reason } = event.fault;
    return [`${unit}.${field}: ${reason.kind === "forbidden" ? reason.clause : reason.kind}`];
  });

/** A packet as `mqtt-packet` writes it. */
export function write(packet: mqttPacket.Packet, version: 3 | 4 | 5 = 4): Uint8Array {
  const octets = Uint8Array.from(mqttPacket.generate(packet, { protocolVersion: version }));
  if (octets.length === 0) throw new Error(`mqtt-packet wrote nothing for ${JSON.stringify(packet)}`);
  return octets;
}

/** A Control Packet of a first octet and a body, with the Remaining Length that goes with it. */
export function control(first: number, ...body: readonly (string | Uint8Array)[]): Uint8Array {
  const rest = join(...body.map(part => (typeof part === "string" ? hex(part) : part)));
  return join(Uint8Array.of(first), varint(rest.length), rest);
}

/** A Variable Byte Integer (MQTT 5.0 §1.5.5). */
export function varint(value: number): Uint8Array {
  const octets: number[] = [];
  for (let left = value; octets.length === 0 || left > 0; left = Math.floor(left / 0x80))
    octets.push((left % 0x80) + (left >= 0x80 ? 0x80 : 0));
  return Uint8Array.from(octets);
}

/** A CONNECT of each version with the client id "c" and a clean start. */
export const CONNECTS: Readonly<Record<MqttVersion, Uint8Array>> = {
  "3.1": hex("10 0f 0006 4d5149736470 03 02 003c 0001 63"),
  "3.1.1": hex("10 0d 0004 4d515454 04 02 003c 0001 63"),
  "5.0": hex("10 0e 0004 4d515454 05 02 003c 00 0001 63"),
};

export const VERSIONS: readonly MqttVersion[] = ["3.1", "3.1.1", "5.0"];

/** A QoS 0 PUBLISH before 5.0. */
export const publish = (topic: string, payload = ""): Uint8Array =>
  write({ cmd: "publish", topic, payload, qos: 0, dup: false, retain: false });

/** One packet of a conversation, with its sender. */
export interface Turn {
  readonly from: Direction;
  readonly octets: Uint8Array;
}

export interface Conversation {
  readonly version: MqttVersion;
  readonly turns: readonly Turn[];
}

/** Everything that one side sent. */
export const sentBy = (conversation: Conversation, from: Direction): Uint8Array =>
  join(...conversation.turns.filter(turn => turn.from === from).map(turn => turn.octets));

const level = { "3.1": 3, "3.1.1": 4, "5.0": 5 } as const;

const name = fc.string({
  minLength: 1,
  maxLength: 12,
  unit: fc.constantFrom(...Array.from("abcdefgh/éß€😀_-012345")),
});
const packetId = fc.integer({ min: 1, max: 0xffff });
const payload = fc.uint8Array({ maxLength: 300 }).map(octets => Buffer.from(octets));
const userProperties = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "__proto__", "trace", "é"), name), {
    minLength: 1,
    maxLength: 3,
    selector: pair => pair[0],
  })
  .map(pairs => Object.fromEntries(pairs));

/** Properties that a PUBLISH may carry. */
const publishProperties = fc.record(
  {
    messageExpiryInterval: fc.integer({ min: 0, max: 0xffff_ffff }),
    contentType: name,
    responseTopic: name,
    correlationData: payload,
    userProperties,
  },
  { requiredKeys: [] },
);

/** Any Control Packet but CONNECT that a side may send. */
function packet(version: MqttVersion): fc.Arbitrary<{ from: Direction; packet: mqttPacket.Packet }> {
  const five = version === "5.0";
  const either = fc.constantFrom<Direction>("client", "server");
  const reasons = five ? { reasonCode: 0 } : {};
  const publishes = fc
    .record({
      from: either,
      topic: name,
      payload,
      qos: fc.constantFrom(0, 1, 2),
      retain: fc.boolean(),
      dup: fc.boolean(),
      messageId: packetId,
      properties: publishProperties,
    })
    .map(({ from, properties, messageId, ...rest }) => {
      const id = rest.qos > 0 ? { messageId } : { dup: false };
      const made = { cmd: "publish", ...rest, ...id, ...(five && { properties }) };
      return { from, packet: made as mqttPacket.Packet };
    });
  const acknowledgements = fc
    .record({
      from: either,
      cmd: fc.constantFrom("puback", "pubrec", "pubrel", "pubcomp"),
      messageId: packetId,
    })
    .map(({ from, ...rest }) => ({ from, packet: { ...rest, ...reasons } as mqttPacket.Packet }));
  const subscribes = fc
    .record({
      messageId: packetId,
      subscriptions: fc.array(
        fc.record({ topic: name, qos: fc.constantFrom<0 | 1 | 2>(0, 1, 2) }).map(one => ({
          ...one,
          ...(five && { nl: false, rap: true, rh: 1 }),
        })),
        { minLength: 1, maxLength: 4 },
      ),
    })
    .map(rest => ({ from: "client" as const, packet: { cmd: "subscribe", ...rest } as mqttPacket.Packet }));
  const subacks = fc
    .record({
      messageId: packetId,
      granted: fc.array(fc.constantFrom(0, 1, 2, 0x80), { minLength: 1, maxLength: 4 }),
    })
    .map(rest => ({ from: "server" as const, packet: { cmd: "suback", ...rest } as mqttPacket.Packet }));
  const unsubscribes = fc
    .record({ messageId: packetId, unsubscriptions: fc.array(name, { minLength: 1, maxLength: 4 }) })
    .map(rest => ({ from: "client" as const, packet: { cmd: "unsubscribe", ...rest } as mqttPacket.Packet }));
  const unsubacks = packetId.map(messageId => ({
    from: "server" as const,
    packet: { cmd: "unsuback", messageId, granted: five ? [0] : [] } as mqttPacket.Packet,
  }));
  const pings = either.map(from => ({
    from,
    packet: { cmd: from === "client" ? "pingreq" : "pingresp" } as mqttPacket.Packet,
  }));
  const others = [publishes, acknowledgements, subscribes, subacks, unsubscribes, unsubacks, pings];
  if (!five) return fc.oneof({ weight: 4, arbitrary: publishes }, ...others);
  const auths = either.map(from => ({
    from,
    packet: {
      cmd: "auth",
      reasonCode: 0x18,
      properties: { authenticationMethod: "PLAIN" },
    } as mqttPacket.Packet,
  }));
  return fc.oneof({ weight: 4, arbitrary: publishes }, ...others, auths);
}

/** A conversation: CONNECT and CONNACK, then packets of both sides in any order, then maybe a DISCONNECT. */
export const conversation: fc.Arbitrary<Conversation> = fc.constantFrom(...VERSIONS).chain(version =>
  fc
    .record({
      clientId: fc.oneof(fc.constant("c"), name),
      username: fc.option(name, { nil: undefined }),
      password: fc.option(payload, { nil: undefined }),
      will: fc.option(
        fc.record({ topic: name, payload, qos: fc.constantFrom<0 | 1 | 2>(0, 1, 2), retain: fc.boolean() }),
        {
          nil: undefined,
        },
      ),
      keepalive: fc.integer({ min: 0, max: 0xffff }),
      packets: fc.array(packet(version), { maxLength: 12 }),
      disconnects: fc.boolean(),
    })
    .map(({ packets, disconnects, username, password, will, ...rest }) => {
      const v = level[version];
      const connect = {
        cmd: "connect",
        protocolId: v === 3 ? "MQIsdp" : "MQTT",
        protocolVersion: v,
        clean: true,
        ...rest,
        ...(username !== undefined && { username }),
        ...(username !== undefined && password !== undefined && { password }),
        ...(will !== undefined && { will }),
      } as mqttPacket.Packet;
      const connack = {
        cmd: "connack",
        sessionPresent: false,
        returnCode: 0,
        reasonCode: 0,
      } as mqttPacket.Packet;
      const all: { from: Direction; packet: mqttPacket.Packet }[] = [
        { from: "client", packet: connect },
        { from: "server", packet: connack },
        ...packets,
      ];
      if (disconnects)
        all.push({ from: "client", packet: { cmd: "disconnect", reasonCode: 0 } as mqttPacket.Packet });
      return { version, turns: all.map(({ from, packet: one }) => ({ from, octets: write(one, v) })) };
    }),
);
