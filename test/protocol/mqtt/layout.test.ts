import { describe, expect, test } from "vitest";
import { wireOctets } from "../../../src/octets/text.ts";
import { fieldPlaces } from "../../../src/protocol/mqtt/layout.ts";
import type { ControlPacket } from "../../../src/protocol/mqtt/packet.ts";
import { sessionOf } from "../../fuzz/mqtt-sessions.ts";
import { join, Talk } from "../build.ts";
import { mqttEvents, packetsOf, write } from "./build.ts";

/** Packets of generated sessions, each with the octets that it was read from. */
function* packetsAndOctets(): Generator<{ packet: ControlPacket; octets: Uint8Array }> {
  for (let seed = 0; seed < 3_000; seed++) {
    const { packets, sound } = sessionOf(seed);
    if (!sound) continue;
    const talk = new Talk();
    for (const { from, octets } of packets) talk.send(from, octets);
    for (const [index, packet] of packetsOf(mqttEvents(talk)).entries())
      yield { packet, octets: packets[index]!.octets };
  }
}

describe("the places of a packet's fields", () => {
  test("hold what was decoded, for every property and every version", () => {
    const fields = new Set<string>();
    for (const { packet, octets } of packetsAndOctets()) {
      const places = fieldPlaces(packet, octets.length);
      if (packet.type === "connect" || packet.type === "publish" || packet.type === "subscribe")
        expect(places.length).toBeGreaterThan(0);
      for (const { field, from, to, value } of places) {
        fields.add(field);
        expect(to).toBeLessThanOrEqual(octets.length);
        if (value !== undefined)
          expect([field, [...octets.subarray(from, to)]]).toEqual([field, [...wireOctets(value)]]);
      }
    }
    for (const field of [
      "CONNECT.Password",
      "CONNECT.User Name",
      "CONNECT.Client Identifier",
      "CONNECT.Will Payload",
      "CONNECT.Will Properties.Content Type",
      "CONNECT.Authentication Data",
      "CONNECT.User Property[__proto__]",
      "PUBLISH.Response Topic",
      "PUBLISH.Payload",
      "SUBSCRIBE.Topic Filter",
      "CONNACK.Reason String",
      "DISCONNECT.Server Reference",
      "AUTH.Authentication Method",
    ])
      expect(fields).toContain(field);
  });

  test("say where numbers are", () => {
    const octets = write({ cmd: "connect", clientId: "c", keepalive: 60, clean: true } as never);
    const packet = packetsOf(mqttEvents(new Talk().client(octets)))[0]!;
    const at = new Map(fieldPlaces(packet, octets.length).map(({ field, from, to }) => [field, [from, to]]));
    expect(at.get("CONNECT.Connect Flags")).toEqual([9, 10]);
    expect(at.get("CONNECT.Keep Alive")).toEqual([10, 12]);
    expect([...octets.subarray(10, 12)]).toEqual([0, 60]);
  });

  test("are not told where the packet does not add up", () => {
    const octets = write({ cmd: "connect", clientId: "c", keepalive: 60, clean: true } as never);
    const padded = join(octets.subarray(0, 1), Uint8Array.of(octets[1]! | 0x80, 0), octets.subarray(2));
    const packet = packetsOf(mqttEvents(new Talk().client(padded)))[0]!;
    expect(fieldPlaces(packet, padded.length)).toEqual([]);
  });
});
