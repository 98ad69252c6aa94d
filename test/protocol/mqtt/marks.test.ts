/** Which octets of a Control Packet are which field. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mark } from "../../../src/octets/reader.ts";
import { wireText } from "../../../src/octets/text.ts";
import { markControlPacket } from "../../../src/protocol/mqtt/marks.ts";
import type { MqttVersion } from "../../../src/protocol/mqtt/packet.ts";
import { hex, Talk } from "../build.ts";
import { CONNECTS, control, conversation, mqttEvents, packetsOf, runs, VERSIONS, write } from "./build.ts";

/** The marks that hold no others. */
const leaves = (marks: readonly Mark[]): Mark[] =>
  marks.filter(mark => mark.as !== "part" && mark.to > mark.from);

/** `field from-to` of each leaf. */
const shown = (octets: Uint8Array, version: MqttVersion): string[] =>
  leaves(markControlPacket(octets, version).marks).map(({ field, from, to }) => `${field} ${from}-${to}`);

describe("the marks of a Control Packet", () => {
  test("name the fields of a CONNECT with will, user name and password", () => {
    const octets = write({
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clientId: "sensor",
      clean: true,
      keepalive: 60,
      username: "me",
      password: Buffer.from("secret"),
      will: { topic: "w", payload: Buffer.from("bye"), qos: 1, retain: false },
    });
    expect(shown(octets, "5.0")).toEqual([
      "Control Packet type 0-1",
      "Remaining Length 1-2",
      "Protocol Name 2-4",
      "Protocol Name 4-8",
      "Protocol Version 8-9",
      "Connect Flags 9-10",
      "Keep Alive 10-12",
      "Client Identifier 12-14",
      "Client Identifier 14-20",
      "Will Topic 20-22",
      "Will Topic 22-23",
      "Will Payload 23-25",
      "Will Payload 25-28",
      "User Name 28-30",
      "User Name 30-32",
      "Password 32-34",
      "Password 34-40",
    ]);
  });

  test("look into property lists, those of the will too", () => {
    const octets = control(
      0x10,
      "0004 4d515454 05 06 003c  05 11 0000000a  0001 63  05 18 00000001  0001 77 0000",
    );
    expect(shown(octets, "3.1.1").slice(6)).toEqual([
      "Keep Alive 10-12",
      "Property Length 12-13",
      "Property Identifier 13-14",
      "sessionExpiryInterval 14-18",
      "Client Identifier 18-20",
      "Client Identifier 20-21",
      "Property Length 21-22",
      "Property Identifier 22-23",
      "willDelayInterval 23-27",
      "Will Topic 27-29",
      "Will Topic 29-30",
      "Will Payload 30-32",
    ]);
  });

  test("hold a number of several octets in one", () => {
    const long = control(0x30, "0001 74", new Uint8Array(200));
    expect(shown(long, "3.1.1").slice(1, 2)).toEqual(["Remaining Length 1-3"]);
    const identifiers = control(0x30, "0001 74  06 0b 8101 0b 8201");
    expect(shown(identifiers, "5.0").slice(4)).toEqual([
      "Property Length 5-6",
      "Property Identifier 6-7",
      "subscriptionIdentifier 7-9",
      "Property Identifier 9-10",
      "subscriptionIdentifier 10-12",
    ]);
  });

  test("name each code of a SUBACK", () => {
    expect(shown(hex("90 04 0001 00 80"), "3.1.1").slice(2)).toEqual([
      "Packet Identifier 2-4",
      "Reason Code 4-5",
      "Reason Code 5-6",
    ]);
  });

  test("cover every octet of a sound packet once, and say what the decoder said", () => {
    let packets = 0;
    fc.assert(
      fc.property(conversation, ({ version, turns }) => {
        for (const { from, octets } of turns) {
          const { marks, packet } = markControlPacket(octets, version);
          let at = 0;
          for (const mark of leaves(marks)) {
            expect(mark.from).toBe(at);
            at = mark.to;
          }
          expect(at).toBe(octets.length);
          const talk = new Talk().send("client", CONNECTS[version]).send(from, octets);
          const [told] = octets[0]! >> 4 === 1 ? [packet] : packetsOf(mqttEvents(talk)).slice(1);
          expect(packet).toEqual(told);
          packets++;
        }
      }),
      { numRuns: runs(200) },
    );
    expect(packets).toBeGreaterThan(200);
  });

  test("show the topic, the identifier and the payload where the direct reader found them", () => {
    fc.assert(
      fc.property(conversation, ({ version, turns }) => {
        for (const { octets } of turns) {
          const { marks, packet } = markControlPacket(octets, version);
          if (packet?.type !== "publish") continue;
          const of = (field: string): Uint8Array => {
            const mark = leaves(marks).findLast(one => one.field === field);
            return mark === undefined ? new Uint8Array() : octets.subarray(mark.from, mark.to);
          };
          expect(wireText(of("Topic Name"))).toEqual(packet.topic);
          expect([...of("Application Message")]).toEqual([...packet.payload]);
          const id = of("Packet Identifier");
          expect(id.length === 0 ? undefined : id[0]! * 256 + id[1]!).toBe(packet.packetId);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  test("end where a packet cannot be read or was not kept, and never throw", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.nat(15),
        fc.constantFrom(...VERSIONS),
        (octets, type, version) => {
          if (octets.length > 0) octets[0] = type * 16 + (octets[0]! % 16);
          for (const { from, to } of markControlPacket(octets, version).marks) {
            expect(from).toBeLessThanOrEqual(to);
            expect(to).toBeLessThanOrEqual(octets.length);
          }
        },
      ),
      { numRuns: runs(2000) },
    );
    const { marks, packet } = markControlPacket(CONNECTS["3.1.1"].subarray(0, 13), "3.1.1");
    expect(packet).toBeUndefined();
    expect(marks.at(-1)).toMatchObject({ field: "Keep Alive", to: 12 });
  });
});
