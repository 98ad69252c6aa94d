import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Fault } from "../../../src/octets/decode.ts";
import { ask, complaintFault, decodeControlPacket, decoder } from "../../../src/protocol/mqtt/decode.ts";
import {
  CONNECT,
  type ControlPacketFrame,
  fixedHeader,
  frameControlPacket,
  PUBCOMP,
  PUBLISH,
  readFixedHeader,
} from "../../../src/protocol/mqtt/frame.ts";
import type { ControlPacket, MqttVersion } from "../../../src/protocol/mqtt/packet.ts";
import { propertyObject } from "../../../src/protocol/mqtt/properties.ts";
import {
  publishMemory,
  readAcknowledgement,
  readPing,
  readPublish,
} from "../../../src/protocol/mqtt/publish.ts";
import { readControlPacket } from "../../../src/protocol/mqtt/read.ts";
import { topicTable } from "../../../src/protocol/mqtt/topics.ts";
import { hex } from "../build.ts";
import { CONNECTS, control, conversation, runs } from "./build.ts";

const frameOf = (octets: Uint8Array): ControlPacketFrame => {
  const framed = frameControlPacket(octets);
  if (framed.state !== "ok") throw new Error(`no packet: ${framed.state}`);
  return framed.unit;
};

/** The direct reading of a packet of any type, with its faults. */
function direct(
  octets: Uint8Array,
  version: MqttVersion,
): { packet: ControlPacket | undefined; faults: Fault[] } {
  const header = fixedHeader();
  readFixedHeader(octets, 0, octets.length, header);
  const faults: Fault[] = [];
  if (header.type === PUBLISH)
    return {
      packet: readPublish(header, octets, 0, octets.length, version, publishMemory(topicTable()), faults),
      faults,
    };
  if (header.type > PUBLISH && header.type <= PUBCOMP)
    return { packet: readAcknowledgement(header, octets, 0, version, faults), faults };
  if (header.type === 12 || header.type === 13) return { packet: readPing(header, version, faults), faults };
  const reading = readControlPacket(frameOf(octets), version);
  return { packet: reading.packet, faults: [...reading.faults] };
}

/** Properties as `mqtt-packet` has them: flags as booleans, user properties as an object. */
function theirProperties(packet: ControlPacket | { properties?: unknown }): unknown {
  if (!("properties" in packet) || !Array.isArray(packet.properties)) return undefined;
  const { userProperties, correlationData, ...rest } = propertyObject(packet.properties) as Record<
    string,
    unknown
  >;
  const pairs = (userProperties ?? []) as readonly (readonly [string, string])[];
  const binary =
    correlationData instanceof Uint8Array ? { correlationData: Buffer.from(correlationData) } : {};
  return { ...rest, ...binary, ...(pairs.length > 0 && { userProperties: Object.fromEntries(pairs) }) };
}

/** What both readers say of a packet, in the words of `mqtt-packet`. */
function asTheirs(packet: ControlPacket): Record<string, unknown> {
  const properties = theirProperties(packet);
  const more = properties === undefined ? {} : { properties };
  switch (packet.type) {
    case "connect":
      return {
        cmd: "connect",
        protocolId: packet.protocolName,
        protocolVersion: { "3.1": 3, "3.1.1": 4, "5.0": 5 }[packet.protocolVersion],
        clientId: packet.clientId,
        clean: packet.cleanStart,
        keepalive: packet.keepAlive,
        ...(packet.username !== undefined && { username: packet.username }),
        ...(packet.password !== undefined && { password: Buffer.from(packet.password as string) }),
        ...(packet.will !== undefined && {
          will: {
            topic: packet.will.topic,
            payload: Buffer.from(packet.will.payload),
            qos: packet.will.qos,
            retain: packet.will.retain,
          },
        }),
        ...more,
      };
    case "publish":
      return {
        cmd: "publish",
        topic: packet.topic,
        payload: Buffer.from(packet.payload),
        qos: packet.qos,
        retain: packet.retain,
        dup: packet.dup,
        ...(packet.packetId !== undefined && { messageId: packet.packetId }),
        ...more,
      };
    case "subscribe":
      return {
        cmd: "subscribe",
        messageId: packet.packetId,
        subscriptions: packet.subscriptions.map(
          ({ filter, qos, noLocal, retainAsPublished, retainHandling }) => ({
            topic: filter,
            qos,
            ...(noLocal !== undefined && { nl: noLocal, rap: retainAsPublished, rh: retainHandling }),
          }),
        ),
        ...more,
      };
    case "suback":
      return { cmd: "suback", messageId: packet.packetId, granted: packet.codes, ...more };
    case "unsubscribe":
      return { cmd: "unsubscribe", messageId: packet.packetId, unsubscriptions: packet.filters, ...more };
    case "unsuback":
      return { cmd: "unsuback", messageId: packet.packetId, ...more };
    case "connack":
      return { cmd: "connack", sessionPresent: packet.sessionPresent, ...more };
    case "disconnect":
    case "auth":
      return { cmd: packet.type, ...(packet.code !== undefined && { reasonCode: packet.code }), ...more };
    case "pingreq":
    case "pingresp":
      return { cmd: packet.type };
    default:
      return {
        cmd: packet.type,
        messageId: packet.packetId,
        ...(packet.code !== undefined && { reasonCode: packet.code }),
        ...more,
      };
  }
}

describe("law: the direct readers say what mqtt-packet says", () => {
  test("of every packet that it writes", () => {
    fc.assert(
      fc.property(conversation, ({ version, turns }) => {
        for (const { octets } of turns) {
          const { packet, faults } = direct(octets, version);
          expect(faults).toEqual([]);
          const said = ask(decoder(), frameOf(octets), version);
          expect(said).toMatchObject(asTheirs(packet!));
        }
      }),
      { numRuns: runs(600) },
    );
  });

  test("of packets with changed octets: what one refuses, the other refuses or has a reason not to", () => {
    const changes = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 2 });
    const shared = decoder();
    fc.assert(
      fc.property(conversation, fc.nat(50), changes, ({ version, turns }, which, places) => {
        const octets = Uint8Array.from(turns[which % turns.length]!.octets);
        for (const [at, value] of places) octets[at % octets.length] = value;
        const framed = frameControlPacket(octets);
        if (framed.state !== "ok" || framed.length !== octets.length) return;
        const { packet, faults } = direct(octets, version);
        const said = ask(shared, framed.unit, version);
        if (typeof said === "string") {
          // A complaint about what we read without a fault must be one that we know.
          if (packet !== undefined && faults.length === 0)
            expect(
              complaintFault(
                said,
                framed.unit.type,
                packet.type === "connect" ? packet.protocolVersion : version,
              ),
            ).toBeUndefined();
        } else if (packet !== undefined && faults.length === 0) {
          expect(said).toMatchObject({ cmd: packet.type });
          if ("packetId" in packet) expect(said.messageId).toBe(packet.packetId);
        }
      }),
      { numRuns: runs(4000) },
    );
  });
});

describe("decodeControlPacket", () => {
  test("takes numbers and flags from mqtt-packet and texts from the octets", () => {
    const octets = control(0x10, "0004 4d515454 04 ce 1234 0001 63 0001 ff 0000 0000 0000");
    const { packet, faults } = decodeControlPacket(decoder(), frameOf(octets), "3.1.1");
    expect(packet).toMatchObject({
      keepAlive: 0x1234,
      cleanStart: true,
      will: { topic: hex("ff"), qos: 1, retain: false },
      username: "",
      password: "",
    });
    expect(faults).toHaveLength(1);
  });

  test("gives packets that mqtt-packet refuses for a code that it does not know", () => {
    const shared = decoder();
    expect(decodeControlPacket(shared, frameOf(hex("90 04 0001 00 ee")), "5.0")).toEqual({
      packet: { type: "suback", packetId: 1, codes: [0xee] },
      faults: [
        {
          unit: "SUBACK",
          field: "Reason Code",
          offset: 5,
          reason: { kind: "forbidden", value: 0xee, clause: "MQTT-3.9.3-2" },
        },
      ],
    });
    // The parser that complained is not asked again.
    expect(decodeControlPacket(shared, frameOf(hex("90 04 0001 00 01")), "5.0")).toEqual({
      packet: { type: "suback", packetId: 1, codes: [1] },
      faults: [],
    });
  });

  test("a CONNECT does not change how other connections are read", () => {
    const shared = decoder();
    decodeControlPacket(shared, frameOf(CONNECTS["5.0"]), "3.1.1");
    expect(decodeControlPacket(shared, frameOf(hex("90 03 0001 02")), "3.1.1").packet).toMatchObject({
      codes: [2],
    });
    expect(decodeControlPacket(shared, frameOf(hex("90 04 0001 00 02")), "5.0").packet).toMatchObject({
      codes: [2],
    });
  });

  test("nothing of a packet is written to standard error, also where DEBUG asks for everything", () => {
    const theirs = createRequire(createRequire(import.meta.url).resolve("mqtt-packet"));
    const debug = theirs("debug") as { enable(namespaces: string): void; disable(): string };
    const before = process.env["DEBUG"];
    const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      debug.enable("*");
      ask({ parsers: [] }, frameOf(CONNECTS["3.1.1"]), "3.1.1");
      expect(written).toHaveBeenCalled();
      process.env["DEBUG"] = "*";
      const silent = decoder();
      written.mockClear();
      ask(silent, frameOf(CONNECTS["3.1.1"]), "3.1.1");
      expect(written).not.toHaveBeenCalled();
      expect(process.env["DEBUG"]).toBe("*");
    } finally {
      written.mockRestore();
      debug.disable();
      if (before !== undefined) process.env["DEBUG"] = before;
      else delete process.env["DEBUG"];
    }
  });

  test("an unknown complaint becomes a fault with its words", () => {
    expect(complaintFault("Error: something new", CONNECT, "5.0")).toEqual({
      unit: "CONNECT",
      field: "packet",
      offset: 0,
      reason: { kind: "forbidden", value: "Error: something new", clause: "mqtt-packet" },
    });
    expect(complaintFault("Error: something new", CONNECT, "3.1")).toBeUndefined();
    expect(complaintFault("Error: Invalid puback reason code", 4, "5.0")).toBeUndefined();
  });
});
