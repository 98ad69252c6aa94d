import { describe, expect, test } from "vitest";
import type { ProtocolEvent } from "../../../src/protocol/event.ts";
import { assembly, carriersOf, clear, discard, hold, release } from "../../../src/protocol/mqtt/assembly.ts";
import { mqttProtocol } from "../../../src/protocol/mqtt/session.ts";
import type { Chunk } from "../../../src/stream/item.ts";
import { eventsOf, hex, join, ofType, random, Talk } from "../build.ts";
import { CONNECTS, control, faultsOf, packetsOf, publish } from "./build.ts";

/** What a session says that shares so many octets for unfinished packets with others. */
const within = (octets: number, ...talks: readonly Talk[]): ProtocolEvent[][] => {
  const mqtt = mqttProtocol({ heldOctets: octets });
  return talks.map(talk => eventsOf((connection, emit) => mqtt.open(connection, "tcp", emit), talk));
};

const large = publish("iot/sensor/temp", "x".repeat(60_000));

describe("the memory that all sessions share", () => {
  test("cuts payloads and tells their length all the same", () => {
    const talk = new Talk().client(CONNECTS["3.1.1"]).client(join(large, large, hex("c000")), 1000);
    const [events] = within(10_000, talk);
    expect(packetsOf(events!).slice(1)).toMatchObject([
      { type: "publish", topic: "iot/sensor/temp", payloadLength: 60_000 },
      { type: "publish", topic: "iot/sensor/temp", payloadLength: 60_000 },
      { type: "pingreq" },
    ]);
    expect(ofType(events!, "mqtt.publish").every(event => event.packet.payload.length < 10_000)).toBe(true);
    expect(ofType(events!, "mqtt.limit").map(event => event.limit)).toEqual(["held-octets"]);
    expect(faultsOf(events!)).toEqual([]);
  });

  test("is given back when a packet is complete and when a connection ends", () => {
    const one = (): Talk =>
      new Talk().client(CONNECTS["3.1.1"]).client(large.subarray(0, 50_000), 1000).end();
    const whole = new Talk().client(CONNECTS["3.1.1"]).client(large, 1000);
    for (const events of within(140_000, one(), one(), one(), whole))
      expect(ofType(events, "mqtt.limit")).toEqual([]);
    const waiting = (): Talk => new Talk().client(CONNECTS["3.1.1"]).client(large.subarray(0, 50_000), 1000);
    const limits = within(140_000, waiting(), waiting(), whole).map(
      events => ofType(events, "mqtt.limit").length,
    );
    expect(limits).toEqual([0, 0, 1]);
  });

  test("other packets are lost for want of it, which is said once", () => {
    const filters = new Uint8Array(Buffer.alloc(40_000, hex("0001 61 00")));
    const subscribe = control(0x82, "0001", filters);
    const talk = new Talk().client(CONNECTS["3.1.1"]).client(join(subscribe, subscribe, hex("c000")), 1000);
    const [events] = within(10_000, talk);
    expect(packetsOf(events!).map(packet => packet.type)).toEqual(["connect", "pingreq"]);
    expect(ofType(events!, "mqtt.limit").map(event => event.limit)).toEqual(["held-octets"]);
    expect(faultsOf(events!)).toEqual([]);
  });

  test("without any, whole packets in one chunk are read as ever", () => {
    const talk = new Talk().client(CONNECTS["3.1.1"]).client(join(publish("a/b", "1"), hex("c000")));
    expect(packetsOf(within(0, talk)[0]!).map(packet => packet.type)).toEqual([
      "connect",
      "publish",
      "pingreq",
    ]);
    const cut = new Talk()
      .client(CONNECTS["3.1.1"])
      .client(publish("a/b", "1"), 3)
      .client("c000", 1)
      .client("c000");
    const types = packetsOf(within(0, cut)[0]!).map(packet => packet.type);
    expect(types[0]).toBe("connect");
    expect(types).not.toContain("publish");
  });

  test("a search that has no room begins anew with the next chunk", () => {
    const noise = Uint8Array.from({ length: 3000 }, () => 0x30);
    const talk = new Talk({ midstream: true, roles: "port" })
      .client(noise, 100)
      .client(join(publish("a/b/c", "1"), publish("a/b/c", "2")));
    expect(ofType(within(512, talk)[0]!, "mqtt.publish").length).toBeLessThanOrEqual(2);
  });
});

describe("law: noise is no MQTT", () => {
  test("nothing is told of a megabyte of octets at random, and memory stays small", () => {
    const next = random(20_260_102);
    const noise = Uint8Array.from({ length: 1_000_000 }, () => Math.floor(next() * 256));
    const talk = new Talk({ midstream: true, roles: "port" }).client(noise, 1448).end();
    const budgetOf = 100_000;
    const [events] = within(budgetOf, talk);
    expect(events!.map(event => event.type)).toEqual(["stream.end"]);
  });

  test("hostile octets that look like packets everywhere are searched all the same", () => {
    const hostile = new Uint8Array(Buffer.alloc(400_000, hex("82 7f 00 01 00 02")));
    const talk = new Talk({ midstream: true, roles: "port" })
      .client(hostile, 1448)
      .client(join(publish("iot/sensor/temp", "1"), publish("iot/sensor/temp", "2")));
    const [events] = within(1_000_000, talk.end());
    expect(ofType(events!, "mqtt.publish").length).toBeGreaterThan(0);
  });
});

describe("an assembly", () => {
  const chunk = (octets: Uint8Array): Chunk => new Talk().client(octets).items[0] as Chunk;

  test("names the pieces of the capture that hold a range, cut to it", () => {
    const held = assembly({ octets: 0, limit: 10_000 });
    hold(held, chunk(new Uint8Array(10)), 0, 10);
    hold(
      held,
      { ...chunk(new Uint8Array(10)), offset: 10, frame: 2 as never, arrival: 2 as never, position: 500 },
      0,
      10,
    );
    expect(carriersOf(held, 5, 15)).toMatchObject([
      { frame: 1, position: 1005, offset: 5, length: 5 },
      { frame: 2, position: 500, offset: 10, length: 5 },
    ]);
    discard(held, 4);
    expect(carriersOf(held, 0, 16)).toMatchObject([
      { frame: 1, position: 1004, offset: 4, length: 6 },
      { frame: 2, position: 500, offset: 10, length: 10 },
    ]);
    discard(held, 100);
    expect([held.length, held.pieces.length]).toEqual([0, 0]);
  });

  test("of a live capture has no positions", () => {
    const held = assembly({ octets: 0, limit: 10_000 });
    hold(held, { ...chunk(new Uint8Array(10)), position: -1 }, 3, 10);
    expect(carriersOf(held, 2, 7)).toMatchObject([{ position: -1, offset: 5, length: 5 }]);
  });

  test("gives large buffers back when it is cleared, and all when it is released", () => {
    const budget = { octets: 0, limit: 100_000 };
    const held = assembly(budget);
    hold(held, chunk(new Uint8Array(50_000)), 0, 50_000);
    expect(budget.octets).toBe(50_000);
    clear(held);
    expect(budget.octets).toBe(0);
    hold(held, chunk(new Uint8Array(100)), 0, 100);
    clear(held);
    expect(budget.octets).toBe(256);
    release(held);
    expect(budget.octets).toBe(0);
  });

  test("holds what the budget has room for", () => {
    const held = assembly({ octets: 0, limit: 300 });
    expect(hold(held, chunk(new Uint8Array(200)), 0, 200)).toBe(200);
    expect(hold(held, chunk(new Uint8Array(200)), 0, 200)).toBe(56);
    expect(hold(held, chunk(new Uint8Array(200)), 0, 200)).toBe(0);
  });
});
