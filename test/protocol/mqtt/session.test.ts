import { describe, expect, test } from "vitest";
import { ofType, hex, join, Talk } from "../build.ts";
import {
  CONNECTS,
  control,
  faultsOf,
  mqttEvents,
  packetsOf,
  publish,
  varint,
  VERSIONS,
  write,
} from "./build.ts";

/** A client that says a CONNECT of a version and then `octets`. */
const client = (version: keyof typeof CONNECTS, octets: string): Talk =>
  new Talk().client(CONNECTS[version]).client(octets);

/** The broker's yes. */
const CONNACKS = { "3.1": "20 02 00 00", "3.1.1": "20 02 00 00", "5.0": "20 03 00 00 00" } as const;

describe("every Control Packet", () => {
  test("CONNECT of 3.1 says its old protocol name", () => {
    const talk = new Talk().client(
      "10 1d 0006 4d5149736470 03 c2 000a 0003 646576 0004 75736572 0004 70617373",
    );
    expect(packetsOf(mqttEvents(talk))).toEqual([
      {
        type: "connect",
        protocolName: "MQIsdp",
        protocolVersion: "3.1",
        clientId: "dev",
        cleanStart: true,
        keepAlive: 10,
        username: "user",
        password: "pass",
      },
    ]);
  });

  test("CONNECT of 3.1.1 with a will", () => {
    const talk = new Talk().client("10 17 0004 4d515454 04 36 003c 0001 63 0003 612f62 0003 00ff80");
    expect(packetsOf(mqttEvents(talk))).toEqual([
      {
        type: "connect",
        protocolName: "MQTT",
        protocolVersion: "3.1.1",
        clientId: "c",
        cleanStart: true,
        keepAlive: 60,
        will: { topic: "a/b", payload: hex("00ff80"), qos: 2, retain: true },
      },
    ]);
  });

  test("CONNECT of 5.0 with properties of its own and of its will, and a password without a user name", () => {
    const head = "0004 4d515454 05 46 0000 08 11 ffffffff 21 000a";
    const body = "0000 05 18 00000005 0001 74 0001 70 0008 7365637265743131";
    const talk = new Talk().client(control(0x10, head, body));
    const events = mqttEvents(talk);
    expect(faultsOf(events)).toEqual([]);
    expect(packetsOf(events)).toEqual([
      {
        type: "connect",
        protocolName: "MQTT",
        protocolVersion: "5.0",
        clientId: "",
        cleanStart: true,
        keepAlive: 0,
        password: "secret11",
        will: { topic: "t", payload: hex("70"), qos: 0, retain: false, properties: [{ id: 0x18, value: 5 }] },
        properties: [
          { id: 0x11, value: 0xffff_ffff },
          { id: 0x21, value: 10 },
        ],
      },
    ]);
  });

  test("CONNACK has a Return Code in 3.1.1 and a Reason Code with properties in 5.0", () => {
    const old = client("3.1.1", "").server("20 02 01 00").server("20 02 00 05");
    expect(packetsOf(mqttEvents(old)).slice(1)).toEqual([
      { type: "connack", sessionPresent: true, code: 0 },
      { type: "connack", sessionPresent: false, code: 5 },
    ]);
    const five = client("5.0", "").server("20 06 00 87 03 22 000a");
    expect(packetsOf(mqttEvents(five))[1]).toEqual({
      type: "connack",
      sessionPresent: false,
      code: 0x87,
      properties: [{ id: 0x22, value: 10 }],
    });
  });

  test("a CONNACK in the form of 3.1.1 may refuse 5.0", () => {
    const events = mqttEvents(client("5.0", "").server("20 02 00 01"));
    expect(packetsOf(events)[1]).toEqual({ type: "connack", sessionPresent: false, code: 1 });
    expect(faultsOf(events)).toEqual([]);
  });

  test("PUBLISH has a Packet Identifier above QoS 0", () => {
    const talk = client("3.1.1", "31 06 0003 612f62 78 3d 08 0003 612f62 0007 79");
    expect(packetsOf(mqttEvents(talk)).slice(1)).toEqual([
      {
        type: "publish",
        topic: "a/b",
        resolvedTopic: "a/b",
        qos: 0,
        retain: true,
        dup: false,
        payloadLength: 1,
        payload: hex("78"),
      },
      {
        type: "publish",
        topic: "a/b",
        resolvedTopic: "a/b",
        qos: 2,
        retain: true,
        dup: true,
        packetId: 7,
        payloadLength: 1,
        payload: hex("79"),
      },
    ]);
  });

  test("PUBLISH of 5.0 has properties, and an empty list of them is no part of the payload", () => {
    const talk = client("5.0", "30 05 0001 61 00 78 32 0a 0001 61 0001 03 23 0001 79");
    expect(packetsOf(mqttEvents(talk)).slice(1)).toMatchObject([
      { topic: "a", payload: hex("78") },
      { topic: "a", packetId: 1, payload: hex("79"), properties: [{ id: 0x23, value: 1 }] },
    ]);
  });

  test.each([
    ["puback", "40"],
    ["pubrec", "50"],
    ["pubrel", "62"],
    ["pubcomp", "70"],
  ])("%s acknowledges, with a Reason Code in 5.0", (type, first) => {
    expect(packetsOf(mqttEvents(client("3.1.1", `${first} 02 1234`))).slice(1)).toEqual([
      { type, packetId: 0x1234 },
    ]);
    const five = client(
      "5.0",
      `${first} 02 1234 ${first} 03 1234 92 ${first} 04 1234 00 00 ${first} 08 1234 80 04 1f 0001 78`,
    );
    expect(packetsOf(mqttEvents(five)).slice(1)).toEqual([
      { type, packetId: 0x1234, code: 0 },
      { type, packetId: 0x1234, code: 0x92 },
      { type, packetId: 0x1234, code: 0 },
      { type, packetId: 0x1234, code: 0x80, properties: [{ id: 0x1f, value: "x" }] },
    ]);
  });

  test("SUBSCRIBE lists its filters in order", () => {
    const talk = new Talk()
      .client(CONNECTS["3.1.1"])
      .client(control(0x82, "0001 0003 612f23 02 0001 2b 00 0000 01"));
    const events = mqttEvents(talk);
    expect(packetsOf(events)[1]).toEqual({
      type: "subscribe",
      packetId: 1,
      subscriptions: [
        { filter: "a/#", qos: 2 },
        { filter: "+", qos: 0 },
        { filter: "", qos: 1 },
      ],
    });
    expect(faultsOf(events)).toEqual(["SUBSCRIBE.Topic Filter: MQTT-4.7.3-1"]);
  });

  test("SUBSCRIBE of 5.0 has options and a Subscription Identifier", () => {
    expect(packetsOf(mqttEvents(client("5.0", "82 09 0002 02 0b 07 0001 61 2e")))[1]).toEqual({
      type: "subscribe",
      packetId: 2,
      subscriptions: [{ filter: "a", qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 2 }],
      properties: [{ id: 0x0b, value: 7 }],
    });
  });

  test("SUBACK has a code for each filter by index, whatever it is", () => {
    expect(packetsOf(mqttEvents(client("3.1.1", "").server("90 05 0001 00 80 42")))[1]).toEqual({
      type: "suback",
      packetId: 1,
      codes: [0, 0x80, 0x42],
    });
    expect(packetsOf(mqttEvents(client("5.0", "").server("90 06 0001 00 02 87 ee")))[1]).toEqual({
      type: "suback",
      packetId: 1,
      codes: [2, 0x87, 0xee],
    });
  });

  test("UNSUBSCRIBE lists its filters, UNSUBACK its codes in 5.0", () => {
    const old = client("3.1.1", "a2 08 0003 0001 61 0001 62").server("b0 02 0003");
    expect(packetsOf(mqttEvents(old)).slice(1)).toEqual([
      { type: "unsubscribe", packetId: 3, filters: ["a", "b"] },
      { type: "unsuback", packetId: 3, codes: [] },
    ]);
    const five = client("5.0", "a2 06 0003 00 0001 61").server("b0 05 0003 00 11 87");
    expect(packetsOf(mqttEvents(five)).slice(1)).toEqual([
      { type: "unsubscribe", packetId: 3, filters: ["a"] },
      { type: "unsuback", packetId: 3, codes: [0x11, 0x87] },
    ]);
  });

  test("PINGREQ and PINGRESP are their headers", () => {
    expect(packetsOf(mqttEvents(client("3.1.1", "c000").server("d000"))).slice(1)).toEqual([
      { type: "pingreq" },
      { type: "pingresp" },
    ]);
  });

  test("DISCONNECT has a Reason Code in 5.0, also where it is left out", () => {
    expect(packetsOf(mqttEvents(client("3.1.1", "e000")))[1]).toEqual({ type: "disconnect" });
    const five = client("5.0", "e000 e001 8e e002 04 00 e007 9d 05 1c 0002 6162");
    expect(packetsOf(mqttEvents(five)).slice(1)).toEqual([
      { type: "disconnect", code: 0 },
      { type: "disconnect", code: 0x8e },
      { type: "disconnect", code: 4 },
      { type: "disconnect", code: 0x9d, properties: [{ id: 0x1c, value: "ab" }] },
    ]);
  });

  test("AUTH is of 5.0 only", () => {
    const five = client("5.0", "f000 f00a 18 08 15 0005 504c41494e");
    expect(packetsOf(mqttEvents(five)).slice(1)).toEqual([
      { type: "auth", code: 0 },
      { type: "auth", code: 0x18, properties: [{ id: 0x15, value: "PLAIN" }] },
    ]);
    const old = mqttEvents(client("3.1.1", "f000 c000"));
    expect(faultsOf(old)).toEqual(["AUTH.Control Packet type: MQTT 3.1.1 §2.2.1"]);
    expect(packetsOf(old).map(packet => packet.type)).toEqual(["connect", "pingreq"]);
  });
});

describe("packets and chunks", () => {
  test("a DISCONNECT of 5.0 never reads into the packet behind it", () => {
    for (const size of [1, 2, 3, 100]) {
      const talk = new Talk().client(CONNECTS["5.0"]).client("e001 8e c000", size).client("e000 c000", size);
      expect(packetsOf(mqttEvents(talk)).slice(1)).toEqual([
        { type: "disconnect", code: 0x8e },
        { type: "pingreq" },
        { type: "disconnect", code: 0 },
        { type: "pingreq" },
      ]);
    }
  });

  test("an acknowledgement that is too short borrows nothing from the packet behind it", () => {
    const events = mqttEvents(client("3.1.1", "4000 3003 0001 61"));
    expect(faultsOf(events)).toEqual(["PUBACK.Packet Identifier: short"]);
    expect(packetsOf(events)[1]).toMatchObject({ type: "publish", topic: "a" });
  });

  test("an event says where its octets were and when the last of them came", () => {
    const talk = new Talk().client(CONNECTS["3.1.1"]).client("c000 30").client("0300").client("0161 c000");
    const [, ping, message, last] = mqttEvents(talk);
    expect(ping).toMatchObject({
      frame: 2,
      from: 15,
      to: 17,
      carriers: [{ frame: 2, offset: 15, length: 3 }],
    });
    expect(message).toMatchObject({
      frame: 4,
      at: 1_004_000,
      from: 17,
      to: 22,
      carriers: [
        { frame: 2, position: 2002, offset: 17, length: 1 },
        { frame: 3, position: 3000, offset: 18, length: 2 },
        { frame: 4, position: 4000, offset: 20, length: 2 },
      ],
    });
    expect(last).toMatchObject({ frame: 4, from: 22, to: 24 });
  });

  test("the carriers of a packet in many chunks are named to a ceiling, the last standing for the rest", () => {
    const talk = new Talk().client(CONNECTS["3.1.1"]).client(publish("t", "x".repeat(1000)), 4);
    const [, event] = mqttEvents(talk);
    expect(event!.carriers).toHaveLength(64);
    expect(event!.carriers.reduce((sum, carrier) => sum + carrier.length, 0)).toBe(event!.to - event!.from);
  });

  test("a payload is the publisher's own octets, whatever happens to the buffer afterwards", () => {
    const talk = new Talk().client(CONNECTS["3.1.1"]).client(publish("t", "hello"), 3);
    expect(packetsOf(mqttEvents(talk))[1]).toMatchObject({ payload: Uint8Array.from(Buffer.from("hello")) });
  });

  test.each([127, 128, 16_383, 16_384, 2_097_151, 2_097_152])(
    "a Remaining Length of %i ends where it says",
    length => {
      const body = Buffer.alloc(length - 3, 0x41);
      const packet = write({ cmd: "publish", topic: "t", payload: body, qos: 0, dup: false, retain: false });
      const talk = new Talk().client(CONNECTS["3.1.1"]).client(join(packet, hex("c000")), 1448);
      const packets = packetsOf(mqttEvents(talk));
      expect(packets[1]).toMatchObject({ type: "publish", payloadLength: length - 3 });
      expect(packets[2]).toEqual({ type: "pingreq" });
    },
  );

  test("a PUBLISH beyond 4 MiB keeps its beginning, tells its true length, and hides nothing behind it", () => {
    const body = Buffer.alloc(6_000_000, 0x41);
    const packet = write({ cmd: "publish", topic: "t", payload: body, qos: 0, dup: false, retain: false });
    const talk = new Talk().client(CONNECTS["3.1.1"]).client(join(packet, hex("c000")), 1448);
    const events = mqttEvents(talk);
    const [, message, ping] = packetsOf(events);
    expect(message).toMatchObject({ type: "publish", topic: "t", payloadLength: 6_000_000 });
    expect((message as { payload: Uint8Array }).payload.length).toBeGreaterThan(4_000_000);
    expect((message as { payload: Uint8Array }).payload.length).toBeLessThanOrEqual(4 * 1_048_576);
    expect(ping).toEqual({ type: "pingreq" });
    expect(faultsOf(events)).toEqual([]);
  });

  test("the longest packet of all is counted to its end", () => {
    const talk = new Talk().client(CONNECTS["3.1.1"]).client("30 ffffff7f 0001 74");
    const part = new Uint8Array(1_000_000);
    let left = 268_435_455 - 3;
    for (; left > part.length; left -= part.length) talk.client(part);
    talk.client(new Uint8Array(left)).client("c000");
    expect(packetsOf(mqttEvents(talk)).slice(1)).toMatchObject([
      { type: "publish", payloadLength: 268_435_452 },
      { type: "pingreq" },
    ]);
  });

  test("any other packet beyond 4 MiB is a fault, and the next one is read", () => {
    const filters = new Uint8Array(Buffer.alloc(5_000_000, hex("0001 61 00")));
    const packet = control(0x82, "0001", filters);
    const talk = new Talk().client(CONNECTS["3.1.1"]).client(join(packet, hex("c000")), 65_536);
    const events = mqttEvents(talk);
    expect(faultsOf(events)).toEqual(["SUBSCRIBE.Remaining Length: too-large"]);
    expect(packetsOf(events)[1]).toEqual({ type: "pingreq" });
  });

  test("topics in any number keep their text", () => {
    const talk = new Talk().client(CONNECTS["3.1.1"]);
    const topics = Array.from({ length: 20_000 }, (_, i) => `fleet/${i}/temperature`);
    talk.client(
      join(...topics.map(topic => publish(topic, "1")), ...topics.map(topic => publish(topic, "2"))),
      1448,
    );
    const seen = packetsOf(mqttEvents(talk)).flatMap(packet =>
      packet.type === "publish" ? [packet.topic] : [],
    );
    expect(seen).toEqual([...topics, ...topics]);
  });
});

describe("versions", () => {
  test.each(VERSIONS)("a %s connection is read as what its CONNECT says", version => {
    const events = mqttEvents(client(version, "c000"));
    expect(packetsOf(events)[0]).toMatchObject({ protocolVersion: version });
    expect(ofType(events, "mqtt.pingreq")[0]).toMatchObject({ guessed: false });
  });

  test("a topic alias stands for the topic it came with, in its direction only", () => {
    const talk = client(
      "5.0",
      "30 08 0001 61 03 23 0005 78 30 07 0000 03 23 0005 79 30 07 0001 62 03 23 0005 30 06 0000 03 23 0005",
    )
      .server(CONNACKS["5.0"])
      .server("30 06 0000 03 23 0005");
    const events = mqttEvents(talk);
    expect(ofType(events, "mqtt.publish").map(event => event.packet)).toMatchObject([
      { topic: "a", resolvedTopic: "a" },
      { topic: "", resolvedTopic: "a" },
      { topic: "b", resolvedTopic: "b" },
      { topic: "", resolvedTopic: "b" },
      { topic: "", resolvedTopic: "" },
    ]);
    expect(faultsOf(events)).toEqual(["PUBLISH.topicAlias: MQTT 5.0 §3.3.2.3.4"]);
  });

  test("aliases are remembered to a ceiling, and an old meaning never outlives it", () => {
    const talk = client("5.0", "");
    const long = "x".repeat(60_000);
    for (let alias = 1; alias <= 6; alias++)
      talk.client(
        write(
          {
            cmd: "publish",
            topic: `${long}${alias}`,
            payload: "",
            qos: 0,
            dup: false,
            retain: false,
            properties: { topicAlias: alias },
          },
          5,
        ),
      );
    talk.client("30 06 0000 03 23 0006 30 06 0000 03 23 0001 30 06 0000 03 23 ffff");
    const events = mqttEvents(talk);
    const last = packetsOf(events).slice(-3) as { resolvedTopic: string }[];
    expect(last.map(packet => packet.resolvedTopic.length)).toEqual([0, 60_001, 0]);
    expect(faultsOf(events)).toEqual([]);
  });

  test("bridges set a bit in the protocol level", () => {
    expect(
      packetsOf(mqttEvents(new Talk().client("10 0d 0004 4d515454 84 02 003c 0001 63")))[0],
    ).toMatchObject({
      protocolVersion: "3.1.1",
    });
  });

  test("in 3.1 a user name may be announced and left out", () => {
    const events = mqttEvents(new Talk().client("10 0f 0006 4d5149736470 03 c2 003c 0001 63 c000"));
    expect(packetsOf(events)[0]).not.toHaveProperty("username");
    expect(faultsOf(events)).toEqual([]);
    expect(packetsOf(events)[1]).toEqual({ type: "pingreq" });
  });

  test("in 3.1 a SUBSCRIBE sent again is marked so", () => {
    expect(faultsOf(mqttEvents(client("3.1", "8a 06 0001 0001 61 00")))).toEqual([]);
    expect(faultsOf(mqttEvents(client("3.1.1", "8a 06 0001 0001 61 00")))).toEqual([
      "SUBSCRIBE.flags: MQTT-2.2.2-2",
    ]);
  });
});

describe("connections that were not seen from their beginning", () => {
  const midstream = (): Talk => new Talk({ midstream: true, roles: "port" });

  test("packets are read and marked as guessed", () => {
    const events = mqttEvents(
      midstream().client(publish("iot/sensor/temp", "21")).client(publish("iot/sensor/temp", "22")),
    );
    expect(ofType(events, "mqtt.publish").map(event => [event.packet.topic, event.guessed])).toEqual([
      ["iot/sensor/temp", true],
      ["iot/sensor/temp", true],
    ]);
  });

  test("a property list of no octets says 5.0", () => {
    const events = mqttEvents(
      midstream().client("30 09 0003 612f62 00 323134 32 0b 0003 612f62 0001 00 323134"),
    );
    expect(packetsOf(events).map(packet => (packet as { payloadLength: number }).payloadLength)).toEqual([
      3, 3,
    ]);
  });

  test("a payload that is no property list says 3.1.1", () => {
    const events = mqttEvents(
      midstream().client("30 08 0003 612f62 323134").client("30 08 0003 612f62 003134"),
    );
    expect(packetsOf(events).map(packet => (packet as { payloadLength: number }).payloadLength)).toEqual([
      3, 3,
    ]);
  });

  test("a guess that a packet contradicts is given up", () => {
    const talk = midstream().client("30 09 0003 612f62 00 323134").client("82 08 0001 0003 612f62 01");
    expect(packetsOf(mqttEvents(talk))[1]).toMatchObject({ subscriptions: [{ filter: "a/b", qos: 1 }] });
  });

  test("a CONNECT later on proves what it is, and what follows is read by it", () => {
    const events = mqttEvents(midstream().client(join(hex("ffee"), CONNECTS["5.0"], hex("e001 8e"))));
    expect(ofType(events, "mqtt.connect")[0]).toMatchObject({ guessed: false });
    expect(ofType(events, "mqtt.disconnect")[0]).toMatchObject({ guessed: false, packet: { code: 0x8e } });
  });

  test("the side that sends a CONNECT is the client, where nothing better is known", () => {
    const talk = new Talk({ roles: "first-segment", midstream: true }).server(
      join(CONNECTS["3.1.1"], hex("c000")),
    );
    const events = mqttEvents(talk);
    expect(talk.connection.swaps).toBe(1);
    expect(events.map(event => event.direction)).toEqual(["client", "client"]);
    const sure = new Talk({ roles: "handshake" }).server(CONNECTS["3.1.1"]);
    expect(mqttEvents(sure)[0]!.direction).toBe("server");
    expect(sure.connection.swaps).toBe(0);
  });

  test("roles that were told already stay", () => {
    const talk = new Talk({ roles: "port", midstream: true })
      .client(publish("iot/sensor/temp", "x"))
      .server(CONNECTS["3.1.1"]);
    mqttEvents(talk);
    expect(talk.connection.swaps).toBe(0);
  });
});

describe("gaps", () => {
  const begun = (): Talk => new Talk().client(CONNECTS["3.1.1"]);

  test("are told, and packets behind them are found again and marked", () => {
    const talk = begun()
      .gap("client", 100)
      .client(join(publish("a/b/c", "1"), publish("a/b/c", "2")));
    const events = mqttEvents(talk);
    expect(events.map(event => event.type)).toEqual([
      "mqtt.connect",
      "stream.gap",
      "mqtt.publish",
      "mqtt.publish",
    ]);
    expect(events[1]).toMatchObject({ octets: 100, from: 15, to: 115, direction: "client" });
    expect(ofType(events, "mqtt.publish").map(event => event.guessed)).toEqual([true, true]);
  });

  test("eight sound packets prove that they were found", () => {
    const talk = begun()
      .gap("client", 100)
      .client(join(...Array.from({ length: 12 }, () => publish("a/b/c", "1"))));
    const guessed = ofType(mqttEvents(talk), "mqtt.publish").map(event => event.guessed);
    expect(guessed.filter(Boolean)).toHaveLength(8);
    expect(guessed.lastIndexOf(true)).toBe(7);
  });

  test("within a payload are passed over exactly", () => {
    const packet = publish("t", "x".repeat(5000));
    const talk = begun()
      .client(packet.subarray(0, 1000))
      .gap("client", 3000)
      .client(join(packet.subarray(4000), hex("c000")));
    const events = mqttEvents(talk);
    const [, message, ping] = packetsOf(events);
    expect(message).toMatchObject({ topic: "t", payloadLength: 5000 });
    expect((message as { payload: Uint8Array }).payload.length).toBe(1000 - 6);
    expect(ping).toEqual({ type: "pingreq" });
    expect(ofType(events, "mqtt.pingreq")[0]!.guessed).toBe(false);
    expect(faultsOf(events)).toEqual([]);
  });

  test("up to the very end of a packet complete it", () => {
    const packet = publish("t", "x".repeat(50));
    const events = mqttEvents(
      begun()
        .client(packet.subarray(0, 20))
        .gap("client", packet.length - 20)
        .client("c000"),
    );
    expect(packetsOf(events).slice(1)).toMatchObject([
      { type: "publish", payloadLength: 50 },
      { type: "pingreq" },
    ]);
  });

  test("beyond the end of a packet leave what was seen of it, as a guess", () => {
    const packet = publish("a/b", "x".repeat(50));
    const talk = begun()
      .client(packet.subarray(0, 20))
      .gap("client", 500)
      .client(join(publish("a/b", "1"), publish("a/b", "2")));
    const events = mqttEvents(talk);
    expect(ofType(events, "mqtt.publish").map(event => [event.guessed, event.packet.payloadLength])).toEqual([
      [true, 50],
      [true, 1],
      [true, 1],
    ]);
    expect(faultsOf(events)).toEqual([]);
  });

  test("tear packets that have no payload silently", () => {
    const subscribe = hex("82 10 0001 000b 6162636465666768696a6b 00");
    const talk = begun()
      .client(subscribe.subarray(0, 6))
      .gap("client", 6)
      .client(join(subscribe.subarray(12), hex("c000")));
    const events = mqttEvents(talk);
    expect(packetsOf(events).map(packet => packet.type)).toEqual(["connect", "pingreq"]);
    expect(faultsOf(events)).toEqual([]);
  });

  test("before the first octet hide the CONNECT, not the rest", () => {
    const talk = new Talk()
      .gap("client", 15)
      .client(join(publish("a/b/c", "1"), publish("a/b/c", "2")))
      .server("20020000");
    const events = mqttEvents(talk);
    expect(packetsOf(events).map(packet => packet.type)).toEqual(["publish", "publish", "connack"]);
    expect(events.every(event => !("guessed" in event) || event.guessed)).toBe(true);
  });

  test("two in a row lose what lay between them and nothing else", () => {
    const talk = begun()
      .gap("client", 9)
      .client("ff")
      .gap("client", 9)
      .client(join(publish("a/b/c", "1"), publish("a/b/c", "2")));
    expect(packetsOf(mqttEvents(talk)).map(packet => packet.type)).toEqual(["connect", "publish", "publish"]);
  });

  test("make an unknown topic alias nobody's fault", () => {
    const talk = new Talk()
      .client(CONNECTS["5.0"])
      .gap("client", 50)
      .client("30 06 0000 03 23 0005 30 06 0000 03 23 0005 c000");
    const events = mqttEvents(talk);
    expect(packetsOf(events).length).toBeGreaterThan(1);
    expect(faultsOf(events)).toEqual([]);
  });

  test("that tear a CONNECT leave the version that it names", () => {
    const aliased = "32 0c 0003 612f62 0001 03 23 0007 78";
    const talk = new Talk().client(CONNECTS["5.0"].subarray(0, 13)).gap("client", 3).client(aliased);
    const events = mqttEvents(talk.client("32 08 0000 0002 03 23 0007"));
    expect(ofType(events, "mqtt.connect")).toEqual([]);
    expect(ofType(events, "mqtt.publish").map(event => event.packet)).toMatchObject([
      { topic: "a/b", payloadLength: 1, properties: [{ id: 0x23, value: 7 }] },
      { topic: "", resolvedTopic: "a/b" },
    ]);
    expect(faultsOf(events)).toEqual([]);
  });

  test.each([9, 11, 20])("that tear the properties of a PUBLISH at octet %i leave its topic", kept => {
    const packet = hex("32 18 0003 612f62 0001 0e 26 0001 61 0008 6263646566676869 7879");
    const talk = new Talk()
      .client(join(CONNECTS["5.0"], packet.subarray(0, kept)))
      .gap("client", packet.length - kept)
      .client("c000");
    const events = mqttEvents(talk);
    const [, message, ping] = packetsOf(events);
    expect(message).toMatchObject({ topic: "a/b", resolvedTopic: "a/b", packetId: 1 });
    expect(message).not.toHaveProperty("properties");
    expect((message as { payload: Uint8Array }).payload).toHaveLength(0);
    expect(ping).toEqual({ type: "pingreq" });
    expect(faultsOf(events)).toEqual([]);
  });

  test("packets that stay undecided are read when the connection ends", () => {
    const talk = begun().gap("client", 9).client("aabb 4002 0001 4002 0002 4002 0003").end("fin");
    expect(packetsOf(mqttEvents(talk)).map(packet => packet.type)).toEqual([
      "connect",
      "puback",
      "puback",
      "puback",
    ]);
  });

  test("nothing is found in octets that are no packets", () => {
    const noise = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7 + (i >> 3)) & 0xff);
    const talk = begun().gap("client", 9).client(noise, 1448).end();
    expect(packetsOf(mqttEvents(talk))).toHaveLength(1);
  });
});

describe("malformed framing", () => {
  test("an impossible type loses the place, and packets are found again", () => {
    const talk = new Talk().client(
      join(CONNECTS["3.1.1"], hex("0005 aabb"), publish("a/b/c", "1"), publish("a/b/c", "2")),
    );
    const events = mqttEvents(talk);
    expect(events.map(event => event.type)).toEqual([
      "mqtt.connect",
      "mqtt.malformed",
      "mqtt.publish",
      "mqtt.publish",
    ]);
    expect(events[1]).toMatchObject({ from: 15, to: 16, fault: { field: "Control Packet type" } });
  });

  test.each([1, 2, 3, 5])("a length of five octets is found out in chunks of %i", size => {
    const talk = new Talk()
      .client(CONNECTS["3.1.1"])
      .client(join(hex("30 ffffffff ff"), publish("a/b/c/d/e/f", "1"), publish("a/b/c/d/e/f", "2")), size);
    const events = mqttEvents(talk);
    expect(faultsOf(events)).toEqual(["Control Packet.Remaining Length: MQTT 5.0 §1.5.5"]);
    expect(packetsOf(events).slice(1)).toHaveLength(2);
  });

  test("a direction in which it goes on is given up, and that is said once", () => {
    const talk = new Talk().client(CONNECTS["3.1.1"]);
    for (let i = 0; i < 40; i++) talk.client(join(publish("a/b/c", "1"), publish("a/b/c", "2"), hex("00")));
    const events = mqttEvents(talk);
    expect(ofType(events, "mqtt.limit").map(event => event.limit)).toEqual([
      "malformed",
      "resynchronisations",
    ]);
    expect(ofType(events, "mqtt.malformed")).toHaveLength(16);
  });

  test("faults of one direction are told to a ceiling", () => {
    const talk = new Talk()
      .client(CONNECTS["3.1.1"])
      .client(join(...Array.from({ length: 100 }, () => publish("a/#", "1"))));
    const events = mqttEvents(talk);
    expect(ofType(events, "mqtt.malformed")).toHaveLength(16);
    expect(ofType(events, "mqtt.limit")).toMatchObject([{ limit: "malformed" }]);
    expect(ofType(events, "mqtt.publish")).toHaveLength(100);
  });

  test("a packet that its sender cut short by FIN is a fault, by a lost capture it is none", () => {
    const cut = new Talk()
      .client(CONNECTS["3.1.1"])
      .client("30 20 0003 6162")
      .close("client", "fin")
      .end("fin");
    expect(faultsOf(mqttEvents(cut))).toEqual(["PUBLISH.Remaining Length: short"]);
    const ended = new Talk().client(CONNECTS["3.1.1"]).client("30 20 0003 6162").end("capture-ended");
    expect(faultsOf(mqttEvents(ended))).toEqual([]);
  });
});

describe("what the standard forbids", () => {
  const forbidden = (version: keyof typeof CONNECTS, octets: string): string[] =>
    faultsOf(mqttEvents(client(version, octets)));

  test.each([
    ["QoS 3", "36 06 0001 61 0001 78", "PUBLISH.QoS: MQTT-3.3.1-4"],
    ["DUP at QoS 0", "38 03 0001 61", "PUBLISH.DUP: MQTT-3.3.1-2"],
    ["a wildcard in a Topic Name", "30 05 0003 612f23", "PUBLISH.Topic Name: MQTT-3.3.2-2"],
    ["an empty Topic Name", "30 02 0000", "PUBLISH.Topic Name: MQTT-4.7.3-1"],
    ["U+0000 in a Topic Name", "30 04 0002 6100", "PUBLISH.Topic Name: MQTT-1.5.3-2"],
    ["ill-formed UTF-8 in a Topic Name", "30 04 0002 61ff", "PUBLISH.Topic Name: MQTT-1.5.3-1"],
    ["Packet Identifier 0 of a PUBLISH", "32 05 0001 61 0000", "PUBLISH.Packet Identifier: MQTT-2.3.1-1"],
    [
      "Packet Identifier 0 of a SUBSCRIBE",
      "82 06 0000 0001 61 00",
      "SUBSCRIBE.Packet Identifier: MQTT-2.3.1-1",
    ],
    ["Packet Identifier 0 of a PUBACK", "40 02 0000", "PUBACK.Packet Identifier: MQTT-2.3.1-6"],
    ["reserved flags of a PUBREL", "60 02 0001", "PUBREL.flags: MQTT-2.2.2-2"],
    ["reserved flags of a PINGREQ", "c1 00", "PINGREQ.flags: MQTT-2.2.2-2"],
    ["a body of a PINGREQ", "c0 01 00", "PINGREQ.end: trailing"],
    ["a SUBSCRIBE without filters", "82 02 0001", "SUBSCRIBE.Topic Filter: MQTT-3.8.3-3"],
    ["reserved bits of a SUBSCRIBE", "82 06 0001 0001 61 04", "SUBSCRIBE.Subscription Options: MQTT-3-8.3-4"],
    ["QoS 3 of a SUBSCRIBE", "82 06 0001 0001 61 03", "SUBSCRIBE.Subscription Options: MQTT-3-8.3-4"],
    ["a # that is not the last level", "82 08 0001 0003 232f61 00", "SUBSCRIBE.Topic Filter: MQTT-4.7.1-2"],
    ["a + that fills no level", "82 07 0001 0002 612b 00", "SUBSCRIBE.Topic Filter: MQTT-4.7.1-3"],
    ["an UNSUBSCRIBE without filters", "a2 02 0001", "UNSUBSCRIBE.Topic Filter: MQTT-3.10.3-2"],
    ["octets behind a PUBACK", "40 03 0001 00", "PUBACK.end: trailing"],
    ["octets behind a DISCONNECT", "e0 01 00", "DISCONNECT.end: trailing"],
    [
      "a second CONNECT",
      "10 0d 0004 4d515454 04 02 003c 0001 63",
      "CONNECT.Control Packet type: MQTT-3.1.0-2",
    ],
  ])("%s in 3.1.1 is said beside the packet", (_, octets, fault) => {
    const events = mqttEvents(client("3.1.1", octets));
    expect(faultsOf(events)).toEqual([fault]);
    expect(packetsOf(events)).toHaveLength(2);
  });

  test.each([
    ["a + that fills no level", "82 08 0001 00 0002 612b 00", "SUBSCRIBE.Topic Filter: MQTT-4.7.1-2"],
    [
      "a # that is not the last level",
      "82 09 0001 00 0003 232f61 00",
      "SUBSCRIBE.Topic Filter: MQTT-4.7.1-1",
    ],
    [
      "reserved bits of a SUBSCRIBE",
      "82 07 0001 00 0001 61 40",
      "SUBSCRIBE.Subscription Options: MQTT-3.8.3-5",
    ],
    ["Retain Handling 3", "82 07 0001 00 0001 61 30", "SUBSCRIBE.Subscription Options: MQTT 5.0 §3.8.3.1"],
    [
      "No Local of a Shared Subscription",
      "82 10 0001 00 000a 2473686172652f672f74 04",
      "SUBSCRIBE.Subscription Options: MQTT-3.8.3-4",
    ],
    ["a SUBSCRIBE without filters", "82 03 0001 00", "SUBSCRIBE.Topic Filter: MQTT-3.8.3-2"],
    ["ill-formed UTF-8 in a Topic Name", "30 05 0002 61ff 00", "PUBLISH.Topic Name: MQTT-1.5.4-1"],
    ["a needless octet of Remaining Length", "40 8200 0001", "PUBACK.Remaining Length: MQTT-1.5.5-1"],
    ["a needless octet before a ping", "c0 8000", "PINGREQ.Remaining Length: MQTT-1.5.5-1"],
    ["Packet Identifier 0", "32 06 0001 61 0000 00", "PUBLISH.Packet Identifier: MQTT-2.2.1-3"],
    [
      "Packet Identifier 0 of an UNSUBSCRIBE",
      "a2 06 0000 00 0001 61",
      "UNSUBSCRIBE.Packet Identifier: MQTT-2.2.1-3",
    ],
    ["octets behind a PUBACK's properties", "40 05 0001 00 00 ff", "PUBACK.end: trailing"],
    ["reserved flags", "e1 00", "DISCONNECT.flags: MQTT-2.1.3-1"],
    [
      "a property that no PUBLISH has",
      "30 07 0001 61 03 21 0001",
      "PUBLISH.Property Identifier: MQTT 5.0 §2.2.2.2",
    ],
  ])("%s in 5.0 is said beside the packet", (_, octets, fault) => {
    const events = mqttEvents(client("5.0", octets));
    expect(faultsOf(events)).toEqual([fault]);
    expect(packetsOf(events)).toHaveLength(2);
  });

  test.each([
    ["a PUBLISH with a topic that reaches beyond it", "3.1.1", "30 03 0009 61", "PUBLISH.Topic Name: short"],
    ["a PUBLISH without a topic's length", "3.1.1", "30 01 00", "PUBLISH.Topic Name: short"],
    [
      "a PUBLISH without its Packet Identifier",
      "3.1.1",
      "32 04 0001 61 00",
      "PUBLISH.Packet Identifier: short",
    ],
    [
      "a PUBLISH of 5.0 without its Property Length",
      "5.0",
      "30 03 0001 61",
      "PUBLISH.Property Length: short",
    ],
    ["a PUBLISH whose properties reach beyond it", "5.0", "30 04 0001 61 09", "PUBLISH.Properties: short"],
    ["a PUBACK whose properties reach beyond it", "5.0", "40 04 0001 00 09", "PUBACK.Properties: short"],
    ["a SUBSCRIBE without its QoS", "3.1.1", "82 05 0001 0001 61", "SUBSCRIBE.Requested QoS: short"],
    ["a SUBSCRIBE with a filter that is cut", "3.1.1", "82 05 0001 0009 61", "SUBSCRIBE.Topic Filter: short"],
    ["an UNSUBSCRIBE of nothing", "3.1.1", "a2 00", "UNSUBSCRIBE.Packet Identifier: short"],
    ["a DISCONNECT whose properties are cut", "5.0", "e0 02 00 05", "DISCONNECT.Properties: short"],
  ] as const)("%s gives its fault and no packet", (_, version, octets, fault) => {
    const events = mqttEvents(client(version, `${octets} c000`));
    expect(faultsOf(events)).toEqual([fault]);
    expect(packetsOf(events).map(packet => packet.type)).toEqual(["connect", "pingreq"]);
  });

  test.each([
    ["a password without a user name", "10 11 0004 4d515454 04 42 003c 0001 63 0002 7077", "MQTT-3.1.2-22"],
    ["a reserved Connect Flag", "10 0d 0004 4d515454 04 03 003c 0001 63", "MQTT-3.1.2-3"],
    ["a Will QoS without a will", "10 0d 0004 4d515454 04 0a 003c 0001 63", "MQTT-3.1.2-13"],
    ["a Will Retain without a will", "10 0d 0004 4d515454 04 22 003c 0001 63", "MQTT-3.1.2-15"],
    ["Will QoS 3", "10 12 0004 4d515454 04 1e 003c 0001 63 0001 74 0000", "MQTT-3.1.2-14"],
    [
      "an empty Client Identifier that wants its session",
      "10 0c 0004 4d515454 04 00 003c 0000",
      "MQTT-3.1.3-7",
    ],
    ["a wildcard in a Will Topic", "10 12 0004 4d515454 04 06 003c 0001 63 0001 23 0000", "MQTT-3.3.2-2"],
    ["ill-formed UTF-8 in a user name", "10 10 0004 4d515454 04 82 003c 0001 63 0001 ff", "MQTT-1.5.3-1"],
    ["octets behind it", "10 0e 0004 4d515454 04 02 003c 0001 63 00", "trailing"],
    ["an unknown protocol name", "10 0d 0004 4d515458 04 02 003c 0001 63", "MQTT-3.1.2-1"],
    ["Will QoS of 5.0 without a will", "10 0e 0004 4d515454 05 0a 003c 00 0001 63", "MQTT-3.1.2-11"],
    ["Will Retain of 5.0 without a will", "10 0e 0004 4d515454 05 22 003c 00 0001 63", "MQTT-3.1.2-13"],
    ["Will QoS 3 of 5.0", "10 14 0004 4d515454 05 1e 003c 00 0001 63 00 0001 74 0000", "MQTT-3.1.2-12"],
  ])("a CONNECT with %s is said beside it", (_, octets, clause) => {
    const events = mqttEvents(new Talk().client(octets));
    expect(faultsOf(events).map(fault => fault.split(": ")[1])).toEqual([clause]);
    expect(packetsOf(events)).toHaveLength(1);
  });

  test("a CONNECT of an unknown level cannot be read", () => {
    const events = mqttEvents(new Talk().client("10 0d 0004 4d515454 06 02 003c 0001 63"));
    expect(faultsOf(events)).toEqual(["CONNECT.Protocol Version: MQTT-3.1.2-2"]);
    expect(packetsOf(events)).toEqual([]);
  });

  test.each([
    ["reserved flags of 3.1.1", "3.1.1", "20 02 02 00", "MQTT 3.1.1 §3.2.2.1"],
    ["reserved flags of 5.0", "5.0", "20 03 02 00 00", "MQTT-3.2.2-1"],
    ["a session present with a refusal in 3.1.1", "3.1.1", "20 02 01 05", "MQTT-3.2.2-4"],
    ["a session present with a refusal in 5.0", "5.0", "20 03 01 87 00", "MQTT-3.2.2-6"],
  ] as const)("a CONNACK with %s is said beside it", (_, version, octets, clause) => {
    const events = mqttEvents(client(version, "").server(octets));
    expect(faultsOf(events).map(fault => fault.split(": ")[1])).toEqual([clause]);
    expect(packetsOf(events)).toHaveLength(2);
  });

  test.each([
    ["a SUBACK without codes in 3.1.1", "3.1.1", "90 02 0001", "SUBACK.Reason Code: MQTT-3.8.4-5"],
    ["a SUBACK without codes in 5.0", "5.0", "90 03 0001 00", "SUBACK.Reason Code: MQTT-3.8.4-6"],
    ["an UNSUBACK without codes in 5.0", "5.0", "b0 03 0001 00", "UNSUBACK.Reason Code: MQTT-3.11.3-1"],
    ["octets behind an UNSUBACK of 3.1.1", "3.1.1", "b0 03 0001 00", "UNSUBACK.end: trailing"],
  ] as const)("%s is said beside it", (_, version, octets, fault) => {
    const events = mqttEvents(client(version, "").server(CONNACKS[version]).server(octets));
    expect(faultsOf(events)).toEqual([fault]);
    expect(packetsOf(events)).toHaveLength(3);
  });

  test("the first packet of a client is a CONNECT, where its beginning was seen", () => {
    const talk = new Talk().client(publish("a/b", "1"));
    expect(faultsOf(mqttEvents(talk))).toEqual(["PUBLISH.Control Packet type: MQTT-3.1.0-1"]);
    expect(
      faultsOf(mqttEvents(new Talk({ midstream: true, roles: "port" }).client(publish("a/b/c/d", "1")))),
    ).toEqual([]);
  });

  test("the first packet of a server is a CONNACK, in 5.0 perhaps behind AUTH, where its beginning was seen", () => {
    const first = (version: "3.1" | "3.1.1" | "5.0", octets: string): string[] =>
      faultsOf(mqttEvents(client(version, "").server(octets)));
    expect(first("3.1.1", "d000")).toEqual(["PINGRESP.Control Packet type: MQTT-3.2.0-1"]);
    expect(first("5.0", "e001 87")).toEqual(["DISCONNECT.Control Packet type: MQTT-3.2.0-1"]);
    expect(first("5.0", `f006 18 04 15 0001 78 ${CONNACKS["5.0"]}`)).toEqual([]);
    expect(first("3.1", "d000")).toEqual([]);
    const midstream = new Talk({ midstream: true, roles: "port" })
      .client(CONNECTS["3.1.1"])
      .server("d000 d000");
    expect(faultsOf(mqttEvents(midstream))).toEqual([]);
    expect(faultsOf(mqttEvents(client("3.1.1", "").gap("server", 4).server("d000 d000 d000")))).toEqual([]);
  });

  test.each([
    ["a CONNACK", "20 02 00 00", "CONNACK"],
    ["a SUBACK", "90 03 0001 00", "SUBACK"],
    ["an UNSUBACK", "b0 02 0001", "UNSUBACK"],
    ["a PINGRESP", "d0 00", "PINGRESP"],
  ])("%s from a client is told with its fault, and says nothing of the version", (_, octets, unit) => {
    const events = mqttEvents(client("3.1.1", octets));
    expect(faultsOf(events)).toEqual([`${unit}.Control Packet type: MQTT 3.1.1 §2.2.1`]);
    expect(packetsOf(events)).toHaveLength(2);
  });

  test.each([
    ["a CONNECT", CONNECTS["3.1.1"], "CONNECT"],
    ["a SUBSCRIBE", "82 06 0001 0001 61 00", "SUBSCRIBE"],
    ["an UNSUBSCRIBE", "a2 05 0001 0001 61", "UNSUBSCRIBE"],
    ["a PINGREQ", "c0 00", "PINGREQ"],
    ["a DISCONNECT", "e0 00", "DISCONNECT"],
  ])("%s from a server of 3.1.1 is told with its fault", (_, octets, unit) => {
    const events = mqttEvents(client("3.1.1", "").server(CONNACKS["3.1.1"]).server(octets));
    expect(faultsOf(events)).toEqual([`${unit}.Control Packet type: MQTT 3.1.1 §2.2.1`]);
    expect(packetsOf(events)).toHaveLength(3);
  });

  test("a server's CONNECT changes no version", () => {
    const events = mqttEvents(
      client("3.1.1", "").server(CONNACKS["3.1.1"]).server(CONNECTS["5.0"]).client("30 05 0001 61 0041"),
    );
    expect(ofType(events, "mqtt.publish")[0]?.packet.payloadLength).toBe(2);
  });

  test("where the handshake was not seen, who sends what only one side may says who is who", () => {
    const talk = new Talk({ midstream: true, roles: "first-segment" }).client(
      "d000 d000 90 03 0001 00 d000 d000",
    );
    const events = mqttEvents(talk);
    expect(events.map(event => event.direction)).toEqual(Array.from({ length: 5 }, () => "server"));
    expect(talk.connection.roles).toBe("content");
  });

  test("where it stays a guess who is who, the fault says so", () => {
    const talk = new Talk({ midstream: true, roles: "port" })
      .client(CONNECTS["3.1.1"])
      .server(CONNACKS["3.1.1"])
      .client("d000");
    const [fault] = ofType(mqttEvents(talk), "mqtt.malformed");
    expect(fault?.fault.reason).toMatchObject({ value: "PINGRESP from the client, if that is what it is" });
  });

  test("nothing follows a DISCONNECT, and no second CONNACK the first", () => {
    expect(forbidden("3.1.1", "e000 c000")).toEqual(["PINGREQ.Control Packet type: MQTT-3.14.4-2"]);
    expect(forbidden("5.0", "e000 30 04 0001 61 00")).toEqual(["PUBLISH.Control Packet type: MQTT-3.14.4-1"]);
    const twice = (version: "3.1.1" | "5.0") =>
      faultsOf(mqttEvents(client(version, "").server(CONNACKS[version]).server(CONNACKS[version])));
    expect(twice("3.1.1")).toEqual(["CONNACK.Control Packet type: MQTT 3.1.1 §3.2"]);
    expect(twice("5.0")).toEqual(["CONNACK.Control Packet type: MQTT-3.2.0-2"]);
  });

  test("a Subscription Identifier goes from the server to the client alone", () => {
    const message = "30 06 0001 61 02 0b 05";
    expect(forbidden("5.0", message)).toEqual(["PUBLISH.subscriptionIdentifier: MQTT-3.3.4-6"]);
    expect(faultsOf(mqttEvents(client("5.0", "").server(CONNACKS["5.0"]).server(message)))).toEqual([]);
  });

  test("a Topic Alias means nothing behind a gap until it is given a meaning again", () => {
    const talk = client("5.0", "30 08 0001 61 03 23 0001 31")
      .gap("client", 9)
      .client("30 07 0000 03 23 0001 32".repeat(3))
      .client("30 08 0001 62 03 23 0001 33")
      .client("30 07 0000 03 23 0001 34".repeat(3));
    const topics = ofType(mqttEvents(talk), "mqtt.publish").map(event => event.packet.resolvedTopic);
    expect(topics).toEqual(["a", "", "", "", "b", "b", "b", "b"]);
  });

  test("a filter shared in the way of older brokers is a filter", () => {
    expect(forbidden("3.1.1", "82 0f 0001 000a 2473686172653a673a23 00")).toEqual([]);
  });

  test("a Remaining Length may have needless octets before 5.0", () => {
    const octets = "30 8400 0001 61 31 c0 8000";
    expect(forbidden("3.1.1", octets)).toEqual([]);
    expect(forbidden("3.1", octets)).toEqual([]);
    const [fault] = ofType(mqttEvents(client("5.0", "30 8500 0001 61 00 31")), "mqtt.malformed");
    expect(fault?.fault.reason).toEqual({
      kind: "forbidden",
      value: "5 in 2 octets",
      clause: "MQTT-1.5.5-1",
    });
  });

  test("Reason Codes that nobody assigned, or that another packet has, are said beside the packet", () => {
    expect(forbidden("5.0", "40 03 0001 92 50 03 0001 99 62 03 0001 92 70 03 0001 10")).toEqual([
      "PUBACK.Reason Code: MQTT-3.4.2-1",
      "PUBCOMP.Reason Code: MQTT-3.7.2-1",
    ]);
    expect(forbidden("5.0", "f006 ee 04 15 0001 78 e001 ee")).toEqual([
      "AUTH.Authenticate Reason Code: MQTT-3.15.2-1",
      "DISCONNECT.Disconnect Reason Code: MQTT-3.14.2-1",
    ]);
    const served = (version: "3.1" | "3.1.1" | "5.0", octets: string): string[] =>
      faultsOf(mqttEvents(client(version, "").server(octets)));
    expect(served("5.0", `${CONNACKS["5.0"]} 90 04 0001 00 03 b0 04 0001 00 11 e001 04`)).toEqual([
      "SUBACK.Reason Code: MQTT-3.9.3-2",
      "DISCONNECT.Disconnect Reason Code: MQTT 5.0 §3.14.2.1",
    ]);
    expect(served("5.0", "20 03 00 05 00")).toEqual(["CONNACK.Connect Reason Code: MQTT-3.2.2-8"]);
    // What a server says that knows no 5.0.
    expect(served("5.0", "20 02 00 01")).toEqual([]);
    expect(served("3.1.1", "20 02 00 06")).toEqual(["CONNACK.Connect Return code: MQTT 3.1.1 §3.2.2.3"]);
    expect(served("3.1.1", `${CONNACKS["3.1.1"]} 90 04 0001 80 03`)).toEqual([
      "SUBACK.Return Code: MQTT-3.9.3-2",
    ]);
    expect(served("3.1", `${CONNACKS["3.1"]} 90 03 0001 03`)).toEqual([]);
  });

  test("an AUTH names its method, unless it says nothing at all", () => {
    expect(forbidden("5.0", "f002 18 00")).toEqual(["AUTH.authenticationMethod: MQTT 5.0 §3.15.2.2.2"]);
    expect(forbidden("5.0", "f000")).toEqual([]);
  });

  test.each([
    ["no filter", "$share/g", "MQTT-4.8.2-2"],
    ["an empty filter", "$share/g/", "MQTT-4.8.2-2"],
    ["no name", "$share//a", "MQTT-4.8.2-1"],
    ["a wildcard in its name", "$share/+/a", "MQTT-4.8.2-2"],
  ])("a shared subscription with %s is none in 5.0, and a filter like others before", (_, filter, clause) => {
    const text = Buffer.from(filter);
    const list = (version: "3.1.1" | "5.0") =>
      control(
        0x82,
        version === "5.0" ? "0001 00" : "0001",
        varint(0),
        Uint8Array.of(text.length),
        text,
        "00",
      );
    const faults = (version: "3.1.1" | "5.0") =>
      faultsOf(mqttEvents(new Talk().client(CONNECTS[version]).client(list(version))));
    expect(faults("5.0")).toEqual([`SUBSCRIBE.Topic Filter: ${clause}`]);
    expect(faults("3.1.1")).toEqual([]);
  });

  test("one packet tells no more than eight faults", () => {
    const filters = "0001 23 ff".repeat(1) + "0002 612b 04".repeat(20);
    const octets = hex(`0001 ${filters}`);
    const talk = new Talk()
      .client(CONNECTS["3.1.1"])
      .client(join(Uint8Array.of(0x82, octets.length), octets));
    expect(faultsOf(mqttEvents(talk))).toHaveLength(8);
  });

  test("lists beyond the ceiling are cut, and their true size is told", () => {
    const list = join(...Array.from({ length: 9000 }, () => hex("0001 61 00")));
    const events = mqttEvents(new Talk().client(CONNECTS["3.1.1"]).client(control(0x82, "0001", list)));
    expect(ofType(events, "mqtt.subscribe")[0]!.packet.subscriptions).toHaveLength(8192);
    expect(ofType(events, "mqtt.malformed")[0]!.fault.reason).toEqual({
      kind: "too-large",
      size: 9000,
      limit: 8192,
    });
  });

  test("a property list beyond its ceiling is passed over in any packet", () => {
    const list = new Uint8Array(Buffer.alloc(70_000, hex("26 0001 61 0001 62")));
    const packet = control(0x82, "0001", varint(list.length), list, "0001 61 00");
    const events = mqttEvents(new Talk().client(CONNECTS["5.0"]).client(packet));
    expect(packetsOf(events)[1]).toMatchObject({ subscriptions: [{ filter: "a" }] });
    expect(faultsOf(events)).toEqual(["SUBSCRIBE.Properties: too-large"]);
  });

  test("a property list beyond its ceiling is passed over", () => {
    const one = hex("26 0001 61 0001 62");
    const list = join(...Array.from({ length: 10_000 }, () => one));
    const packet = control(0x30, "0001 61", varint(list.length), list, "78");
    const events = mqttEvents(new Talk().client(CONNECTS["5.0"]).client(packet));
    expect(packetsOf(events)[1]).toMatchObject({ topic: "a", payload: hex("78") });
    expect(packetsOf(events)[1]).not.toHaveProperty("properties");
    expect(faultsOf(events)).toEqual(["PUBLISH.Properties: too-large"]);
  });
});

describe("texts", () => {
  test("ill-formed UTF-8 is kept octet for octet in every field", () => {
    const texts = "0002 63ff 0002 74fe 0001 70 0002 75c0 0002 7080";
    const talk = new Talk().client(control(0x10, "0004 4d515454 04 c6 003c", texts));
    const packet = packetsOf(mqttEvents(talk))[0];
    expect(packet).toMatchObject({
      clientId: hex("63ff"),
      username: hex("75c0"),
      password: hex("7080"),
      will: { topic: hex("74fe") },
    });
  });

  test("a byte order mark is part of a text", () => {
    const events = mqttEvents(client("3.1.1", "30 06 0004 efbbbf61"));
    expect(packetsOf(events)[1]).toMatchObject({ topic: "\u{feff}a" });
    expect(faultsOf(events)).toEqual([]);
  });

  test("a long topic is read like a short one", () => {
    const long = `${"é".repeat(400)}/${"x".repeat(60_000)}`;
    const events = mqttEvents(new Talk().client(CONNECTS["3.1.1"]).client(publish(long, "1"), 1448));
    expect(packetsOf(events)[1]).toMatchObject({ topic: long });
  });
});

describe("the stage", () => {
  test("tells what is not octets, unless the layer around it does", () => {
    const talk = new Talk()
      .client(CONNECTS["3.1.1"])
      .gap("server", 5)
      .close("client", "fin")
      .close("server", "rst")
      .end("rst");
    talk.items.push({
      kind: "overlap",
      connection: talk.connection,
      direction: "client",
      offset: 3,
      length: 2,
      arrival: 9 as never,
      at: 9 as never,
    });
    expect(mqttEvents(talk).map(event => event.type)).toEqual([
      "mqtt.connect",
      "stream.gap",
      "stream.close",
      "stream.close",
      "stream.end",
      "stream.overlap",
    ]);
  });
});
